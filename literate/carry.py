"""Carrying edits of a page back: which lines of which sources an edited page asks for.

A line that is a copy is carried into the file that it is copied from, with the margin that it has there. A line
that was made of one of a file, such as one with a value in it, is carried where the edit left alone what was made.
Nothing else is written by hand anywhere, and is refused with the reason. What comes out is a proposal: whoever uses
it weaves the page again and sees whether it holds.
"""

from collections.abc import Callable

from literate.changes import Change
from literate.edits import Edit
from literate.errors import LiterateError
from literate.languages import is_markdown
from literate.model import COPIED, MADE, RECORDED, Location, Piece
from literate.origins import Origins

_FENCES = (b"```", b"~~~")
_MARGIN = b" \t>"


class Copied:
    """A line of a page that is a copy: its file and line, and what the two have in front of the same text."""

    __slots__ = ("line", "page_margin", "path", "source_margin")

    def __init__(self, path: str, line: int, page_margin: bytes = b"", source_margin: bytes = b"") -> None:
        self.path = path
        self.line = line
        self.page_margin = page_margin
        self.source_margin = source_margin

    def carried(self, line: bytes) -> bytes:
        """The source's line for a line of the page. Raises LiterateError where that has another margin."""
        if line.startswith(self.page_margin):
            text = line[len(self.page_margin) :]
            return self.source_margin + text if text or not self.source_margin.isspace() else b""
        if line == self.page_margin.rstrip():
            return b""
        raise LiterateError(f"the line is not indented, or quoted, as the others from {self.path} are")


class Carrier:
    """Finds the edits of sources that make a woven page the edited one; `woven` is its lines, without line ends.

    `text_of` gives the lines of a source, without line ends.
    """

    def __init__(
        self, page: str, woven: list[bytes], origins: Origins, text_of: Callable[[str], list[bytes]]
    ) -> None:
        self._page = page
        self._woven = woven
        self._origins = origins
        self._text_of = text_of

    def edits(self, page: list[bytes], changes: list[Change]) -> tuple[list[Edit], list[LiterateError]]:
        """The edits for those `changes` that lead to the lines of `page`, and what cannot be carried back."""
        edits: list[Edit] = []
        errors: list[LiterateError] = []
        for change in changes:
            for part in self._parts(change, page):
                place = Location(self._page, part.after.start + 1)
                try:
                    edits.append(self._edit(part, [page[at] for at in part.after], place))
                except LiterateError as error:
                    errors.append(error.at(place))
        return edits, errors

    def _parts(self, change: Change, page: list[bytes]) -> list[Change]:
        """`change` line by line where as many lines came as went, and file by file where lines only went."""
        old, new = change.before, change.after
        if len(old) == len(new):
            pairs = zip(old, new, strict=True)
            return [
                Change(range(one, one + 1), range(other, other + 1))
                for one, other in pairs
                if self._woven[one] != page[other]
            ]
        return [Change(range(one, one + 1), new) for one in old] if old and not new else [change]

    def _edit(self, change: Change, lines: list[bytes], place: Location) -> Edit:
        """The edit of a source that `change` asks for. Raises LiterateError where there is none."""
        if not change.before:
            return self._insertion(change.before.start, lines, place)
        if len(change.before) == len(change.after) == 1 and (edit := self._spliced(change, lines[0], place)):
            return edit
        copies = [self._copied(at) for at in change.before]
        first = copies[0]
        if [(copy.path, copy.line) for copy in copies] != [
            (first.path, first.line + ahead) for ahead in range(len(copies))
        ]:
            places = " and ".join(dict.fromkeys(f"{copy.path}:{copy.line}" for copy in copies))
            raise LiterateError(f"these lines come from several places: {places}; edit them line by line")
        return self._edit_of(first, copies[-1].line, lines, place)

    def _edit_of(self, copy: Copied, last: int, lines: list[bytes], place: Location) -> Edit:
        carried = [copy.carried(line) for line in lines]
        return Edit(Location(copy.path, copy.line), last, carried, place, is_markdown(copy.path))

    def _insertion(self, at: int, lines: list[bytes], place: Location) -> Edit:
        """The edit for new lines in front of the woven page's line `at`, from 0."""
        above, below = self._find(at - 1), self._find(at)
        if (
            above
            and below
            and above.path != below.path
            and self._woven[at - 1].lstrip(_MARGIN).startswith(_FENCES)
        ):
            above = None  # what is new below the mark of a fence belongs to the code in it
        if above:
            behind = Copied(above.path, above.line + 1, above.page_margin, above.source_margin)
            return self._edit_of(behind, above.line, lines, place)
        below = below or self._beside(at, 0) or self._beside(at + 1, -1)
        if below is None:
            raise LiterateError("these lines stand between lines that no file holds")
        return self._edit_of(below, below.line - 1, lines, place)

    def _beside(self, line: int, back: int) -> Copied | None:
        """The line behind the directive that the page's line `line`, from 1, was made for; the directive's for -1."""
        if not 1 <= line <= len(self._woven):
            return None
        piece, source = self._origins.piece_of_line(line), self._origins.location_of_line(line)
        known = source is not None and piece.kind == MADE and is_markdown(source.path)
        return Copied(source.path, source.line + 1 + back) if source is not None and known else None

    def _find(self, at: int) -> Copied | None:
        """The line that the woven page's line `at`, from 0, is a copy of; None where it is none."""
        try:
            return self._copied(at) if 0 <= at < len(self._woven) else None
        except LiterateError:
            return None

    def _copied(self, at: int) -> Copied:
        """As `_find`. Raises LiterateError, with the reason, where the line is no copy."""
        piece, source = self._origins.piece_of_line(at + 1), self._origins.location_of_line(at + 1)
        if source is None:
            raise LiterateError("nothing is woven here")
        if piece.kind == COPIED:
            return Copied(source.path, source.line, *self._margins_of(piece, at, source.line))
        if piece.kind == MADE and self._woven[at] == self._line(source).replace(b"\\", b"", 1):
            return Copied(source.path, source.line)  # the backslash comes back where it is needed
        raise LiterateError(_reason(piece, source))

    def _line(self, source: Location) -> bytes:
        lines = self._text_of(source.path)
        return lines[source.line - 1] if source.line <= len(lines) else b""

    def _margins_of(self, piece: Piece, at: int, line: int) -> tuple[bytes, bytes]:
        """What a piece's lines have in front on the page, and in the source; an empty one tells less than its others.

        The woven page's line `at`, from 0, is in the piece, and a copy of the source's line `line`.
        """
        text = self._text_of(piece.path)
        for step in (1, -1):
            other = at
            while 0 <= other < len(self._woven) and self._origins.piece_of_line(other + 1) is piece:
                theirs = text[line - 1 + other - at]
                if theirs.strip():
                    return _margins(self._woven[other], theirs)
                other += step
        return _margins(self._woven[at], text[line - 1])

    def _spliced(self, change: Change, line: bytes, place: Location) -> Edit | None:
        """The edit for a line that was made of one line of a file, where what was made in it is left alone."""
        at = change.before.start
        piece, source = self._origins.piece_of_line(at + 1), self._origins.location_of_line(at + 1)
        woven = self._woven[at]
        if piece.kind != MADE or source is None or woven == self._line(source).replace(b"\\", b"", 1):
            return None
        spliced = _splice(self._line(source), woven, line)
        return Edit(source, source.line, [spliced], place, False) if spliced is not None else None


def _margins(ours: bytes, theirs: bytes) -> tuple[bytes, bytes]:
    """What two lines have in front of the end that they share."""
    shared = _shared(ours[::-1], theirs[::-1])
    return ours[: len(ours) - shared], theirs[: len(theirs) - shared]


def _splice(source: bytes, woven: bytes, edited: bytes) -> bytes | None:
    """`source` changed as `woven`, made of it, was; None where they are not akin, or where what was made changed."""
    head = _shared(source, woven)
    tail = min(_shared(source[::-1], woven[::-1]), len(source) - head, len(woven) - head)
    start = _shared(woven, edited)
    end = min(_shared(woven[::-1], edited[::-1]), len(woven) - start, len(edited) - start)
    if 2 * (head + tail) < len(source):
        return None
    new = edited[start : len(edited) - end]
    if len(woven) - end <= head:
        return source[:start] + new + source[len(woven) - end :]
    if start >= len(woven) - tail:
        start -= len(woven) - len(source)
        return source[:start] + new + source[len(source) - end :]
    return None


def _shared(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    most = min(len(one), len(other))
    return next((at for at in range(most) if one[at] != other[at]), most)


def _reason(piece: Piece, source: Location) -> str:
    if piece.kind == RECORDED:
        return f"this is what an example printed, recorded at {source}; it follows the example"
    return f"no file holds this line: it is made for what stands at {source}"
