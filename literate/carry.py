"""Carrying edits of a page back: which lines of which sources an edited page asks for.

A change is carried where its lines are copies of lines of one file; what was made for a directive, or
recorded, is not written anywhere by hand, and so is refused with the reason.
"""

from literate.changes import Change, find_changes, lines_of
from literate.errors import LiterateError
from literate.model import COPIED, RECORDED, Location, Piece
from literate.origins import Origins


class Edit:
    """The lines `first` to `last` of the file `path`, from 1, to be replaced by `lines`.

    Where `last` is one less than `first`, `lines` come in front of line `first`.
    """

    __slots__ = ("first", "last", "lines", "path")

    def __init__(self, path: str, first: int, last: int, lines: list[bytes]) -> None:
        self.path = path
        self.first = first
        self.last = last
        self.lines = lines

    @property
    def key(self) -> tuple[str, int, int]:
        """What it replaces."""
        return (self.path, self.first, self.last)


class Copied:
    """A line of a page that is a copy: its file and line, and the margins of the two, without line ends."""

    __slots__ = ("line", "page_margin", "path", "source_margin")

    def __init__(self, path: str, line: int, page_line: bytes, source_line: bytes) -> None:
        self.path = path
        self.line = line
        shared = _shared_end(page_line, source_line)
        self.page_margin = page_line[: len(page_line) - shared]
        self.source_margin = source_line[: len(source_line) - shared]

    def carried(self, page_line: bytes) -> bytes | None:
        """The source's line for an edited line of the page; None where that has another margin."""
        body = page_line.rstrip(b"\r\n")
        if not body.strip():
            return b""
        if body.startswith(self.page_margin):
            return self.source_margin + body[len(self.page_margin) :]
        return b"" if body == self.page_margin.rstrip() else None


def _shared_end(one: bytes, other: bytes) -> int:
    length = 0
    while length < min(len(one), len(other)) and one[-1 - length] == other[-1 - length]:
        length += 1
    return length


class Carrier:
    """Finds the edits of sources that make a woven page the edited one."""

    def __init__(self, page: str, woven: bytes, origins: Origins, texts: dict[str, list[bytes]]) -> None:
        self._page = page
        self._woven = lines_of(woven)
        self._origins = origins
        self._texts = texts  # the lines of each source, without line ends

    def edits(self, edited: bytes) -> tuple[list[Edit], list[LiterateError]]:
        """The edits that carry the page `edited` back, the last of a file first, or what stands in the way."""
        edits: dict[tuple[str, int, int], Edit] = {}
        errors = []
        page = lines_of(edited)
        for change in find_changes(self._woven, page):
            for part in _parts(change):
                try:
                    edit = self._edit(part, [page[at] for at in part.after])
                    if edits.setdefault(edit.key, edit).lines != edit.lines:
                        raise LiterateError(f"{edit.path}:{edit.first} is edited in two ways: pages share it")
                except LiterateError as error:
                    errors.append(error.at(Location(self._page, part.after.start + 1)))
        return sorted(edits.values(), key=lambda edit: edit.key, reverse=True), errors

    def _edit(self, change: Change, lines: list[bytes]) -> Edit:
        """The edit of a source that `change` asks for. Raises LiterateError where there is none."""
        if not change.before:
            return self._insertion(change.before.start, lines)
        copies = [self._copied(at) for at in change.before]
        first, last = copies[0], copies[-1]
        expected = [(first.path, first.line + ahead) for ahead in range(len(copies))]
        if [(copy.path, copy.line) for copy in copies] != expected:
            raise LiterateError(
                f"these lines come from several places, {first.path}:{first.line} the first of them"
            )
        margin = next((copy for copy in copies if copy.page_margin or copy.source_margin), first)
        return Edit(first.path, first.line, last.line, self._carried(margin, lines))

    def _insertion(self, at: int, lines: list[bytes]) -> Edit:
        """The edit for new lines in front of the woven page's line `at`, from 0: they belong to the line above."""
        above = self._find(at - 1)
        if above is not None:
            return Edit(above.path, above.line + 1, above.line, self._carried(above, lines))
        below = self._find(at)
        if below is None:
            raise LiterateError("new lines between lines that no file holds")
        return Edit(below.path, below.line, below.line - 1, self._carried(below, lines))

    def _carried(self, copy: Copied, lines: list[bytes]) -> list[bytes]:
        carried = [copy.carried(line) for line in lines]
        if None in carried:
            raise LiterateError(f"a line is not indented, or quoted, as the others from {copy.path} are")
        return [line for line in carried if line is not None]

    def _find(self, at: int) -> Copied | None:
        """The line that the woven page's line `at`, from 0, is a copy of; None where it is none."""
        if not 0 <= at < len(self._woven):
            return None
        try:
            return self._copied(at)
        except LiterateError:
            return None

    def _copied(self, at: int) -> Copied:
        """As `_find`. Raises LiterateError, with the reason, where the line is no copy."""
        piece = self._origins.piece_of_line(at + 1)
        source = self._origins.location_of_line(at + 1)
        if piece.kind != COPIED or source is None:
            raise LiterateError(_reason(piece, source))
        line = self._texts[source.path][source.line - 1]
        return Copied(source.path, source.line, self._woven[at].rstrip(b"\r\n"), line)


def _parts(change: Change) -> list[Change]:
    """`change` line by line where as many lines came as went, as these may be of several files."""
    if len(change.before) != len(change.after):
        return [change]
    return [
        Change(range(old, old + 1), range(new, new + 1))
        for old, new in zip(change.before, change.after, strict=True)
    ]


def _reason(piece: Piece, source: Location | None) -> str:
    if piece.kind == RECORDED:
        return f"this was recorded ({source}): it changes when the example prints something else"
    return f"no file holds this line: it was made for the directive or the file at {source}"


def apply(raw: bytes, edits: list[Edit]) -> bytes:
    """The bytes `raw` of a file with `edits`, the last first, in the file's own line ends."""
    lines = lines_of(raw)
    line_end = b"\r\n" if lines and lines[0].endswith(b"\r\n") else b"\n"
    for edit in edits:
        if lines and not lines[-1].endswith(b"\n") and edit.first > len(lines):
            lines[-1] += line_end
        lines[edit.first - 1 : edit.last] = [line + line_end for line in edit.lines]
    return b"".join(lines)
