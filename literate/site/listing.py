"""What becomes of a page's fences: code with the file it comes from, an output with its run, a difference."""

from html import escape

from literate.errors import LiterateError
from literate.include import without_docstring
from literate.languages import language_of
from literate.model import COPIED, RECORDED
from literate.origins import Origins
from literate.recording import FOLDER, Recording
from literate.selection import Target, select
from literate.site.differences import difference_table
from literate.site.highlight import highlight
from literate.site.lines import Fence
from literate.site.links import Links
from literate.sources import Sources

_MONTHS = "January February March April May June July August September October November December"
_SPOKEN = {"": "Code", "text": "Text", "console": "Terminal", "sh": "Shell", "bash": "Shell"}


class Run:
    """A recording and the day it was committed, as ISO 8601 has it; empty where nothing says."""

    __slots__ = ("day", "recording")

    def __init__(self, recording: Recording, day: str) -> None:
        self.recording = recording
        self.day = day


class Listings:
    """Makes the HTML of the fences of one page, whose lines come from where `origins` says."""

    def __init__(self, origins: Origins, sources: Sources, links: Links, runs: dict[str, Run]) -> None:
        self._origins = origins
        self._sources = sources
        self._links = links
        self._runs = runs

    def html(self, fence: Fence) -> str:
        """The HTML that shows `fence`."""
        numbers = range(fence.first + 1, fence.first + 1 + len(fence.lines))
        pieces = [self._origins.piece_of_line(number) for number in numbers]
        recorded = {piece.path for piece in pieces if piece.kind == RECORDED}
        if len(recorded) == 1:
            return self._output(fence, recorded.pop().removeprefix(f"{FOLDER}/").removesuffix(".json"))
        if fence.info == "diff" and (table := difference_table(fence.text)):
            return table
        paths = list(
            dict.fromkeys(piece.path for piece in pieces if piece.kind == COPIED and _is_shown(piece.path))
        )
        return self._code(fence, paths)

    def _code(self, fence: Fence, paths: list[str]) -> str:
        text, before, hidden = fence.text, "", ""
        if len(paths) == 1:
            text = _without_header(text, paths[0])
            before, hidden = self._left_out(text, paths[0])
        names = ", ".join(f'<a href="{escape(self._links.file(path))}">{escape(path)}</a>' for path in paths)
        info = fence.info.split()[0] if fence.info.split() else ""
        caption = names or escape(_SPOKEN.get(info, info))
        code = highlight(before, fence.info)
        if hidden:
            code += f"<span hidden>{escape(hidden, quote=False)}</span>"
        code += highlight(text[len(before) :], fence.info)
        return (
            f'<figure class="code"><figcaption>{caption}</figcaption><pre><code>{code}</code></pre></figure>'
        )

    def _left_out(self, text: str, path: str) -> tuple[str, str]:
        """Where `text` is the script `path` but for its docstring: what stands before that, and the docstring."""
        source = self._sources.get(path)
        whole = select(source, Target(path))
        try:
            shown = without_docstring(source, whole)
        except LiterateError:
            return "", ""
        spans = [span for part in shown.parts for span in part]
        if shown.joined().decode() != text or text == source.text.decode():
            return "", ""
        start = spans[0][1] if spans and spans[0][0] == 0 else 0
        end = start + len(source.text) - len(shown.joined())
        return source.text[:start].decode(), source.text[start:end].decode()

    def _output(self, fence: Fence, example: str) -> str:
        run = self._runs.get(example)
        note = f'<span class="run">{described(run)}</span>' if run else ""
        text = escape(fence.text, quote=False)
        summary = f"<summary><b>Output</b> {note}</summary>"
        return f'<details class="output" open>{summary}<pre><samp>{text}</samp></pre></details>'


def described(run: Run) -> str:
    """Where and when `run` was, as HTML."""
    recording = run.recording
    packages = [f"{name} {version}" for name, version in sorted(recording.packages.items())]
    parts = [*packages, f"Python {recording.python}", recording.device]
    text = escape(" · ".join(parts))
    return f"{text} · {time_element(run.day)}" if run.day else text


def time_element(day: str) -> str:
    """The day `day`, as ISO 8601 has it, as HTML for people."""
    year, month, number = day.split("-")
    name = _MONTHS.split()[int(month) - 1]
    return f'<time datetime="{escape(day)}">{int(number)} {name} {escape(year)}</time>'


def _is_shown(path: str) -> bool:
    """Whether code out of `path` is named: out of a Markdown file it is the author's own."""
    return not path.lower().endswith((".md", ".markdown"))


def _without_header(text: str, path: str) -> str:
    """`text` less the line that names its file, which stands above it here."""
    language = language_of(path)
    if not language.open:
        return text
    return text.removeprefix(language.comment(f"Code in file {path}") + "\n")
