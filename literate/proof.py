"""Whether a page, woven from sources that were changed after its edits, holds them and is otherwise what it was."""

from literate.changes import Change, find_changes, touches
from literate.errors import LiterateError
from literate.languages import is_markdown
from literate.model import MADE, Location
from literate.origins import Origins
from literate.pages import text_of
from literate.weave import Woven

_MARGIN = b" \t>"
_FENCES = (b"```", b"~~~")
_FOLLOWING = (b":TOC", b":DIFF")
_HEADER = b"Code in file "


class Edited:
    """A page as it is on disk and as its sources weave it: lines without line ends.

    `changes` lead from the woven lines to those on disk; `carried` are those of them that are edits to be carried
    back, the others are places that a source has moved away from.
    """

    __slots__ = ("carried", "changes", "data", "origins", "page", "woven", "woven_lines")

    def __init__(
        self, woven: Woven, lines: list[bytes], origins: Origins, data: bytes, page: list[bytes]
    ) -> None:
        self.woven = woven
        self.woven_lines = lines
        self.origins = origins
        self.data = data
        self.page = page
        self.changes = find_changes(lines, page)
        self.carried: list[Change] = []

    def is_stale(self) -> bool:
        """Whether it is other than it should be, be it by its line ends alone."""
        return self.data != text_of(self.woven)

    def place(self, change: Change) -> Location:
        """Where a place begins on disk."""
        return Location(self.woven.page, change.after.start + 1)


def find_lost(edited: Edited, woven: list[bytes], origins: Origins) -> list[LiterateError]:
    """The errors for what the page would not hold, or would hold besides, if it had the lines `woven`.

    What is made for the page may follow the edits, and where a source has moved the page may as well.
    """
    carried = {id(change) for change in edited.carried}
    moved = [change.after for change in edited.changes if id(change) not in carried]
    made = _made_lines(edited)
    errors = []
    for change in find_changes(woven, edited.page):
        gone = all(line in made or touches(moved, range(line, line + 1)) for line in change.after)
        if not (gone and (touches(moved, change.after) or _may_come(origins, woven, change))):
            errors.append(_lost(edited, change, origins))
    return errors


def _made_lines(edited: Edited) -> set[int]:
    """The lines on disk, from 0, that follow from others and were left alone."""
    made = set()
    start = shift = 0
    end = len(edited.woven_lines)
    for change in [*edited.changes, Change(range(end, end), range(end, end))]:
        same = range(start, change.before.start)
        made |= {line + shift for line in same if _follows(edited.origins, edited.woven_lines, line)}
        start, shift = change.before.stop, change.after.stop - change.before.stop
    return made


def _follows(origins: Origins, lines: list[bytes], line: int) -> bool:
    """Whether the line `line` of a page's `lines`, from 0, follows from what others say, or from what scripts do.

    It is in a table of contents, in a diff, in what a template renders, or has a value in it. The marks of a fence
    and the header of a script are made as well, but when they come and go the page has become another.
    """
    piece = origins.piece_of_line(line + 1)
    if piece.kind != MADE or lines[line].lstrip(_MARGIN).startswith(_FENCES):
        return False
    if not is_markdown(piece.path):
        return _HEADER not in lines[line]
    asked = origins.source_line(line + 1)
    return asked.lstrip(_MARGIN).startswith(_FOLLOWING) or b"{{" in asked


def _may_come(origins: Origins, lines: list[bytes], change: Change) -> bool:
    """Whether the woven lines of a place may be there though the page on disk does not have them.

    They follow from others; and one with a value in it stands for one that had another value.
    """
    replaced = len(change.before) == len(change.after)
    return all(
        _follows(origins, lines, line) and (replaced or b"{{" not in origins.source_line(line + 1))
        for line in change.before
    )


def _lost(edited: Edited, change: Change, origins: Origins) -> LiterateError:
    """The error for a place that would not be what it is on disk."""
    place = edited.place(change)
    edits = [one.after for one in edited.carried]
    if touches(edits, change.after):
        return LiterateError("this edit cannot be carried back: the page would not hold it", place)
    if not change.before:
        return LiterateError("an edit cannot be carried back: this line would go with it", place)
    source = origins.location_of_line(change.before.start + 1)
    becomes = (
        "this line would become another" if change.after else "another line would come in front of this one"
    )
    return LiterateError(f"an edit cannot be carried back: {becomes}, from {source}", place)
