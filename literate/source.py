"""A file's text, made uniform: UTF-8, no byte order mark, lines that end in `\\n`, the last one too."""

from bisect import bisect_right
from itertools import accumulate

from literate.errors import LiterateError
from literate.model import Location

TYPE_CHECKING = False  # `typing` is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")

BOM = b"\xef\xbb\xbf"
_CHUNK = 1 << 20
_NEAR = 100  # up to this line, counting lines is faster than finding all of them


class Source:
    """A text of the project: `text` ends in a line end unless it is empty."""

    __slots__ = ("_found", "_starts", "path", "searched", "text")

    def __init__(self, path: str, text: bytes) -> None:
        self.path = path
        self.text = text
        self.searched = 0  # bytes looked through for texts that were pinned
        self._starts: list[int] = []
        self._found: dict[str, object] = {}

    @classmethod
    def of_bytes(cls, path: str, data: bytes) -> "Source":
        """The text of a file with the bytes `data`. Raises LiterateError where they are not UTF-8."""
        require_utf8(path, data)
        text = data.removeprefix(BOM)
        if b"\r" in text:
            text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if text and not text.endswith(b"\n"):
            text += b"\n"
        return cls(path, text)

    def once(self, name: str, find: "Callable[[Source], T]") -> "T":
        """What `find` finds in this text, found once, a fault too: a page may ask for each of a thousand symbols."""
        if name not in self._found:
            try:
                self._found[name] = find(self)
            except LiterateError as error:
                self._found[name] = error
        found = self._found[name]
        if isinstance(found, LiterateError):
            raise LiterateError(found.message, found.location, found.notes)
        return found  # type: ignore[return-value]

    def location(self, offset: int) -> Location:
        """The place of the byte at `offset`."""
        return Location.of_offset(self.path, self.text, offset)

    def line_count(self) -> int:
        """How many lines the text has."""
        return len(self._line_starts()) - 1

    def span_of_lines(self, first: int, last: int) -> tuple[int, int]:
        """The bytes of the lines `first` to `last`, counted from 1, both included; they must exist."""
        if not self._starts and last <= _NEAR:
            start = self._behind_lines(0, first - 1)
            return start, self._behind_lines(start, last - first + 1)
        starts = self._line_starts()
        return starts[first - 1], starts[last]

    def _behind_lines(self, offset: int, count: int) -> int:
        """Where the line begins that is `count` lines behind the one that begins at `offset`."""
        for _ in range(count):
            offset = self.text.index(b"\n", offset) + 1
        return offset

    def line_of(self, offset: int) -> int:
        """The line, from 1, that the byte at `offset` is in."""
        return bisect_right(self._line_starts(), offset)

    def _line_starts(self) -> list[int]:
        """Where each line starts, and where the text ends; found once, when first asked for."""
        if not self._starts:
            self._starts = list(accumulate(map(len, self.text.split(b"\n")[:-1]), _next_line, initial=0))
        return self._starts


def _next_line(start: int, length: int) -> int:
    return start + length + 1


def require_utf8(path: str, data: bytes) -> None:
    """Raises LiterateError with the place of the first byte of `data` that is not UTF-8."""
    if data.isascii():
        return
    from codecs import getincrementaldecoder

    decoder = getincrementaldecoder("utf-8")()
    for start in range(0, len(data), _CHUNK):
        pending = len(decoder.getstate()[0])
        chunk = data[start : start + _CHUNK]
        try:
            decoder.decode(chunk, final=start + _CHUNK >= len(data))
        except UnicodeDecodeError as error:
            raise _not_utf8(path, data, start - pending + error.start) from None


def _not_utf8(path: str, data: bytes, offset: int) -> LiterateError:
    message = f"not UTF-8: byte 0x{data[offset]:02x} at offset {offset}; save the file as UTF-8"
    return LiterateError(message, Location.of_offset(path, data, offset))
