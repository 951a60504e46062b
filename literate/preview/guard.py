"""Who may ask: a page of ours, in a browser on this machine.

Any site that somebody reads can make their browser ask this machine for something. Such a request carries the name
under which the browser found us (`Host`), which a site can point at this machine, and where it comes from
(`Origin`). Neither may be foreign. Nothing here ever allows another site to read an answer.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OURS = "/.preview"
_SCRIPTS = ("/literate.js", f"{OURS}/preview.js")
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# A file that is opened by itself, such as a drawing, can do nothing at all.
FILE_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


class Guard:
    """Lets requests through to `application` that come from this machine's own browser at `port`."""

    def __init__(self, application: ASGIApp, port: int) -> None:
        self._application = application
        self._hosts = frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost"))
        if port == 80:
            self._hosts |= {"127.0.0.1", "localhost"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                headers.setdefault("Content-Security-Policy", FILE_POLICY)
            await send(message)

        fault = self._fault(Headers(scope=scope))
        answer = PlainTextResponse(fault + "\n", 403) if fault else self._application
        await answer(scope, receive, guarded)

    def _fault(self, headers: Headers) -> str:
        """Why a request with such `headers` is refused; empty where it is not."""
        if headers.getlist("host") not in [[host] for host in self._hosts]:
            return "this is a preview for this machine alone, at 127.0.0.1 and localhost"
        origins = {f"http://{host}" for host in self._hosts}
        if not origins.issuperset(headers.getlist("origin")):
            return "a page from elsewhere has nothing to ask here"
        return ""


def page_policy(host: str) -> str:
    """What a page that was asked for at `host` may load: what lies beside it, and of scripts only ours."""
    scripts = " ".join(f"http://{host}{path}" for path in _SCRIPTS)
    return (
        f"default-src 'none'; img-src 'self' data:; style-src 'self'; script-src {scripts}; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
