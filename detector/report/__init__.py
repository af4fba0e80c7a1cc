"""Reports: what is known of one run or of several, as one HTML file that needs nothing else."""
