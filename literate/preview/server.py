"""The addresses of the preview: the files of the site, what happens to them, and running an example."""

import asyncio
import json
import secrets
import threading
from collections.abc import AsyncIterator, Callable
from importlib.resources import files

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from literate.errors import LiterateError
from literate.preview.document import document
from literate.preview.guard import OURS, page_policy
from literate.preview.shown import Shown
from literate.report import error_lines
from literate.site.links import INDEX

# Runs an example: what it prints line by line to the function; what became of it, the seconds, what is wrong.
RunExample = Callable[[str, threading.Event, Callable[[str], None]], tuple[str, float, list[LiterateError]]]
Lines = asyncio.Queue[dict[str, object] | None]

_OWN = ("github.css", "preview.css", "preview.js")
_TYPES = {
    "avif": "image/avif",
    "css": "text/css",
    "gif": "image/gif",
    "html": "text/html",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "js": "text/javascript",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
}
_LONGEST = 4096  # bytes of a request to run an example


class Preview:
    """What is shown now, and the application that serves it; all of it belongs to the thread of the server."""

    def __init__(self, run_example: RunExample) -> None:
        self.shown = Shown()
        self._run_example = run_example
        self._token = secrets.token_urlsafe(32)
        self._session = secrets.token_hex(8)
        self._changed = asyncio.Event()
        self._ended = False
        self._running: threading.Event | None = None  # set, it ends the run
        self.application = Starlette(
            routes=[
                Route(f"{OURS}/events", self._events),
                Route(f"{OURS}/run", self._run, methods=["POST"]),
                Route("/{path:path}", self._file),
            ]
        )

    def show(self, shown: Shown) -> None:
        """Show this from now on, in every browser that looks."""
        self.shown = shown
        self._wake()

    def end(self) -> None:
        """Let every answer end that is still under way, and the example that runs."""
        self._ended = True
        if self._running:
            self._running.set()
        self._wake()

    def _wake(self) -> None:
        waking, self._changed = self._changed, asyncio.Event()
        waking.set()

    async def _file(self, request: Request) -> Response:
        """A file of the site, or of our own."""
        path = request.path_params["path"]
        folder, _, name = path.rpartition("/")
        if folder == OURS[1:] and name in _OWN:
            return _response(name, (files("literate.preview") / "files" / name).read_bytes())
        if path == "" or path.endswith("/"):
            path += INDEX
        elif f"{path}/{INDEX}" in self.shown.files:
            return RedirectResponse(f"/{path}/")
        if path.rpartition("/")[2] == INDEX and (path in self.shown.files or path == INDEX):
            return self._page(path, request)
        if path not in self.shown.files:
            return PlainTextResponse("no such file in this preview\n", 404)
        return _response(path, self.shown.files[path])

    def _page(self, path: str, request: Request) -> Response:
        shown = self.shown
        first = next((name for name in sorted(shown.github)), None)
        if path not in shown.files and first:
            return RedirectResponse(f"/{first.removesuffix(INDEX)}")
        as_github = "github" in request.query_params
        page = (shown.github if as_github else shown.files).get(path)
        digest = shown.digests.get(f"/{path}?github" if as_github else f"/{path}", "")
        made = document(page, self._token, self._session, digest)
        return Response(
            made,
            media_type="text/html; charset=utf-8",
            headers={"Content-Security-Policy": page_policy(request.headers["host"])},
        )

    async def _events(self, request: Request) -> Response:
        """What is shown now and every time that changes, as events that a browser reads."""
        return StreamingResponse(self._states(), media_type="text/event-stream")

    async def _states(self) -> AsyncIterator[bytes]:
        while not self._ended:
            changed = self._changed
            yield f"data: {json.dumps(self._state())}\n\n".encode()
            await changed.wait()

    def _state(self) -> dict[str, object]:
        shown = self.shown
        return {
            "session": self._session,
            "digests": shown.digests,
            "pages": [f"/{path}" for path in sorted(shown.github)],
            "examples": shown.examples,
            "stale": shown.stale,
            "errors": [{**_record(error), "example": shown.example_of(error)} for error in shown.errors],
        }

    async def _run(self, request: Request) -> Response:
        """Run an example for the page that has the token; each line that it prints as it comes, as JSON."""
        given = request.headers.get("x-literate-token", "")
        if not secrets.compare_digest(given.encode(), self._token.encode()):
            return PlainTextResponse("running an example needs the token of the page\n", 403)
        example = await _example_of(request)
        if example not in self.shown.examples:
            return PlainTextResponse("no such example on the pages\n", 404)
        if self._running or self._ended:
            return PlainTextResponse("another example is running; one at a time\n", 409)
        cancelled = self._running = threading.Event()
        lines = self._start(example, cancelled)
        return StreamingResponse(_listened(lines, cancelled), media_type="application/jsonl")

    def _start(self, example: str, cancelled: threading.Event) -> Lines:
        """Run `example` in a thread of its own: what it prints, then what becomes of it, then None."""
        loop = asyncio.get_running_loop()
        lines: Lines = asyncio.Queue()

        def put(line: dict[str, object] | None) -> None:
            loop.call_soon_threadsafe(lines.put_nowait, line)

        def work() -> None:
            try:
                outcome, seconds, errors = self._run_example(
                    example, cancelled, lambda line: put({"line": line})
                )
                put({"outcome": outcome, "seconds": seconds, "errors": list(map(_record, errors))})
            finally:
                loop.call_soon_threadsafe(self._run_ended)
                put(None)

        threading.Thread(target=work, name=f"running {example}").start()
        return lines

    def _run_ended(self) -> None:
        self._running = None


async def _listened(lines: Lines, cancelled: threading.Event) -> AsyncIterator[bytes]:
    """The `lines` of a run, which is `cancelled` when nobody listens any more."""
    try:
        while (line := await lines.get()) is not None:
            yield json.dumps(line).encode() + b"\n"
    finally:
        cancelled.set()


async def _example_of(request: Request) -> str:
    """The example that a request names; empty where it names none."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST:
            return ""
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    example = found.get("example") if isinstance(found, dict) else None
    return example if isinstance(example, str) else ""


def _record(error: LiterateError) -> dict[str, object]:
    """An error for the page: its place, what is wrong, and the notes."""
    first, *notes = error_lines(error, str)
    place = str(error.location) if error.location else ""
    return {
        "place": place,
        "message": first.removeprefix(f"{place}: "),
        "notes": [note.strip() for note in notes],
    }


def _response(path: str, data: bytes) -> Response:
    kind = _TYPES.get(path.rpartition(".")[2].lower(), "text/plain")
    return Response(data, media_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
