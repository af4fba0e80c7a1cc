"""One protocol for any detector: which pictures, which splits, which numbers, and what they are to reach."""
