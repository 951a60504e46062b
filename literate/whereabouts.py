"""Where lines of pages come from, and where pages show the lines of a file; of pages as they are on disk.

A page that was edited, or that is stale, is matched with what its sources weave, so that the lines are those that
an editor shows.
"""

from literate.changes import Change, bare_lines_of, counterpart, find_changes, reversed_
from literate.errors import LiterateError, UsageError
from literate.model import MADE, Location
from literate.origins import Origins
from literate.pages import origins_of, text_of, weave_page
from literate.project import Project


class Answer:
    """Lines `first` to `last` of a page that come from the lines `source` to `source_last` of a file.

    What is made for a directive comes from the line of that. Where nothing is known of the lines, `source` is None:
    no source weaves them.
    """

    __slots__ = ("first", "last", "made", "page", "source", "source_last")

    def __init__(self, page: str, line: int, source: Location | None, made: bool) -> None:
        self.page = page
        self.first = self.last = line
        self.source = source
        self.source_last = source.line if source else 0
        self.made = made

    def takes(self, other: "Answer") -> bool:
        """Whether `other` goes on where this one ends; if so it is part of this one now."""
        if (self.page, self.last + 1, self.made) != (other.page, other.first, other.made):
            return False
        if self.source and other.source:
            ahead = 0 if self.made else 1
            next_ = (self.source.path, self.source_last + ahead)
            if next_ != (other.source.path, other.source.line):
                return False
        elif self.source or other.source:
            return False
        self.last = other.last
        self.source_last = other.source_last
        return True

    def record(self) -> dict[str, object]:
        """The answer for machines."""
        source = self.source
        return {
            "page": self.page,
            "lines": [self.first, self.last],
            "path": source.path if source else None,
            "path_lines": [source.line, self.source_last] if source else None,
            "copied": bool(source) and not self.made,
        }


class Shown:
    """A page as it is on disk, or as it would be where there is none: the lines and where they come from."""

    __slots__ = ("_back", "_changes", "_count", "_origins", "page")

    def __init__(self, page: str, woven: bytes, disk: bytes | None, origins: Origins) -> None:
        lines = bare_lines_of(woven)
        own = lines if disk is None else bare_lines_of(disk)
        self.page = page
        self._origins = origins
        self._changes: list[Change] = find_changes(lines, own)
        self._back = reversed_(self._changes)
        self._count = len(own)

    def answers(self, first: int, last: int) -> list[Answer]:
        """Where the lines `first` to `last` come from, all of them for 0. Raises UsageError where there are none."""
        last = last or self._count
        if last > self._count or first > last:
            lines = "1 line" if self._count == 1 else f"{self._count} lines"
            raise UsageError(f"'{self.page}' has {lines}")
        return _joined([self._answer(line) for line in range(first or 1, last + 1)])

    def _answer(self, line: int) -> Answer:
        at = counterpart(self._back, line - 1)
        if at is None:
            return Answer(self.page, line, None, False)
        made = self._origins.piece_of_line(at + 1).kind == MADE
        return Answer(self.page, line, self._origins.location_of_line(at + 1), made)

    def showing(self, path: str, first: int, last: int) -> list[Answer]:
        """Where the page shows the lines `first` to `last` of the file `path`, any of it for 0."""
        shown = (line for run in self._origins.lines_from(path) for line in run)
        wanted = (line for line in shown if not first or self._is_from(line, first, last))
        places = (counterpart(self._changes, line - 1) for line in wanted)
        return _joined([self._answer(at + 1) for at in places if at is not None])

    def _is_from(self, line: int, first: int, last: int) -> bool:
        source = self._origins.location_of_line(line)
        return source is not None and first <= source.line <= last

    def paths(self) -> set[str]:
        """The files that it shows something of."""
        return self._origins.paths()


def _joined(answers: list[Answer]) -> list[Answer]:
    joined: list[Answer] = []
    for answer in answers:
        if not (joined and joined[-1].takes(answer)):
            joined.append(answer)
    return joined


def find_pages(project: Project) -> tuple[dict[str, Shown], list[LiterateError]]:
    """The project's pages by their paths, and what is wrong with them."""
    pages = {}
    errors: list[LiterateError] = []
    sources = project.sources()
    for template in project.templates:
        woven = weave_page(template, sources, project.settings)
        errors += woven.errors
        disk = project.workspace.read_page(woven.page)
        pages[woven.page] = Shown(woven.page, text_of(woven), disk, origins_of(woven, sources))
    return pages, errors


def find_answers(pages: dict[str, Shown], path: str, first: int, last: int) -> list[Answer]:
    """What is known of lines of `path`, a page or a file that pages show. Raises UsageError where that is nothing."""
    if path in pages:
        return pages[path].answers(first, last)
    answers = [answer for page in pages.values() for answer in page.showing(path, first, last)]
    if not answers:
        known = any(path in page.paths() for page in pages.values())
        other = "; other lines of it are shown" if known else ""
        raise UsageError(f"no page shows {Location(path, first)}{other}")
    return answers
