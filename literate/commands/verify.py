"""Run the examples and compare what they print with their recordings, and the claims with the new numbers. Writes
nothing."""

import argparse

from literate.commands import Context
from literate.commands.running import add_examples, progress
from literate.plan import plan
from literate.project import Report
from literate.record import verify


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `verify`."""
    add_examples(parser)


def run(context: Context) -> Report:
    """Carry `verify` out."""
    chosen = plan(context.project(), context.examples(), every=True)
    with progress(context, chosen.examples) as shown:
        return verify(chosen, context.options.jobs, shown)
