"""The runs of a project's examples, several at a time, and the recording that a run makes."""

import os
import platform
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from importlib import metadata

from literate.dependencies import Dependencies, code_digest, digest_of, find_dependencies
from literate.errors import ExampleError, LiterateError
from literate.model import Location
from literate.pictures import figure_path
from literate.plan import Plan
from literate.recording import Recording
from literate.requirements import normalised
from literate.runner import Job, Limits, Run, run

_TRACEBACK = 12  # lines of an example's own last words in its error

Runs = list[Run] | LiterateError  # those of an example, or why it could not be started


def run_all(plan: Plan, jobs: int, times: int, started: Callable[[str], None]) -> Generator[tuple[str, Runs]]:
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
    job = _job(plan, example)
    for _ in range(times):
        result = run(job, cancelled)
        yield result
        if result.failure:
            return


def _job(plan: Plan, example: str) -> Job:
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
    )


def recording_of(plan: Plan, example: str, result: Run) -> Recording:
    """The recording of a run. Raises ExampleError where it failed: a failure is never recorded."""
    root = plan.project.workspace.root
    if result.failure:
        raise _failed(plan, example, result)
    own = plan.project.settings.of_example(example)
    depends = find_dependencies(example, own.inputs, plan.recordings.sources)
    figures = {figure_path(example, n): digest_of(data) for n, data in enumerate(result.figures, 1)}
    return Recording(
        example,
        [_portable(line, root, result.folder) for line in result.lines],
        arguments=list(own.arguments),
        code={path: code_digest(plan.recordings.sources.get(path).text) for path in depends.modules},
        depends=depends.files,
        device=_device(),
        figures=figures,
        packages=_versions(depends),
        python=".".join(map(str, sys.version_info[:3])),
        seconds=round(result.seconds, 3),
        stderr=[_portable(line, root, result.folder) for line in result.errors],
        times=result.times,
    )


def _failed(plan: Plan, example: str, result: Run) -> ExampleError:
    """The error for a run that failed: at the line of the script that its traceback ends in, its last words below."""
    root = plan.project.workspace.root
    words = [_portable(line, root, result.folder) for line in result.errors]
    line = 0
    for text in words:
        place = text.strip().removeprefix(f'File "{example}", line ')
        if place != text.strip():
            line = int(place.partition(",")[0])
    notes: list[tuple[Location | None, str]] = [(None, text) for text in words[-_TRACEBACK:]]
    if example in plan.shown:
        notes.append((plan.shown[example], "shown here"))
    return ExampleError(result.failure, Location(example, line), tuple(notes))


def _portable(line: str, root: str, folder: str) -> str:
    """A line without the paths of this machine."""
    for path, name in ((root + os.sep, ""), (folder + os.sep, ""), (sys.prefix + os.sep, "python/")):
        line = line.replace(path, name)
    return line


def _device() -> str:
    """Where examples run here. CUDA's own variable hides a device from them."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES") not in ("", "-1")
    kind = "cuda" if visible and os.path.exists("/dev/nvidia0") else "cpu"
    return f"{kind}, {platform.machine()} {platform.system()}"


def _versions(depends: Dependencies) -> dict[str, str]:
    """The version of each distribution that the example imports from, by its normalised name."""
    wanted = depends.packages - sys.stdlib_module_names
    if not wanted:
        return {}
    distributions = metadata.packages_distributions()
    names = {name for package in wanted for name in distributions.get(package, [])}
    return {normalised(name): metadata.version(name) for name in sorted(names)}
