"""Text to the letter, numbers at the precision they are printed with and a tolerance."""

import pytest

from literate.agreement import close, difference_notes, differences
from literate.series import parse_series

RTOL = 0.02


@pytest.mark.parametrize(
    ("recorded", "now"),
    [
        pytest.param("loss 3.21e+05", "loss 3.21e+05", id="same"),
        pytest.param("loss 3.21e+05", "loss 3.27e+05", id="within 2 %"),
        pytest.param("loss 0.001", "loss 0.002", id="one unit of the last digit"),
        pytest.param("loss 9.99e+02", "loss 1.00e+03", id="another exponent"),
        pytest.param("loss 1e-3", "loss 2e-3", id="no decimals"),
        pytest.param("loss -0.50", "loss -0.51", id="negative"),
        pytest.param("a .50 b", "a .51 b", id="no leading zero"),
        pytest.param("x 1e999 y 0.5", "x 1e999 y 0.6", id="beyond what a float holds"),
        pytest.param("loss nan", "loss nan", id="not a number"),
        pytest.param("took 1.0 and 100.0", "took 1.1 and 101.9", id="several"),
    ],
)
def test_agree(recorded: str, now: str) -> None:
    assert differences([recorded], [now], RTOL) == []
    assert differences([now], [recorded], RTOL) == []


@pytest.mark.parametrize(
    ("recorded", "now", "relative"),
    [
        pytest.param("loss 3.21e+05", "loss 3.30e+05", 0.027, id="above 2 %"),
        pytest.param("loss 0.00", "loss 0.02", 1.0, id="two units of the last digit"),
        pytest.param("loss 0.50", "loss -0.50", 2.0, id="another sign"),
        pytest.param("301 calls", "302 calls", None, id="whole numbers are counts"),
        pytest.param("loss 3.21", "Loss 3.21", None, id="text"),
        pytest.param("loss 3.21", "loss  3.21", None, id="a space"),
        pytest.param("loss 3.21", "loss nan", None, id="not a number any more"),
        pytest.param("loss 3.21", "", None, id="empty now"),
        pytest.param("1.0 1.0", "1.0", None, id="a number fewer"),
        pytest.param("1.00 and 5.0", "1.00 and 9.0", 0.444, id="the worst counts"),
    ],
)
def test_differ(recorded: str, now: str, relative: float | None) -> None:
    [found] = differences(["same", recorded], ["same", now], RTOL)
    assert (found.line, found.recorded, found.now) == (2, recorded, now)
    assert found.relative == (None if relative is None else pytest.approx(relative, abs=1e-3))


def test_lines_that_only_one_has() -> None:
    more = differences(["a"], ["a", "", "b"], RTOL)
    assert [(one.line, one.recorded, one.now) for one in more] == [(2, "", ""), (3, "", "b")]
    fewer = differences(["a", "b"], ["a"], RTOL)
    assert [(one.line, one.recorded, one.now) for one in fewer] == [(2, "b", "")]


def test_to_the_letter() -> None:
    assert differences(["1.0"], ["1.1"], 0.0) == []
    [found] = differences(["1.0"], ["1.1"], None)
    assert (found.recorded, found.now, found.relative) == ("1.0", "1.1", pytest.approx(0.0909, abs=1e-3))


def test_the_table() -> None:
    found = differences(["loss 1.0", "same", "a"], ["loss 2.00", "same", "long"], RTOL)
    assert [text for _, text in difference_notes(found)] == [
        "line 1  loss 1.0  now  loss 2.00  50.0%",
        "line 3  a         now  long",
    ]


def test_a_long_table_is_cut() -> None:
    notes = difference_notes(differences(["a"] * 25, ["b"] * 25, RTOL))
    assert len(notes) == 21
    assert notes[-1] == (None, "and 5 more")


@pytest.mark.parametrize(
    ("a", "b", "rtol", "expected"),
    [
        (1.0, 1.0 + 1e-9, 1e-6, True),
        (1.0, 1.1, 1e-6, False),
        (1, 1.0, 0, True),
        ([1, 2], (1, 2), 0, True),
        ([1, 2], [1], 1, False),
        ([1, 2], [1, 3], 0.5, True),
    ],
)
def test_close(a: object, b: object, rtol: float, expected: bool) -> None:
    assert close(a, b, rtol) is expected


def test_series_are_close() -> None:
    one, other = (parse_series([f"step 0 loss {loss}"])["loss"] for loss in (1.0, 1.01))
    assert close(one, other, 0.02)
    assert not close(one, other, 0.001)


def test_texts_are_not_compared() -> None:
    with pytest.raises(TypeError, match=r"agree\(\) compares numbers or series, not str"):
        close("a", "a", 1)
