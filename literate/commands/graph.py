"""Print what depends on what: each page on its template, the files it includes and the recordings it shows, each
recording on its script and the modules and inputs of that. `--make` prints a dependency file for make."""

import argparse

from literate.commands import Context, add_templates
from literate.graph import dependency_graph
from literate.project import Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `graph`."""
    add_templates(parser)
    parser.add_argument("--make", action="store_true", help="print it as make reads it")


def run(context: Context) -> Report:
    """Carry `graph` out."""
    graph, errors = dependency_graph(context.project(context.paths()))
    report = Report()
    report.add(errors)
    if context.options.json:
        report.details = {"depends": graph}
    for target, needed in graph.items():
        if context.options.make:
            context.say(f"{_escaped(target)}: {' '.join(map(_escaped, needed))}")
        else:
            context.say(target + "".join(f"\n    {path}" for path in needed))
    return report


def _escaped(path: str) -> str:
    """`path` as a makefile has it."""
    return path.replace("$", "$$").replace("#", "\\#").replace(" ", "\\ ")
