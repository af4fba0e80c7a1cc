"""The four student studies this lab rebuilds: each as data, run again by name, its numbers beside the reported ones."""
