"""Running an example from its page: its output line by line, and a recording kept only if it succeeded."""

import threading
import time
from collections.abc import Callable

from literate.drawing import draw_pictures
from literate.errors import LiterateError
from literate.plan import Plan, plan
from literate.project import Project
from literate.record import record
from literate.runner import run
from literate.runs import Finished, job_of


def run_and_record(
    project: Project, example: str, cancelled: threading.Event, on_line: Callable[[str], None]
) -> tuple[str, float, list[LiterateError]]:
    """Run `example`, giving each line that it prints to `on_line`, and record it as `record` does.

    What became of it, how many seconds it took, and what is wrong. Pictures that it changes are drawn anew.
    """
    outcome, started = "failed", time.monotonic()

    def progress(example: str, state: str, seconds: float, loss: float | None, worker: str = "") -> None:
        nonlocal outcome
        outcome = state

    try:
        chosen = plan(project, [example], every=True)
        report = record(chosen, _finished(chosen, example, cancelled, on_line), progress)
        errors = report.errors or draw_pictures(project)
    except LiterateError as error:
        errors = [error]
    finally:
        project.workspace.close()
    return outcome, time.monotonic() - started, errors


def _finished(
    plan: Plan, example: str, cancelled: threading.Event, on_line: Callable[[str], None]
) -> Finished:
    try:
        result = run(job_of(plan, example), cancelled, on_line)
    except LiterateError as error:
        yield example, error
        return
    yield example, [result.portable(plan.project.workspace.root)]
