"""Projects made for a test: woven in memory out of a dict, or written into a folder and run."""

import os
import subprocess
import sys
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import cmarkgfm
from cmarkgfm.cmark import Options
from markdown_it import MarkdownIt

from literate.errors import LiterateError
from literate.model import Settings
from literate.report import error_lines
from literate.sources import Sources
from literate.weave import weave

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = "README_raw.md"

Files = Mapping[str, str | bytes]


def as_bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def sources(files: Files) -> Sources:
    """The texts of `files`, and of no others."""

    def read(path: str) -> bytes:
        if path not in files:
            raise LiterateError(f"no file '{path}'")
        return as_bytes(files[path])

    return Sources(read)


def weave_bytes(files: Files, banner: bool = False) -> tuple[bytes, list[str]]:
    """The page of the template among `files`, and its errors as a user reads them."""
    woven = weave(TEMPLATE, sources(files), Settings(banner=banner))
    page = b"".join(bytes(piece.data) for piece in woven.pieces)
    return page, [message(error) for error in woven.errors]


def weave_text(files: Files, banner: bool = False) -> tuple[str, list[str]]:
    page, errors = weave_bytes(files, banner)
    return page.decode(), errors


def page_of(template: str, **files: str | bytes) -> str:
    """The page of `template`, which has no faults; `a_py="..."` is the file `a.py`."""
    page, errors = weave_text({TEMPLATE: template} | named(files))
    assert errors == []
    return page


def errors_of(template: str, **files: str | bytes) -> list[str]:
    """The errors of `template`, files named as for `page_of`."""
    return weave_text({TEMPLATE: template} | named(files))[1]


def named(files: Files) -> dict[str, str | bytes]:
    return {".".join(name.rsplit("_", 1)): text for name, text in files.items()}


def message(error: LiterateError) -> str:
    return "\n".join(error_lines(error, str))


def write(folder: Path, files: Files) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_bytes(text))


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python build_readme.py` in `folder`, without any installed package."""
    return subprocess.run(
        [sys.executable, "-S", str(ROOT / "build_readme.py"), *arguments],
        cwd=folder,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def snapshot(folder: Path) -> dict[str, tuple[int, int, int, bytes]]:
    """All that a build must leave alone: inode, time, mode and bytes of each file below `folder`."""
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            status = path.stat()
            identity = (status.st_ino, status.st_mtime_ns, status.st_mode)
            files[path.relative_to(folder).as_posix()] = (*identity, path.read_bytes())
    return files


class _CodeBlocks(HTMLParser):
    """Collects what stands in `<pre><code>`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "code" and self.get_starttag_text() is not None and self._pre:
            self._inside = True
            self.found.append("")
        self._pre = tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag == "code":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data

    _pre = False


def code_blocks(page: str) -> list[str]:
    """The text of each code block that GitHub shows for `page`."""
    parser = _CodeBlocks()
    parser.feed(html(page))
    return parser.found


def html(page: str, options: int = 0) -> str:
    """`page` as GitHub's own implementation renders it; raw HTML is left out."""
    rendered: str = cmarkgfm.github_flavored_markdown_to_html(page, options)
    return rendered


def fences(page: str) -> list[tuple[str, str]]:
    """The info string and the text of each fence of `page`, as markdown-it-py, a second opinion, finds them."""
    tokens = MarkdownIt("commonmark").parse(page)
    return [(token.info.strip(), token.content) for token in tokens if token.type == "fence"]


SOURCE_POSITIONS = Options.CMARK_OPT_SOURCEPOS
