"""What `ast` knows of a Python script: its docstring and its symbols."""

import ast
import warnings
from collections.abc import Iterator
from functools import lru_cache

from literate.errors import LiterateError
from literate.model import Location
from literate.source import Source

_REGION_COMMENTS = ([b"region"], [b"endregion"])
_TRIPLES = (b'"""', b"'''")
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_TYPE_ALIAS = getattr(ast, "TypeAlias", ())  # Python 3.12 and newer


class Symbol:
    """A class, function or constant: its dotted name and its lines, from 1, decorators and comments included."""

    __slots__ = ("first", "last", "name")

    def __init__(self, name: str, first: int, last: int) -> None:
        self.name = name
        self.first = first
        self.last = last


def docstring_lines(source: Source) -> tuple[int, int] | None:
    """The first and last line of the docstring: the first statement that is nothing but a string.

    None where there is none, or where it shares a line with other code. Raises LiterateError where the source
    is not valid Python and it takes the whole of it to tell.
    """
    return _docstring_in(_parse_head(source)) or _docstring_in(_parse(source, source.text))


def _parse_head(source: Source) -> list[ast.stmt]:
    """The statements up to the first triple quotes that begin and end a line; none where that is no whole code.

    Parsing ends there because it costs a millisecond for 80 lines. What it finds is what parsing the whole
    would: a statement that is complete at the end of a line is the same whatever follows.
    """
    text = source.text
    starts = [0 if text.startswith(quote) else text.find(b"\n" + quote) + 1 for quote in _TRIPLES]
    start = min((at for at in starts if at or text.startswith(_TRIPLES)), default=-1)
    if start < 0:
        return []
    close = text.find(text[start : start + 3], start + 3)
    end = text.find(b"\n", close) + 1
    try:
        return _parse(source, text[:end]) if close >= 0 else []
    except LiterateError:
        return []


def _docstring_in(body: list[ast.stmt]) -> tuple[int, int] | None:
    for before, node, after in zip([None, *body], body, [*body[1:], None], strict=False):
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            continue
        if isinstance(node.value.value, str):
            last = node.end_lineno or node.lineno
            shared = (before is not None and before.end_lineno == node.lineno) or (
                after is not None and after.lineno == last
            )
            return None if shared else (node.lineno, last)
    return None


def _parse(source: Source, text: bytes) -> list[ast.stmt]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text.decode()).body
    except SyntaxError as error:
        location = Location(source.path, error.lineno or 1, error.offset or 1)
        raise LiterateError(f"not valid Python: {error.msg}", location) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise LiterateError(f"not valid Python: {error}", source.location(0)) from None


def code_line_count(source: Source) -> int:
    """How many lines hold code: neither empty, nor a comment, nor part of a statement that is only a string.

    Raises LiterateError where the source is not valid Python.
    """
    return _code_line_count(source.path, source.text)


@lru_cache(1_000)  # while pages are watched, the same scripts are asked for at every save
def _code_line_count(path: str, text: bytes) -> int:
    strings: set[int] = set()
    for node in ast.walk(ast.Module(_parse(Source(path, text), text), [])):
        if isinstance(node, ast.Expr) and _is_text(node.value):
            strings.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = enumerate(text.split(b"\n"), 1)
    return sum(bool(line.strip()) and line.strip()[:1] != b"#" and n not in strings for n, line in lines)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def find_symbols(source: Source) -> list[Symbol]:
    """Every class and function, and every name assigned in a module's or a class's body, in order.

    Raises LiterateError where the source is not valid Python.
    """
    lines = source.text.split(b"\n")
    try:
        return list(_symbols(_parse(source, source.text), "", lines, 0, constants=True))
    except RecursionError:
        raise LiterateError("nested too deeply to find symbols in", source.location(0)) from None


def _symbols(
    body: list[ast.stmt], scope: str, lines: list[bytes], floor: int, constants: bool
) -> Iterator[Symbol]:
    """The symbols of the statements in `body`; comments above line `floor` belong to what stands before."""
    for node in body:
        last = node.end_lineno or node.lineno
        if isinstance(node, _SCOPES):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            name = scope + node.name
            yield Symbol(name, _with_comments(lines, first, floor), last)
            inner = isinstance(node, ast.ClassDef)
            yield from _symbols(node.body, name + ".", lines, node.lineno, inner)
        else:
            if constants:
                for name in _assigned(node):
                    yield Symbol(scope + name, _with_comments(lines, node.lineno, floor), last)
            for block in _blocks(node):
                yield from _symbols(block, scope, lines, node.lineno, constants)
        floor = last


def _with_comments(lines: list[bytes], first: int, floor: int) -> int:
    """The first of the comment lines directly above line `first`, at its indentation; else `first`."""
    line = lines[first - 1]
    mark = line[: len(line) - len(line.lstrip())] + b"#"
    while first - 1 > floor and _is_comment(lines[first - 2], mark):
        first -= 1
    return first


def _is_comment(line: bytes, mark: bytes) -> bool:
    """Whether `line` begins with `mark` and is no region's comment, which belongs to what it is around."""
    return line.startswith(mark) and line[len(mark) :].split(None, 1)[:1] not in _REGION_COMMENTS


def _assigned(node: ast.stmt) -> list[str]:
    """The names that an assignment gives a value."""
    if isinstance(node, ast.Assign):
        targets: list[ast.expr] = node.targets
    elif isinstance(node, ast.AnnAssign):
        targets = [node.target]
    elif _TYPE_ALIAS and isinstance(node, _TYPE_ALIAS):
        targets = [node.name]
    else:
        return []
    names: list[str] = []
    targets = targets[::-1]
    while targets:
        target = targets.pop()
        if isinstance(target, ast.Name):
            names.append(target.id)
        elif isinstance(target, ast.Tuple | ast.List):
            targets += target.elts[::-1]
        elif isinstance(target, ast.Starred):
            targets.append(target.value)
    return names


def _blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The blocks of an `if`, a loop, a `try`, a `with` or a `match`, which share their names' scope."""
    for field in ("body", "handlers", "cases", "orelse", "finalbody"):
        children = getattr(node, field, None)
        if not isinstance(children, list):
            continue
        if field in ("handlers", "cases"):
            yield from (child.body for child in children)
        else:
            yield children
