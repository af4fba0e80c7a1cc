"""Probes: what a cheater could see of a picture, one kind of hint a file."""
