"""`export html`: what the pages of the site hold. What a browser makes of them is in test_site_in_browser.py."""

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from literate.cli import main
from literate.errors import LiterateError
from literate.headings import find_headings
from literate.site.differences import difference_table
from literate.site.highlight import highlight
from literate.site.links import FILE, FOLDER, NEITHER, Links
from literate.site.marks import SetAside
from literate.site.pictures import check_drawing, picture_size
from literate.site.text import page_html
from tests.project import ROOT, TEMPLATE, html, message, run, snapshot, write
from tests.recorded import LOSSES, recorded

NET = '"""A net.\n\nOf "two" layers & more.\n"""\nimport sys\n\n\nprint("<b>done</b>", sys.argv)\n'
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="150"><rect width="9" height="9"/></svg>'
)
FILES = {
    "README_raw.md": """\
# A *net*

:TOC

## Warm-up: `numpy`

```python
:INCLUDE nn/net.py
```

:OUTPUT nn/net.py

![curve](curve.svg) and [the licence](LICENSE), [docs](docs/), [the script](nn/net.py), [nowhere](missing.md)

## Warm-up: `numpy`

```console
$ echo hi
hi
$ pwd
```
""",
    "docs/README_raw.md": "# Docs\n\n[Home](../README.md#warm-up-numpy-1) and [script](/nn/net.py)\n",
    "LICENSE": "MIT\n",
    "curve.svg": DRAWING,
    "nn/net.py": NET,
    "pyproject.toml": "[tool.literate]\nbanner = false\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of two pages with a recording, its settings its root."""
    write(tmp_path, recorded(FILES, {"nn/net.py": LOSSES}))
    return tmp_path


def export(folder: Path, *words: str) -> int:
    return main(["export", "html", "--root", str(folder), *words])


def site(folder: Path, page: str = "index.html") -> str:
    return (folder / "site" / page).read_text(encoding="utf-8")


def body(folder: Path, page: str = "index.html") -> str:
    """What stands between the contents and the footer of a page."""
    return site(folder, page).partition("<main")[2].partition(">")[2].partition("</main>")[0].strip()


class Elements(HTMLParser):
    """The elements of a document: each tag with its attributes."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def named(self, tag: str) -> Iterator[dict[str, str]]:
        return (attributes for name, attributes in self.found if name == tag)


# The text


def ours(markdown: str) -> str:
    """`markdown` as HTML of ours, fences as GitHub writes them."""
    page = markdown.encode()
    aside = SetAside(page)
    made = page_html(page, find_headings(page), lambda fence: html(f"~~~~~~\n{fence.text}~~~~~~"), {}, aside)
    made = aside.anchors.restore_headings(
        made, lambda level, anchor, inside: f"<h{level}>{inside}</h{level}>"
    )
    return aside.made.restore_in_text(made)


BLOCKS = r"</?(?:p|ul|ol|li|blockquote|h\d|table|tr|t[dh]|thead|tbody|hr|div|details|summary)\b[^>]*>"


def same(document: str) -> str:
    """`document` without what two renderers may write in two ways: white space at the ends of lines and blocks."""
    document = re.sub(r"<!--.*?-->", "", document, flags=re.DOTALL)
    document = re.sub(r"<pre[^>]*><code[^>]*>", "<pre><code>", document)
    document = document.replace(" />", ">").replace("&quot;", '"').replace("\N{COPYRIGHT SIGN}", "&copy;")
    parts = re.split(r"(<pre>.*?</pre>)", document, flags=re.DOTALL)
    for number in range(0, len(parts), 2):
        parts[number] = re.sub(r"\s+", " ", re.sub(rf"\s*({BLOCKS})\s*", r"\1", parts[number])).strip()
    return "".join(parts)


@pytest.mark.parametrize(
    "markdown",
    [
        pytest.param("para\n- a\n- b\n  - c\n    more\n- d\n", id="lists that interrupt a paragraph"),
        pytest.param("- a\n\n  para\n\n      code\n\n- b\n", id="paragraphs and code in an item"),
        pytest.param("1) a\n\n   ```sh\n   x\n     y\n   ```\n\n2) b\n", id="a fence in an item"),
        pytest.param("> a\n> - b\nlazy\n\ntext\n\n> c\n>\n> d\n", id="quotes, lists in them, lazy lines"),
        pytest.param("Title\nof two\n===\n\npart\n---\n\n## three ##\n", id="headings"),
        pytest.param("~~~~\n```\n~~~\n~~~~\n\n    indented\n\n    still\n", id="fences and indented code"),
        pytest.param(
            "<details>\n<summary>S</summary>\n\n*in*\n\n- a\n\n</details>\n\nafter\n", id="HTML around text"
        ),
        pytest.param("| a | b |\n|---|--:|\n| 1 | `x` |\n", id="a table"),
        pytest.param("`a_b` snake_case_name **b** ~~gone~~ \\* \\| 5 * 3 * 2 &copy;\n", id="inside a line"),
        pytest.param("See https://example.org/a_b?c=1. Or <https://example.org>.\n", id="addresses"),
        pytest.param("[a][r] and [b](x.md 'T')\n\n[r]: https://example.org\n", id="references"),
        pytest.param("***\ntext\n***\n", id="breaks"),
        pytest.param((ROOT / "README.md").read_text(encoding="utf-8"), id="README.md"),
    ],
)
def test_text_is_as_github_has_it(markdown: str) -> None:
    from cmarkgfm.cmark import Options

    assert same(ours(markdown)) == same(html(markdown, Options.CMARK_OPT_UNSAFE))


def test_two_headings_of_one_name_have_githubs_anchors(project: Path) -> None:
    assert export(project) == 0
    assert [h["id"] for h in Elements(body(project)).named("h2")] == ["warm-up-numpy", "warm-up-numpy-1"]
    assert '<a href="#warm-up-numpy">Warm-up: <code>numpy</code></a>' in body(project)
    assert '<li class="level-2"><a href="#warm-up-numpy-1">Warm-up: numpy</a></li>' in site(project)


# Fences


def test_a_script_names_its_file_and_holds_all_of_it(project: Path) -> None:
    export(project)
    figure = body(project).partition('<figure class="code">')[2].partition("</figure>")[0]
    assert figure.startswith('<figcaption><a href="nn/net.py">nn/net.py</a></figcaption>')
    code = re.sub(r"<[^>]*>", "", figure.partition("<pre>")[2])
    assert code.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == NET
    assert '<span hidden>"""A net.\n\nOf "two" layers &amp; more.\n"""\n</span>' in figure
    assert (project / "site/nn/net.py").read_text() == NET


def test_an_output_says_what_it_ran_with(project: Path) -> None:
    export(project)
    run_ = "numpy 2.4.6 · tensorflow-cpu 2.21.0 · Python 3.11.9 · cpu, x86_64 Linux"
    assert f'<details class="output" open><summary><b>Output</b> <span class="run">{run_}</span>' in body(
        project
    )
    assert "<pre><samp>step 0  loss 4.0\nstep 10" in body(project)


def test_an_output_has_the_day_of_its_commit(project: Path) -> None:
    def git(*words: str) -> None:
        command = ["git", "-c", "user.name=A", "-c", "user.email=a@b", *words]
        environment = {
            "GIT_COMMITTER_DATE": "2026-02-03T12:00:00Z",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "PATH": PATH,
        }
        subprocess.run(command, cwd=project, env=environment, check=True, capture_output=True, timeout=30)

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "x")
    export(project)
    assert '· <time datetime="2026-02-03">3 February 2026</time></span>' in body(project)
    assert 'kept since <time datetime="2026-02-03">3 February 2026</time>.' in site(project)
    path = project / "recordings/nn/net.py.json"
    write(project, recorded(FILES, {"nn/net.py": ["step 0  loss 5.0"]}))
    assert path.exists()
    export(project)
    assert "<time" not in site(project)


PATH = "/usr/local/bin:/usr/bin:/bin"


@pytest.mark.parametrize(
    ("code", "info", "expected"),
    [
        ("$ ls\na\n", "sh", '<i class="gp">$ </i>ls\n<i class="go">a\n</i>'),
        (">>> 1\n1\n", "python", '<i class="gp">&gt;&gt;&gt; </i><i class="m">1</i>\n<i class="go">1\n</i>'),
        ("a < b & c\n", "", "a &lt; b &amp; c\n"),
        ("<b>\n", "no-such-language", "&lt;b&gt;\n"),
        ("\n\nx = 1\n\n", "python", '\n\nx = <i class="m">1</i>\n\n'),
    ],
    ids=["a shell", "a session", "no language", "a language nobody knows", "empty lines stay"],
)
def test_code(code: str, info: str, expected: str) -> None:
    assert highlight(code, info) == expected


def test_a_difference_stands_side_by_side() -> None:
    text = "--- a.py\n+++ b.py\n@@ -1,3 +1,4 @@\n same <x>\n-loss = 1\n+loss = 2\n+new\n end\n"
    rows = difference_table(text).partition("<tbody>")[2].partition("</tbody>")[0]
    assert rows.replace("</tr>", "</tr>\n").splitlines() == [
        '<tr class="at"><td>line 1</td><td>line 1</td></tr>',
        '<tr class="same"><td>same &lt;x&gt;</td><td>same &lt;x&gt;</td></tr>',
        "<tr><td><del>loss = <b>1</b></del></td><td><ins>loss = <b>2</b></ins></td></tr>",
        "<tr><td></td><td><ins>new</ins></td></tr>",
        '<tr class="same"><td>end</td><td>end</td></tr>',
    ]


@pytest.mark.parametrize("text", ["", "+a\n-b\n", "--- a\n+++ b\n@@ -1 +1 @@\nodd\n"])
def test_what_is_no_difference_of_one_file_stays_code(text: str) -> None:
    assert difference_table(text) == ""


def test_a_large_difference_is_compared_in_no_time() -> None:
    lines = [f"-old {number}\n" for number in range(3000)] + [f"+new {number}\n" for number in range(3000)]
    table = difference_table("--- a\n+++ b\n@@ -1,3000 +1,3000 @@\n" + "".join(lines))
    assert table.count("<del>") == table.count("<ins>") == 3000


# Links and pictures

KINDS = {"docs": FOLDER, "": FOLDER, "LICENSE": FILE, "a b.py": FILE, "docs/x.py": FILE, "evil.html": FILE}


def links(page: str = "docs/README.md") -> Links:
    pages = frozenset(("README.md", "docs/README.md"))
    return Links(page, pages, None, lambda path: KINDS.get(path, NEITHER))


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("#part", "#part"),
        ("https://example.org/x", "https://example.org/x"),
        ("mailto:a@b.c", "mailto:a@b.c"),
        ("../README.md#part", "../index.html#part"),
        ("..", "../index.html"),
        ("/docs/", "index.html"),
        ("../a%20b.py", "../a%20b.py"),
        ("x.py", "x.py"),
        ("/LICENSE", "../LICENSE.txt"),
        ("/evil.html", "../evil.html.txt"),
        ("missing.md", None),
        ("../../outside", None),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt:alert(1)", None),
        ("data:text/html,<script>", None),
        ("vbscript:x", None),
        ("file:///etc/passwd", None),
        ("http://[bad", None),
    ],
)
def test_where_a_link_leads(link: str, expected: str | None) -> None:
    assert links().target(link) == expected


def test_links_lead_to_the_repository_where_the_settings_name_it(project: Path) -> None:
    assert export(project, "--set", "repository=https://github.com/o/n") == 0
    assert 'href="https://github.com/o/n/blob/main/LICENSE"' in body(project)
    assert '<figcaption><a href="https://github.com/o/n/blob/main/nn/net.py">nn/net.py</a>' in body(project)
    assert 'href="docs/index.html"' in body(project)
    assert not (project / "site/nn").exists()


def test_pages_lead_to_one_another(project: Path) -> None:
    export(project)
    assert body(project, "docs/index.html").endswith(
        '<p><a href="../index.html#warm-up-numpy-1">Home</a> and <a href="../nn/net.py">script</a></p>'
    )
    assert '<a href="index.html" aria-current="page">Docs</a>' in site(project, "docs/index.html")
    assert '<a href="../index.html">A net</a>' in site(project, "docs/index.html")
    assert "<a>nowhere</a>" in body(project)


def test_a_picture_has_a_size_before_it_comes(project: Path) -> None:
    export(project)
    assert '<img loading="lazy" width="300" height="150" alt="curve" src="curve.svg">' in body(project)
    assert (project / "site/curve.svg").read_text() == DRAWING


def test_sizes_of_pictures() -> None:
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\0\x80"
    assert picture_size("a.png", png) == (256, 128)
    assert picture_size("a.gif", b"GIF89a\x05\0\x06\0") == (5, 6)
    assert picture_size("a.svg", b'<svg width="72pt" height="36pt"/>') == (96, 48)
    assert picture_size("a.svg", b'<svg width="50%" height="inf"/>') is None
    assert picture_size("a.svg", b"no drawing") is None


@pytest.mark.parametrize(
    ("drawing", "said"),
    [
        ("<svg><script>alert(1)</script></svg>", "holds an element <script>"),
        ("<svg><x:SCRIPT xmlns:x='http://www.w3.org/2000/svg'/></svg>", "holds an element <script>"),
        ("<svg onload='alert(1)'/>", "holds an attribute 'onload'"),
        ("<svg><a href='java&#115;cript:alert(1)'/></svg>", "holds a link"),
        ("<svg><use x:href='https://example.org/x.svg#a'/></svg>", "holds a link"),
        ("<svg><animate attributeName='href' to='javascript:alert(1)'/></svg>", "holds a link"),
        ("<svg><foreignObject/></svg>", "holds an element <foreignobject>"),
        ("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>", "holds an entity 'a'"),
        ("<?xml-stylesheet href='x'?><svg/>", "holds an instruction <?xml-stylesheet?>"),
    ],
)
def test_a_drawing_that_could_run_is_refused(drawing: str, said: str) -> None:
    with pytest.raises(LiterateError) as error:
        check_drawing("a.svg", drawing.encode())
    assert error.value.message == f"'a.svg' {said}; a picture of the site must not"


def test_a_drawing_that_is_none_is_refused() -> None:
    with pytest.raises(LiterateError) as error:
        check_drawing("a.svg", b"<svg>")
    assert error.value.message == "'a.svg' is no SVG: no element found: line 1, column 5"


# What must not run

BAD = {
    "a script in the text": "<script>pwned()</script>\n\ntext <script>pwned()</script> text",
    "a script in a heading": "## A <script>pwned()</script> <img src=curve.svg onerror=pwned()>",
    "a heading of markup": "## `<script>pwned()</script>` &lt;script&gt;pwned()&lt;/script&gt;",
    "a handler": '<img src="curve.svg" onload="pwned()" onerror=pwned()>\n\n<b onmouseover="pwned()" autofocus>b</b>',
    "a javascript link": "[a](javascript:pwned()) [b](JAVASCRIPT:pwned()) [c](java&#115;cript:pwned())"
    " <a href=' javascript:pwned()'>d</a> <a href='java\tscript:pwned()'>e</a> <javascript:pwned()>",
    "a data address": "[a](data:text/html,<script>pwned()</script>) ![b](data:image/svg+xml,<svg/onload=pwned()>)",
    "a drawing with a script": "<svg onload=pwned()><script>pwned()</script></svg>\n\n<svg><g/onload=pwned()></svg>",
    "frames and objects": '<iframe srcdoc="<script>pwned()</script>"></iframe>\n\n<object data=x><embed src=x>',
    "unclosed": "<details><summary>x\n\n```python\n:INCLUDE bad.py\n```\n\n<!-- <b title='",
    "an attribute that breaks out": '![a" onerror="pwned()](curve.svg "t\' onload=\'pwned()") '
    '[l](<x" onclick="pwned()>)',
    "a fence in an attribute": '<div title="\n\n```python\n:INCLUDE bad.py\n```\n\n" onclick="pwned()">x</div>',
    "an info string": '```"><script>pwned()</script>\nx\n```',
    "a difference": "```diff\n--- <script>pwned()</script>\n+++ b\n@@ -1 +1 @@\n-</td><script>pwned()</script>\n```",
    "a form": '<form action="javascript:pwned()"><button formaction="javascript:pwned()">b</button></form>',
    "a style": '<style>@import "https://example.org/x.css";</style>'
    '<p style="background:url(https://example.org)">x</p>',
    "a base": '<base href="https://example.org/"><meta http-equiv="refresh" content="0;url=javascript:pwned()">'
    "<link rel=stylesheet href=x>",
    "mathematics": "<math><mtext><table><mglyph><style><!--</style>"
    "<img title='--&gt;&lt;img src=1 onerror=pwned()&gt;'>",
    "a picture from elsewhere": "![a](https://example.org/a.png) "
    '<img srcset="https://example.org/a.png 2x" src="//example.org/a.png">',
    "names of ours": '<a id="literate-text">x</a> <p class="said" id="literate-contents">y</p> <a name="tall">z</a>',
    "a script's comment": "```python\n:INCLUDE bad.py\n```",
    "an output": ":OUTPUT bad.py",
    "a file name": '```python\n:INCLUDE "<img src=x onerror=pwned()>.py"\n```',
    "a folded header": "<details ontoggle=pwned() open><summary onclick=pwned()>x</summary>\n\ny\n\n</details>",
}
BAD_CODE = '# </code></pre></main><script>pwned()</script><img src=x onerror="pwned()">\nx = "</script>"\n'
BAD_NAME = "<img src=x onerror=pwned()>.py"


def bad_project(folder: Path, markdown: str) -> None:
    files = {
        "README_raw.md": f"# Bad\n\n{markdown}\n",
        "bad.py": BAD_CODE,
        BAD_NAME: BAD_CODE,
        "curve.svg": DRAWING,
    }
    files["pyproject.toml"] = "[tool.literate]\nbanner = false\n"
    write(
        folder,
        recorded(files, {"bad.py": ["</samp></pre><script>pwned()</script>", "<img src=x onerror=pwned()>"]}),
    )


HANDLED = {
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "button",
    "code",
    "del",
    "details",
    "div",
    "figcaption",
    "figure",
}
HANDLED |= {
    "footer",
    "h1",
    "h2",
    "head",
    "header",
    "body",
    "html",
    "i",
    "img",
    "ins",
    "li",
    "link",
    "main",
    "meta",
    "nav",
}
HANDLED |= {
    "ol",
    "p",
    "pre",
    "samp",
    "script",
    "span",
    "summary",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
}


@pytest.mark.parametrize("markdown", BAD.values(), ids=BAD)
def test_what_is_bad_does_not_become_script(markdown: str, tmp_path: Path) -> None:
    bad_project(tmp_path, markdown)
    assert export(tmp_path) == 0
    elements = Elements(site(tmp_path))
    assert [attributes["src"] for attributes in elements.named("script")] == ["literate.js"]
    assert [attributes["href"] for attributes in elements.named("link")] == ["data:,", "literate.css"]
    assert {tag for tag, _ in elements.found} <= HANDLED
    for tag, attributes in elements.found:
        assert [name for name in attributes if name.startswith("on") or name in ("style", "srcdoc")] == []
        assert not re.match(
            r"\s*(javascript|data|vbscript|https?:)", attributes.get("src", ""), re.IGNORECASE
        ), tag
        assert not re.match(r"\s*(javascript|vbscript)", attributes.get("href", ""), re.IGNORECASE)
    ids = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert site(tmp_path).rstrip().endswith("</html>")
    assert "</main>\n<footer>" in site(tmp_path)


# The document and its files


def test_files_that_are_right_are_not_touched(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(project) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{shown(project)}/site/docs/index.html: written",
        f"{shown(project)}/site/index.html: written",
    ]
    before = snapshot(project)
    assert export(project) == 0
    assert snapshot(project) == before
    assert capsys.readouterr().out.count(": fresh") == 2


def shown(folder: Path) -> str:
    import os

    return os.path.relpath(folder)


def test_the_copies_are_no_templates(project: Path) -> None:
    write(project, {"docs/README_raw.md": "[source](README_raw.md)\n"})
    assert export(project) == 0
    assert (project / "site/docs/README_raw.md.txt").exists()
    assert list((project / "site").rglob("README_raw.md")) == []


def test_nothing_is_written_where_anything_is_wrong(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, {"curve.svg": "<svg onload='x'/>", "docs/README_raw.md": "![gone](gone.png)\n"})
    assert export(project) == 3
    where = shown(project)
    assert capsys.readouterr().err.splitlines() == [
        f"{where}/README_raw.md: error: 'curve.svg' holds an attribute 'onload'; a picture of the site must not",
        f"{where}/docs/README_raw.md: error: no file 'docs/gone.png'",
    ]
    assert not (project / "site").exists()


def test_a_template_of_the_projects_own(project: Path) -> None:
    own = '{% extends "literate/page.html.j2" %}{% block footer %}<p>{{ title }} & ours</p>{% endblock %}\n'
    write(project, {"own.html.j2": own})
    assert export(project, "--set", "site_template=own.html.j2") == 0
    assert "<footer>\n<p>A net & ours</p></footer>" in site(project)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("a\n{% if %}\n", "own.j2:2: error: Expected an expression, got 'end of statement block'"),
        ("{{ nobody }}\n", "own.j2: error: the template cannot be filled in: 'nobody' is undefined"),
        ('{% include "gone.j2" %}\n', "own.j2: error: no file 'gone.j2'"),
    ],
    ids=["syntax", "name", "file"],
)
def test_a_template_that_is_wrong(
    project: Path, template: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, {"own.j2": template})
    assert export(project, "--set", "site_template=own.j2") == 3
    assert capsys.readouterr().err.startswith(f"{shown(project)}/{said}")
    assert not (project / "site").exists()


def test_without_its_packages_it_says_which(project: Path) -> None:
    done = run(project, "export", "html")
    assert done.returncode == 3
    assert done.stderr.startswith("error: a site is made by packages that are not installed (")
    assert done.stderr.endswith("): pip install 'literate-readme[html]'\n")


def test_only_the_site_imports_its_packages() -> None:
    code = "import sys, literate.cli; literate.cli.main(['check']); print(sorted(m for m in sys.modules if m in NAMES))"
    code = code.replace("NAMES", "('markdown', 'nh3', 'pygments', 'literate.site')")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=60
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_page_of_this_project_is_light() -> None:
    files = site_of_this_project()
    page = [files[name] for name in ("index.html", "literate.css", "literate.js")]
    assert sum(map(len, page)) < 150_000


def site_of_this_project() -> dict[str, bytes]:
    """The site of the tutorial, in memory."""
    from literate.build import weave_pages
    from literate.project import Project, Report
    from literate.settings import PATH as SETTINGS
    from literate.settings import parse_settings
    from literate.site.export import make_site
    from literate.workspace import Workspace

    workspace = Workspace(str(ROOT))
    project = Project(workspace, parse_settings(workspace.read(SETTINGS)), [TEMPLATE])
    report = Report()
    files = make_site(project, weave_pages(project, report), report)
    assert [message(error) for error in report.errors] == []
    return files
