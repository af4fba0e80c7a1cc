"""The subcommands of `python -m detector`, one module each: add_parser and run."""
