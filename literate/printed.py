"""Which cell of a notebook printed which line, as far as the code says.

Each `print` is a pattern: its literal text with gaps. At the left margin it prints its lines once; in a loop, or
in a function that is called, any number of times. Where the recorded lines fit the patterns in one way only,
each belongs to the cell of its `print`; otherwise all of them belong to the last cell that prints.
"""

import ast
import re
from collections.abc import Iterator

from literate.code_cells import is_print, parse_code

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_GAP = ".*"

Pattern = list[str]  # a regular expression for each line that one `print` prints


class _Element:
    """Lines that the cell number `cell` prints: one that fits `pattern`, or any number of such lines."""

    __slots__ = ("_known", "cell", "many", "pattern")

    def __init__(self, cell: int, patterns: list[str], many: bool) -> None:
        self.cell = cell
        self.many = many
        self.pattern = re.compile("|".join(dict.fromkeys(patterns)))
        self._known: dict[str, bool] = {}

    def fits(self, line: str) -> bool:
        """Whether `line` can be one of these."""
        if line not in self._known:
            self._known[line] = bool(self.pattern.fullmatch(line))
        return self._known[line]


def lines_by_cell(cells: list[str], lines: list[str], path: str) -> list[list[str]]:
    """The recorded `lines` of the script `path`, those of each of its `cells`."""
    bodies = [parse_code(cell, path) for cell in cells]
    functions = _Functions([statement for body in bodies for statement in body])
    by_cell: list[list[str]] = [[] for _ in cells]
    for loose in (False, True):
        elements = [one for n, body in enumerate(bodies) for one in _elements(n, body, functions, loose)]
        owners = _only_way(elements, lines)
        if owners is not None:
            for line, owner in zip(lines, owners, strict=True):
                by_cell[owner].append(line)
            return by_cell
    last = max((element.cell for element in elements), default=len(cells) - 1)
    by_cell[last] = lines
    return by_cell


def _elements(cell: int, body: list[ast.stmt], functions: "_Functions", loose: bool) -> Iterator[_Element]:
    """What the statements of a cell print, in order; `loose`: a value may take up several lines."""
    for statement in body:
        if isinstance(statement, _FUNCTIONS):
            continue
        called = functions.printed_by(statement)
        if isinstance(statement, ast.Expr) and is_print(statement.value):
            if called:
                yield _Element(cell, called, many=True)
            pattern = _pattern(statement.value)
            yield from (_Element(cell, [line], many=False) for line in pattern)
            if loose and pattern[-1:] and pattern[-1].endswith(_GAP):
                yield _Element(cell, [_GAP], many=True)
            continue
        printed = [line for pattern in _patterns(statement) for line in pattern] + called
        if printed:
            loosened = [_GAP] if loose and any(line.endswith(_GAP) for line in printed) else []
            yield _Element(cell, printed + loosened, many=True)


def _only_way(elements: list[_Element], lines: list[str]) -> list[int] | None:
    """The cell of each line, if there is one way to tell; None if there is none, or are several."""
    fits = _fits(elements, lines)
    if not fits[0][0]:
        return None
    early, late = (_cells(elements, lines, fits, early) for early in (True, False))
    return early if early == late else None


def _fits(elements: list[_Element], lines: list[str]) -> list[list[bool]]:
    """For each element and each line: whether the lines from there on fit the elements from there on."""
    count = len(lines)
    table = [[False] * count + [True]]
    for element in reversed(elements):
        after = table[-1]
        row = after[:] if element.many else [False] * (count + 1)
        for at in range(count - 1, -1, -1):
            if not row[at] and (row if element.many else after)[at + 1]:
                row[at] = element.fits(lines[at])
        table.append(row)
    return table[::-1]


def _cells(elements: list[_Element], lines: list[str], fits: list[list[bool]], early: bool) -> list[int]:
    """The cell of each line in a way that fits: the earliest cells that can be, or the latest."""
    cells: list[int] = []
    number = 0
    while len(cells) < len(lines):
        at = len(cells)
        element = elements[number]
        here = element.fits(lines[at]) and fits[number if element.many else number + 1][at + 1]
        if here and (early or not element.many or not fits[number + 1][at]):
            cells.append(element.cell)
            number += not element.many
        else:
            number += 1
    return cells


def _patterns(node: ast.AST) -> Iterator[Pattern]:
    """The patterns of the `print`s in `node`, those in functions left out."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call) and is_print(child):
            yield _pattern(child)
        if not isinstance(child, (*_FUNCTIONS, ast.Lambda)):
            yield from _patterns(child)


def _pattern(call: ast.expr) -> Pattern:
    """What a `print` prints; nothing where that goes to a file, and anything where it does not end its line."""
    assert isinstance(call, ast.Call)
    words = {keyword.arg: keyword.value for keyword in call.keywords}
    if "file" in words:
        return []
    separator = _literal(words["sep"]) if "sep" in words else " "
    if "end" in words or None in words or separator is None:
        return [_GAP]
    return re.escape(separator).join(map(_text, call.args)).split(re.escape("\n"))


def _text(node: ast.expr) -> str:
    """The pattern of one argument."""
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_text, node.values))
    literal = _literal(node)
    return _GAP if literal is None else re.escape(literal)


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


class _Functions:
    """The functions and methods of a script by their names, and what they print."""

    def __init__(self, statements: list[ast.stmt]) -> None:
        self._prints: dict[str, list[str]] = {}
        self._calls: dict[str, set[str]] = {}
        for node in ast.walk(ast.Module(statements, [])):
            if isinstance(node, _FUNCTIONS):
                lines = [line for pattern in _patterns(node) for line in pattern]
                self._prints.setdefault(node.name, []).extend(lines)
                self._calls.setdefault(node.name, set()).update(_called(node))

    def printed_by(self, statement: ast.stmt) -> list[str]:
        """The lines that functions print which `statement` calls, or which those call."""
        pending = set(_called(statement))
        if pending:  # any call may end in one of these, which nobody calls by their names
            pending |= {name for name in self._calls if name.startswith("__") or name == "forward"}
        seen: set[str] = set()
        while pending:
            name = pending.pop()
            seen.add(name)
            pending |= (self._calls.get(name, set()) & self._calls.keys()) - seen
        return [line for name in sorted(seen) for line in self._prints.get(name, [])]


def _called(node: ast.AST) -> Iterator[str]:
    """The names of what is called in `node`."""
    for child in ast.walk(node):
        if isinstance(child, ast.Call):
            if isinstance(child.func, ast.Name):
                yield child.func.id
            elif isinstance(child.func, ast.Attribute):
                yield child.func.attr
