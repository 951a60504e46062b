"""Carry the edits of a page back: into the script for a line that was included, into the template for prose. Shows
what would change in them and asks first; proves that the page then holds the edit. All is carried back, or nothing."""

import argparse
import sys

from literate.adopt import adopt, carry_out
from literate.commands import Context, add_templates
from literate.errors import UsageError
from literate.project import Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `adopt`."""
    add_templates(parser)
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask")


def run(context: Context) -> Report:
    """Carry `adopt` out."""
    project = context.project(context.paths())
    adoption = adopt(project)
    report = Report()
    report.add(adoption.errors)
    if report.errors:
        return report
    for line in adoption.diff():
        context.say(line)
    if not adoption.new:
        context.say("no page was edited")
        return report
    if not (context.options.yes or _agreed()):
        context.say("nothing is changed")
        return report
    report = context.say_pages(carry_out(project, adoption))
    for path in sorted(adoption.new):
        context.say(f"{context.show(path)}: changed")
    return report


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise UsageError("nobody is here to be asked; --yes carries the edits back without asking")
    return input("Change these files? [y/N] ").strip().lower() in ("y", "yes")
