"""Expressions of claims, values and templates: evaluated in a sandbox, and what is wrong is said in words."""

import pytest

from literate.errors import LiterateError
from literate.expressions import evaluate, render, shown_values, text_of
from literate.series import parse_series
from tests.project import message

NAMES: dict[str, object] = {
    **parse_series(["step 0 loss 4.0", "step 10 loss 0.5"]),
    "lines": ["a", "b"],
    "double": lambda number: 2 * number,
    "versions": {"torch": "2.13.0+cpu"},
    "nothing": None,
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("loss.last < loss.first", True),
        ("loss[10] == 0.5", True),
        ("0.1 < loss.last < 0.2", False),
        ("loss.last <= 1e-1 * loss.first", False),
        ("double(loss.max)", 8.0),
        ("lines | length", 2),
        ("versions.torch.split('+')[0]", "2.13.0"),
        ("not nothing", True),
    ],
)
def test_value(expression: str, expected: object) -> None:
    assert evaluate(expression, NAMES) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("los.last", "'los.last' has no value: 'los' is undefined"),
        ("loss.lst", "'loss.lst' has no value: there is no 'lst'; the nearest is 'last'"),
        ("loss[5]", "no step 5; the steps are 0, 10"),
        ("versions.tensorflow", "'versions.tensorflow' has no value: there is no 'tensorflow'"),
        ("1 +", "'1 +' is no expression: unexpected 'end of template'"),
        ("loss ! 1", "'loss ! 1' is no expression: unexpected char '!' at 5"),
        ("1 / 0", "'1 / 0' has no value: ZeroDivisionError: division by zero"),
        ("loss < 1", "'loss < 1' has no value: '<' not supported between instances of 'Series' and 'int'"),
        (
            "''.__class__",
            "'''.__class__' has no value: SecurityError: access to attribute '__class__' of 'str' object is unsafe.",
        ),
        (
            "lines.append('c')",
            "'lines.append('c')' has no value: SecurityError: access to attribute 'append' of 'list' object is unsafe.",
        ),
    ],
)
def test_no_value(expression: str, expected: str) -> None:
    with pytest.raises(LiterateError) as caught:
        evaluate(expression, NAMES)
    assert message(caught.value) == f"error: {expected}"


def test_text() -> None:
    assert text_of("loss.last", NAMES) == "0.5"
    assert text_of("'a\nb'", NAMES) == "a b"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("loss", "'loss' is neither text nor a number, but Series"),
        ("double", "'double' is neither text nor a number, but function"),
        ("nothing", "'nothing' is neither text nor a number, but nothing"),
    ],
)
def test_no_text(expression: str, expected: str) -> None:
    with pytest.raises(LiterateError, match=f"^{expected}$"):
        text_of(expression, NAMES)


def test_template() -> None:
    template = "| {{ loss.last }} |\n  {% for line in lines %}\n- {{ line }}\n  {% endfor %}\n"
    assert render("t.j2", template, NAMES) == "| 0.5 |\n- a\n- b\n"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("a\n{% for %}\n", "t.j2:2: error: Expected an expression, got 'end of statement block'"),
        ("a\n\n{{ loss.lst }}\n", "t.j2:3: error: there is no 'lst'; the nearest is 'last'"),
        ("a\n{{ loss[5] }}\n", "t.j2:2: error: no step 5; the steps are 0, 10"),
        ("{{ loss }}\n", "t.j2:1: error: neither text nor a number, but Series"),
        ("{% include 'other' %}", "t.j2:1: error: no loader for this environment specified"),
    ],
)
def test_template_faults(template: str, expected: str) -> None:
    with pytest.raises(LiterateError) as caught:
        render("t.j2", template, NAMES)
    assert message(caught.value) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("loss.last > loss.first", "loss.last = 0.5, loss.first = 4"),
        ("loss[0] < 1 and double(3) == 1", "loss[0] = 4, double(3) = 6"),
        ("double(loss.last) > 2", "double(loss.last) = 1, loss.last = 0.5"),
        ("loss", "loss = 4 0.5"),
        ("lines | length > 3", "lines = ['a', 'b']"),
        ("double(0) is odd", "double(0) = 0"),
        ("nothing or missing", "nothing = None"),
        ("1 > 2", ""),
    ],
)
def test_shown_values(expression: str, expected: str) -> None:
    assert shown_values(expression, NAMES) == expected


def test_long_values_are_cut() -> None:
    shown = shown_values("text == ''", {"text": "x" * 100})
    assert shown == "text = " + "x" * 57 + "..."
