"""Weave the templates and write the pages that are not right yet. Where anything is wrong, nothing is written."""

from __future__ import annotations

from literate.build import build
from literate.commands import Context, add_templates
from literate.project import Report

TYPE_CHECKING = False  # `argparse` is slow to import
if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `build`."""
    add_templates(parser)


def run(context: Context) -> Report:
    """Carry `build` out."""
    return context.say_pages(build(context.project(context.paths())))
