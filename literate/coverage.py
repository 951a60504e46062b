"""What a project keeps and no page shows: scripts, regions, recordings, pictures; and code that comes from no file."""

from collections.abc import Iterator

from literate.blocks import FENCE, FENCE_OPEN, Blocks
from literate.dependencies import find_dependencies
from literate.errors import LiterateError, StaleError
from literate.languages import is_markdown, language_of
from literate.model import COPIED, Location
from literate.origins import Origins
from literate.plan import Plan
from literate.recording import FOLDER
from literate.regions import find_regions
from literate.source import Source

_PYTHON = (b"py", b"python", b"python3")
_PLOTS = f"{FOLDER}/plots/"
_FIGURE = ".figure-"


def find_uncovered(plan: Plan) -> list[LiterateError]:
    """All of it, each at its place, for the project of `plan`."""
    return [*_scripts(plan), *_regions(plan), *_fences(plan), *_recordings(plan)]


def _scripts(plan: Plan) -> Iterator[LiterateError]:
    """The scripts in the folders of the examples that no page shows and no example imports."""
    covered = set(plan.shown).union(*(page.examples for page in plan.pages))
    for example in sorted(covered):
        own = plan.project.settings.of_example(example)
        try:
            covered.update(find_dependencies(example, own.inputs, plan.recordings.sources).files)
        except LiterateError:
            continue  # no script, or one that cannot be read, which its page tells
    patterns = plan.project.settings.examples
    for path in plan.project.workspace.match((*patterns, *map(_beside, patterns))):
        if path.endswith(".py") and path not in covered:
            yield StaleError("no page shows this script", Location(path, 1))


def _beside(pattern: str) -> str:
    """The pattern of all scripts in the folders of those that `pattern` matches."""
    folder, slash, _ = pattern.rpartition("/")
    return f"{folder}{slash}*.py"


def _regions(plan: Plan) -> Iterator[LiterateError]:
    """The regions of which no page includes all lines."""
    templates = plan.project.all_templates
    shown = _shown_lines(plan)
    for path in sorted(shown.keys() - set(templates)):
        source = plan.recordings.sources.get(path)
        try:
            regions = find_regions(source, language_of(path))
        except LiterateError:
            continue  # its page tells
        comments = {_line_at(source.text, start) for start, _ in regions.markers}
        for name, spans in regions.spans.items():
            lines = {line for start, end in spans for line in _lines(source, start, end)}
            if not lines <= shown[path] | comments:
                first = _line_at(source.text, spans[0][0]) - 1
                yield StaleError(f"no page includes the region '{name}'", Location(path, first))


def _shown_lines(plan: Plan) -> dict[str, set[int]]:
    """The lines of each file that stand on a page."""
    shown: dict[str, set[int]] = {}
    for page in plan.pages:
        for piece in page.pieces:
            lines = shown.setdefault(piece.path, set())
            if piece.kind == COPIED:
                first = _line_at(_text(plan, piece.path), piece.offset)
                lines.update(range(first, first + bytes(piece.data).count(b"\n")))
    return shown


def _text(plan: Plan, path: str) -> bytes:
    sources = plan.recordings.sources
    return (sources.template(path) if path in plan.project.all_templates else sources.get(path)).text


def _line_at(text: bytes, offset: int) -> int:
    return text.count(b"\n", 0, offset) + 1


def _lines(source: Source, start: int, end: int) -> Iterator[int]:
    """The lines from the byte `start` to `end` that hold something."""
    first = _line_at(source.text, start)
    for number, line in enumerate(source.text[start:end].split(b"\n"), first):
        if line.strip():
            yield number


def _fences(plan: Plan) -> Iterator[LiterateError]:
    """The fences of the pages that hold Python, all of it written in Markdown."""
    seen: set[tuple[str, int, int]] = set()
    for page in plan.pages:
        origins = Origins(page.pieces, lambda path: _text(plan, path))
        for opened, lines in _python_fences(b"".join(bytes(piece.data) for piece in page.pieces)):
            place = origins.location_of_line(opened)
            written = all(is_markdown(origins.piece_of_line(line).path) for line in lines)
            if place and lines and written and place.key not in seen:
                seen.add(place.key)
                yield StaleError("this code comes from no file, so nothing runs it", place)


def _python_fences(page: bytes) -> Iterator[tuple[int, list[int]]]:
    """The line that opens each fence of Python, and the lines inside."""
    if not any(word in page for word in _PYTHON):
        return
    blocks = Blocks()
    opened, lines = 0, []
    for number, line in enumerate(page.split(b"\n"), 1):
        kind = blocks.line(line.rstrip(b"\r"))
        if kind == FENCE and opened:
            lines.append(number)
            continue
        if opened:
            yield opened, lines
            opened, lines = 0, []
        info = blocks.body.lstrip(b"`~").split()
        if kind == FENCE_OPEN and info and info[0].lower() in _PYTHON:
            opened = number
    if opened:
        yield opened, lines


def _recordings(plan: Plan) -> Iterator[LiterateError]:
    """The files among the recordings that belong to no script, or to nothing on a page."""
    used = {example for page in plan.pages for example in page.examples}.union(plan.project.listed_examples())
    plots = {path for page in plan.pages for picture in page.pictures for path in picture.paths.values()}
    for path in plan.project.workspace.match((f"{FOLDER}/**/*.json", f"{FOLDER}/**/*.svg")):
        if path.startswith(_PLOTS):
            fault = "" if path in plots else "no page shows this plot"
        else:
            fault = _recording_fault(plan, path.removeprefix(f"{FOLDER}/"), used)
        if fault:
            yield StaleError(fault, Location(path, 1))


def _recording_fault(plan: Plan, name: str, used: set[str]) -> str:
    """What is wrong with the recording, or the figure of one, that is called `name`."""
    is_figure = name.endswith(".svg")
    example = name.rpartition(_FIGURE)[0] if is_figure else name.removesuffix(".json")
    kind = "figure" if is_figure else "recording"
    if not plan.recordings.sources.exists(example):
        return f"the {kind} of a script that is gone"
    if example not in used:
        return f"no page uses this {kind}"
    recording = plan.recordings.find(example) if is_figure else None
    return (
        "the recording has no such figure"
        if recording and f"{FOLDER}/{name}" not in recording.figures
        else ""
    )
