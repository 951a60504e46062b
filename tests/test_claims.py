"""Claims are told at their line, with the values they were held against."""

import pytest

from literate.claims import false_claims
from tests.project import TEMPLATE, Files, message
from tests.recorded import LOSSES, recorded, recordings_of, woven

OTHER = ["step 0 loss 4.0", "step 10 loss 2.0", "step 20 loss 0.6"]
SCRIPTS: Files = {
    "a.py": "",
    "my b.py": "",
    "c.py": "",
    "flat.py": "",
    "nan.py": "",
    "text.py": "",
    "one.py": "",
}
PRINTED = {
    "a.py": LOSSES,
    "my b.py": OTHER,
    "flat.py": ["step 0 loss 1.0", "step 1 loss 1.0"],
    "nan.py": ["step 0 loss 4.0", "step 1 loss nan", "step 2 loss 1.0"],
    "text.py": ["hello"],
    "one.py": ["step 0 loss 1.0"],
}
FILES = recorded(SCRIPTS, PRINTED)


def faults(template: str, examples: list[str] | None = None) -> list[str]:
    files = {**FILES, TEMPLATE: template}
    page = woven(files)
    found = false_claims(page.claims, examples or [], recordings_of(files))
    return [message(error) for error in found]


@pytest.mark.parametrize(
    "template",
    [
        ":CLAIM a.py loss.last < loss.first\n",
        ':CLAIM "my b.py" loss.last == 0.6\n',
        ':CLAIM a.py agree(loss, example("my b.py").loss, rtol=0.2)\n',
        ":CLAIM a.py lines[3] == 'done' and versions.numpy.startswith('2.')\n",
        ":CLAIM a.py code_lines == 0\n",
    ],
)
def test_true(template: str) -> None:
    assert faults(template) == []
    assert b"".join(bytes(piece.data) for piece in woven({**FILES, TEMPLATE: template}).pieces) == b""


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param(
            "a\n\n:CLAIM a.py loss.last > 1\n",
            "README_raw.md:3:1: error: the claim does not hold: loss.last > 1; loss.last = 0.5",
            id="false",
        ),
        pytest.param(
            ':CLAIM a.py agree(loss, example("my b.py").loss)\n',
            'README_raw.md:1:1: error: the claim does not hold: agree(loss, example("my b.py").loss); '
            "loss = 4 2 0.5, example('my b.py').loss = 4 2 0.6",
            id="unlike",
        ),
        pytest.param(
            ":CLAIM a.py loss.last\n",
            "README_raw.md:1:1: error: the claim does not hold: loss.last; loss.last = 0.5",
            id="no statement",
        ),
        pytest.param(
            ":CLAIM a.py loss[5] < 1\n",
            "README_raw.md:1:1: error: no step 5; the steps are 0, 10, 20",
            id="no step",
        ),
        pytest.param(
            ":CLAIM a.py loss <\n",
            "README_raw.md:1:1: error: 'loss <' is no expression: unexpected 'end of template'",
            id="no expression",
        ),
        pytest.param(
            '- b\n\n  :CLAIM a.py example("c.py").loss.last < 1\n',
            "README_raw.md:3:3: error: 'c.py' has not been recorded; `record c.py` runs it",
            id="about another that is not recorded",
        ),
        pytest.param(
            ':CLAIM a.py agree(lines[:3], example("my b.py").loss)\n',
            "README_raw.md:1:1: error: 'agree(lines[:3], example(\"my b.py\").loss)' has no value: "
            "agree() compares numbers or series, not str",
            id="texts",
        ),
    ],
)
def test_false(template: str, expected: str) -> None:
    assert faults(template) == [expected]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (":CLAIM\n", ":1:7: error: `:CLAIM` needs an example and an expression: `:CLAIM example loss.last < 1`"),
        (":CLAIM a.py\n", ":1:8: error: `:CLAIM` needs an example and an expression: `:CLAIM example loss.last < 1`"),
        (":CLAIM zz.py loss.last < 1\n", ":1:8: error: no file 'zz.py'"),
        (':CLAIM "a.py loss.last < 1\n', ':1:8: error: the quote " is never closed'),
    ],
)  # fmt: skip
def test_no_claim(template: str, expected: str) -> None:
    page = woven({**FILES, TEMPLATE: template})
    assert [message(error) for error in page.errors] == [f"README_raw.md{expected}"]
    assert page.claims == []


def test_of_an_example_without_a_claim_the_loss_must_fall() -> None:
    assert faults("", ["a.py", "c.py", "flat.py", "nan.py", "one.py", "text.py"]) == [
        "flat.py: error: the loss ends at 1, not below its beginning, 1",
        "nan.py: error: the loss is nan at step 1",
    ]


def test_a_claim_about_the_loss_stands_for_that() -> None:
    assert faults(":CLAIM flat.py loss.first == loss.last\n", ["flat.py"]) == []
    assert faults(":CLAIM flat.py seconds < 2\n", ["flat.py"]) == [
        "flat.py: error: the loss ends at 1, not below its beginning, 1"
    ]
