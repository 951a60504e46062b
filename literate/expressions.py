"""Claims, values and templates, evaluated by Jinja2's sandbox with strict undefined names.

Imported only by pages that use one of them; nothing else of the tool needs a package.
"""

import ast

from literate.errors import LiterateError

try:
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment
except ImportError:
    message = "this page states values or claims, which need jinja2: pip install 'literate-readme[values]'"
    raise LiterateError(message) from None

_ENVIRONMENT = ImmutableSandboxedEnvironment(
    undefined=jinja2.StrictUndefined,
    autoescape=False,
    keep_trailing_newline=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def evaluate(expression: str, names: dict[str, object]) -> object:
    """The value of `expression`. Raises LiterateError where it cannot be had."""
    try:
        compiled = _ENVIRONMENT.compile_expression(expression, undefined_to_none=False)
        value = compiled(**names)
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
    return " ".join(str(evaluate(expression, names)).split("\n"))


def render(template: str, names: dict[str, object]) -> str:
    """The text that the Jinja2 `template` makes. Raises LiterateError where it is wrong, the line in its note."""
    try:
        return _ENVIRONMENT.from_string(template).render(**names)
    except LiterateError:
        raise
    except jinja2.TemplateSyntaxError as error:
        raise LiterateError(f"line {error.lineno} of the template: {error.message}") from None
    except Exception as error:  # noqa: BLE001 - as above
        raise LiterateError(f"the template has no value: {_said(error)}") from None


def _said(error: Exception) -> str:
    text = str(error)
    return text if isinstance(error, jinja2.UndefinedError) else f"{type(error).__name__}: {text}"


def shown_values(expression: str, names: dict[str, object]) -> str:
    """The names and calls in `expression` with their values: `loss.last = 3.2, loss.first = 1.0`."""
    shown: dict[str, str] = {}
    for part in _operands(expression):
        try:
            shown[part] = _short(evaluate(part, names))
        except LiterateError:
            continue
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
