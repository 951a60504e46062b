"""Show the pages in a browser on this machine as their sources stand, until Ctrl-C. When a source is saved, so is
the page in the browser, where you were reading; an error is shown on top of the last good page. Nothing is written
but the recording of an example that you run from its page."""

from __future__ import annotations

import argparse
import gc
import json
import signal
import sys

from literate.commands import Context, add_templates
from literate.errors import LiterateError
from literate.project import Project, Report
from literate.report import error_lines

TYPE_CHECKING = False  # what only types need
if TYPE_CHECKING:
    from literate.workspace import Workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `preview`."""
    add_templates(parser)
    help_ = "where to serve on this machine (default: a free one near 8000)"
    parser.add_argument("--port", type=_port, metavar="N", help=help_)
    parser.add_argument("--open", action="store_true", help="open the page in your browser")


def _port(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is no port from 1 to 65535")


def run(context: Context) -> Report:
    """Carry `preview` out: until it is interrupted, which is an exit status of its own."""
    try:
        from literate.preview.session import preview
    except ImportError as error:
        package = f"the preview is made by packages that are not installed ({error.name} is missing)"
        raise LiterateError(f"{package}: pip install 'literate-readme[html,watch]'") from None
    gc.enable()  # unlike other commands, this one has no end
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the same end as by Ctrl-C
    narrowed = context.paths()
    root = context.workspace.root

    def project(workspace: Workspace) -> Project:
        own = Context(root, context.options, context.show)
        own.workspace = workspace
        return own.project(narrowed)

    preview(root, context.options.port, project, _Teller(context).told)
    return Report()


class _Teller:
    """Says in the terminal where the preview is, what has changed and what is wrong."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def told(
        self, address: str, changed: list[str], errors: tuple[LiterateError, ...], seconds: float
    ) -> None:
        """Say it of one turn; of the first, where the preview is."""
        for error in errors:
            print("\n".join(error_lines(error, self._context.show)), file=sys.stderr, flush=True)
        if not changed:
            self._say({"address": address, "errors": len(errors)}, f"preview: {address}")
            self._open(address)
            return
        names = ", ".join(map(self._context.show, changed))
        outcome = "shown" if not errors else "1 error" if len(errors) == 1 else f"{len(errors)} errors"
        record = {"changed": changed, "errors": len(errors), "seconds": seconds}
        self._say(record, f"{names}: {outcome} in {seconds:.2f} s")

    def _say(self, record: dict[str, object], line: str) -> None:
        if self._context.options.json:
            print(json.dumps(record))
        self._context.say(line)
        sys.stdout.flush()

    def _open(self, address: str) -> None:
        if self._context.options.open:
            import webbrowser

            webbrowser.open(address)
