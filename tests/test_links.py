"""Links, images and anchors: which a page holds, and which of them lead nowhere."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from cmarkgfm.cmark import Options
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from literate.blocks import HEADING, TEXT, UNDERLINE, Blocks
from literate.cli import main
from literate.headings import find_headings
from literate.references import find_anchors, find_links
from tests.project import TEMPLATE, Files, html, snapshot, write

Output = pytest.CaptureFixture[str]
SCRIPT = "x = 1\ny = 2\n"
FILES: Files = {
    "src/a.py": SCRIPT,
    "docs/guide.md": "# Guide\n\n## Install it\n\n## Install it\n",
    "docs/README_raw.md": "# The docs\n\n:INCLUDE part.md\n",
    "docs/part.md": "## A part\n",
    "my file (1).md": "# Mine\n",
    "logo.svg": "<svg/>\n",
    "data/values.csv": "1\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in a repository: elsewhere nobody knows what stands around its pages."""
    write(tmp_path, {**FILES, ".git/HEAD": ""})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def faults(template: str, capsys: Output, files: Files | None = None, *options: str) -> list[str]:
    """What `check` says of a project's template beyond that its pages are to be written."""
    write(Path(), {TEMPLATE: template, **(files or {})})
    main(["check", "--set", "banner=false", *options])
    text = capsys.readouterr().err
    stale = re.compile(r"^\S*: error: the page is missing.*\n    `build-readme` writes.*\n", re.MULTILINE)
    return stale.sub("", text).removesuffix("\n").split("\n") if stale.sub("", text) else []


# Links that lead somewhere


@pytest.mark.parametrize(
    "template",
    [
        pytest.param("[a](src/a.py)\n", id="file"),
        pytest.param("[a](./src/a.py) [b](src/../src/a.py)\n", id="dots"),
        pytest.param("[a](/src/a.py)\n", id="from the root"),
        pytest.param("[a](src) [b](src/) [c](.) [d](./)\n", id="folder"),
        pytest.param("[a](<my file (1).md>) [b](my%20file%20(1).md)\n", id="spaces and brackets"),
        pytest.param("[a](src/a.py \"A title\") [b](src/a.py 't') [c](src/a.py (t))\n", id="titles"),
        pytest.param("[a]: src/a.py 'A title'\n[b]: <src/a.py>\n\n[a], [b]\n", id="definitions"),
        pytest.param("[a](logo.svg?raw=true) ![b](logo.svg?raw=1#x)\n", id="query"),
        pytest.param("[![a](logo.svg)](src/a.py)\n", id="an image that is a link"),
        pytest.param('<img src="logo.svg"> <a href="src/a.py">a</a>\n', id="HTML in text"),
        pytest.param(
            "<picture>\n<source srcset='logo.svg 1x, logo.svg 2x'>\n<IMG SRC=logo.svg>\n</picture>\n",
            id="HTML",
        ),
        pytest.param("[a](src/a.py#L1) [b](src/a.py#L1-L2) [c](src/a.py#L1C1-L2C3)\n", id="lines"),
        pytest.param("[a](docs/guide.md?plain=1#L5)\n", id="lines of Markdown"),
        pytest.param("# One\n\n[a](#one) [b](README.md#one) [c](#One) [d](#)\n", id="heading of this page"),
        pytest.param(
            "[a](docs/guide.md#install-it) [b](docs/guide.md#install-it-1)\n",
            id="of another file, twice there",
        ),
        pytest.param(
            "[a](docs/README.md#a-part) [b](docs/#the-docs) [c](docs#a-part)\n", id="of another page"
        ),
        pytest.param(
            "# Привет, мир\n\n[a](#привет-мир) [b](#%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82-%D0%BC%D0%B8%D1%80)\n",
            id="Cyrillic",
        ),
        pytest.param("## 日本語 の 見出し\n\n[a](#日本語-の-見出し)\n", id="Japanese"),
        pytest.param("## 🚀 Launch\n\n[a](#-launch)\n", id="emoji"),
        pytest.param("## C++ & `code`: *what's* new?\n\n[a](#c--code-whats-new)\n", id="punctuation"),
        pytest.param("Title\n=====\n\n[a](#title)\n", id="underlined"),
        pytest.param('<h1 align="center">The <b>name</b></h1>\n\n[a](#the-name)\n', id="heading in HTML"),
        pytest.param(
            'Text <a id="here"></a> and\n\n<a name="There"></a>\n\n[a](#here) [b](#there)\n', id="anchors"
        ),
        pytest.param("- a\n  - [a](#user-content-x)\n\n<p id='x'>\n", id="the prefix of ids"),
        pytest.param(
            "[a](#readme) [b](#top)\n\nNote[^1].\n\n[^1]: It.\n\n[c](#user-content-fn-1)\n",
            id="made by GitHub",
        ),
        pytest.param(
            "[a](https://x.org/y) [b](http://x.org) [c](mailto:a@b.c) [d](//x.org/y) [e](tel:1)\n",
            id="the network",
        ),
        pytest.param("[a](../../issues) [b](../../../other) [c](../x.md)\n", id="out of the project"),
        pytest.param("[a](src/a.py#what) [b](data/values.csv#x)\n", id="a fragment that nobody knows"),
        pytest.param("`[a](no)`, ``[b]: no`` and `` ` [c](no) ` ``\n", id="code span"),
        pytest.param("`a\n[b](no)\nc` d\n", id="code span over lines"),
        pytest.param("```\n[a](no)\n<img src=no>\n```\n\n~~~\n[a]: no\n~~~\n", id="fence"),
        pytest.param("a\n\n    [a](no)\n\n- b\n\n      [a](no)\n", id="indented code"),
        pytest.param(
            "> ```\n> [a](no)\n> ```\n\n- ~~~\n  [a](no)\n\n  [b](no)\n  ~~~\n",
            id="fence in a quote and a list",
        ),
        pytest.param(
            "<!-- [a](no) <img src=no> -->\n\n<!--\n\n[a](no)\n\n-->\n\na <!-- [a](no) --> b\n", id="comment"
        ),
        pytest.param("\\[a](no) [a\\](no) \\<img src=no>\n", id="escaped"),
        pytest.param("[a] (no) [b]: no\nc](no) [x](no no)\n", id="no link"),
        pytest.param("[^1]: src/no.py\n", id="footnote"),
        pytest.param(
            "f\\[x](y) is in ```[a](no)``` code\n\n[y]: src\n\n[x](src)\n",
            id="call",
        ),
        pytest.param(
            "[a](data&#47;values.csv) [b](src&sol;a.py)\n",
            id="entities",
        ),
        pytest.param(":INCLUDE src/b.txt\n", id="a script that looks like a link"),
        pytest.param("```\n:INCLUDE docs/dead.md\n```\n", id="Markdown shown as code"),
        pytest.param("| a | b |\n| - | - |\n| ` | [a](src) |\n| ` | [a](src/a.py) |\n", id="table"),
        pytest.param(":TOC depth=1\n\n# A [b](src) `c`\n\n# A b c\n", id="table of contents"),
    ],
)
@pytest.mark.usefixtures("project")
def test_a_link_that_leads_somewhere(template: str, capsys: Output) -> None:
    files = {"src/b.txt": "[a](no)\n[b]: no\n<img src='no'>\n", "docs/dead.md": "[a](no)\n"}
    assert faults(template, capsys, files) == []


# Dead links


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param(
            "See [the script](src/b.py).\n",
            "README_raw.md:1:18: error: dead link 'src/b.py': no file 'src/b.py'; the nearest is 'src/a.py'",
            id="file",
        ),
        pytest.param(
            "a\n\n![x](logo.png)\n",
            "README_raw.md:3:6: error: dead link 'logo.png': no file 'logo.png'; the nearest is 'logo.svg'",
            id="image",
        ),
        pytest.param(
            "> - a `code` é <img\n>   alt='x' src='/logo.png'>\n",
            "README_raw.md:2:18: error: dead link '/logo.png': no file 'logo.png'; the nearest is 'logo.svg'",
            id="tag over lines, in a list in a quote",
        ),
        pytest.param(
            '<picture>\n  <source srcset="logo.svg 1x, lego.svg 2x">\n</picture>\n',
            "README_raw.md:2:32: error: dead link 'lego.svg': no file 'lego.svg'; the nearest is 'logo.svg'",
            id="srcset",
        ),
        pytest.param(
            "[a]\n\n[a]: <my file (2).md> 'Title'\n",
            "README_raw.md:3:7: error: dead link 'my file (2).md': no file 'my file (2).md';"
            " the nearest is 'my%20file%20%281%29.md'",
            id="definition",
        ),
        pytest.param(
            "[a]: src/a.py\n[b]: zzz\n",
            "README_raw.md:2:6: error: dead link 'zzz': no file 'zzz'",
            id="the second definition, nothing near",
        ),
        pytest.param(
            "# Set up\n\n[a](#setup)\n",
            "README_raw.md:3:5: error: dead link '#setup': no heading or anchor of README.md has that name;"
            " the nearest is '#set-up'",
            id="heading",
        ),
        pytest.param(
            "[a](docs/guide.md#install-it-2)\n",
            "README_raw.md:1:5: error: dead link 'docs/guide.md#install-it-2': no heading or anchor of docs/guide.md"
            " has that name; the nearest is '#install-it-1'",
            id="heading of another file",
        ),
        pytest.param(
            "[a](docs/README.md#a-port)\n",
            "README_raw.md:1:5: error: dead link 'docs/README.md#a-port': no heading or anchor of docs/README.md"
            " has that name; the nearest is '#a-part'",
            id="heading of another page",
        ),
        pytest.param(
            "```\n# Not here\n```\n\n`<a id='not-here'>`\n\n[a](#not-here)\n",
            "README_raw.md:7:5: error: dead link '#not-here': no heading or anchor of README.md has that name",
            id="a heading and an anchor in code are none",
        ),
        pytest.param(
            "[a](src/a.py#L2-L3)\n",
            "README_raw.md:1:5: error: dead link 'src/a.py#L2-L3': 'src/a.py' has 2 lines",
            id="line",
        ),
        pytest.param(
            "| a |\n| - |\n| [x](zzz) |\n",
            "README_raw.md:3:7: error: dead link 'zzz': no file 'zzz'",
            id="table",
        ),
        pytest.param(
            "### A [b](zzz)\n",
            "README_raw.md:1:11: error: dead link 'zzz': no file 'zzz'",
            id="in a heading",
        ),
        pytest.param(
            "[![a](zzz)](src/a.py)\n",
            "README_raw.md:1:7: error: dead link 'zzz': no file 'zzz'",
            id="an image in a link",
        ),
        pytest.param(
            "a\r\n\r\nb [c](zzz)\r\n",
            "README_raw.md:3:7: error: dead link 'zzz': no file 'zzz'",
            id="CRLF",
        ),
        pytest.param(
            "[a](docs/gide.md)\n",
            "README_raw.md:1:5: error: dead link 'docs/gide.md': no file 'docs/gide.md';"
            " the nearest is 'docs/guide.md'",
            id="misspelt",
        ),
    ],
)
@pytest.mark.usefixtures("project")
def test_a_dead_link(template: str, expected: str, capsys: Output) -> None:
    assert faults(template, capsys) == [expected]


@pytest.mark.usefixtures("project")
def test_a_dead_link_is_told_where_it_is_written(capsys: Output) -> None:
    """In the included file, and with the address that would be right on the page."""
    files = {"docs/part.md": "## A part\n\nSee\nthe [guide](guide.md).\n"}
    assert faults("a\n\n> :INCLUDE docs/part.md\n", capsys, files) == [
        "docs/part.md:4:13: error: dead link 'guide.md': no file 'guide.md'; the nearest is 'docs/guide.md'",
        "    it is relative to README.md, where this text is included; from there it is 'docs/guide.md'",
    ]


@pytest.mark.usefixtures("project")
def test_every_dead_link_is_told_in_order(capsys: Output) -> None:
    found = faults("[a](zzz1) [b](#zzz)\n\n[c](zzz1)\n", capsys, {"docs/part.md": "[d](../zzz2)\n"})
    assert [line.partition(": error")[0] for line in found] == [
        "README_raw.md:1:5",
        "README_raw.md:1:15",
        "README_raw.md:3:5",
        "docs/part.md:1:5",
    ]


def test_a_dead_link_is_a_wrong_template_and_nothing_is_written(project: Path) -> None:
    write(project, {TEMPLATE: "[a](zzz)\n"})
    assert (
        main(["build"]) == 0
    )  # the page is what its template says; that it leads nowhere is for `check` to say
    before = snapshot(project)
    assert main(["check"]) == 3
    assert main(["check", "--set", "links=false"]) == 0
    assert snapshot(project) == before


def test_outside_a_repository_links_are_not_followed(
    tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert faults("[a](zzz) [b](#zzz)\n", capsys) == []


def test_a_page_of_a_part_of_a_repository(
    project: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GitHub's root is that of the repository, and what is outside of the project is not looked at."""
    write(project, {"pkg/pyproject.toml": "[tool.literate]\n", "pkg/a.py": SCRIPT})
    monkeypatch.chdir(project / "pkg")
    assert faults("[a](/pkg/a.py) [b](/src/zzz.py) [c](../zzz.md) [d](/pkg/b.py)\n", capsys) == [
        "README_raw.md:1:52: error: dead link '/pkg/b.py': no file 'b.py'; the nearest is 'a.py'"
    ]


# A page's length

TOO_LONG = "README_raw.md: error: README.md is 512,001 bytes long, over the limit of 512,000"


@pytest.mark.parametrize(
    ("size", "options", "expected"),
    [
        pytest.param(512_000, [], [], id="as long as it may be"),
        pytest.param(
            512_001,
            [],
            [
                f"{TOO_LONG}; GitHub shows 512,000 of a README",
                "    split it, or set `limit` in [tool.literate], 0 for none, where it is read elsewhere",
            ],
            id="too long",
        ),
        pytest.param(512_001, ["--set", "limit=0"], [], id="no limit"),
        pytest.param(512_001, ["--set", "limit=1 MB"], [], id="another limit"),
        pytest.param(
            1,
            ["--set", "limit=10"],
            ['error: --set: \'limit\' is a size such as "500 MB" or "2 GB", not 10; 0 is no limit'],
            id="no size",
        ),
    ],
)
@pytest.mark.usefixtures("project")
def test_a_page_that_is_too_long(size: int, options: list[str], expected: list[str], capsys: Output) -> None:
    assert faults("a" * (size - 1) + "\n", capsys, {}, *options) == expected


# Against GitHub's own Markdown


class _Addresses(HTMLParser):
    """The addresses of the links and images of HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [
            unquote(value or "") for name, value in attrs if (tag, name) in (("a", "href"), ("img", "src"))
        ]


def shown_by_github(page: str) -> set[str]:
    parser = _Addresses()
    shown = re.sub("<!--(?:-?>|.*?-->)", "", html(page, Options.CMARK_OPT_UNSAFE), flags=re.DOTALL)
    parser.feed(shown.replace("<!--", ""))
    return set(parser.found)


LINKS = ["[a](x1)", "![b](x2)", '<img src="x3">', "[![a](x11)](x12)", '[a](<x7 y> "t")', "[a](x8 't')"]
BROKEN = [
    "<a href='x4'>c</a>",
    "`",
    "``",
    "\\",
    "[",
    "]",
    "(x5)",
    "<x6>",
    "[a](x9 ",
    "[a](x10\\)y)",
    "<!--",
    "-->",
    "*",
]
BLOCKS = [
    "\n",
    "\n\n",
    "> ",
    "- ",
    "1. ",
    "    ",
    "  ",
    "\t",
    "# ",
    "---\n",
    "===\n",
    "```\n",
    "~~~\n",
    "<div>\n",
    "</div>\n",
]
markdown = st.lists(st.sampled_from([*LINKS, *BROKEN, *BLOCKS, "text", "é "]), max_size=14).map("".join)


@settings(max_examples=1500)
@given(markdown)
def test_no_link_is_followed_that_github_does_not_show(page: str) -> None:
    rendered = html(page, Options.CMARK_OPT_UNSAFE)
    assume(
        rendered.count("<!--") == rendered.count("-->")
    )  # an open comment hides what comes after its block
    found = {link.address for link in find_links(page.encode())}
    assert found - shown_by_github(page) == set()


whole = st.sampled_from(
    [*LINKS, *BLOCKS[:6], "# ", "`[c](no)`", "text ", "é ", "```\n[c](no)\n```\n", "[d]: x7\n"]
)
simple = st.lists(whole, max_size=14).map("".join)


@settings(max_examples=1500)
@given(simple)
def test_every_link_is_found_that_github_shows(page: str) -> None:
    found = {link.address for link in find_links(page.encode())}
    assert shown_by_github(page) - found == set()


def followed(page: str) -> list[tuple[int, str]]:
    """The headings of `page`, each of its lines followed: the level and the text."""
    blocks = Blocks()
    found = []
    paragraph: list[str] = []
    for line in page.encode().split(b"\n"):
        kind = blocks.line(line)
        body = blocks.body.decode()
        if kind == HEADING:
            marks = len(body) - len(body.lstrip("#"))
            found.append((marks, re.sub(r"(^|[ \t]+)#+[ \t]*$", "", body[marks:]).strip()))
        if kind == UNDERLINE:
            found.append((1 if body[0] == "=" else 2, paragraph[-1]))
        paragraph = [*paragraph, body.strip()] if kind == TEXT else []
    return found


@settings(max_examples=1500)
@given(markdown)
def test_leaving_lines_out_changes_no_heading(page: str) -> None:
    found = [(one.level, one.markdown) for one in find_headings(page.encode())]
    expected = followed(page)
    assert [level for level, _ in found] == [level for level, _ in expected]
    texts = [
        ("".join(text.split()), "".join(last.split()))
        for (_, text), (_, last) in zip(found, expected, strict=True)
    ]
    assert all(text.endswith(last) for text, last in texts)


def test_anchors_of_every_kind() -> None:
    page = b'# A\n\n## A\n\n<h2>A</h2>\n\nx <b id="y">z</b>\n\n<a name=w></a>\n<!-- <a id="no"> -->\n'
    assert find_anchors(page) == {"a", "a-1", "a-2", "y", "w"}
