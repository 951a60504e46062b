"""Recording the examples and verifying their recordings: which to run, and what to make of what they print."""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from importlib import metadata

from literate.agreement import Difference, differences
from literate.claims import false_claims
from literate.dependencies import Dependencies, digest_of, find_dependencies
from literate.errors import ExampleError, LiterateError, StaleError
from literate.model import Location
from literate.pictures import Picture, figure_path
from literate.project import Project, Report
from literate.recording import FOLDER, Recording, recording_path
from literate.recordings import Recordings
from literate.requirements import normalised
from literate.runner import Job, Limits, Run, run
from literate.series import parse_series
from literate.weave import Woven, weave

_TRACEBACK = 12  # lines of an example's own last words in its error

# What became of an example.
RECORDED, KEPT, FAILED, RUNNING = "recorded", "agrees", "failed", "running"
Progress = Callable[[str, str, float, float | None], None]  # example, state, seconds, last loss


@dataclass(frozen=True)
class Plan:
    """Which examples to run, longest first, and where the pages show each."""

    project: Project
    recordings: Recordings
    pages: list[Woven]
    shown: dict[str, Location]
    examples: list[str]


def plan(project: Project, names: list[str], every: bool) -> Plan:
    """What to run: the examples `names`, else all the project has; only those that are not fresh, unless `every`.

    Raises LiterateError where a script is missing or not valid Python.
    """
    sources = project.sources()
    recordings = Recordings(sources, project.settings)
    pages = [weave(template, sources, project.settings) for template in project.templates]
    shown = {path: place for page in reversed(pages) for path, place in page.shown().items()}
    named = {example for page in pages for example in page.examples}
    examples = names or sorted(named.union(project.listed_examples()))
    for example in examples:
        sources.get(example)
    chosen = [example for example in examples if every or recordings.fault(example)]
    chosen.sort(key=lambda example: -_expected_seconds(recordings, example))
    return Plan(project, recordings, pages, shown, chosen)


def _expected_seconds(recordings: Recordings, example: str) -> float:
    """How long `example` took when it was recorded; for ever where nobody knows."""
    try:
        return recordings.get(example).seconds
    except LiterateError:
        return float("inf")


def record(plan: Plan, jobs: int, twice: bool, progress: Progress) -> Report:
    """Run the examples of `plan`, keep a recording of each that succeeds, and draw the pages' pictures.

    What is finished is kept whatever becomes of the others.
    """
    report = Report()
    for example, runs in _run_all(plan, jobs, 2 if twice else 1, progress):
        try:
            recording = _recording(plan, example, runs[0])
            state = _keep(plan, recording, runs[0].figures)
            progress(example, state, runs[0].seconds, last_loss(recording))
            report.add(_not_repeatable(example, runs))
        except LiterateError as error:
            progress(example, FAILED, runs[0].seconds, None)
            report.add([error])
    report.add(draw_pictures(plan.project))
    return report


def verify(plan: Plan, jobs: int, progress: Progress) -> Report:
    """Run the examples of `plan` and compare with their recordings; write nothing."""
    report = Report()
    for example, runs in _run_all(plan, jobs, 1, progress):
        try:
            recording = _recording(plan, example, runs[0])
            report.add(_disagreement(plan, recording))
            plan.recordings.put(recording)
            progress(example, KEPT, runs[0].seconds, last_loss(recording))
        except LiterateError as error:
            progress(example, FAILED, runs[0].seconds, None)
            report.add([error])
    claims = [claim for page in plan.pages for claim in page.claims]
    report.add(false_claims(claims, plan.examples, plan.recordings))
    return report


def _run_all(plan: Plan, jobs: int, times: int, progress: Progress) -> Iterator[tuple[str, list[Run]]]:
    """The runs of each example as they finish, `jobs` at a time; when the consumer stops, so do they."""
    cancelled = threading.Event()

    def attempt(example: str) -> list[Run]:
        if cancelled.is_set():
            return []
        progress(example, RUNNING, 0.0, None)
        job = _job(plan.project, plan.recordings, example)
        return [run(job, cancelled) for _ in range(times)]

    with ThreadPoolExecutor(max(1, jobs)) as pool:
        pending = {pool.submit(attempt, example): example for example in plan.examples}
        try:
            while pending:
                done, _ = wait(pending, return_when=FIRST_COMPLETED)
                for future in done:
                    yield pending.pop(future), future.result()
        finally:
            cancelled.set()


def _job(project: Project, recordings: Recordings, example: str) -> Job:
    own = project.settings.of_example(example)
    root = project.workspace.root
    depends = find_dependencies(example, own.inputs, recordings.sources)
    return Job(
        script=os.path.join(root, *example.split("/")),
        arguments=own.arguments,
        folder=root if own.inputs else None,
        threads=own.threads,
        limits=Limits(own.timeout, own.memory, project.settings.output),
        figures="matplotlib" in depends.packages,
    )


def _recording(plan: Plan, example: str, result: Run) -> Recording:
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
    return f"{kind}, {os.uname().machine} {os.uname().sysname}"


def _versions(depends: Dependencies) -> dict[str, str]:
    """The version of each distribution that the example imports from, by its normalised name."""
    wanted = depends.packages - sys.stdlib_module_names
    if not wanted:
        return {}
    distributions = metadata.packages_distributions()
    names = {name for package in wanted for name in distributions.get(package, [])}
    return {normalised(name): metadata.version(name) for name in sorted(names)}


def _keep(plan: Plan, new: Recording, figures: list[bytes]) -> str:
    """Write the recording, unless the committed one agrees; then at most what it depends on is brought up to date."""
    old = _old(plan.recordings, new.example)
    agrees = old is not None and _agrees(old, new, plan.project.settings.rtol)
    if old is not None and agrees and not plan.recordings.broken_bounds(new.example):
        if old.depends == new.depends:
            return KEPT
        old.depends = new.depends
        new, figures = old, []
    workspace = plan.project.workspace
    for number, data in enumerate(figures, 1):
        workspace.write_bytes(figure_path(new.example, number), data)
    workspace.write_bytes(recording_path(new.example), new.serialise())
    return KEPT if agrees else RECORDED


def _old(recordings: Recordings, example: str) -> Recording | None:
    try:
        return recordings.get(example)
    except LiterateError:
        return None


def _agrees(old: Recording, new: Recording, rtol: float) -> bool:
    same = old.arguments == new.arguments and old.figures == new.figures
    return same and not differences(old.lines, new.lines, rtol)


def _not_repeatable(example: str, runs: list[Run]) -> list[LiterateError]:
    """The error for an example that prints something else the second time."""
    if len(runs) < 2 or runs[0].lines == runs[1].lines:
        return []
    if runs[1].failure:
        return [ExampleError(f"the second run failed: {runs[1].failure}", Location(example))]
    found = differences(runs[0].lines, runs[1].lines, 0.0) or differences(
        [line + "." for line in runs[0].lines], runs[1].lines, 0.0
    )
    return [StaleError("not repeatable: two runs differ", Location(example), _table(found))]


def _disagreement(plan: Plan, new: Recording) -> list[LiterateError]:
    """The error for an example that no longer prints what was recorded."""
    old = plan.recordings.get(new.example)
    found = differences(old.lines, new.lines, plan.project.settings.rtol)
    if not found:
        return []
    noun = "line" if len(found) == 1 else "lines"
    message = f"{len(found)} {noun} of its output differ from the recording"
    return [StaleError(message, Location(new.example), _table(found))]


def _table(found: list[Difference]) -> tuple[tuple[None, str], ...]:
    """A line for each difference: where, how it was, how it is, and by how much."""
    rows = [
        (f"line {d.line}", d.recorded, d.now, "" if d.relative is None else f"{d.relative:.1%}")
        for d in found
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return tuple(
        (None, f"{row[0]:{widths[0]}}  {row[1]:{widths[1]}}  now  {row[2]:{widths[2]}}  {row[3]}".rstrip())
        for row in rows[:20]
    )


def last_loss(recording: Recording) -> float | None:
    """The last value of the series `loss`, if there is one."""
    series = parse_series(recording.lines).get("loss")
    return series.last if series else None


def draw_pictures(project: Project) -> list[LiterateError]:
    """Draw every picture of the pages that is not drawn from the recordings as they stand; what went wrong."""
    sources = project.sources()
    recordings = Recordings(sources, project.settings)
    pages = [weave(template, sources, project.settings) for template in project.templates]
    pictures = [picture for page in pages for picture in page.pictures if not picture.is_drawn(recordings)]
    try:
        for picture in pictures:
            _draw(project, picture)
    except LiterateError as error:
        return [error]
    return []


def _draw(project: Project, picture: Picture) -> None:
    try:
        from literate.plots import draw  # matplotlib is slow to import, and only some pages need it
    except ImportError:
        message = "pictures are drawn by matplotlib: pip install 'literate-readme[plots]'"
        raise LiterateError(message, Location(f"{FOLDER}/plots")) from None
    for theme, path in picture.paths.items():
        project.workspace.write_bytes(path, draw(picture.curves, picture.series, theme, picture.digest))


def stale_examples(project: Project) -> list[str]:
    """The examples and pictures that `record` would make anew."""
    chosen = plan(project, [], every=False)
    recordings = chosen.recordings
    drawn = [p.paths["light"] for page in chosen.pages for p in page.pictures if not p.is_drawn(recordings)]
    return [*chosen.examples, *drawn]


def explain(project: Project) -> list[str]:
    """For each example whether its recording is fresh, and what has moved if not; what it depends on."""
    chosen = plan(project, [], every=True)
    lines = []
    for example in sorted(chosen.examples):
        own = project.settings.of_example(example)
        fault = chosen.recordings.fault(example)
        lines.append(f"{example}: {'fresh' if fault is None else fault.message}")
        depends = find_dependencies(example, own.inputs, chosen.recordings.sources)
        moved = [text for _, text in fault.notes[:-1]] if fault else []
        lines += [f"    also: {text}" for text in moved]
        lines += [f"    depends on {path} {digest}" for path, digest in depends.files.items()]
        lines += [f"    argument {argument}" for argument in own.arguments]
    return lines
