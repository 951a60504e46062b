"""Carry the edits of a page back: into the script for a line that was included, into the template for prose. Shows
what would change in them and asks first; proves that the page then holds the edit. All is carried back, or nothing."""

import argparse
import sys

from literate.adopt import Adoption, adopt, carry_out
from literate.commands import Context, add_templates
from literate.errors import UsageError
from literate.project import Project, Report


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
    if not report.errors and adoption.new:
        for line in [*adoption.diff(), *adoption.notes]:
            context.say(line)
        report = _agreed_and_done(context, project, adoption)
    elif not report.errors:
        context.say("no page was edited by hand")
        for page in adoption.stale:
            context.say(f"{context.show(page)}: stale; `{project.settings.command}` writes it anew")
    for path in sorted(adoption.new) if "changed" in report.details else ():
        context.say(f"{context.show(path)}: changed")
    report.details = {"changed": [], "diff": adoption.diff(), "notes": adoption.notes, **report.details}
    return context.say_pages(report)


def _agreed_and_done(context: Context, project: Project, adoption: Adoption) -> Report:
    """The report of carrying `adoption` out, if somebody agrees."""
    if context.options.yes:
        return carry_out(project, adoption)
    report = Report()
    if context.quiet or not sys.stdin or not sys.stdin.isatty():
        report.add([UsageError("nobody is here to be asked; --yes carries the edits back without asking")])
        return report
    try:
        agreed = input("Change these files? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        agreed = False
    if agreed:
        return carry_out(project, adoption)
    context.say("nothing is changed")
    return report
