"""Write into each include of lines the digest of the text it shows, so that it is an error when another text
stands there; and move a pin whose text has moved. Writes nothing where a pinned text has changed."""

import argparse

from literate.commands import Context, add_templates
from literate.pinning import pin_templates
from literate.project import Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `pin`."""
    add_templates(parser)
    parser.add_argument("--all", action="store_true", help="pin every include, not only those of lines")
    parser.add_argument("--accept", action="store_true", help="pin anew where the text has changed")


def run(context: Context) -> Report:
    """Carry `pin` out."""
    options = context.options
    report, pinned = pin_templates(context.project(context.paths()), options.accept, options.all)
    for template in pinned if not report.errors else []:
        for place, before, after in template.changes:
            context.say(f"{context.show(place.path)}:{place.line}: {before} -> {after}")
        if not template.changes:
            context.say(f"{context.show(template.path)}: every pin holds")
    return report
