"""Write the woven pages in another form. Like `build`, it runs no example and writes nothing where anything is
wrong."""

import argparse
from importlib import import_module

from literate.commands import Context, add_templates
from literate.project import Report

# Each is a function `export(project) -> Report` of a module, imported when it is asked for.
FORMATS = {
    "html": "literate.site.export",
    "notebooks": "literate.notebooks",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `export`."""
    parser.add_argument("format", choices=sorted(FORMATS), help="what to write")
    add_templates(parser)


def run(context: Context) -> Report:
    """Carry `export` out."""
    module = import_module(FORMATS[context.options.format])
    report: Report = module.export(context.project(context.paths()))
    return context.say_pages(report)
