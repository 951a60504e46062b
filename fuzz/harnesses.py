"""What is fuzzed: for each reader of foreign bytes, that it gives a result or an error with a place.

A harness takes bytes and returns; whatever it raises is a fault. `fuzz/run.py` searches for such bytes, and
`tests/test_fuzz.py` replays those that were found, and the corpus.
"""

import json
import tempfile
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path

from literate.adopt import adopt
from literate.build import build
from literate.dependencies import code_digest, find_dependencies
from literate.errors import LiterateError
from literate.excerpt import Excerpt
from literate.headings import contents, find_headings
from literate.include import without_docstring
from literate.layout import assemble
from literate.model import Settings
from literate.project import Project
from literate.python_source import code_line_count, find_symbols
from literate.recording import parse_recording
from literate.references import find_anchors, find_links
from literate.selection import Target, select
from literate.series import parse_series
from literate.settings import has_settings, override, parse_settings
from literate.source import Source
from literate.sources import Sources
from literate.template import parse
from literate.weave import weave
from literate.workspace import Workspace

TEMPLATE = "README_raw.md"
FILES = {
    "a.py": b'"""What it is."""\n\nimport os  # ```\n\n\n# region r\nclass A:\n    def f(self): pass\n# endregion\n',
    "a.md": b"# A\n\n:INCLUDE a.py\n\n- b\n",
    "a.txt": b"~~~\n\xc3\xa9\r\n",
}


def of_files(files: dict[str, bytes]) -> Sources:
    """The texts of `files`, and of no others."""

    def read(path: str) -> bytes:
        if path not in files:
            raise LiterateError(f"no file '{path}'")
        return files[path]

    return Sources(read, exists=files.__contains__)


def fuzz_template(data: bytes) -> None:
    """Any bytes as a template are a page or errors with places, and a page in UTF-8 stays what it is."""
    woven = weave(TEMPLATE, of_files(FILES | {TEMPLATE: data}), Settings(banner=False))
    assert all(error.location for error in woven.errors)
    if woven.errors:
        return
    page = b"".join(bytes(piece.data) for piece in woven.pieces)
    page.decode()
    template = parse(Excerpt.whole(Source(TEMPLATE, data)))
    assert b"".join(bytes(piece.data) for piece in assemble(template, [])) == data
    if not template.directives and not template.backslashes:
        assert page == data, "a text without directives is its page"


def fuzz_markdown(data: bytes) -> None:
    """Headings, links and anchors are found in any text."""
    text = data.decode("utf-8", "replace").encode()
    contents(find_headings(text), 1, 6)
    find_anchors(text)
    assert all(0 <= link.offset <= len(text) for link in find_links(text))


def fuzz_fragment(data: bytes) -> None:
    """Any word as a target selects whole lines of a file, or is refused."""
    word = data.decode("utf-8", "replace")
    for path in FILES:
        source = Source.of_bytes(path, FILES[path])
        try:
            selection = select(source, Target.parse(f"{path}#{word}"))
        except LiterateError:
            continue
        text = Excerpt.of(selection, dedent=True).text
        assert not text or text.endswith(b"\n")


def fuzz_python(data: bytes) -> None:
    """Any bytes as a script have a docstring, symbols, dependencies, or a fault that is said."""
    for read in (_shown, find_symbols, code_line_count, lambda source: code_digest(source.text), _imports):
        try:
            read(Source.of_bytes("x.py", data))
        except LiterateError:
            continue


def _shown(source: Source) -> None:
    selection = select(source, Target("x.py"))
    shown = without_docstring(source, selection).joined()
    assert len(shown) <= len(source.text)


def _imports(source: Source) -> None:
    find_dependencies("x.py", (), of_files({"x.py": source.text}))


def fuzz_recording(data: bytes) -> None:
    """Any bytes are a recording that can be shown and kept, or are refused; with its checksum put right, too."""
    _recording(data)
    try:
        fields = json.loads(data)
        fields["checksum"] = checksum_of(fields)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return
    _recording(json.dumps(fields).encode())


def checksum_of(fields: dict[str, object]) -> str:
    """The checksum that a recording with these fields has."""
    names = {name: value for name, value in fields.items() if name != "checksum"}
    return sha256(json.dumps(names, sort_keys=True).encode()).hexdigest()[:16]


def _recording(data: bytes) -> None:
    try:
        recording = parse_recording("a.py", data)
    except LiterateError as error:
        require(error.location is not None)
        return
    parse_series(recording.lines)
    "\n".join(recording.lines).encode()
    require(parse_recording("a.py", recording.serialise()).lines == recording.lines)


def fuzz_settings(data: bytes) -> None:
    """Any bytes as a pyproject.toml, and any words of `--set`, are settings or are refused."""
    has_settings(data)
    for read in (parse_settings, lambda text: override(b"", [text.decode("utf-8", "replace")])):
        try:
            read(data)
        except LiterateError as error:
            require(error.exit_code in (2, 3))


def fuzz_series(data: bytes) -> None:
    """Any output has series, as many steps as values."""
    series = parse_series(data.decode("utf-8", "backslashreplace").split("\n"))
    assert all(len(one.steps) == len(one.values) for one in series.values())


@cache
def _project() -> tuple[tempfile.TemporaryDirectory[str], Project, bytes]:
    """A project on disk, and its page."""
    folder = tempfile.TemporaryDirectory()
    files = FILES | {
        TEMPLATE: b"# A\n\n> :INCLUDE a.py#A\n\nb\n\n```\n:INCLUDE a.txt\n```\n\n:INCLUDE a.md\n"
    }
    for name, data in files.items():
        (Path(folder.name) / name).write_bytes(data)
    project = Project(Workspace(folder.name), Settings(banner=False), [])
    require(not build(project).errors)
    return folder, project, (Path(folder.name) / "README.md").read_bytes()


def fuzz_adopt(data: bytes) -> None:
    """A page edited in any way is carried back, proven, or refused; a number stands for a line of the page."""
    folder, project, page = _project()
    lines = page.split(b"\n")
    edited = [
        lines[int(part)] if part.isdigit() and len(part) < 3 and int(part) < len(lines) else part
        for part in data.split(b"\n")
    ]
    (Path(folder.name) / "README.md").write_bytes(b"\n".join(edited))
    adoption = adopt(project)
    require(not (adoption.errors and adoption.new), "nothing is written where anything is refused")
    adoption.diff()


def require(holds: bool, what: str = "") -> None:
    """Raises AssertionError where it does not hold."""
    if not holds:
        raise AssertionError(what)


HARNESSES: dict[str, Callable[[bytes], None]] = {
    "adopt": fuzz_adopt,
    "fragment": fuzz_fragment,
    "markdown": fuzz_markdown,
    "python": fuzz_python,
    "recording": fuzz_recording,
    "series": fuzz_series,
    "settings": fuzz_settings,
    "template": fuzz_template,
}
