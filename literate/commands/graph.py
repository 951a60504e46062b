"""Print what depends on what: each page on its template, the files it includes and the recordings it shows, each
recording on its script and the modules and inputs of that. `--make` prints a dependency file for make."""

import argparse

from literate.commands import Context, add_templates
from literate.graph import dependency_graph, make_rules
from literate.project import Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `graph`."""
    add_templates(parser)
    help_ = "print it as make reads it: `include` it below the rules that weave and record"
    parser.add_argument("--make", action="store_true", help=help_)


def run(context: Context) -> Report:
    """Carry `graph` out."""
    graph, errors = dependency_graph(context.project(context.paths()))
    report = Report()
    report.add(errors)
    if report.errors:
        return report
    report.details = {"depends": graph}
    if context.options.make:
        lines = make_rules(graph)
    else:
        lines = [line for path, needed in graph.items() for line in (path, *(f"    {one}" for one in needed))]
    for line in lines:
        context.say(line)
    return report
