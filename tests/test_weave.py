"""Weaving: what stands on the page for a directive, and how it fits what is around it."""

import pytest

from literate.model import Settings
from literate.sources import Sources
from literate.weave import weave
from tests.project import (
    TEMPLATE,
    code_blocks,
    errors_of,
    fences,
    html,
    message,
    page_of,
    weave_bytes,
    weave_text,
)

A = "x = 1\n"
BANNER = "<!-- Woven from README_raw.md by `build-readme`. Edit that file, not this one. -->\n\n"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param(
            "```python\n:INCLUDE a.py\n```\n", "```python\n# Code in file a.py\nx = 1\n```\n", id="fence"
        ),
        pytest.param(
            ":INCLUDE a.py\n", "```python\n# Code in file a.py\nx = 1\n```\n", id="fence of its own"
        ),
        pytest.param(
            "a\n:INCLUDE a.py\nb\n", "a\n```python\n# Code in file a.py\nx = 1\n```\nb\n", id="paragraph"
        ),
        pytest.param("```\n:INCLUDE a.py header=no\n```\n", "```\nx = 1\n```\n", id="no header"),
        pytest.param("```\n:INCLUDE a.py#x\n```\n", "```\nx = 1\n```\n", id="no header for a fragment"),
        pytest.param(
            "```\n:INCLUDE a.py#x\n# and\n:INCLUDE a.py#L1\n```\n",
            "```\nx = 1\n# and\nx = 1\n```\n",
            id="two in one",
        ),
        pytest.param("    :INCLUDE a.py#x\n", "    x = 1\n", id="indented code"),
        pytest.param("  :INCLUDE a.py#x\n", "  ```python\n  x = 1\n  ```\n", id="indented"),
        pytest.param("a\n     :INCLUDE a.py#x\n", "a\n```python\nx = 1\n```\n", id="indented in a paragraph"),
        pytest.param("  ```\n  :INCLUDE a.py#x\n  ```\n", "  ```\n  x = 1\n  ```\n", id="indented fence"),
        pytest.param("  ```\n:INCLUDE a.py#x\n  ```\n", "  ```\n  x = 1\n  ```\n", id="less than its fence"),
        pytest.param("```\n  :INCLUDE a.py#x\n```\n", "```\n  x = 1\n```\n", id="more than its fence"),
        pytest.param("- a\n\n  :INCLUDE a.py#x\n", "- a\n\n  ```python\n  x = 1\n  ```\n", id="list item"),
        pytest.param(
            "1. ```\n   :INCLUDE a.py#x\n   ```\n2. b\n",
            "1. ```\n   x = 1\n   ```\n2. b\n",
            id="fence in a list item",
        ),
        pytest.param("> :INCLUDE a.py#x\n", "> ```python\n> x = 1\n> ```\n", id="quote"),
        pytest.param(">:INCLUDE a.py#x\n", "> ```python\n> x = 1\n> ```\n", id="quote without a space"),
        pytest.param("> ~~~\n> :INCLUDE a.py#x\n> ~~~\n", "> ~~~\n> x = 1\n> ~~~\n", id="fence in a quote"),
        pytest.param(
            "> - a\n>   - b\n>\n>     :INCLUDE a.py#x\n",
            "> - a\n>   - b\n>\n>     ```python\n>     x = 1\n>     ```\n",
            id="list in a list in a quote",
        ),
        pytest.param("\\:INCLUDE a.py\n", ":INCLUDE a.py\n", id="shown"),
        pytest.param("```\n\\:INCLUDE a.py\n```\n", "```\n:INCLUDE a.py\n```\n", id="shown in a fence"),
        pytest.param("> \\:TOC\n", "> :TOC\n", id="shown in a quote"),
        pytest.param("\\\\:TOC\n", "\\:TOC\n", id="shown with its backslash"),
        pytest.param(":INCLUDED is a word\n", ":INCLUDED is a word\n", id="prose"),
        pytest.param("<!--\n:INCLUDE b\n-->\n", "<!--\n:INCLUDE b\n-->\n", id="comment"),
        pytest.param("```\n:INCLUDE a.py#x\n", "```\nx = 1\n", id="an open fence at the end"),
        pytest.param("```\n:INCLUDE empty.py\n```\n", "```\n# Code in file empty.py\n```\n", id="empty file"),
        pytest.param("```\n:INCLUDE empty.py header=no\n```\n", "```\n```\n", id="nothing at all"),
        pytest.param("", "", id="empty template"),
        pytest.param(":INCLUDE ./sub/../a.py#x\n", "```python\nx = 1\n```\n", id="path with dots"),
        pytest.param(":INCLUDE /a.py#x\n", "```python\nx = 1\n```\n", id="path from the root"),
        pytest.param(':INCLUDE "a b.py#x"\n', "```python\nx = 2\n```\n", id="path with a space"),
    ],
)
def test_page(template: str, expected: str) -> None:
    page, errors = weave_text({TEMPLATE: template, "a.py": A, "a b.py": "x = 2\n", "empty.py": ""})
    assert errors == []
    assert page == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("run.sh", "ls\n", "```bash\n# Code in file run.sh\nls\n```\n", id="hash"),
        pytest.param("a.js", "a\n", "```javascript\n// Code in file a.js\na\n```\n", id="slashes"),
        pytest.param("a.css", "a\n", "```css\n/* Code in file a.css */\na\n```\n", id="c"),
        pytest.param("a.html", "a\n", "```html\n<!-- Code in file a.html -->\na\n```\n", id="markup"),
        pytest.param("a.sql", "a\n", "```sql\n-- Code in file a.sql\na\n```\n", id="dashes"),
        pytest.param("a.json", "{}\n", "```json\n{}\n```\n", id="no comments, no header"),
        pytest.param("a.txt", "a\n", "```text\na\n```\n", id="text"),
        pytest.param("LICENSE", "a\n", "```\na\n```\n", id="no language"),
        pytest.param("Makefile", "a:\n", "```makefile\n# Code in file Makefile\na:\n```\n", id="by name"),
        pytest.param("A.PY", "a\n", "```python\n# Code in file A.PY\na\n```\n", id="capitals"),
    ],
)
def test_language(path: str, text: str, expected: str) -> None:
    assert weave_text({TEMPLATE: f":INCLUDE {path}\n", path: text}) == (expected, [])


@pytest.mark.parametrize(
    ("template", "source", "expected"),
    [
        pytest.param("```\n:INCLUDE a.txt\n```\n", "```\n", "````\n```\n````\n", id="the author's"),
        pytest.param(
            "``` py\n:INCLUDE a.txt\n```\n", "````\n", "````` py\n````\n`````\n", id="with an info string"
        ),
        pytest.param("~~~\n:INCLUDE a.txt\n~~~\n", "```\n~~~\n", "~~~~\n```\n~~~\n~~~~\n", id="tildes"),
        pytest.param("~~~\n:INCLUDE a.txt\n~~~\n", "```\n", "~~~\n```\n~~~\n", id="not for the other mark"),
        pytest.param("````\n:INCLUDE a.txt\n````\n", "```\n", "````\n```\n````\n", id="long enough already"),
        pytest.param("```\n:INCLUDE a.txt\n`````\n", "```\n", "````\n```\n`````\n", id="a longer end"),
        pytest.param(":INCLUDE a.txt\n", "a ```` b\n", "`````text\na ```` b\n`````\n", id="within a line"),
        pytest.param("> ```\n> :INCLUDE a.txt\n> ```\n", "```\n", "> ````\n> ```\n> ````\n", id="in a quote"),
        pytest.param(
            "- ```\n  :INCLUDE a.txt\n  ```\n", "```\n", "- ````\n  ```\n  ````\n", id="in a list item"
        ),
        pytest.param(
            "```\n:INCLUDE a.txt\n:INCLUDE a.txt\n```\nb\n",
            "```\n",
            "````\n```\n```\n````\nb\n",
            id="by two includes",
        ),
        pytest.param("```\n:INCLUDE a.txt\n", "```\n", "````\n```\n", id="that is never closed"),
    ],
)
def test_fence_grows(template: str, source: str, expected: str) -> None:
    assert page_of(template, a_txt=source) == expected


def test_line_ends_of_the_template_are_imposed() -> None:
    page = page_of("a\r\n:INCLUDE a.py\r\n\r\n:INCLUDE b.md\r\n", a_py="x = 1\ny = 2\r\n", b_md="b\n\nc\n")
    assert page == "a\r\n```python\r\n# Code in file a.py\r\nx = 1\r\ny = 2\r\n```\r\n\r\nb\r\n\r\nc\r\n"


def test_line_ends_of_sources_do_not_reach_the_page() -> None:
    page = page_of("```\n:INCLUDE a.txt\n```\n", a_txt="a\r\nb\rc\n")
    assert page == "```\na\nb\nc\n```\n"


def test_a_grown_fence_keeps_its_line_ends() -> None:
    assert page_of("```\r\n:INCLUDE a.txt\r\n```\r\n", a_txt="```\n") == "````\r\n```\r\n````\r\n"


def test_byte_order_marks() -> None:
    mark = "\ufeff"
    assert page_of(":INCLUDE a.txt\n", a_txt=f"{mark}a\n") == "```text\na\n```\n"
    assert page_of(f"{mark}:INCLUDE a.txt\n", a_txt="a\n") == f"{mark}```text\na\n```\n"
    assert weave_text({TEMPLATE: f"{mark}a\n"}, banner=True)[0] == f"{mark}{BANNER}a\n"


def test_last_line_of_a_source_ends() -> None:
    assert page_of("```\n:INCLUDE a.txt\n```\n", a_txt="a") == "```\na\n```\n"
    assert page_of(":INCLUDE a.txt", a_txt="a") == "```text\na\n```\n"
    assert page_of(":INCLUDE a.md", a_md="a") == "a\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {TEMPLATE: b"a\xffb\n"}, "README_raw.md:1:2: error: {} 0xff at offset 1; {}", id="template"
        ),
        pytest.param(
            {TEMPLATE: b":INCLUDE a.txt\n", "a.txt": b"\n\xc3\xa9\xc3\n"},
            "a.txt:2:2: error: {} 0xc3 at offset 3; {}\n    README_raw.md:1:1: included here",
            id="source",
        ),
        pytest.param(
            {TEMPLATE: b":INCLUDE a.txt\n", "a.txt": b"a" * 2_000_000 + b"\xe9"},
            "a.txt:1:2000001: error: {} 0xe9 at offset 2000000; {}\n    README_raw.md:1:1: included here",
            id="far in",
        ),
        pytest.param(
            {TEMPLATE: b"\xed\xa0\x80\n"},
            "README_raw.md:1:1: error: {} 0xed at offset 0; {}",
            id="a surrogate",
        ),
    ],
)
def test_what_is_not_utf8(files: dict[str, bytes], expected: str) -> None:
    assert weave_bytes(files)[1] == [expected.format("not UTF-8: byte", "save the file as UTF-8")]


# Markdown within Markdown


@pytest.mark.parametrize(
    ("template", "nested", "expected"),
    [
        pytest.param("a\n\n:INCLUDE n.md\n", "# B\n", "a\n\n# B\n", id="in place"),
        pytest.param(":INCLUDE n.md\n", ":INCLUDE a.py#x\n", "```python\nx = 1\n```\n", id="its directives"),
        pytest.param("> :INCLUDE n.md\n", "b\n\n    c\n", "> b\n>\n>     c\n", id="in a quote"),
        pytest.param("- a\n\n  :INCLUDE n.md\n", "- b\n  c\n", "- a\n\n  - b\n    c\n", id="in a list item"),
        pytest.param(
            "> :INCLUDE n.md\n",
            "> :INCLUDE a.py#x\n",
            "> > ```python\n> > x = 1\n> > ```\n",
            id="prefixes add up",
        ),
        pytest.param(
            "```\n:INCLUDE n.md\n```\n", "# B\n:TOC\n", "```\n# B\n:TOC\n```\n", id="in a fence it is code"
        ),
        pytest.param(
            "```\n:INCLUDE n.md\n```\n",
            "```\nb\n```\n",
            "````\n```\nb\n```\n````\n",
            id="in a fence that grows",
        ),
        pytest.param(":INCLUDE n.md\n", "\\:TOC\n", ":TOC\n", id="its backslashes"),
        pytest.param(
            ":INCLUDE n.md#r\n", "a\n<!-- region r -->\nb\n<!-- endregion -->\nc\n", "b\n", id="its regions"
        ),
        pytest.param(
            ":INCLUDE n.md\n", "<!-- region r -->\nb\n<!-- endregion -->\n", "b\n", id="no region comments"
        ),
        pytest.param(":INCLUDE n.md#L2\n", "a\nb\n", "b\n", id="its lines"),
        pytest.param(
            "a\r\n:INCLUDE n.md\r\n",
            "b\n\n```\nc\n```\n",
            "a\r\nb\r\n\r\n```\r\nc\r\n```\r\n",
            id="line ends",
        ),
        pytest.param(":INCLUDE n.md\n", "", "", id="empty"),
        pytest.param(
            "<div>\n\n:INCLUDE n.md\n\n</div>\n", "b\n", "<div>\n\nb\n\n</div>\n", id="between HTML"
        ),
    ],
)
def test_nested_markdown(template: str, nested: str, expected: str) -> None:
    assert page_of(template, n_md=nested, a_py=A) == expected


def test_paths_are_relative_to_the_file_that_names_them() -> None:
    page, errors = weave_text(
        {
            TEMPLATE: ":INCLUDE docs/n.md\n",
            "docs/n.md": ":INCLUDE a.txt\n:INCLUDE ../b.txt\n:INCLUDE /c.txt\n",
            "docs/a.txt": "a\n",
            "b.txt": "b\n",
            "c.txt": "c\n",
        }
    )
    assert errors == []
    assert [text for _, text in fences(page)] == ["a\n", "b\n", "c\n"]


def test_the_header_gives_the_path_from_the_root() -> None:
    files = {TEMPLATE: ":INCLUDE docs/n.md\n", "docs/n.md": ":INCLUDE ../src/a.py\n", "src/a.py": A}
    assert weave_text(files) == ("```python\n# Code in file src/a.py\nx = 1\n```\n", [])


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {TEMPLATE: ":INCLUDE a.md\n", "a.md": ":INCLUDE a.md\n"},
            "a.md:1:10: error: a cycle of includes: a.md -> a.md\n    README_raw.md:1:1: included here",
            id="itself",
        ),
        pytest.param(
            {TEMPLATE: ":INCLUDE a.md\n", "a.md": "\n:INCLUDE b.md\n", "b.md": "> :INCLUDE /a.md\n"},
            "b.md:1:12: error: a cycle of includes: a.md -> b.md -> a.md\n"
            "    a.md:2:1: included here\n"
            "    README_raw.md:1:1: included here",
            id="two files",
        ),
        pytest.param(
            {TEMPLATE: "\n:INCLUDE README_raw.md\n"},
            "README_raw.md:2:10: error: a cycle of includes: README_raw.md -> README_raw.md",
            id="the template",
        ),
    ],
)
def test_cycles(files: dict[str, str], expected: str) -> None:
    assert weave_text(files)[1] == [expected]


def test_the_same_file_twice_is_no_cycle() -> None:
    assert page_of(":INCLUDE a.md\n:INCLUDE a.md\n", a_md="a\n") == "a\na\n"


def test_what_doubles_at_every_level_ends() -> None:
    files = {TEMPLATE: ":INCLUDE 0.md\n"}
    files |= {f"{n}.md": f":INCLUDE {n + 1}.md\n" * 2 for n in range(40)} | {"40.md": "a\n"}
    errors = weave_text(files)[1]
    assert "error: more than 50 includes deep, or 10000 Markdown files on a page" in errors[0]


def test_an_open_fence_of_a_nested_file() -> None:
    assert errors_of("\n:INCLUDE a.md\n", a_md="a\n```py\nb\n") == [
        (
            "a.md:2:1: error: the code fence is never closed, so it would swallow the page that includes it\n"
            "    README_raw.md:2:1: included here"
        )
    ]


def test_a_source_that_is_woven() -> None:
    """Its bytes are those of the last build, so the page would depend on how often it was built."""
    read = {TEMPLATE: b":INCLUDE README.md\n"}.__getitem__
    woven = weave(TEMPLATE, Sources(read, frozenset(["README.md"])), Settings())
    assert [message(error) for error in woven.errors] == [
        "README_raw.md:1:10: error: 'README.md' is woven from its README_raw.md; include that instead"
    ]


# Faults


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param(":INCLUDE b.py\n", "README_raw.md:1:10: error: no file 'b.py'", id="missing"),
        pytest.param(
            "> :INCLUDE b.py\n", "README_raw.md:1:12: error: no file 'b.py'", id="column in a quote"
        ),
        pytest.param(
            ":INCLUDE ../b.py\n",
            "README_raw.md:1:10: error: '../b.py' leads out of the project",
            id="out of it",
        ),
        pytest.param(
            ":INCLUDE /../b.py\n",
            "README_raw.md:1:10: error: '/../b.py' leads out of the project",
            id="from the root",
        ),
        pytest.param(
            ":INCLUDE https://a.b/c.py\n",
            "README_raw.md:1:10: error: 'https://a.b/c.py' is an address; weaving never opens the network",
            id="address",
        ),
        pytest.param(
            ":INCLUDE a\0.py\n", "README_raw.md:1:10: error: a path cannot hold a NUL character", id="NUL"
        ),
        pytest.param(
            "<div>\n:INCLUDE a.py\n</div>\n",
            "README_raw.md:2:10: error: no code block can begin inside HTML; leave an empty line in front of the"
            " directive",
            id="code in HTML",
        ),
        pytest.param(
            ":INCLUDE a.py#y\n",
            "README_raw.md:1:10: error: no region or symbol 'y' in a.py; it has x",
            id="no name",
        ),
        pytest.param(
            ":INCLUDE broken.py\n",
            "broken.py:2:5: error: not valid Python: '(' was never closed\n"
            "    `docstring=keep` includes the script as it is\n"
            "    README_raw.md:1:1: included here",
            id="not Python",
        ),
        pytest.param(
            ":INCLUDE open.py\n",
            "open.py:1:1: error: region 'r' is never closed; add `# endregion`\n    README_raw.md:1:1: included here",
            id="open region",
        ),
    ],
)
def test_faults(template: str, expected: str) -> None:
    files = {TEMPLATE: template, "a.py": A, "broken.py": "'a'\nx = (\n", "open.py": "# region r\n"}
    assert weave_text(files)[1] == [expected]


def test_all_faults_are_told() -> None:
    errors = errors_of(":INCLUDE b.py\n:INCLUED a.py\n:TOC deep=1\n:INCLUDE a.py#y\n", a_py=A)
    assert [error.split(": error")[0] for error in sorted(errors)] == [
        "README_raw.md:1:10",
        "README_raw.md:2:1",
        "README_raw.md:3:6",
        "README_raw.md:4:10",
    ]


def test_places_in_a_region_are_those_of_the_file() -> None:
    nested = "a\n\n  <!-- region r -->\n  b\n\n  :INCLUDE x.py\n  <!-- endregion -->\n"
    assert errors_of(":INCLUDE n.md#r\n", n_md=nested) == [
        "n.md:6:12: error: no file 'x.py'\n    README_raw.md:1:1: included here"
    ]


# Options


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param("", "# Code in file a.py\nx = 1\n", id="defaults"),
        pytest.param(" header=no", "x = 1\n", id="no header"),
        pytest.param(" docstring=keep", '# Code in file a.py\n"""A."""\n\nx = 1\n', id="docstring"),
        pytest.param(" header=no docstring=keep", '"""A."""\n\nx = 1\n', id="both"),
        pytest.param(
            " header=yes docstring=drop dedent=yes", "# Code in file a.py\nx = 1\n", id="defaults, spelled"
        ),
    ],
)
def test_options(options: str, expected: str) -> None:
    page = page_of(f"```\n:INCLUDE a.py{options}\n```\n", a_py='"""A."""\n\nx = 1\n')
    assert code_blocks(page) == [expected]


def test_dedent() -> None:
    source = "def f():\n    if 1:\n        x = 1\n"
    assert page_of("```\n:INCLUDE a.py#L2-L3\n```\n", a_py=source) == "```\nif 1:\n    x = 1\n```\n"
    assert page_of("```\n:INCLUDE a.py#L3 dedent=no\n```\n", a_py=source) == "```\n        x = 1\n```\n"


def test_a_whole_file_is_not_dedented() -> None:
    assert page_of("```\n:INCLUDE a.txt\n```\n", a_txt="  a\n  b\n") == "```\n  a\n  b\n```\n"


# The banner


def test_banner() -> None:
    assert weave_text({TEMPLATE: "a\n"}, banner=True) == (f"{BANNER}a\n", [])
    assert weave_text({TEMPLATE: "a\r\n"}, banner=True)[0] == BANNER.replace("\n", "\r\n") + "a\r\n"


def test_banner_is_not_shown() -> None:
    page, _ = weave_text({TEMPLATE: "# A\n"}, banner=True)
    assert html(page) == "<!-- raw HTML omitted -->\n<h1>A</h1>\n"


def test_markdown_shown_as_code_is_woven_where_it_is_prose() -> None:
    files = {TEMPLATE: "```\n:INCLUDE a.md\n```\n\n:INCLUDE a.md\n", "a.md": "*text*\n"}
    assert weave_text(files) == ("```\n*text*\n```\n\n*text*\n", [])
