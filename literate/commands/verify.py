"""Run the examples and compare what they print with their recordings, and the claims with the new numbers. Writes
nothing. Examples with the setting `verify = false`, whose times no two runs have in common, run only where they are
named."""

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
    named = context.examples()
    chosen = plan(context.project(), named, every=True)
    if not named:
        of_example = chosen.project.settings.of_example
        chosen.examples[:] = [example for example in chosen.examples if of_example(example).verify]
    with progress(context, chosen.examples) as shown:
        return verify(chosen, context.options.jobs, shown)
