"""Weave again whenever a file that a page depends on changes, until Ctrl-C. An error is shown and the watch goes on;
the pages stay as they are meanwhile. With `--record`, the examples whose recording is no longer fresh are run."""

from __future__ import annotations

import argparse
import gc
import json
import os
import signal
import sys
import time

from literate.build import WRITTEN, build
from literate.commands import Context, add_templates
from literate.dependencies import find_dependencies
from literate.errors import LiterateError, StaleError
from literate.model import Settings
from literate.plan import Plan, plan
from literate.project import Report
from literate.recording import FOLDER
from literate.report import error_lines, error_record
from literate.watch import Noting, Print, Watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from literate.report import Show

_NAMED = 3  # files that a line names at most


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `watch`."""
    add_templates(parser)
    parser.add_argument("--record", action="store_true", help="run the examples whose recording is not fresh")


def run(context: Context) -> Report:
    """Carry `watch` out: until it is interrupted, which is an exit status of its own."""
    gc.enable()  # unlike other commands, this one has no end
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the same end as by Ctrl-C
    loop = _Loop(context, context.paths())
    loop.turn([])
    while changed := loop.watch.wait():
        loop.turn(changed)
    return Report()


class _Loop:
    """Weaves, and says what came of it, once a `turn`."""

    def __init__(self, context: Context, narrowed: list[str]) -> None:
        self.context = context
        self.narrowed = narrowed
        self.watch = Watch(context.workspace.root)
        self._settings = Settings()
        self._failed: dict[str, tuple[object, LiterateError]] = {}  # by example: with what it failed, and how

    def turn(self, changed: list[str]) -> None:
        """Weave after files have `changed`, all that there is at first."""
        start = time.monotonic()
        report, noted = self._build()
        if self.context.options.record and any(isinstance(error, StaleError) for error in report.errors):
            failures = self._record()
            report, noted_now = self._build()
            report.errors = [error for error in report.errors if not self._is_told_by_failure(error)]
            report.add(failures)
            before = {path: state for path, state in noted.items() if not path.startswith(f"{FOLDER}/")}
            noted = noted_now | before  # what changed while an example ran has changed
        self.watch.look(noted, self._settings)
        self._say(changed, report, time.monotonic() - start)

    def _is_told_by_failure(self, error: LiterateError) -> bool:
        """Whether `error` only says that an example is not recorded which has just failed."""
        return (
            isinstance(error, StaleError)
            and error.location is not None
            and error.location.path in self._failed
        )

    def _build(self) -> tuple[Report, dict[str, Print]]:
        """What became of the pages, and the state of the files that they depend on."""
        noting = Noting(self.context.workspace.root)
        self.context.workspace = noting
        report = Report()
        try:
            project = self.context.project(self.narrowed)
            self._settings = project.settings
            report = build(project)
        except LiterateError as error:
            report.add([error])
        finally:
            noting.close()
        return report, noting.noted

    def _record(self) -> list[LiterateError]:
        """Run the examples that are not fresh, but for those that failed as they stand; what went wrong with any."""
        from literate.drawing import draw_pictures  # imports what only running needs

        try:
            project = self.context.project(self.narrowed)
            chosen = plan(project, [], every=False)
            states = {example: _state(chosen, example) for example in chosen.examples}
            self._failed = {
                example: failed
                for example, failed in self._failed.items()
                if states.get(example) == failed[0]
            }
            chosen.examples[:] = [example for example in chosen.examples if example not in self._failed]
            report = _run(self.context, chosen)
            for error in report.errors:
                example = error.location.path if error.location else ""
                if example in states:
                    self._failed[example] = states[example], error
            return [*report.errors, *(error for _, error in self._failed.values()), *draw_pictures(project)]
        except LiterateError as error:
            return [error]
        finally:
            self.context.workspace.close()

    def _say(self, changed: list[str], report: Report, seconds: float) -> None:
        """One line for the event, and the errors."""
        show = self.context.show
        if self.context.options.json:
            errors = list(map(error_record, report.errors))
            print(
                json.dumps({"changed": changed, "seconds": seconds, **report.record(), "errors": errors}),
                flush=True,
            )
            return
        for error in report.errors:
            print("\n".join(error_lines(error, show)), file=sys.stderr, flush=True)
        if not self.context.quiet:
            print(f"{_named(changed, show)}: {_outcome(report, show)} in {seconds:.2f} s", flush=True)


def _state(chosen: Plan, example: str) -> object:
    """All that a run of `example` depends on."""
    own = chosen.project.settings.of_example(example)
    try:
        files = find_dependencies(example, own.inputs, chosen.recordings.sources).files
    except LiterateError as error:
        return str(error)
    return files, own.arguments, own.timeout, own.memory, own.threads


def _run(context: Context, chosen: Plan) -> Report:
    """Run the examples of `chosen` and keep what they print."""
    from literate.commands.running import progress
    from literate.record import RUNNING, record
    from literate.runs import run_all

    with progress(context, chosen.examples) as shown:

        def started(example: str) -> None:
            shown(example, RUNNING, 0.0, None)

        return record(chosen, run_all(chosen, os.cpu_count() or 1, 1, started), shown)


def _named(changed: list[str], show: Show) -> str:
    if not changed:
        return "watching"
    names = ", ".join(map(show, changed[:_NAMED]))
    return names if len(changed) <= _NAMED else f"{names} and {len(changed) - _NAMED} more"


def _outcome(report: Report, show: Show) -> str:
    """What became of the pages, in a few words."""
    if report.errors:
        noun = "error" if len(report.errors) == 1 else "errors"
        return f"{len(report.errors)} {noun}, nothing written"
    written = [show(page) for page, _, state in report.pages if state == WRITTEN]
    return f"{', '.join(written)} written" if written else "every page is fresh"
