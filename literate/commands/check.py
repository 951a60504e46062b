"""Compare each page with what its template weaves, and each recording with its script. Writes and runs nothing."""

from __future__ import annotations

from literate.build import check
from literate.commands import Context, add_templates
from literate.project import Report

TYPE_CHECKING = False  # `argparse` is slow to import
if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `check`."""
    add_templates(parser)
    parser.add_argument(
        "--explain", action="store_true", help="say of each example what its recording depends on"
    )


def run(context: Context) -> Report:
    """Carry `check` out."""
    project = context.project(context.paths())
    if getattr(context.options, "explain", False):
        from literate.plan import explain  # imports what recordings need

        for line in explain(project):
            context.say(line)
    return context.say_pages(check(project))
