"""A preview from its start to Ctrl-C: what the server shows follows the sources."""

import threading
import time
from collections.abc import Callable

from literate.errors import LiterateError
from literate.model import Settings
from literate.preview.running import run_and_record
from literate.preview.service import Service, listen
from literate.preview.shown import Shown, show
from literate.project import Project
from literate.watch import Noting, Watch
from literate.workspace import Workspace

OpenProject = Callable[[Workspace], Project]
Told = Callable[[str, list[str], tuple[LiterateError, ...], float], None]


def preview(root: str, port: int | None, open_project: OpenProject, told: Told) -> None:
    """Serve the project below `root` until KeyboardInterrupt; then nothing of it is left.

    `told` gets the address, the files that have changed, none at first, what is wrong, and how many seconds it
    took to show. Raises UsageError where the `port` is taken.
    """
    turns = _Turns(root, open_project)
    with Service(listen(port), turns.run_example) as service:
        changed: list[str] = []
        while True:
            started = time.monotonic()
            shown = turns.turn()
            service.show(shown)
            told(service.address, changed, shown.errors, time.monotonic() - started)
            changed = turns.watch.wait()


class _Turns:
    """Makes what is shown, once a `turn`."""

    def __init__(self, root: str, open_project: OpenProject) -> None:
        self.watch = Watch(root)
        self._root = root
        self._open_project = open_project
        self._settings = Settings()
        self._shown = Shown()

    def turn(self) -> Shown:
        """What to show of the sources as they stand."""
        noting = Noting(self._root)
        try:
            project = self._open_project(noting)
            self._settings = project.settings
            self._shown = show(project, self._shown)
        except LiterateError as error:
            self._shown = self._shown.broken(error)
        finally:
            noting.close()
        self.watch.look(noting.noted, self._settings)
        return self._shown

    def run_example(
        self, example: str, cancelled: threading.Event, on_line: Callable[[str], None]
    ) -> tuple[str, float, list[LiterateError]]:
        """Run an example for a page; called in a thread of its own, so with a workspace of its own."""
        try:
            project = self._open_project(Workspace(self._root))
        except LiterateError as error:
            return "failed", 0.0, [error]
        return run_and_record(project, example, cancelled, on_line)
