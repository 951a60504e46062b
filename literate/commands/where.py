"""Say where lines of a page come from, `where README.md:211` or `where README.md:211-220`, or which lines of pages
come from a file, `where nn/dynamic_net.py` or `where nn/dynamic_net.py:12`."""

import argparse

from literate.commands import Context
from literate.errors import UsageError
from literate.model import Location
from literate.project import Report
from literate.whereabouts import Answer, find_answers, find_pages


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `where`."""
    parser.add_argument(
        "places", nargs="+", metavar="PATH[:LINE[-LINE]]", help="a page, or a file that pages show"
    )


def run(context: Context) -> Report:
    """Carry `where` out."""
    places = [_parse(context, place) for place in context.options.places]
    pages, errors = find_pages(context.project())
    report = Report()
    report.add(errors)
    if report.errors:
        return report
    answers = []
    for path, first, last in places:
        found = find_answers(pages, path, first, last)
        answers += found
        for answer in found:
            context.say(_forwards(context, answer) if path in pages else _backwards(context, answer))
    report.details = {"places": [answer.record() for answer in answers]}
    return report


def _parse(context: Context, place: str) -> tuple[str, int, int]:
    """The path and the first and last line of `PATH:LINE-LINE`; 0 for all lines. Raises UsageError."""
    path, colon, lines = place.rpartition(":")
    first, dash, last = lines.partition("-")
    if not colon or not first.isdecimal() or (dash and not last.isdecimal()):
        return context.workspace.relative(place), 0, 0
    if not 1 <= int(first) <= int(last or first):
        raise UsageError(f"'{lines}' is no line, nor a range of lines: they count from 1 and rise")
    return context.workspace.relative(path), int(first), int(last or first)


def _forwards(context: Context, answer: Answer) -> str:
    page = _lines(context, answer.page, answer.first, answer.last)
    if answer.source is None:
        return f"{page} comes from no source: the page was edited, or is stale"
    source = _lines(context, answer.source.path, answer.source.line, answer.source_last)
    return f"{page} {'is made for' if answer.made else 'comes from'} {source}"


def _backwards(context: Context, answer: Answer) -> str:
    assert answer.source is not None
    source = _lines(context, answer.source.path, answer.source.line, answer.source_last)
    page = _lines(context, answer.page, answer.first, answer.last)
    return f"{source} {'has made' if answer.made else 'is at'} {page}"


def _lines(context: Context, path: str, first: int, last: int) -> str:
    place = str(Location(context.show(path), first))
    return f"{place}-{last}" if last > first else place
