"""Which lines of which sources the edits of a page ask for: the pure part of `adopt`."""

import pytest

from literate.carry import Carrier
from literate.changes import bare_lines_of, find_changes
from literate.edits import Edit, apply, merge
from literate.model import Location, Settings
from literate.pages import origins_of, text_of
from literate.proof import Edited, find_lost
from literate.weave import weave
from tests.project import TEMPLATE, Files, message, sources

SCRIPT = '"""Adds."""\n\nimport sys\n\n\ndef add(a, b):\n    # the sum\n    return a + b\n'
PAGE = "a\n\n```python\n:INCLUDE a.py\n```\n\nb\n"


def page_of(files: Files, page: str | None = None) -> Edited:
    """The page of the template among `files`, edited to be `page`."""
    texts = sources(files)
    woven = weave(TEMPLATE, texts, Settings(banner=False))
    assert woven.errors == []
    data = text_of(woven) if page is None else page.encode()
    lines = bare_lines_of(text_of(woven))
    edited = Edited(woven, lines, origins_of(woven, texts), data, bare_lines_of(data))
    edited.carried = edited.changes
    return edited


def carried(files: Files, old: str, new: str) -> tuple[list[tuple[str, int, int, list[str]]], list[str]]:
    """The edits for the page with `old`, which stands there once, replaced by `new`; and what is refused."""
    page = text_of(page_of(files).woven).decode()
    assert page.count(old) == 1
    edited = page_of(files, page.replace(old, new))
    texts = sources(files)
    carrier = Carrier(
        "README.md", edited.woven_lines, edited.origins, lambda path: bare_lines_of(texts.get(path).text)
    )
    edits, errors = carrier.edits(edited.page, edited.carried)
    found = [(one.path, one.first, one.last, [line.decode() for line in one.lines]) for one in edits]
    return found, [message(error) for error in errors]


@pytest.mark.parametrize(
    ("template", "old", "new", "expected"),
    [
        pytest.param(PAGE, "# the sum", "# it", [("a.py", 7, 7, ["    # it"])], id="a line"),
        pytest.param(
            PAGE,
            "import sys\n\n\n",
            "import os\n\n",
            [("a.py", 3, 4, ["import os"])],
            id="fewer",
        ),
        pytest.param(
            PAGE,
            "import sys\n",
            "import os\nimport re\n",
            [("a.py", 3, 3, ["import os", "import re"])],
            id="more",
        ),
        pytest.param(
            PAGE,
            "    return a + b\n```\n",
            "",
            [("a.py", 8, 8, []), (TEMPLATE, 5, 5, [])],
            id="deleted from two files",
        ),
        pytest.param(
            PAGE,
            "    return a + b\n```\n",
            "    return b\n~~~\n",
            [("a.py", 8, 8, ["    return b"]), (TEMPLATE, 5, 5, ["~~~"])],
            id="replaced in two files",
        ),
        pytest.param(
            "> :INCLUDE a.py#add\n",
            "> def",
            "> async def",
            [("a.py", 6, 6, ["async def add(a, b):"])],
            id="quoted",
        ),
        pytest.param(
            "- :INCLUDE a.py\n", "- :", "- x:", [(TEMPLATE, 1, 1, ["- x:INCLUDE a.py"])], id="no directive"
        ),
        pytest.param(
            ":INCLUDE a.py#L7-L8\n", "# the", "  # the", [("a.py", 7, 7, ["      # the sum"])], id="dedented"
        ),
        pytest.param("a\n:TOC\n\n# B\n\n## C\n", "a\n", "", [(TEMPLATE, 1, 1, [])], id="above what is made"),
    ],
)
def test_edits(template: str, old: str, new: str, expected: list[tuple[str, int, int, list[str]]]) -> None:
    assert carried({TEMPLATE: template, "a.py": SCRIPT}, old, new) == (expected, [])


def test_what_is_refused_does_not_hide_the_rest() -> None:
    edits, errors = carried(
        {TEMPLATE: PAGE, "a.py": SCRIPT}, "# Code in file a.py\nimport sys\n", "# From a.py\nimport os\n"
    )
    assert edits == [("a.py", 3, 3, ["import os"])]
    assert errors == ["README.md:4: error: no file holds this line: it is made for what stands at a.py:1"]


def edit(path: str, first: int, last: int, *lines: bytes, literal: bool = False, line: int = 1) -> Edit:
    return Edit(Location(path, first), last, list(lines), Location("README.md", line), literal)


def test_edits_that_agree() -> None:
    edits = [
        edit("b", 1, 1, b"x"),
        edit("a", 5, 5, b"y"),
        edit("a", 2, 1, b"z"),
        edit("a", 5, 5, b"y", line=9),
    ]
    merged, errors = merge(edits)
    assert errors == []
    assert {path: [one.key for one in own] for path, own in merged.items()} == {
        "a": [("a", 2, 1), ("a", 5, 5)],
        "b": [("b", 1, 1)],
    }
    assert [str(place) for place in merged["a"][1].places] == ["README.md:1", "README.md:9"]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(edit("a", 2, 4, b"z", line=9), id="the same lines"),
        pytest.param(edit("a", 4, 5, line=9), id="some of them"),
        pytest.param(edit("a", 3, 2, b"z", line=9), id="lines between them"),
    ],
)
def test_edits_that_contradict(other: Edit) -> None:
    _, errors = merge([edit("a", 2, 4, b"x"), other])
    assert [message(error) for error in errors] == [
        f"README.md:9: error: a:{other.first} is edited in another way at README.md:1"
    ]


@pytest.mark.parametrize(
    ("data", "edits", "expected"),
    [
        pytest.param(b"a\nb\nc\n", [edit("f", 2, 2, b"x")], b"a\nx\nc\n", id="replaced"),
        pytest.param(b"a\nb\nc\n", [edit("f", 1, 2)], b"c\n", id="deleted"),
        pytest.param(b"a\nb\n", [edit("f", 1, 2)], b"", id="all deleted"),
        pytest.param(b"a\n", [edit("f", 2, 1, b"x", b"y")], b"a\nx\ny\n", id="at the end"),
        pytest.param(b"", [edit("f", 1, 0, b"x")], b"x\n", id="into nothing"),
        pytest.param(b"a\nb", [edit("f", 2, 2, b"x", b"y")], b"a\nx\ny", id="no last line end"),
        pytest.param(b"a\nb", [edit("f", 3, 2, b"x")], b"a\nb\nx", id="behind no last line end"),
        pytest.param(
            b"a\r\nb\nc\r\n",
            [edit("f", 2, 2, b"x"), edit("f", 4, 3, b"y")],
            b"a\r\nx\nc\r\ny\r\n",
            id="mixed",
        ),
        pytest.param(b"a\rb\rc\r", [edit("f", 2, 2, b"x")], b"a\rx\rc\r", id="carriage returns"),
        pytest.param(
            b"\xef\xbb\xbfa\nb\n", [edit("f", 1, 1, b"x")], b"\xef\xbb\xbfx\nb\n", id="byte order mark"
        ),
        pytest.param(
            b"a\x0cb\n\xe2\x80\xa8c\nd\n",
            [edit("f", 3, 3, b"x")],
            b"a\x0cb\n\xe2\x80\xa8c\nx\n",
            id="other separators",
        ),
        pytest.param(
            b"a\nb\nc\n",
            [edit("f", 2, 1, b"x"), edit("f", 2, 2, b"y"), edit("f", 3, 2, b"z")],
            b"a\nx\ny\nz\nc\n",
            id="around one",
        ),
    ],
)
def test_the_file_that_edits_make(data: bytes, edits: list[Edit], expected: bytes) -> None:
    assert apply("f", data, edits, False, False) == expected


def test_only_a_line_feed_ends_a_line_of_a_template() -> None:
    assert apply("f", b"a\rb\nc\n", [edit("f", 2, 2, b"x")], True, False) == b"a\rb\nx\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(b":TOC", b"\\:TOC", id="a directive"),
        pytest.param(b"> :INCLUED a.py", b"> \\:INCLUED a.py", id="nearly one"),
        pytest.param(b"\\:TOC", b"\\\\:TOC", id="one that is shown"),
        pytest.param(b":smile: {{ x }}", b":smile: \\{{ x }}", id="a value"),
        pytest.param(b"`{{ x }}` :TOC", b"`{{ x }}` :TOC", id="neither"),
        pytest.param("é {{ x".encode(), "é \\{{ x".encode(), id="a value that is never closed"),
    ],
)
def test_what_is_prose_stays_prose(line: bytes, expected: bytes) -> None:
    """And a directive in another line stays one."""
    made = apply("f", b":TOC\n\na\n", [edit("f", 3, 3, line, literal=True)], True, True)
    assert made == b":TOC\n\n" + expected + b"\n"


def lost(before: Files, page: str, after: Files) -> list[str]:
    """What is wrong when the sources become `after` because the page `before` was edited to be `page`."""
    edited, new = page_of(before, page), page_of(after)
    return [message(error) for error in find_lost(edited, new.woven_lines, new.origins)]


LOST = "README.md:{}: error: {} cannot be carried back: {}"


@pytest.mark.parametrize(
    ("before", "page", "after", "expected"),
    [
        pytest.param("a\nb\n", "a\nc\n", "a\nc\n", [], id="held"),
        pytest.param(
            "a\nb\n",
            "a\nc\n",
            "a\nb\n",
            [LOST.format(2, "this edit", "the page would not hold it")],
            id="not held",
        ),
        pytest.param(
            "a\n\nb\n",
            "a\n\nc\n",
            "d\n\nc\n",
            [LOST.format(1, "an edit", "this line would become another, from README_raw.md:1")],
            id="more than was asked",
        ),
        pytest.param(
            "a\nb\nc\n",
            "x\nb\nc\n",
            "x\nb\n",
            [LOST.format(3, "an edit", "this line would go with it")],
            id="a line gone",
        ),
        pytest.param(
            "a\nb\nc\n",
            "x\nb\nc\n",
            "x\nb\ny\nc\n",
            [LOST.format(3, "an edit", "another line would come in front of this one, from README_raw.md:3")],
            id="a line new",
        ),
        pytest.param(
            ":TOC\n\n## A\n\na\n",
            "- [A](#a)\n\n## B\n\na\n",
            ":TOC\n\n## B\n\na\n",
            [],
            id="a table of contents follows",
        ),
        pytest.param(":TOC\n\n## A\n\na\n", "- [A](#a)\n\na\n", ":TOC\n\na\n", [], id="and goes"),
        pytest.param(
            "```\n:INCLUDE f.txt\n```\n",
            "f\n```\n",
            ":INCLUDE f.txt\n```\n",
            [
                LOST.format(1, "this edit", "the page would not hold it"),
                LOST.format(
                    2, "an edit", "another line would come in front of this one, from README_raw.md:1"
                ),
            ],
            id="a fence does not",
        ),
    ],
)
def test_what_would_be_lost(before: str, page: str, after: str, expected: list[str]) -> None:
    files = {"f.txt": "f\n"}
    assert lost({TEMPLATE: before, **files}, page, {TEMPLATE: after, **files}) == expected


def test_a_place_that_a_source_has_moved_away_from_may_change() -> None:
    edited = page_of({TEMPLATE: "new\n\nb\n"}, "old\n\nc\n")
    edited.carried = edited.changes[1:]
    made = page_of({TEMPLATE: "new\n\nc\n"})
    assert find_lost(edited, made.woven_lines, made.origins) == []
    assert [str(edited.place(change)) for change in find_changes(made.woven_lines, edited.page)] == [
        "README.md:1"
    ]
