"""Recording the examples and verifying their recordings: what to make of what they print."""

from collections.abc import Generator
from contextlib import closing
from typing import Protocol

from literate.agreement import difference_notes, differences
from literate.claims import false_claims
from literate.errors import ExampleError, LiterateError, StaleError
from literate.model import Location
from literate.pictures import figure_path
from literate.plan import Plan
from literate.project import Report
from literate.recording import Recording, recording_path
from literate.runner import Run
from literate.runs import Finished, Runs, recording_of, run_all
from literate.series import parse_series

# What became of an example.
RECORDED, KEPT, DIFFERS, FAILED, RUNNING = "recorded", "agrees", "differs", "failed", "running"


class Progress(Protocol):
    """Shows what becomes of the examples."""

    def __call__(
        self, example: str, state: str, seconds: float, loss: float | None, worker: str = ""
    ) -> None:
        """Note that `example` is now in `state`, on the `worker` of a cluster if on any."""


def record(plan: Plan, finished: Finished, progress: Progress) -> Report:
    """Keep a recording of each example whose runs have `finished` and succeeded.

    What is finished is kept whatever becomes of the others.
    """
    report = Report()
    try:
        with closing(_made(plan, finished, progress, report)) as made:
            for example, recording, runs in made:
                state = _keep(plan, recording, runs[0].figures)
                unlike = _not_repeatable(plan, example, runs)
                report.add(unlike)
                outcome = DIFFERS if unlike else state
                progress(example, outcome, runs[0].seconds, last_loss(recording), runs[0].machine.worker)
    except ExampleError as error:  # the others cannot run any more
        report.add([error])
    return report


def verify(plan: Plan, jobs: int, progress: Progress) -> Report:
    """Run the examples of `plan` and compare with their recordings; write nothing."""
    report = Report()
    report.add([error for page in plan.pages for error in page.errors if not isinstance(error, StaleError)])
    with closing(_made(plan, _run_here(plan, jobs, 1, progress), progress, report)) as made:
        for example, recording, runs in made:
            fault = disagreement(plan, recording)
            report.add([fault] if fault else [])
            plan.recordings.put(recording)
            progress(example, DIFFERS if fault else KEPT, runs[0].seconds, last_loss(recording))
    claims = [claim for page in plan.pages for claim in page.claims]
    report.add(false_claims(claims, plan.examples, plan.recordings))
    return report


def _run_here(plan: Plan, jobs: int, times: int, progress: Progress) -> Finished:
    def started(example: str) -> None:
        progress(example, RUNNING, 0.0, None)

    return run_all(plan, jobs, times, started)


def _made(
    plan: Plan, finished: Finished, progress: Progress, report: Report
) -> Generator[tuple[str, Recording, list[Run]]]:
    """Each example that ran to its end, its new recording and its runs; those that did not go to the `report`."""
    with closing(finished):
        for example, runs in finished:
            try:
                recording = _first_recording(plan, example, runs)
            except LiterateError as error:
                progress(example, FAILED, 0.0 if isinstance(runs, LiterateError) else runs[0].seconds, None)
                report.add([error])
                continue
            assert not isinstance(runs, LiterateError)
            yield example, recording, runs


def _first_recording(plan: Plan, example: str, runs: Runs) -> Recording:
    if isinstance(runs, LiterateError):
        raise runs.at(Location(example))
    return recording_of(plan, example, runs[0])


def _keep(plan: Plan, new: Recording, figures: list[bytes]) -> str:
    """Write the recording, unless the committed one agrees; then at most what it depends on is brought up to date."""
    sources, workspace = plan.recordings.sources, plan.project.workspace
    for path, data in ((figure_path(new.example, number), data) for number, data in enumerate(figures, 1)):
        if not sources.exists(path) or sources.raw(path) != data:
            workspace.write_bytes(path, data)
    old = plan.recordings.find(new.example)
    if old is None or not _agrees(old, new, plan.project.settings.rtol):
        workspace.write_bytes(recording_path(new.example), new.serialise())
        return RECORDED
    if plan.recordings.broken_bounds(new.example):
        workspace.write_bytes(recording_path(new.example), new.serialise())
    elif old.depends != new.depends:
        old.depends, old.code = new.depends, new.code
        workspace.write_bytes(recording_path(new.example), old.serialise())
    else:
        workspace.tidy(recording_path(new.example))
    return KEPT


def _agrees(old: Recording, new: Recording, rtol: float) -> bool:
    same = old.arguments == new.arguments and old.figures == new.figures
    return same and not differences(old.lines, new.lines, rtol)


def _not_repeatable(plan: Plan, example: str, runs: list[Run]) -> list[LiterateError]:
    """The error for an example that prints or shows something else the second time."""
    if len(runs) < 2:
        return []
    first, second = runs
    if second.failure:
        try:
            recording_of(plan, example, second)
        except ExampleError as error:
            error.message = f"the second run failed: {error.message}"
            return [error]
    found = differences(first.lines, second.lines, None)
    if found:
        return [StaleError("not repeatable: two runs differ", Location(example), difference_notes(found))]
    if first.figures != second.figures:
        return [StaleError("not repeatable: two runs show other figures", Location(example))]
    return []


def disagreement(plan: Plan, new: Recording) -> LiterateError | None:
    """What is wrong with the recording of an example that printed `new`; None where they agree."""
    try:
        old = plan.recordings.get(new.example)
    except LiterateError as error:
        return error.at(Location(new.example))
    found = differences(old.lines, new.lines, plan.project.settings.rtol)
    if not found:
        return None
    lines = "line of its output differs" if len(found) == 1 else "lines of its output differ"
    message = f"{len(found)} {lines} from the recording"
    return StaleError(message, Location(new.example), difference_notes(found))


def last_loss(recording: Recording) -> float | None:
    """The last value of the series `loss`, if there is one."""
    series = parse_series(recording.lines).get("loss")
    return series.last if series else None
