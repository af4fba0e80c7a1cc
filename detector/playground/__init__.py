"""The playground: change one thing about a picture, and see what a detector makes of it."""
