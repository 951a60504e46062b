"""The server of the preview, in a thread of its own."""

import asyncio
import socket
import threading
from types import TracebackType

import uvicorn

from literate.errors import LiterateError, UsageError
from literate.preview.guard import Guard
from literate.preview.server import Preview, RunExample
from literate.preview.shown import Shown

_ADDRESS = "127.0.0.1"  # nobody else can reach it
_FIRST, _LAST = 8000, 8019
_PATIENCE = 3  # seconds for answers to end


def listen(port: int | None) -> socket.socket:
    """A socket at `port`, else at a free one near 8000. Raises UsageError where the port is taken."""
    for number in [port] if port else [*range(_FIRST, _LAST + 1), 0]:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((_ADDRESS, number))
            listener.listen()
            return listener
        except OSError as error:
            listener.close()
            reason = error.strerror
    if port:
        raise UsageError(f"cannot serve at port {port}: {reason}; without --port a free one is found")
    raise LiterateError(f"no port can be served at: {reason}")


class Service:
    """Serves a preview at the socket `listener` from `with` to its end; then nothing of it is left."""

    def __init__(self, listener: socket.socket, run_example: RunExample) -> None:
        self._listener = listener
        self._run_example = run_example
        self._port = listener.getsockname()[1]
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="preview")

    @property
    def address(self) -> str:
        """Where the preview is."""
        return f"http://{_ADDRESS}:{self._port}/"

    def __enter__(self) -> "Service":
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._end)
        self._thread.join()

    def show(self, shown: Shown) -> None:
        """Show this from now on; may be called from any thread."""
        self._loop.call_soon_threadsafe(self._preview.show, shown)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._preview = Preview(self._run_example)
        config = uvicorn.Config(
            Guard(self._preview.application, self._port),
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_PATIENCE,
        )
        self._server = uvicorn.Server(config)
        self._ready.set()
        await self._server.serve([self._listener])

    def _end(self) -> None:
        self._preview.end()
        self._server.should_exit = True
