"""The map between the lines of a page and those of its sources."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from literate.model import MADE, Piece, Settings
from literate.origins import Origins
from literate.weave import weave
from tests.project import TEMPLATE, Files, sources


def origins_of(files: Files, banner: bool = False) -> tuple[str, Origins]:
    """The page of the template among `files`, and where it comes from."""
    texts = sources(files)
    woven = weave(TEMPLATE, texts, Settings(banner=banner))
    assert woven.errors == []
    page = b"".join(bytes(piece.data) for piece in woven.pieces).decode()
    return page, Origins(woven.pieces, lambda path: texts.get(path).text)


def place_of(files: Files, marked: str, banner: bool = False) -> str:
    """Where the first `marked` of the page comes from."""
    page, origins = origins_of(files, banner)
    return str(origins.location_of(page.encode().index(marked.encode())))


SCRIPT = '"""Adds."""\n\n\ndef add(a, b):\n    # the sum: é\n    return a + b\n'
NOTES = "# Notes\n\nSee it.\n"


@pytest.mark.parametrize(
    ("template", "marked", "place"),
    [
        pytest.param("# A\n\nText here.\n", "here", "README_raw.md:3:6", id="prose"),
        pytest.param("é ü here\n", "here", "README_raw.md:1:5", id="columns are characters"),
        pytest.param("a\n\n:INCLUDE a.py\n", "return", "a.py:6:5", id="code"),
        pytest.param("a\n\n:INCLUDE a.py\n", "é", "a.py:5:16", id="code, inside a line"),
        pytest.param("a\n\n:INCLUDE a.py\n", "# Code in file", "a.py:1:1", id="the header of code"),
        pytest.param("a\n\n:INCLUDE a.py\n", "```", "README_raw.md:3:1", id="the fence around code"),
        pytest.param("> - a\n>\n>   :INCLUDE a.py\n", "+ b", "a.py:6:14", id="behind a prefix"),
        pytest.param(
            "> - a\n>\n>   :INCLUDE a.py\n", "```", "README_raw.md:3:5", id="a fence behind a prefix"
        ),
        pytest.param(":INCLUDE a.py#L6\n", "+ b", "a.py:6:14", id="dedented"),
        pytest.param(":INCLUDE n.md\n", "it", "n.md:3:5", id="Markdown"),
        pytest.param(":INCLUDE n.md\nbelow\n", "below", "README_raw.md:2:1", id="below Markdown"),
        pytest.param("1. x\r\n\r\n   :INCLUDE n.md\r\n", "it", "n.md:3:5", id="CRLF"),
        pytest.param("\n:TOC\n\n## One\n", "- [One", "README_raw.md:2:1", id="table of contents"),
        pytest.param(
            "a\n\\:INCLUDE a.py\n", "a.py", "README_raw.md:2:11", id="behind the backslash of a line"
        ),
    ],
)
def test_a_byte_comes_from(template: str, marked: str, place: str) -> None:
    assert place_of({TEMPLATE: template, "a.py": SCRIPT, "n.md": NOTES}, marked) == place


def test_the_banner_comes_from_the_template() -> None:
    assert place_of({TEMPLATE: "a\n"}, "Woven", banner=True) == "README_raw.md:1:1"


def test_a_page_of_nothing_comes_from_nowhere() -> None:
    origins = Origins([], lambda path: b"")
    assert (origins.location_of(0), origins.location_of_line(1), origins.line_count()) == (None, None, 0)


PAGE = "a\n\n:INCLUDE a.py\n\n:INCLUDE n.md\nb\n"


def test_each_line_comes_from() -> None:
    page, origins = origins_of({TEMPLATE: PAGE, "a.py": SCRIPT, "n.md": NOTES})
    assert [(line, str(origins.location_of_line(n))) for n, line in enumerate(page.split("\n")[:-1], 1)] == [
        ("a", "README_raw.md:1"),
        ("", "README_raw.md:2"),
        ("```python", "README_raw.md:3"),
        ("# Code in file a.py", "a.py:1"),
        ("", "a.py:3"),
        ("def add(a, b):", "a.py:4"),
        ("    # the sum: é", "a.py:5"),
        ("    return a + b", "a.py:6"),
        ("```", "README_raw.md:3"),
        ("", "README_raw.md:4"),
        ("# Notes", "n.md:1"),
        ("", "n.md:2"),
        ("See it.", "n.md:3"),
        ("b", "README_raw.md:6"),
    ]
    assert (origins.line_count(), origins.location_of_line(0), origins.location_of_line(15)) == (
        14,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("path", "line", "expected"),
    [
        pytest.param("a.py", 0, [range(4, 9)], id="a script"),
        pytest.param("a.py", 5, [range(7, 8)], id="its line"),
        pytest.param("a.py", 1, [range(4, 5)], id="the line that its header stands for"),
        pytest.param("a.py", 2, [], id="a line that was left out"),
        pytest.param("n.md", 3, [range(13, 14)], id="a line of Markdown"),
        pytest.param(TEMPLATE, 3, [range(3, 4), range(9, 10)], id="a directive"),
        pytest.param(TEMPLATE, 0, [range(1, 4), range(9, 11), range(14, 15)], id="the template"),
        pytest.param("b.py", 0, [], id="a file that is not there"),
    ],
)
def test_the_reverse(path: str, line: int, expected: list[range]) -> None:
    _, origins = origins_of({TEMPLATE: PAGE, "a.py": SCRIPT, "n.md": NOTES})
    assert origins.lines_from(path, line) == expected


def test_a_line_that_two_places_share() -> None:
    _, origins = origins_of({TEMPLATE: ":INCLUDE a.py\n:INCLUDE a.py#add\n", "a.py": SCRIPT})
    assert origins.lines_from("a.py", 6) == [range(6, 7), range(11, 12)]


lines = st.lists(st.text("ab é:>-`", max_size=6), max_size=6).map(
    lambda some: "".join(f"{one}\n" for one in some)
)


@given(
    st.lists(st.one_of(lines, st.sampled_from([":INCLUDE a.py\n", "> :INCLUDE n.md\n", ":INCLUDE n.md\n"]))),
    lines,
)
def test_the_map_holds(parts: list[str], notes: str) -> None:
    """Lines and bytes agree; a copied line holds what its source does; and the reverse leads back."""
    texts = sources({TEMPLATE: "".join(parts), "a.py": SCRIPT, "n.md": notes})
    woven = weave(TEMPLATE, texts, Settings(banner=False))
    if woven.errors:
        return
    page = b"".join(bytes(piece.data) for piece in woven.pieces)
    origins = Origins(woven.pieces, lambda path: texts.get(path).text)
    assert origins.line_count() == page.count(b"\n")
    offset = 0
    for number, line in enumerate(page.split(b"\n")[:-1], 1):
        place = origins.location_of_line(number)
        assert place is not None
        assert (origins.offset_of_line(number), origins.line_at(offset + len(line))) == (offset, number)
        inside = origins.location_of(offset)
        assert inside is not None
        assert (inside.path, inside.line) == (place.path, place.line)
        assert any(number in run for run in origins.lines_from(place.path, place.line))
        if origins.piece_of_line(number).kind != MADE:
            source = texts.get(place.path).text.split(b"\n")[place.line - 1]
            assert line.lstrip(b" >") == source.lstrip(b" >")
        offset += len(line) + 1


def test_a_long_page_is_mapped_fast() -> None:
    """Each text is split once: otherwise this takes minutes."""
    text = b"[x](y) and more\n" * 100_000
    origins = Origins([Piece(text, "a.md", 0, 1)] * 3, lambda path: text)
    places = [origins.location_of(offset) for offset in range(0, 3 * len(text), 160)]
    assert str(places[-1]) == "a.md:99991:1"
