"""Compare each page with what its template weaves, and each recording with its script. Writes and runs nothing."""

import argparse

from literate.build import check
from literate.commands import Context, add_templates
from literate.project import Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `check`."""
    add_templates(parser)
    parser.add_argument(
        "--explain", action="store_true", help="say of each example what its recording depends on"
    )


def run(context: Context) -> Report:
    """Carry `check` out."""
    project = context.project(context.paths())
    if context.options.explain:
        from literate.record import explain  # imports what running needs

        for line in explain(project):
            context.say(line)
    return context.say_pages(check(project))
