"""Directives on the pages of site generators: by Python-Markdown alone, and in real MkDocs and Zensical sites."""

import re
import shutil
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from subprocess import CompletedProcess

import markdown
import pytest

from literate.errors import LiterateError
from literate.markdown_extension import LiterateExtension
from tests.package import run_tool
from tests.project import ROOT, TEMPLATE, write
from tests.scripts import PATHS

MKDOCS = """\
site_name: Site
theme: {name: mkdocs}
markdown_extensions:
  - literate
"""
ZENSICAL = """\
site_name: Site
markdown_extensions:
  - toc
  - tables
  - pymdownx.superfences
  - literate
"""


def render(text: str, root: Path, *extensions: str, **options: object) -> str:
    """The HTML of `text`, a page of nobody knows where in the project at `root`."""
    ours = LiterateExtension(root=str(root), **options)
    return markdown.markdown(text, extensions=[ours, "fenced_code", *extensions])


# By Python-Markdown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (":INCLUDE a.py", '<pre><code class="language-python"># Code in file a.py\nx = 1\n</code></pre>'),
        ("```py\n:INCLUDE a.py#L1\n```", '<pre><code class="language-py">x = 1\n</code></pre>'),
        ("\\:INCLUDE a.py", "<p>:INCLUDE a.py</p>"),
        (":INCLUDED is prose", "<p>:INCLUDED is prose</p>"),
        ("no directive", "<p>no directive</p>"),
        (":INCLUDE part.md", "<p>a part of <em>it</em></p>"),
        ("```\n:INCLUDE fence.py#L1\n```", "<pre><code>x = '```'\n</code></pre>"),
    ],
    ids=["a file", "lines in a fence", "shown", "prose", "none", "Markdown", "a longer fence"],
)
def test_directives(text: str, html: str, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "x = 1\n", "part.md": "a part of *it*\n", "fence.py": "x = '```'\n"})
    assert render(text, tmp_path) == html


def test_a_table_of_contents_is_nested_and_leads_to_github_anchors(tmp_path: Path) -> None:
    text = ":TOC\n\n## A + `b_c` \\* d\n\n### A\n\n### A\n\n## Own {: #own }\n\n## A\n"
    html = render(text, tmp_path, "toc", "attr_list")
    assert re.findall(r'<h\d id="(.*?)"', html) == ["a--b_c--d", "a", "a-1", "own", "a-2"]
    nested = '<li><a href="#a--b_c--d">A + <code>b_c</code> * d</a><ul>\n<li><a href="#a">A</a></li>'
    assert nested in html


def test_anchors_can_be_left_to_others(tmp_path: Path) -> None:
    html = render("## A + B\n", tmp_path, "toc", anchors=False)
    assert html == '<h2 id="a-b">A + B</h2>'


def test_every_fault_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LiterateError) as caught:
        render(":INCLUDE no.py\n\n:INCLUD x\n", tmp_path)
    assert caught.value.message == (
        "page.md:1:10: error: no file 'no.py'\n"
        "page.md:3:1: error: unknown directive ':INCLUD'; did you mean ':INCLUDE'?\n"
        "    a backslash shows it as it is: `\\:INCLUD`"
    )


def test_a_path_out_of_the_project_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"secret.py": "x = 1\n", "project/a.py": "x = 1\n"})
    with pytest.raises(LiterateError, match="leads out of the project"):
        render(":INCLUDE ../secret.py", tmp_path / "project")


# In sites


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A project with a site of three pages, one of them in a folder."""
    files = {"mkdocs.yml": MKDOCS, "src/a.py": "x = 1\n", "pyproject.toml": "[tool.literate]\n"}
    files |= {"docs/index.md": "---\ntitle: First\n---\n\n# First\n\n:INCLUDE ../src/a.py\n"}
    files |= {"docs/deep/page.md": "# Deep\n\n```python\n:INCLUDE ../../src/a.py\n```\n"}
    files |= {"docs/plain.md": "# Plain\n"}
    write(tmp_path, files)
    return tmp_path


def generate(site: Path, installed: Path, *command: str) -> CompletedProcess[str]:
    return run_tool(site, *command, PYTHONPATH=str(installed))


class _Page(HTMLParser):
    """Collects the ids, the links within the page, the addresses of images and the text of code."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.images: list[str] = []
        self.code: list[str] = []
        self._inside = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {key: value or "" for key, value in attrs}
        self.ids |= {named.get("id", "")} - {""}
        if tag == "a" and named.get("href", "").startswith("#"):
            self.links |= {named["href"][1:]} - {""}
        if tag == "img":
            self.images.append(named["src"])
        if tag == "pre":
            self._inside = True
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.code[-1] += data


def test_mkdocs_resolves_paths_from_the_folder_of_the_page(site: Path, installed: Path) -> None:
    result = generate(site, installed, "mkdocs", "build", "--strict")
    assert result.returncode == 0, result.stderr
    for name in ("index.html", "deep/page/index.html"):
        assert _Page(site / "site" / name).code == ["# Code in file src/a.py\nx = 1\n"]


def test_mkdocs_shows_a_fault_at_its_line_without_a_traceback(site: Path, installed: Path) -> None:
    """The line counts the front matter, which MkDocs takes away."""
    write(site, {"docs/index.md": "---\ntitle: First\n---\n\n# First\n\n:INCLUDE ../src/b.py\n"})
    result = generate(site, installed, "mkdocs", "build")
    assert result.returncode == 1
    assert "docs/index.md:7:10: error: no file 'src/b.py'; the nearest is 'src/a.py'\n" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_stale_recording_ends_the_build(site: Path, installed: Path) -> None:
    write(site, {"docs/plain.md": ":OUTPUT ../src/a.py\n"})
    result = generate(site, installed, "mkdocs", "build")
    told = "docs/plain.md:1:9: error: 'src/a.py' has not been recorded; `record src/a.py` runs it\n"
    assert (result.returncode, told in result.stderr) == (1, True)


def test_a_page_that_the_tool_wrote_is_left_alone(site: Path, installed: Path) -> None:
    page = "```\n:INCLUDE what/this/would/be\n```\n"
    write(site, {"docs/deep/README_raw.md": page.replace(":", "\\:"), "docs/deep/README.md": page})
    write(site, {"mkdocs.yml": f"{MKDOCS}exclude_docs: README_raw.md\n"})
    (site / "docs/deep/page.md").unlink()
    result = generate(site, installed, "mkdocs", "build", "--strict")
    assert result.returncode == 0, result.stderr
    assert _Page(site / "site/deep/index.html").code == [":INCLUDE what/this/would/be\n"]


@pytest.fixture
def tutorial(tmp_path: Path) -> Path:
    """This repository with a site whose one page is its tutorial."""
    for name in ("autograd", "nn", "recordings", "tensor"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in (TEMPLATE, "nine_ways.md.j2", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    write(tmp_path, {"docs/index.md": f"---\ntitle: Tutorial\n---\n\n:INCLUDE /{TEMPLATE}\n"})
    return tmp_path


@pytest.mark.parametrize(
    ("command", "settings"),
    [(("mkdocs", "build"), MKDOCS), (("zensical", "build"), ZENSICAL)],
    ids=["MkDocs", "Zensical"],
)
def test_a_site_of_the_tutorial(
    command: tuple[str, ...], settings: str, tutorial: Path, installed: Path
) -> None:
    write(tutorial, {"mkdocs.yml": settings})
    result = generate(tutorial, installed, *command)
    assert result.returncode == 0, result.stderr
    page = _Page(tutorial / "site/index.html")
    assert [code for code in page.code if re.match(r":[A-Z]+ ", code)] == []
    headers = [code.partition("\n")[0] for code in page.code if code.startswith("# Code in file ")]
    assert sorted(headers) == [f"# Code in file {path}" for path in PATHS]
    assert len(page.images) == len(PATHS) + 1
    assert [image[:40] for image in page.images if not image.startswith("data:image/svg+xml;base64,")] == []
    assert "pytorch-control-flow--weight-sharing" in page.ids
    assert {unescape(link) for link in page.links} - page.ids == set()
