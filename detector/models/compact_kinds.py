"""The ways to keep weights small, in words: enough to list and choose them. Imports no torch; the packing is in `compact`."""

KINDS = ("none", "lossless", "int8", "float16")
"""As they are, packed where not one bit is lost, rounded to int8, or rounded to float16."""
