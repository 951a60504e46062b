"""A unified diff as a table: before on the left, after on the right, what changed within a line marked."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from html import escape

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_WORD = re.compile(r"\w+|\s+|.")
_ALIKE = 0.5  # from this share on two lines are one line that changed
_PAIRS = 5_000  # compared with one another at most; beyond that, what was removed stands above what was added

Row = tuple[
    list[str], list[str], bool
]  # the lines before, those after, whether they are one line that changed


@lru_cache(maxsize=1024)  # the preview makes most of a page again
def difference_table(text: str) -> str:
    """The unified diff `text` of one file as a table; nothing where it is none."""
    lines = text.split("\n")[:-1]
    if len(lines) < 3 or not lines[0].startswith("--- ") or not lines[1].startswith("+++ "):
        return ""
    if not all(line[:1] in (" ", "+", "-") or _HUNK.match(line) for line in lines[2:]):
        return ""
    names = [escape(line[4:]) for line in lines[:2]]
    head = f'<tr><th scope="col">{names[0]}</th><th scope="col">{names[1]}</th></tr>'
    body = "".join(_hunks(lines[2:]))
    return f'<div class="diff"><table><thead>{head}</thead><tbody>{body}</tbody></table></div>'


def _hunks(lines: list[str]) -> Iterator[str]:
    removed: list[str] = []
    added: list[str] = []
    for number, line in enumerate([*lines, ""]):
        if line[:1] == "-":
            removed.append(line[1:])
        elif line[:1] == "+":
            added.append(line[1:])
        else:
            yield from (_row(row) for row in _changed(removed, added) if row[0] or row[1])
            removed, added = [], []
            if hunk := _HUNK.match(line):
                yield f'<tr class="at"><td>line {hunk[1]}</td><td>line {hunk[3]}</td></tr>'
            elif number < len(lines):
                text = escape(line[1:], quote=False)
                yield f'<tr class="same"><td>{text}</td><td>{text}</td></tr>'


def _changed(removed: list[str], added: list[str]) -> list[Row]:
    """The lines `removed` beside those `added`: the two that are most alike side by side, then those around them."""
    best, at = _ALIKE, None
    for i, before in enumerate(removed if len(removed) * len(added) <= _PAIRS else []):
        for j, after in enumerate(added):
            if (alike := _alikeness(before, after)) > best:
                best, at = alike, (i, j)
    if at is None:
        return [(removed, added, False)]
    i, j = at
    pair: Row = ([removed[i]], [added[j]], True)
    return [*_changed(removed[:i], added[:j]), pair, *_changed(removed[i + 1 :], added[j + 1 :])]


def _alikeness(before: str, after: str) -> float:
    if not before.strip() or not after.strip():
        return 1.0 if before.strip() == after.strip() else 0.0
    matcher = SequenceMatcher(None, before.strip(), after.strip(), autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() > _ALIKE else 0.0


def _row(row: Row) -> str:
    before, after, is_one_line = row
    if is_one_line:
        left, right = ([text] for text in _marked(before[0], after[0]))
    else:
        left, right = ([escape(line, quote=False) for line in lines] for lines in (before, after))
    cells = "".join(f"<del>{line}</del>" for line in left), "".join(f"<ins>{line}</ins>" for line in right)
    return f"<tr><td>{cells[0]}</td><td>{cells[1]}</td></tr>"


def _marked(before: str, after: str) -> tuple[str, str]:
    """Two lines with the words that differ marked."""
    words = _WORD.findall(before), _WORD.findall(after)
    sides = ["", ""]
    for kind, i, j, k, m in SequenceMatcher(None, *words, autojunk=False).get_opcodes():
        for side, part in enumerate((words[0][i:j], words[1][k:m])):
            text = escape("".join(part), quote=False)
            sides[side] += f"<b>{text}</b>" if kind != "equal" and text.strip() else text
    return sides[0], sides[1]
