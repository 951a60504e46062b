"""This project's own page holds, and shows what its scripts say."""

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from cmarkgfm.cmark import Options

from literate.headings import find_headings
from tests.project import ROOT, TEMPLATE, code_blocks, html, run, write
from tests.scripts import PATHS, read
from tests.test_ancestor import QUOTES

ANCHORS = [
    "warm-up-numpy",
    "pytorch-tensors",
    "pytorch-variables-and-autograd",
    "pytorch-defining-new-autograd-functions",
    "tensorflow-static-graphs",
    "pytorch-nn",
    "pytorch-optim",
    "pytorch-custom-nn-modules",
    "pytorch-control-flow--weight-sharing",
]


@pytest.fixture(scope="module")
def page() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_is_fresh() -> None:
    command = [sys.executable, "build_readme.py", "check"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert (result.returncode, result.stderr) == (0, "")
    assert "README.md: fresh\n" in result.stdout


def test_the_scripts_are_woven_without_any_package(tmp_path: Path) -> None:
    """By a bare Python: their text is all that is needed."""
    write(tmp_path, {path: read(path) for path in PATHS})
    write(tmp_path, {TEMPLATE: "".join(f"## {path}\n\n:INCLUDE {path}\n\n" for path in PATHS)})
    assert run(tmp_path).returncode == 0
    result = run(tmp_path, "check")
    assert (result.returncode, result.stdout, result.stderr) == (0, "README.md: fresh\n", "")


@pytest.mark.parametrize("path", PATHS)
def test_each_script_is_shown_as_it_is(path: str, page: str) -> None:
    """All of it but its docstring, which the text around it is about, and the empty line below."""
    header = f"# Code in file {path}\n"
    shown = [block for block in code_blocks(page) if block.startswith(header)]
    _, _, code = read(path).split(QUOTES, 2)
    assert shown == [header + code.removeprefix("\n\n")]


def test_headings_have_the_anchors_that_the_web_links_to(page: str) -> None:
    assert [
        heading.anchor for heading in find_headings(page.encode()) if heading.anchor in ANCHORS
    ] == ANCHORS


class _Links(HTMLParser):
    """Collects the targets of links within a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href") or ""
        if tag == "a" and href.startswith("#"):
            self.found.append(href[1:])


def test_links_within_the_page_lead_to_headings(page: str) -> None:
    links = _Links()
    links.feed(html(page, Options.CMARK_OPT_UNSAFE))
    assert set(ANCHORS) <= set(links.found)
    assert set(links.found) <= {heading.anchor for heading in find_headings(page.encode())}
