"""Two things compared in one run, with their ratio: `python -m benchmarks.NAME`."""
