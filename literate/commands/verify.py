"""Run the examples and compare what they print with their recordings, and the claims with the new numbers. Writes
nothing."""

import argparse

from literate.commands import Context, add_examples
from literate.project import Report
from literate.record import plan, verify


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `verify`."""
    add_examples(parser)


def run(context: Context) -> Report:
    """Carry `verify` out."""
    chosen = plan(context.project(), context.examples(), every=True)
    with context.progress(chosen.examples) as progress:
        return verify(chosen, context.options.jobs, progress)
