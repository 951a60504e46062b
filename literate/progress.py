"""The progress of several examples at once: a line each, redrawn on a terminal, plain in a log."""

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
            if self._live:
                self._draw()
            elif state != _RUNNING:
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
                self._draw()

    def _draw(self) -> None:
        lines = [self._line(example) for example in self._examples if example in self._states]
        back = f"\x1b[{self._drawn}A" if self._drawn else ""
        self._stream.write(back + "".join(f"\x1b[2K{line}\n" for line in lines))
        self._stream.flush()
        self._drawn = len(lines)

    def _line(self, example: str) -> str:
        state, seconds, loss, worker = self._states[example]
        if state == _RUNNING:
            seconds = time.monotonic() - self._started[example]
        text = f"{example:{self._width}}  {state:8}  {seconds:6.1f} s"
        text = text if loss is None else f"{text}  loss {loss:.2e}"
        return f"{text}  on {worker}" if worker else text
