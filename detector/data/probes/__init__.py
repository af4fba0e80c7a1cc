"""Probes: what a cheater could see of a picture, one kind of hint a file, each as a row of numbers with a name for every one."""
