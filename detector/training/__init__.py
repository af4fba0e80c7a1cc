"""Training: settings, the loop, and runs on disk."""
