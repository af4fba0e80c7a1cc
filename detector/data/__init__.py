"""Data: images, folders, splits, pixels, and the lab's made pictures."""
