"""Telltale's entry point: the shell, then the chosen page."""

from pages.parts.shell import shell

shell().run()
