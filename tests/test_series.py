"""Numbers by step, read from what an example printed."""

import math

import pytest

from literate.errors import LiterateError
from literate.series import Series, parse_series

Found = dict[str, list[tuple[int, float]]]


def points(lines: list[str]) -> Found:
    series = parse_series(lines)
    return {name: list(zip(one.steps, one.values, strict=True)) for name, one in series.items()}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("step 100  loss 3.21e+05", {"loss": [(100, 3.21e5)]}, id="as our scripts print"),
        pytest.param("step 1: loss=0.5, accuracy=51", {"loss": [(1, 0.5)], "accuracy": [(1, 51)]}, id="two"),
        pytest.param("step=1 loss: .5", {"loss": [(1, 0.5)]}, id="equals sign"),
        pytest.param("Epoch 3 loss 1.", {"loss": [(3, 1.0)]}, id="epoch"),
        pytest.param("Epoch [3/10], loss: 0.25", {"loss": [(3, 0.25)]}, id="of so many"),
        pytest.param("[epoch 3] loss 2", {"loss": [(3, 2.0)]}, id="in brackets"),
        pytest.param("  iterations 7 loss -1e-3", {"loss": [(7, -0.001)]}, id="iteration"),
        pytest.param("step 1 loss inf", {"loss": [(1, math.inf)]}, id="infinite"),
        pytest.param("step 1 lr_0 0.1", {"lr_0": [(1, 0.1)]}, id="a name with a digit"),
        pytest.param("step 1/500 loss 4", {"loss": [(1, 4.0)]}, id="slash"),
        pytest.param("step 1 took 3 ms", {"took": [(1, 3.0)]}, id="a unit is no name"),
        pytest.param("loss 3 step 1", {}, id="the step comes first"),
        pytest.param("step 1.5 loss 3", {}, id="half a step"),
        pytest.param("steps taken: 4", {}, id="no step"),
        pytest.param("step 1", {}, id="nothing behind it"),
        pytest.param("step one loss 3", {}, id="words"),
        pytest.param("step " + "9" * 5000 + " loss 3", {}, id="more digits than a number may have"),
        pytest.param("", {}, id="empty"),
    ],
)
def test_line(line: str, expected: Found) -> None:
    assert points([line]) == expected


def test_not_a_number() -> None:
    assert math.isnan(parse_series(["step 0 loss nan"])["loss"].last)


def test_lines_in_between_do_not_matter() -> None:
    lines = ["begin", "step 0 loss 4", "", "step 10 loss 2", "step 10 accuracy 1", "loss 7"]
    assert points(lines) == {"loss": [(0, 4.0), (10, 2.0)], "accuracy": [(10, 1.0)]}


@pytest.fixture
def loss() -> Series:
    return parse_series([f"step {step} loss {value}" for step, value in ((0, 4), (10, 1), (20, 2))])["loss"]


def test_what_a_claim_sees(loss: Series) -> None:
    assert (loss.first, loss.last, loss.min, loss.max, len(loss), loss[10]) == (4, 2, 1, 4, 3, 1)


def test_a_step_that_was_not_printed(loss: Series) -> None:
    with pytest.raises(LiterateError, match=r"^no step 5; the steps are 0, 10, 20$"):
        loss[5]


def test_a_step_printed_twice_has_its_first_value() -> None:
    series = parse_series(["step 0 loss 4", "step 0 loss 3"])["loss"]
    assert (series[0], series.last) == (4, 3)
