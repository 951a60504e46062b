"""Which lines are directives, and in what they stand."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from literate.blocks import FENCE, FENCE_CLOSE, FENCE_OPEN, HTML, Blocks
from literate.excerpt import Excerpt
from literate.source import Source
from literate.template import Template, parse
from tests.project import message
from tests.test_blocks import NAMES, PARTS


def parsed(text: str) -> Template:
    return parse(Excerpt.whole(Source("README_raw.md", text.encode())))


def directives(text: str) -> list[str]:
    """Each directive as `line kind name arguments`, no kind for running text."""
    return [
        " ".join([str(text.encode()[: found.start].count(b"\n") + 1), *where(found.kind), *words(found)])
        for found in parsed(text).directives
    ]


def where(kind: int) -> list[str]:
    return [NAMES[kind]] if NAMES[kind] in ("fence", "code", "html") else []


def words(directive: object) -> list[str]:
    name, arguments = directive.name, directive.arguments  # type: ignore[attr-defined]
    return [name, arguments.strip()] if arguments.strip() else [name]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(":INCLUDE a.py\n", ["1 INCLUDE a.py"], id="alone"),
        pytest.param(":INCLUDE a.py", ["1 INCLUDE a.py"], id="no line end"),
        pytest.param(":INCLUDE a.py\r\n", ["1 INCLUDE a.py"], id="CRLF"),
        pytest.param("\ufeff:INCLUDE a.py\n", ["1 INCLUDE a.py"], id="behind a byte order mark"),
        pytest.param(":INCLUDE\ta.py\n", ["1 INCLUDE a.py"], id="a tab for the space"),
        pytest.param(":INCLUDE\n", ["1 INCLUDE"], id="without arguments"),
        pytest.param(":TOC\n:TOC depth=1\n", ["1 TOC", "2 TOC depth=1"], id="two in a row"),
        pytest.param("prose\n:TOC\nprose\n", ["2 TOC"], id="within a paragraph"),
        pytest.param("```python\n:INCLUDE a.py\n```\n", ["2 fence INCLUDE a.py"], id="in a fence"),
        pytest.param("~~~\n:INCLUDE a.py\n~~~\n", ["2 fence INCLUDE a.py"], id="in a fence of tildes"),
        pytest.param("```\n\n:TOC\n```\n:TOC\n", ["3 fence TOC", "5 TOC"], id="in and behind a fence"),
        pytest.param("  :TOC\n", ["1 TOC"], id="indented"),
        pytest.param("    :INCLUDE a\n", ["1 code INCLUDE a"], id="in indented code"),
        pytest.param("a\n    :INCLUDE a\n", ["2 INCLUDE a"], id="so far in, but in a paragraph"),
        pytest.param("- a\n\n  :INCLUDE a\n", ["3 INCLUDE a"], id="in a list item"),
        pytest.param("- ```\n  :INCLUDE a\n  ```\n", ["2 fence INCLUDE a"], id="in a fence in a list item"),
        pytest.param("1. a\n\n       :INCLUDE a\n", ["3 code INCLUDE a"], id="in code in a list item"),
        pytest.param("> :INCLUDE a\n", ["1 INCLUDE a"], id="in a quote"),
        pytest.param(">:INCLUDE a\n", ["1 INCLUDE a"], id="in a quote, no space"),
        pytest.param("> > ```\n> > :TOC\n", ["2 fence TOC"], id="in a fence in a quote in a quote"),
        pytest.param("> - a\n>\n>   :INCLUDE a\n", ["3 INCLUDE a"], id="in a list in a quote"),
        pytest.param("<div>\n:INCLUDE a\n</div>\n", ["2 html INCLUDE a"], id="in HTML"),
        pytest.param("<div>\n\n:INCLUDE a\n\n</div>\n", ["3 INCLUDE a"], id="between HTML"),
        pytest.param("<!-- a\n:INCLUDE a\n-->\n", [], id="in a comment"),
        pytest.param("<!-- a\n\n\n:INCLUDE a -->\n", [], id="on the last line of a comment"),
        pytest.param("<!-- a -->\n:INCLUDE a\n", ["2 INCLUDE a"], id="behind a comment"),
        pytest.param("> ```\n:INCLUDE a\n", ["2 INCLUDE a"], id="a fence ends with its quote"),
        pytest.param("```\n> :INCLUDE a\n```\n", [], id="a mark of a quote in a fence is code"),
        pytest.param("- :INCLUDE a\n", [], id="behind a list marker is no whole line"),
        pytest.param("see :INCLUDE a\n", [], id="behind a word"),
        pytest.param(":INCLUDED is a word\n", [], id="a longer word is prose"),
        pytest.param(":INCLUDES a.py\n", [], id="another longer word"),
        pytest.param(":includes a\n", [], id="small letters"),
        pytest.param(":INCLUDE: a\n", [], id="a colon behind it"),
        pytest.param(":INCLUDE-a\n", [], id="a hyphen behind it"),
        pytest.param(":smile: and :TOC:\n", [], id="emoji"),
        pytest.param("::TOC\n", [], id="two colons"),
        pytest.param(": TOC\n", [], id="a space behind the colon"),
        pytest.param("Term\n: Definition\n", [], id="a definition list"),
        pytest.param("\\:TOC\n", [], id="behind a backslash"),
    ],
)
def test_directives(text: str, expected: list[str]) -> None:
    template = parsed(text)
    assert directives(text) == expected
    assert template.errors == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            ":INCLUED a.py\n", "README_raw.md:1:1: error: unknown directive ':INCLUED'", id="swapped"
        ),
        pytest.param("\n> :INCLDE a\n", "README_raw.md:2:3: error: unknown directive ':INCLDE'", id="quote"),
        pytest.param(
            "```\n:INCUDE a\n```\n", "README_raw.md:2:1: error: unknown directive ':INCUDE'", id="fence"
        ),
    ],
)
def test_near_misses(text: str, expected: str) -> None:
    (error,) = parsed(text).errors
    name = expected.split("'")[1]
    assert message(error) == (
        f"{expected}; did you mean ':INCLUDE'?\n    a backslash shows it as it is: `\\{name}`"
    )


def test_small_letters_of_a_name_are_a_near_miss_in_prose() -> None:
    (error,) = parsed("```\n:toc\n```\n:include a.py\n").errors
    assert message(error).startswith("README_raw.md:4:1: error: unknown directive ':include'; did you mean")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("\\:INCLUDE a.py\n", 1, id="alone"),
        pytest.param("```\n\\:INCLUDE a.py\n```\n", 1, id="in a fence"),
        pytest.param("> \\:TOC\n", 1, id="in a quote"),
        pytest.param("    \\:TOC\n", 1, id="in indented code"),
        pytest.param("\\:INCLUED a.py\n", 1, id="a near miss"),
        pytest.param("\\\\:TOC\n", 1, id="two backslashes show one"),
        pytest.param("\\:smile:\n", 0, id="what is no directive"),
        pytest.param("\\:INCLUDED is a word\n", 0, id="prose"),
        pytest.param("<!--\n\\:TOC\n-->\n", 0, id="in a comment nothing is woven"),
        pytest.param("<!--\n\\:TOC -->\n", 0, id="nor on its last line"),
    ],
)
def test_backslashes(text: str, count: int) -> None:
    template = parsed(text)
    assert len(template.backslashes) == count
    assert template.directives == []
    assert template.errors == []


def test_an_open_fence_is_noted() -> None:
    assert parsed("a\n```\nb\n").unclosed == 2
    assert parsed("a\n```\nb\n```\n").unclosed is None
    assert parsed("> ```\n> b\n\nc\n").unclosed is None  # its quote has ended


@pytest.mark.parametrize(
    ("text", "line_end"),
    [("a\r\nb\n", b"\r\n"), ("a\nb\r\n", b"\n"), ("a", b"\n"), ("\r\n", b"\r\n"), ("\n", b"\n")],
)
def test_line_end_is_that_of_the_first_line(text: str, line_end: bytes) -> None:
    assert parsed(text).line_end() == line_end


# The parser follows only the lines that can matter. Here is the same without that: every line is followed.

_DIRECTIVE = re.compile(rb"[ \t>]*(\\*):(?:INCLUDE|TOC)(?:[ \t\r]|$)")


def following_every_line(text: str) -> tuple[list[tuple[int, str, int, int]], list[int]]:
    """Line, kind, indent and line of the fence of each directive, and the lines with a backslash."""
    blocks = Blocks()
    found, shown, opened = [], [], 0
    for number, line in enumerate(text.encode().split(b"\n"), 1):
        match = _DIRECTIVE.match(line)
        commented = blocks.html == b"<!--"
        is_directive = match is not None and not match[1]
        kind = blocks.line(line, directive=is_directive)
        if kind == FENCE_OPEN:
            opened = number
        if match is None or (commented and kind == HTML):
            continue
        if match[1]:
            shown.append(number)
        elif blocks.body.startswith(b":"):
            found.append((number, NAMES[kind], blocks.indent, opened if kind == FENCE else 0))
    return found, shown


def skipping(text: str) -> tuple[list[tuple[int, str, int, int]], list[int]]:
    template = parsed(text)

    def line(offset: int) -> int:
        return template.text.count(b"\n", 0, offset) + 1

    found = [
        (line(one.start), NAMES[one.kind], one.indent, line(one.fence.open[0]) if one.fence else 0)
        for one in template.directives
    ]
    return found, [line(start) for start, _, _ in template.backslashes]


directive_lines = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "", "", " ", "  ", "   ", "    ", "\t", "> ", ">", "> > ", ">   ", "     "]),
        st.sampled_from([":TOC", ":INCLUDE a.py", ":INCLUDE a.md", "\\:TOC"]),
    ),
)
ordinary_lines = st.lists(st.sampled_from(PARTS), max_size=4).map("".join)
mixed = st.lists(st.one_of(ordinary_lines, ordinary_lines, directive_lines), max_size=14).map(
    lambda found: "".join(line + "\n" for line in found)
)


@given(mixed)
@settings(max_examples=1500)
@example("- a\n\n  b\n\n    :TOC\n")
@example("> ```\n:TOC\n```\n:TOC\n")
@example("<div>\n:TOC\n\n:TOC\n")
@example("a\n    :TOC\n    :TOC\n")
@example("<!-- x\n:TOC\n```\n-->\n:TOC\n")
def test_skipping_lines_finds_what_following_every_line_finds(text: str) -> None:
    assert skipping(text) == following_every_line(text)


@given(mixed)
def test_a_fence_is_closed_where_its_last_mark_stands(text: str) -> None:
    template = parsed(text)
    for directive in template.directives:
        if directive.fence is not None and directive.fence.close is not None:
            start, end = directive.fence.close
            blocks = Blocks()
            lines = template.text[:end].split(b"\n")[:-1]
            assert [blocks.line(line) for line in lines][-1] == FENCE_CLOSE
            assert start > directive.start
