"""What is fresh, what keeps the project's bounds, and what expressions see."""

import pytest

from literate.errors import LiterateError
from literate.model import ExampleSettings, Settings
from tests.project import Files, message
from tests.recorded import LOSSES, recorded, recording, recordings_of

SCRIPT = '"""What it does."""\n\nimport b\n\nx = 1  # one\n'
FILES: Files = {"nn/a.py": SCRIPT, "nn/b.py": "y = 1\n"}
ALL = recorded(FILES, {"nn/a.py": LOSSES})


def fault_of(files: Files, settings: Settings | None = None) -> str:
    fault = recordings_of(files, settings).fault("nn/a.py")
    return message(fault) if fault else ""


def test_fresh() -> None:
    assert fault_of(ALL) == ""


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param(
            {"nn/a.py": SCRIPT.replace("x = 1", "x = 2")},
            "nn/a.py: error: its recording is stale: nn/a.py has changed\n    `record nn/a.py` runs it anew",
            id="script",
        ),
        pytest.param({"nn/a.py": SCRIPT.replace("# one", "# uno")}, "", id="only a comment"),
        pytest.param(
            {"nn/b.py": "y = 2\n"},
            "nn/a.py: error: its recording is stale: nn/b.py has changed\n    `record nn/a.py` runs it anew",
            id="module",
        ),
        pytest.param(
            {"nn/a.py": SCRIPT.replace("import b", "import c"), "nn/c.py": ""},
            "nn/a.py: error: its recording is stale: nn/a.py has changed\n"
            "    nn/c.py is new among what it depends on\n"
            "    it no longer depends on nn/b.py\n"
            "    `record nn/a.py` runs it anew",
            id="another module",
        ),
        pytest.param(
            {"nn/a.py": "x = \n"}, "nn/a.py:1:5: error: not valid Python: invalid syntax", id="no Python"
        ),
    ],
)
def test_moved(changed: Files, expected: str) -> None:
    assert fault_of(ALL | changed) == expected


def test_settings_that_moved() -> None:
    own = ExampleSettings(arguments=("--fast",), inputs=("data.txt",))
    assert fault_of({**ALL, "data.txt": "1"}, Settings(example={"nn/a.py": own})) == (
        "nn/a.py: error: its recording is stale: data.txt is new among what it depends on\n"
        "    its arguments were [], and are ['--fast']\n"
        "    `record nn/a.py` runs it anew"
    )


def test_not_recorded() -> None:
    assert fault_of(FILES) == "nn/a.py: error: 'nn/a.py' has not been recorded; `record nn/a.py` runs it"
    with pytest.raises(LiterateError, match=r"^no file 'nn/zzz.py'$"):
        recordings_of(FILES).get("nn/zzz.py")


def test_what_was_asked_for_is_used() -> None:
    found = recordings_of({**ALL, "c.py": "", "d.py": "", "recordings/d.py.json": "{}"})
    assert [found.find(path) is None for path in ("nn/a.py", "c.py", "d.py", "zzz.py")] == [
        False,
        True,
        True,
        True,
    ]
    assert found.used() == ["c.py", "d.py", "nn/a.py"]


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [
        ("numpy >=2\n", ""),
        ("numpy >=3, <4\n", "recorded with numpy 2.4.6, requirements.txt says >= 3, < 4"),
        ("tensorflow-cpu <2.20\n", "recorded with tensorflow-cpu 2.21.0, requirements.txt says < 2.20"),
    ],
)  # fmt: skip
def test_bounds(requirements: str, expected: str) -> None:
    found = fault_of({**ALL, "requirements.txt": requirements})
    place = "recordings/nn/a.py.json: error: "
    assert found == (f"{place}{expected}\n    `record nn/a.py` runs it anew" if expected else "")


def test_the_file_of_the_bounds_is_a_setting() -> None:
    files = {**ALL, "requirements.txt": "numpy >=3\n", "needs.txt": "numpy <1\n"}
    assert "needs.txt says < 1" in fault_of(files, Settings(requirements="needs.txt"))


def test_view() -> None:
    view = recordings_of(ALL).view("nn/a.py")
    assert (view.loss.first, view.loss[10], view.lines) == (4.0, 2.0, LOSSES)
    assert (view.path, view.seconds, view.python, view.device) == (
        "nn/a.py",
        1.5,
        "3.11.9",
        "cpu, x86_64 Linux",
    )
    assert view.versions == {"numpy": "2.4.6", "tensorflow_cpu": "2.21.0"}
    assert view.code_lines == 2
    assert view.seconds_per_step == pytest.approx(0.01)


@pytest.mark.parametrize("lines", [[], ["step 0 loss 1"], ["no series"], ["step 5 loss 1", "step 5 loss 2"]])
def test_no_time_per_step_without_two_steps(lines: list[str]) -> None:
    assert recordings_of(recorded(FILES, {"nn/a.py": lines})).view("nn/a.py").seconds_per_step is None


def test_a_series_does_not_hide_what_every_recording_has() -> None:
    view = recordings_of(recorded(FILES, {"nn/a.py": ["step 0 seconds 9 loss 1"]})).view("nn/a.py")
    assert (view.seconds, view.loss.last) == (1.5, 1.0)


def test_put() -> None:
    found = recordings_of(FILES)
    found.put(recording(FILES, "nn/a.py", ["step 0 loss 7"]))
    assert found.exists("nn/a.py")
    assert found.view("nn/a.py").loss.last == 7.0
