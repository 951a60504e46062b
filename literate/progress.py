"""The progress of several examples at once, a line each.

In a log there is a line for each that has ended. On a terminal, the lines of those that run stand below and are
redrawn.
"""

import os
import threading
import time
from typing import TextIO

_RUNNING = "running"
_EVERY = 0.2  # seconds between two drawings


class Progress:
    """Shows what becomes of the `examples` on `stream`; its methods may be called from any thread."""

    def __init__(self, examples: list[str], stream: TextIO) -> None:
        self._examples = examples
        self._stream = stream
        self._live = stream.isatty()
        self._width = max(map(len, examples), default=0)
        self._states: dict[str, tuple[str, float, float | None, str]] = {}
        self._started: dict[str, float] = {}
        self._lock = threading.Lock()
        self._drawn = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._redraw, daemon=True)
        if self._live and examples:
            self._thread.start()

    def __call__(
        self, example: str, state: str, seconds: float, loss: float | None, worker: str = ""
    ) -> None:
        """Note that `example` is now in `state`, on the `worker` of a cluster if on any."""
        with self._lock:
            if state == _RUNNING:
                self._started[example] = time.monotonic()
            self._states[example] = (state, seconds, loss, worker)
            ended = [] if state == _RUNNING else [example]
            if self._live:
                self._draw(ended)
            elif ended:
                self._stream.write(self._line(example) + "\n")
                self._stream.flush()

    def close(self) -> None:
        """Stop redrawing."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _redraw(self) -> None:
        while not self._ended.wait(_EVERY):
            with self._lock:
                self._draw([])

    def _draw(self, ended: list[str]) -> None:
        """Draw the lines of the examples that run anew, behind those that have just `ended`, which stay."""
        running = [example for example in self._examples if self._states.get(example, ("",))[0] == _RUNNING]
        columns, rows = _size(self._stream)
        running = running[: max(rows - 2, 1)]  # what has left the screen cannot be redrawn
        back = f"\x1b[{self._drawn}A" if self._drawn else ""
        lines = [self._line(example)[: columns - 1] for example in [*ended, *running]]
        self._stream.write(back + "".join(f"\x1b[2K{line}\n" for line in lines) + "\x1b[J")
        self._stream.flush()
        self._drawn = len(running)

    def _line(self, example: str) -> str:
        state, seconds, loss, worker = self._states[example]
        if state == _RUNNING:
            seconds = time.monotonic() - self._started[example]
        text = f"{example:{self._width}}  {state:8}  {seconds:6.1f} s"
        text = text if loss is None else f"{text}  loss {loss:.2e}"
        return f"{text}  on {worker}" if worker else text


def _size(stream: TextIO) -> tuple[int, int]:
    """The columns and rows of a terminal; of one that does not know, those of the first ones."""
    try:
        columns, rows = os.get_terminal_size(stream.fileno())
    except OSError:
        return 80, 24
    return columns or 80, rows or 24
