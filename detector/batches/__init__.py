"""Batches: thousands of pictures classified in the background, which may be stopped, killed and gone on with."""
