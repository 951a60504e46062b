"""A script as the code cells of a notebook.

A new cell begins at the left margin, never inside a statement, where an empty line is followed by
    - a comment, or
    - a class, a function, a loop or another statement with lines of its own, or
    - what comes after one of those.
"""

import ast
import warnings

from literate.errors import LiterateError
from literate.model import Location

_COMPOUND = (
    ast.AsyncFor, ast.AsyncFunctionDef, ast.AsyncWith, ast.ClassDef, ast.For, ast.FunctionDef, ast.If, ast.Match,
    ast.Try, ast.TryStar, ast.While, ast.With,
)  # fmt: skip


def parse_code(code: str, path: str) -> list[ast.stmt]:
    """The statements of `code`, which stands in the script `path`. Raises LiterateError where it is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code).body
    except SyntaxError as error:
        raise LiterateError(f"not valid Python: {error.msg}", Location(path)) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise LiterateError(f"not valid Python: {error}", Location(path)) from None


def code_cells(code: str, path: str) -> list[str]:
    """The cells of `code`, which stands in the script `path`. Raises LiterateError where it is no Python."""
    lines = code.split("\n")
    starts = sorted({0, *_cell_starts(parse_code(code, path), lines)})
    cells = ("\n".join(lines[start:end]) for start, end in zip(starts, [*starts[1:], None], strict=True))
    return [_silenced(cell.strip("\n"), path) for cell in cells if cell.strip()]


def _cell_starts(statements: list[ast.stmt], lines: list[str]) -> list[int]:
    """The lines, from 0, at which a cell begins."""
    inside: set[int] = set()
    starts = []
    for before, statement in zip([None, *statements], statements, strict=False):
        first = min([statement.lineno, *(one.lineno for one in getattr(statement, "decorator_list", []))]) - 1
        inside.update(range(first, statement.end_lineno or statement.lineno))
        if isinstance(statement, _COMPOUND) or isinstance(before, _COMPOUND):
            starts.append(first)
    starts += [number for number, line in enumerate(lines) if line.startswith("#") and number not in inside]
    return [number for number in starts if number and not lines[number - 1].strip()]


def _silenced(cell: str, path: str) -> str:
    """`cell`, with a semicolon behind an expression at its end, whose value a notebook would show."""
    statements = parse_code(cell, path)
    last = statements[-1] if statements else None
    if not isinstance(last, ast.Expr) or is_print(last.value):
        return cell
    lines = cell.split("\n")
    number = (last.end_lineno or last.lineno) - 1
    line = lines[number].encode()
    rest = line[last.end_col_offset or 0 :]
    if not rest.lstrip().startswith(b";"):
        lines[number] = (line[: len(line) - len(rest)] + b";" + rest).decode()
    return "\n".join(lines)


def is_print(node: ast.expr) -> bool:
    """Whether `node` is a call of `print`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
