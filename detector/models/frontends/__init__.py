"""Front ends: what is left of a picture when its content is taken away, and small networks that see nothing else."""
