"""The lines that an example prints, put together from what comes through a pipe."""

from collections.abc import Callable


class Lines:
    """The lines that came through a pipe, and when; `on_line` gets each as it is complete."""

    __slots__ = ("_on_line", "_open", "lines", "times")

    def __init__(self, on_line: Callable[[str], None] | None) -> None:
        self.lines: list[str] = []
        self.times: list[float] = []
        self._open = bytearray()
        self._on_line = on_line

    def add(self, chunk: bytes, seconds: float) -> None:
        """Add what was read `seconds` after the start."""
        time_read = round(seconds, 3)
        first, *others = chunk.split(b"\n")
        self._open += first
        for part in others:
            self._finish(self._open.removesuffix(b"\r"), time_read)
            self._open = bytearray(part)

    def close(self, seconds: float) -> None:
        """A last line counts without its line end too."""
        if self._open:
            self._finish(self._open, round(seconds, 3))
            self._open = bytearray()

    def _finish(self, line: bytearray, time_read: float) -> None:
        text = line.decode("utf-8", "backslashreplace")
        self.lines.append(text)
        self.times.append(time_read)
        if self._on_line is not None:
            self._on_line(text)
