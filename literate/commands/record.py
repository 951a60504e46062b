"""Run the examples whose recording is not fresh, several at a time, keep what they print, and draw the pictures
of the pages. A recording that a new run agrees with is not touched. A failure is never recorded."""

import argparse

from literate.commands import Context
from literate.commands.running import add_examples, progress
from literate.plan import plan, stale_examples
from literate.project import Report
from literate.record import record


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `record`."""
    add_examples(parser)
    parser.add_argument("--all", action="store_true", help="run the examples whose recording is fresh too")
    parser.add_argument("--twice", action="store_true", help="run each twice and say what is not repeatable")
    parser.add_argument(
        "--list", action="store_true", help="only list what would be made; exit 1 if anything"
    )


def run(context: Context) -> Report:
    """Carry `record` out."""
    options = context.options
    if options.list:
        return _list(context)
    chosen = plan(context.project(), context.examples(), options.all or options.twice)
    with progress(context, chosen.examples) as shown:
        return record(chosen, options.jobs, options.twice, shown)


def _list(context: Context) -> Report:
    report = Report()
    stale = stale_examples(context.project())
    for path in stale:
        context.say(context.show(path))
    report.status = 1 if stale else 0
    return report
