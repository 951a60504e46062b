"""Claims, values and templates, evaluated by Jinja2's sandbox with strict undefined names.

Imported only by pages that use one of them; nothing else of the tool needs a package.
"""

import ast
from collections.abc import Callable
from functools import lru_cache

from literate.errors import LiterateError, nearest
from literate.model import Location

try:
    import jinja2

    from literate.bounds import bounded
    from literate.sandbox import Sandbox
except ImportError:
    message = "this page states values or claims, which need jinja2: pip install 'literate-readme[values]'"
    raise LiterateError(message) from None

_LONGEST = 1_000  # characters of an expression whose parts are shown
_FILE = "<template>"  # what Jinja2 calls the file of a template in tracebacks


class _Undefined(jinja2.StrictUndefined):
    """What is not there; says what comes near it."""

    @property
    def _undefined_message(self) -> str:
        name = self._undefined_name
        if self._undefined_hint or self._undefined_obj is jinja2.utils.missing:
            return self._undefined_hint or f"'{name}' is undefined"
        known = [other for other in dir(self._undefined_obj) if not other.startswith("_")]
        return f"there is no '{name}'{nearest(str(name), known)}"


def _printable(value: object) -> object:
    """`value` where a page can show it. Raises TypeError for a recording, a series or a function."""
    if isinstance(value, str | int | float | list | tuple | dict | jinja2.Undefined):
        return value
    raise TypeError(
        "neither text nor a number, but " + ("nothing" if value is None else type(value).__name__)
    )


_ENVIRONMENT = Sandbox(
    undefined=_Undefined,
    finalize=_printable,
    autoescape=False,
    keep_trailing_newline=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


@lru_cache(1_000)  # while pages are watched, the same are asked for at every save
def _compiled(expression: str) -> Callable[..., object]:
    return _ENVIRONMENT.compile_expression(expression, undefined_to_none=False)


@lru_cache(100)
def _template(text: str) -> jinja2.Template:
    return _ENVIRONMENT.from_string(text)


def evaluate(expression: str, names: dict[str, object]) -> object:
    """The value of `expression`. Raises LiterateError where it cannot be had."""
    try:
        with bounded():
            value = _compiled(expression)(**names)
            bool(value)  # what is undefined says so when it is looked at
    except LiterateError:
        raise
    except jinja2.TemplateSyntaxError as error:
        raise LiterateError(f"'{expression}' is no expression: {error.message}") from None
    except Exception as error:  # noqa: BLE001 - whatever an author's expression raises is the author's to mend
        raise LiterateError(f"'{expression}' has no value: {_said(error)}") from None
    return value


def text_of(expression: str, names: dict[str, object]) -> str:
    """The value of `expression` as it stands in prose, on one line."""
    value = evaluate(expression, names)
    try:
        return " ".join(str(_printable(value)).split("\n"))
    except TypeError as error:
        raise LiterateError(f"'{expression}' is {error}") from None


def render(path: str, template: str, names: dict[str, object]) -> str:
    """The text that the Jinja2 `template` at `path` makes. Raises LiterateError, at its line, where it is wrong."""
    try:
        with bounded():
            return _template(template).render(**names)
    except LiterateError as error:
        raise error.at(Location(path, _line_of(error))) from None
    except jinja2.TemplateSyntaxError as error:
        raise LiterateError(str(error.message), Location(path, error.lineno)) from None
    except Exception as error:  # noqa: BLE001 - as above
        raise LiterateError(_said(error), Location(path, _line_of(error))) from None


def _line_of(error: Exception) -> int:
    """The line of the template that raised `error`."""
    line, traceback = 0, error.__traceback__
    while traceback:
        if traceback.tb_frame.f_code.co_filename == _FILE:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _said(error: Exception) -> str:
    text = str(error)
    return text if isinstance(error, jinja2.UndefinedError | TypeError) else f"{type(error).__name__}: {text}"


def shown_values(expression: str, names: dict[str, object]) -> str:
    """The names and calls in `expression` with their values: `loss.last = 3.2, loss.first = 1.0`."""
    try:
        return _shown_values(expression, names) if len(expression) <= _LONGEST else ""
    except (RecursionError, MemoryError):
        return ""  # nested too deeply to take apart


def _shown_values(expression: str, names: dict[str, object]) -> str:
    shown: dict[str, str] = {}
    for part in _operands(expression):
        try:
            value = evaluate(part, names)
        except LiterateError:
            continue
        if not (isinstance(value, bool) and part == ast.unparse(ast.parse(expression.strip(), mode="eval"))):
            shown[part] = _short(value)
    return ", ".join(f"{part} = {value}" for part, value in shown.items())


def _operands(expression: str) -> list[str]:
    """The outermost names, attributes, subscripts and calls of an expression that Python can read too."""
    try:
        pending: list[ast.AST] = [ast.parse(expression.strip(), mode="eval").body]
    except (SyntaxError, ValueError):
        return []
    found = []
    while pending:
        node = pending.pop(0)
        if isinstance(node, ast.Attribute | ast.Subscript | ast.Name | ast.Call):
            found.append(ast.unparse(node))
        if isinstance(node, ast.Call) or not isinstance(node, ast.Attribute | ast.Subscript | ast.Name):
            pending += [
                child for child in ast.iter_child_nodes(node) if child is not getattr(node, "func", None)
            ]
    return found


def _short(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."
