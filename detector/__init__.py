"""Telltale's library: detectors of AI-generated images. Importing it loads nothing heavy."""

__version__ = "0.1.0"
