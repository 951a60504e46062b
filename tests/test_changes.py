"""Where two texts differ."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from literate.changes import (
    Change,
    bare_lines_of,
    counterpart,
    find_changes,
    lines_of,
    reversed_,
    touches,
    unified_diff,
)

Pairs = list[tuple[tuple[int, int], tuple[int, int]]]


def pairs(changes: list[Change]) -> Pairs:
    return [
        ((change.before.start, change.before.stop), (change.after.start, change.after.stop))
        for change in changes
    ]


def changes_of(before: str, after: str) -> Pairs:
    return pairs(find_changes([one.encode() for one in before], [one.encode() for one in after]))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("", "", [], id="nothing"),
        pytest.param("abc", "abc", [], id="alike"),
        pytest.param("abc", "axc", [((1, 2), (1, 2))], id="replaced"),
        pytest.param("abc", "ac", [((1, 2), (1, 1))], id="deleted"),
        pytest.param("ac", "abc", [((1, 1), (1, 2))], id="inserted"),
        pytest.param("", "ab", [((0, 0), (0, 2))], id="all new"),
        pytest.param("ab", "", [((0, 2), (0, 0))], id="all gone"),
        pytest.param("aab", "ab", [((1, 2), (1, 1))], id="one of two alike"),
        pytest.param("abcde", "xbcdy", [((0, 1), (0, 1)), ((4, 5), (4, 5))], id="two places"),
        pytest.param("abcd", "acbd", [((1, 2), (1, 1)), ((3, 3), (2, 3))], id="turned round"),
        pytest.param("xaby", "wabz", [((0, 1), (0, 1)), ((3, 4), (3, 4))], id="around what stays"),
    ],
)
def test_the_places(before: str, after: str, expected: Pairs) -> None:
    assert changes_of(before, after) == expected


letters = st.text("abcd\n", max_size=40)


@given(letters, letters)
def test_the_places_make_one_text_of_the_other(before: str, after: str) -> None:
    """In order, none touching the next; and what is in none has its counterpart."""
    old, new = [one.encode() for one in before], [one.encode() for one in after]
    changes = find_changes(old, new)
    made, at = [], 0
    for change in changes:
        made += old[at : change.before.start] + new[change.after.start : change.after.stop]
        assert change.before or change.after
        assert change.before.start > at or change is changes[0]
        at = change.before.stop
    assert made + old[at:] == new
    for line in range(len(old)):
        there = counterpart(changes, line)
        inside = any(line in change.before for change in changes)
        assert (there is None) == inside
        if there is not None:
            assert new[there] == old[line]
            assert counterpart(reversed_(changes), there) == line


def numbered(count: int, step: int, text: str = "") -> list[bytes]:
    """`count` lines, each another, every one of `step` with `text` behind it."""
    return [f"{line}{text if line % step == 0 else ''}".encode() for line in range(count)]


@pytest.mark.parametrize(
    ("count", "step", "expected"),
    [
        pytest.param(1_000_000, 1, 1, id="everywhere"),
        pytest.param(100_000, 10_000, 10, id="in a few places"),
        pytest.param(100_000, 2, 50_000, id="in every other line"),
    ],
)
def test_long_texts(count: int, step: int, expected: int) -> None:
    """Compared line by line with each other they would take hours."""
    assert len(find_changes(numbered(count, step), numbered(count, step, "x"))) == expected


@given(letters, letters)
def test_a_unified_diff(before: str, after: str) -> None:
    """Each hunk says where it is and holds what is there; all changes are in one."""
    old, new = [one.encode() for one in before], [one.encode() for one in after]
    lines = unified_diff("f", old, new)
    assert lines[:2] == ([b"--- f", b"+++ f"] if old != new else [])
    for line, (sign, text) in zip(lines[2:], ((line[:1], line[1:]) for line in lines[2:]), strict=True):
        if sign == b"@":
            spans = [int(part.partition(b",")[0]) for part in re.findall(rb"[-+]([\d,]+)", line)]
            at, there = (
                number - (b",0" not in part) for number, part in zip(spans, line.split()[1:3], strict=True)
            )
            continue
        assert sign in (b"-", b"+", b" ")
        if sign in b"- ":
            assert old[at] == text
            at += 1
        if sign in b"+ ":
            assert new[there] == text
            there += 1
    changed = [line for line in lines[2:] if line[:1] in b"-+"]
    assert len(changed) == sum(len(one.before) + len(one.after) for one in find_changes(old, new))


def test_lines() -> None:
    assert lines_of(b"a\n\nb\r\nc") == [b"a\n", b"\n", b"b\r\n", b"c"]
    assert (lines_of(b""), lines_of(b"\n"), lines_of(b"a\n")) == ([], [b"\n"], [b"a\n"])
    assert bare_lines_of(b"\xef\xbb\xbfa\r\n\r\r\n\x0cb\n") == [b"a", b"\r", b"\x0cb"]


@pytest.mark.parametrize(
    ("places", "lines", "expected"),
    [
        pytest.param([range(2, 4)], range(3, 5), True, id="share a line"),
        pytest.param([range(2, 4)], range(4, 5), False, id="next to each other"),
        pytest.param([range(2, 4)], range(4, 4), True, id="none at the end"),
        pytest.param([range(2, 2)], range(2, 4), True, id="none at the start"),
        pytest.param([range(2, 2)], range(3, 3), False, id="none and none"),
        pytest.param([], range(9), False, id="no place"),
    ],
)
def test_touching(places: list[range], lines: range, expected: bool) -> None:
    assert touches(places, lines) == expected
