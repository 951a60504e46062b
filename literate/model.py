"""The frozen data that every module shares.

Plain classes with `__slots__`: importing `dataclasses` or `typing` takes as long as starting Python does,
and on a page of this tutorial's size starting is most of the work.
"""


class Location:
    """A place in a file of the project: lines and columns count from 1, in characters; 0 says none."""

    __slots__ = ("column", "line", "path")

    def __init__(self, path: str, line: int = 0, column: int = 0) -> None:
        self.path = path
        self.line = line
        self.column = column

    @classmethod
    def of_offset(cls, path: str, text: bytes, offset: int) -> "Location":
        """The place of the byte at `offset` of `text`."""
        start = text.rfind(b"\n", 0, offset) + 1
        column = len(text[start:offset].decode("utf-8", "replace")) + 1
        return cls(path, text.count(b"\n", 0, offset) + 1, column)

    @property
    def key(self) -> tuple[str, int, int]:
        """What places are sorted by."""
        return (self.path, self.line, self.column)

    def __str__(self) -> str:
        numbers = [str(number) for number in (self.line, self.column) if number]
        return ":".join([self.path, *numbers])


class Settings:
    """What a project can set in `[tool.literate]` of its pyproject.toml."""

    __slots__ = ("banner", "command", "exclude")

    def __init__(
        self,
        banner: bool = True,
        command: str = "build-readme",
        exclude: tuple[str, ...] = (),
    ) -> None:
        self.banner = banner
        self.command = command
        self.exclude = exclude


class Piece:
    """A part of a page and where it comes from.

    The lines of `data` are the lines of the file `path` from byte `offset` of its text on; a piece that no
    file holds, such as a generated fence, has the place of the directive that asked for it, and is not
    `verbatim`.
    """

    __slots__ = ("data", "offset", "path", "verbatim")

    def __init__(self, data: bytes | memoryview, path: str, offset: int, verbatim: bool = False) -> None:
        self.data = data
        self.path = path
        self.offset = offset
        self.verbatim = verbatim
