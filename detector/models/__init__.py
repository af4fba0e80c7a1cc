"""Models: the zoo by name, weights on disk, and the library of both."""
