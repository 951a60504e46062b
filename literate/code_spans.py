"""Where the code spans of a text end: what stands in one is neither a link nor a value."""

import re
from bisect import bisect_right

_RUN = re.compile(rb"`+")


class CodeSpans:
    """The runs of backticks of `text` between `start` and `end`, found once."""

    __slots__ = ("_ends", "_text")

    def __init__(self, text: bytes, start: int = 0, end: int | None = None) -> None:
        self._text = text
        self._ends: dict[int, list[int]] = {}  # by the length of a run
        for run in _RUN.finditer(text, start, len(text) if end is None else end):
            self._ends.setdefault(len(run[0]), []).append(run.end())

    def behind(self, start: int, limit: int) -> int:
        """Where the code span that opens at `start` ends, up to `limit`, or its backticks do if it is none."""
        run = _RUN.match(self._text, start)
        assert run is not None
        ends = self._ends.get(len(run[0]), [])
        at = bisect_right(ends, run.end())
        return ends[at] if at < len(ends) and ends[at] <= limit else run.end()
