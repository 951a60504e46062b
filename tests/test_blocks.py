"""Where code blocks begin and end: `Blocks` against cmark-gfm, the implementation that GitHub runs.

The oracle: with CMARK_OPT_SOURCEPOS, cmark-gfm writes the first and the last line of each block into its HTML.
From that follows what must be true of the kinds that `Blocks` gives to the lines:

- the lines that open a fence are the first lines of the `<pre>` that are no indented code; a fence that is
  closed ends on its closing line;
- every other `<pre>` begins with a line of indented code, and there is none outside of it;
- headings are the `<h1>` to `<h6>` and thematic breaks the `<hr>`.
"""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from literate.blocks import (
    BLANK,
    BREAK,
    CODE,
    FENCE,
    FENCE_CLOSE,
    FENCE_OPEN,
    HEADING,
    HTML,
    TEXT,
    UNDERLINE,
    Blocks,
)
from tests.project import SOURCE_POSITIONS, html

NAMES = {
    BLANK: "blank",
    TEXT: "text",
    HEADING: "heading",
    UNDERLINE: "underline",
    BREAK: "break",
    CODE: "code",
    FENCE: "fence",
    FENCE_OPEN: "open",
    FENCE_CLOSE: "close",
    HTML: "html",
}

# What decides about blocks, and a little of what does not. No `[` and no `|`: link reference definitions and
# tables count as paragraphs here, which no code block depends on.
PARTS = [
    *("```", "~~~", "````", "```py", "``` `"),
    *(" ", "  ", "    ", "\t"),
    *(">", "> ", "- ", "-", "* ", "+ ", "1. ", "2) ", "10. ", "1234567890. "),
    *("a", "b c", "# h", "####### h", "---", "===", "***", "_ _ _", "é"),
    *("<!-- x", "-->", "<div>", "</div>", "<b>", "<pre>", "</pre>", "<a href='x'>", "<?", "?>", "<details>"),
    *("<!X", "<![CDATA[", "]]>", "<script>", "</script>", "<br/>"),
]
lines = st.lists(st.sampled_from(PARTS), max_size=5).map("".join)
documents = st.lists(lines, max_size=12).map(lambda found: "".join(line + "\n" for line in found))


def kinds(text: str) -> list[str]:
    blocks = Blocks()
    return [NAMES[blocks.line(line)] for line in text.encode().split(b"\n")[:-1]]


def spans(text: str, tag: str) -> list[tuple[int, int]]:
    """The first and last line of each block that cmark-gfm renders as `tag`."""
    pattern = rf'<{tag}[^>]* data-sourcepos="(\d+):\d+-(\d+):\d+"'
    return [(int(first), int(last)) for first, last in re.findall(pattern, html(text, SOURCE_POSITIONS))]


def at(found: list[str], kind: str) -> list[int]:
    return [number for number, other in enumerate(found, 1) if other == kind]


@given(documents)
@settings(max_examples=1500)
@example("> ```\n> a\nb\n```\n")
@example("- a\n\n      code\n")
@example("1. a\n\n   ```\n  b\n   ```\n")
@example("-\n\n      no item any more\n")
@example("a\n    lazy, no code\n> - b\nlazy too\n```\n")
@example("<div>\n```\n\n```\n</div>\n")
def test_code_begins_and_ends_where_github_says(text: str) -> None:
    found = kinds(text)
    code_blocks = spans(text, "pre")
    opened = at(found, "open")
    assert [first for first, _ in code_blocks if first in opened] == opened
    for first, last in code_blocks:
        if first in opened:
            end = next((i for i in range(first, len(found)) if found[i] != "fence"), len(found))
            assert end == len(found) or found[end] != "close" or end + 1 == last
        else:
            assert found[first - 1] == "code"
    indented = [span for span in code_blocks if span[0] not in opened]
    for line in at(found, "code"):
        assert any(first <= line <= last for first, last in indented)


@given(documents)
@settings(max_examples=700)
def test_headings_and_breaks_are_where_github_says(text: str) -> None:
    found = kinds(text)
    headings = [first for first, _ in spans(text, "h[1-6]")]  # of an underlined one, its text
    assert [line for line in headings if found[line - 1] == "heading"] == at(found, "heading")
    assert len(headings) == len(at(found, "heading")) + len(at(found, "underline"))
    assert at(found, "break") == [first for first, _ in spans(text, "hr /|hr")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("```\na\n```\n", "open fence close", id="fence"),
        pytest.param("~~~ py\n```\n~~~~\n", "open fence close", id="tildes hold backticks"),
        pytest.param("````\n```\n````\n", "open fence close", id="a shorter run closes nothing"),
        pytest.param("``` a`b\n", "text", id="no backtick in an info string of backticks"),
        pytest.param("~~~ a`b\n", "open", id="but in one of tildes"),
        pytest.param("    ```\n", "code", id="indented by four"),
        pytest.param("```\n    ```\n", "open fence", id="a closing fence indented by four"),
        pytest.param("a\n```\nb\n```\n", "text open fence close", id="interrupts a paragraph"),
        pytest.param("- ```\n  a\nb\n", "open fence text", id="ends with its list item"),
        pytest.param("> ```\nb\n", "open text", id="ends with its quote"),
        pytest.param("<!--\n```\n\n-->\n```\n", "html html html html open", id="no fence in a comment"),
        pytest.param("<div>\n```\n\n```\n", "html html blank open", id="html ends at a blank line"),
        pytest.param("```\r\na\r\n```\r\n", "open fence close", id="CRLF"),
        pytest.param("a\n===\nb\n---\n---\n", "text underline text underline break", id="underlines"),
        pytest.param("-\ta\n\n\t\tb\n", "text blank code", id="tabs"),
    ],
)
def test_kinds_of_lines(text: str, expected: str) -> None:
    assert " ".join(kinds(text)) == expected


def test_a_directive_line_stands_for_a_block() -> None:
    blocks = Blocks()
    assert NAMES[blocks.line(b"prose")] == "text"
    assert NAMES[blocks.line(b":INCLUDE a.py", directive=True)] == "text"
    assert NAMES[blocks.line(b"    no lazy line: the paragraph has ended")] == "code"
