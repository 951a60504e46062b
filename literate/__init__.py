"""Weave Markdown pages from a template, the scripts it shows and what they printed."""

__version__ = "0.1.0"
