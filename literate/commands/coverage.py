"""List what the project keeps and no page shows: scripts beside the examples, regions of included files,
recordings and pictures; and Python in the templates that comes from no file."""

import argparse

from literate.commands import Context
from literate.coverage import find_uncovered
from literate.errors import StaleError
from literate.plan import plan
from literate.project import Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `coverage`."""
    parser.add_argument(
        "--fail", action="store_true", help="count each as an error: exit 1 when there is any"
    )


def run(context: Context) -> Report:
    """Carry `coverage` out."""
    chosen = plan(context.project(), [], every=True)
    report, found = Report(), Report()
    report.add([error for page in chosen.pages for error in page.errors if not isinstance(error, StaleError)])
    found.add(find_uncovered(chosen))
    if context.options.fail:
        report.add(found.errors)
        return report
    for one in found.errors:
        place = one.location
        context.say(f"{context.show(place.path)}:{place.line}: {one.message}" if place else one.message)
    return report
