"""The runs of a project's examples, several at a time, and the recording that a run makes."""

import os
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

from literate.dependencies import code_digest, digest_of, find_dependencies
from literate.errors import ExampleError, LiterateError
from literate.model import Location
from literate.pictures import figure_path
from literate.plan import Plan
from literate.recording import Recording
from literate.runner import Job, Limits, Run, run

_TRACEBACK = 12  # lines of an example's own last words in its error

Runs = list[Run] | LiterateError  # those of an example, or why it could not be started
Finished = Generator[tuple[str, Runs]]  # the runs of each example as they finish


def run_all(plan: Plan, jobs: int, times: int, started: Callable[[str], None]) -> Finished:
    """The runs of each example as they finish, `jobs` at a time; when the consumer stops, so do they."""
    cancelled = threading.Event()

    def attempt(example: str) -> Runs:
        if cancelled.is_set():
            return []
        started(example)
        try:
            return list(run_example(plan, example, times, cancelled))
        except LiterateError as error:
            return error

    with ThreadPoolExecutor(max(1, jobs)) as pool:
        pending = {pool.submit(attempt, example): example for example in plan.examples}
        try:
            while pending:
                done, _ = wait(pending, return_when=FIRST_COMPLETED)
                for future in done:
                    yield pending.pop(future), future.result()
        finally:
            cancelled.set()


def run_example(plan: Plan, example: str, times: int, cancelled: threading.Event) -> Iterator[Run]:
    """Run `example` so many `times`, or until it fails. Raises LiterateError where it cannot be started."""
    job = job_of(plan, example)
    for _ in range(times):
        result = run(job, cancelled).portable(plan.project.workspace.root)
        yield result
        if result.failure:
            return


def job_of(plan: Plan, example: str) -> Job:
    """How `example` is run here. Raises LiterateError where what it depends on is missing or not valid Python."""
    settings = plan.project.settings
    own = settings.of_example(example)
    root = plan.project.workspace.root
    depends = find_dependencies(example, own.inputs, plan.recordings.sources)
    return Job(
        script=os.path.join(root, *example.split("/")),
        arguments=own.arguments,
        folder=root if own.inputs else None,
        threads=own.threads,
        limits=Limits(own.timeout, own.memory, settings.output),
        figures="matplotlib" in depends.packages,
        packages=frozenset(depends.packages),
    )


def recording_of(plan: Plan, example: str, result: Run) -> Recording:
    """The recording of a run. Raises ExampleError where it failed: a failure is never recorded."""
    if result.failure:
        raise _failed(plan, example, result)
    own = plan.project.settings.of_example(example)
    depends = find_dependencies(example, own.inputs, plan.recordings.sources)
    figures = {figure_path(example, n): digest_of(data) for n, data in enumerate(result.figures, 1)}
    return Recording(
        example,
        result.lines,
        arguments=list(own.arguments),
        code={path: code_digest(plan.recordings.sources.get(path).text) for path in depends.modules},
        depends=depends.files,
        device=result.machine.device,
        figures=figures,
        packages=result.machine.packages,
        python=result.machine.python,
        seconds=round(result.seconds, 3),
        stderr=result.errors,
        times=result.times,
        worker=result.machine.named_worker,
    )


def _failed(plan: Plan, example: str, result: Run) -> ExampleError:
    """The error for a run that failed: at the line of the script that its traceback ends in, its last words below."""
    line = 0
    for text in result.errors:
        place = text.strip().removeprefix(f'File "{example}", line ')
        if place != text.strip():
            line = int(place.partition(",")[0])
    notes: list[tuple[Location | None, str]] = [(None, text) for text in result.errors[-_TRACEBACK:]]
    if example in plan.shown:
        notes.append((plan.shown[example], "shown here"))
    return ExampleError(result.failure, Location(example, line), tuple(notes))
