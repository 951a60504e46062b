"""Say where a line of a page comes from, `where README.md:211`, or which lines of pages come from a file,
`where nn/dynamic_net.py` or `where nn/dynamic_net.py:12`."""

import argparse

from literate.commands import Context
from literate.errors import UsageError, nearest
from literate.model import Location
from literate.origins import Origins
from literate.project import Project, Report
from literate.staleness import origins_of
from literate.weave import weave

Pages = dict[str, Origins]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `where`."""
    parser.add_argument("places", nargs="+", metavar="PATH[:LINE]", help="a page, or a file that pages show")


def run(context: Context) -> Report:
    """Carry `where` out."""
    project = context.project()
    report = Report()
    pages = {}
    for template in project.templates:
        woven = weave(template, project.sources(), project.settings)
        report.add(woven.errors)
        pages[woven.page] = origins_of(project, woven)
    if report.errors:
        return report
    for place in context.options.places:
        path, line = _parse(context, place)
        for answer in _answers(context, project, pages, path, line):
            context.say(answer)
    return report


def _parse(context: Context, place: str) -> tuple[str, int]:
    path, colon, line = place.rpartition(":")
    if not colon or not line.isdecimal():
        path, line = place, "0"
    return context.workspace.relative(path), int(line)


def _answers(context: Context, project: Project, pages: Pages, path: str, line: int) -> list[str]:
    """What is known of `path`, a page or a file that pages show. Raises UsageError where that is nothing."""

    def shown(path: str, first: int, last: int = 0) -> str:
        place = str(Location(context.show(path), first))
        return f"{place}-{last}" if last > first else place

    if path in pages:
        origins = pages[path]
        lines = [line] if line else range(1, origins.line_count() + 1)
        found = [(number, origins.location_of_line(number)) for number in lines]
        if None in (place for _, place in found):
            raise UsageError(f"'{path}' has {origins.line_count()} lines")
        return [f"{shown(path, n)} comes from {shown(p.path, p.line)}" for n, p in found if p]
    answers = [
        f"{shown(path, line)} is at {shown(page, lines.start, lines.stop - 1)}"
        for page, origins in pages.items()
        for lines in origins.lines_from(path, line)
    ]
    if not answers:
        known = [*pages, *project.sources().paths()]
        raise UsageError(f"no page shows {shown(path, line)}{nearest(path, known)}")
    return answers
