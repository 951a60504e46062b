"""The file of a recording: made for diffs, and nobody edits it unnoticed."""

import json

import pytest

from literate.errors import LiterateError
from literate.recording import Recording, parse_recording, recording_path
from tests.project import message

EXPECTED = """\
{
 "arguments": [
  "--fast"
 ],
 "checksum": "CHECKSUM",
 "code": {
  "nn/a.py": "c0de"
 },
 "depends": {
  "nn/a.py": "d1g3st"
 },
 "device": "cpu",
 "figures": {},
 "lines": [
  "step 0  loss 4.0",
  "Größe \\"1\\""
 ],
 "packages": {
  "numpy": "2.4.6"
 },
 "python": "3.11.9",
 "seconds": 1.5,
 "stderr": [],
 "times": [
  1.0,
  1.25
 ]
}
"""


def a_recording(**fields: object) -> Recording:
    values = {
        "lines": ["step 0  loss 4.0", 'Größe "1"'],
        "arguments": ["--fast"],
        "code": {"nn/a.py": "c0de"},
        "depends": {"nn/a.py": "d1g3st"},
        "device": "cpu",
        "figures": {},
        "packages": {"numpy": "2.4.6"},
        "python": "3.11.9",
        "seconds": 1.5,
        "stderr": [],
        "times": [1.0, 1.25],
    }
    return Recording("nn/a.py", **values | fields)  # type: ignore[arg-type]


def fault_of(data: bytes) -> str:
    with pytest.raises(LiterateError) as caught:
        parse_recording("nn/a.py", data)
    assert caught.value.exit_code == 3
    return message(caught.value)


def test_file() -> None:
    recording = a_recording()
    assert recording.serialise().decode() == EXPECTED.replace("CHECKSUM", recording.checksum())
    assert recording_path("nn/a.py") == "recordings/nn/a.py.json"


def test_there_and_back() -> None:
    recording = a_recording(lines=["", " ", "\x0c\u2028\x85", "\\", "{{ x }}"], times=[1, 2, 3, 4, 5])
    again = parse_recording("nn/a.py", recording.serialise())
    assert again.serialise() == recording.serialise()
    assert again.lines == recording.lines


@pytest.mark.parametrize(
    ("old", "new"), [("4.0", "4.1"), ("2.4.6", "2.4.7"), ("d1g3st", "d1g4st"), ("1.5", "0.5")]
)
def test_an_edit_by_hand_is_found(old: str, new: str) -> None:
    data = a_recording().serialise().replace(old.encode(), new.encode(), 1)
    assert fault_of(data) == (
        "recordings/nn/a.py.json: error: this recording was edited by hand; `record --all nn/a.py` makes it anew"
    )


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(
            b"", ":1:1: error: not a recording: Expecting value: line 1 column 1 (char 0)", id="empty"
        ),
        pytest.param(
            b'{\n "lines": ]',
            ":2:11: error: not a recording: Expecting value: line 2 column 11 (char 12)",
            id="no JSON",
        ),
        pytest.param(
            b"\xff",
            ": error: not a recording: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
            id="no UTF-8",
        ),
        pytest.param(
            b"[]", ": error: not a recording: it is no object; `record nn/a.py` makes it anew", id="a list"
        ),
        pytest.param(
            b"{}",
            ": error: not a recording: 'arguments' is missing or of the wrong kind; `record nn/a.py` makes it anew",
            id="nothing in it",
        ),
    ],
)
def test_no_recording(data: bytes, expected: str) -> None:
    assert fault_of(data) == f"recordings/nn/a.py.json{expected}"


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        pytest.param("lines", "text", "'lines' is missing or of the wrong kind", id="lines"),
        pytest.param("lines", [1], "what should be text is not", id="no text"),
        pytest.param("seconds", True, "'seconds' is missing or of the wrong kind", id="true is no number"),
        pytest.param("times", ["1"], "'times' holds what is no number", id="times"),
        pytest.param("packages", {"numpy": 2}, "what should be text is not", id="version"),
        pytest.param("more", 1, "'more' is unknown", id="unknown"),
    ],
)
def test_fields_of_the_wrong_kind(field: str, value: object, expected: str) -> None:
    fields = json.loads(a_recording().serialise()) | {field: value}
    assert fault_of(json.dumps(fields).encode()) == (
        f"recordings/nn/a.py.json: error: not a recording: {expected}; `record nn/a.py` makes it anew"
    )


def test_nested_too_deeply() -> None:
    assert fault_of(b"[" * 100_000) == "recordings/nn/a.py.json: error: not a recording: nested too deeply"


@pytest.mark.parametrize(
    ("depends", "arguments", "expected"),
    [
        pytest.param({"nn/a.py": "d1g3st"}, ["--fast"], [], id="fresh"),
        pytest.param({"nn/a.py": "other"}, ["--fast"], ["nn/a.py has changed"], id="script"),
        pytest.param(
            {"nn/a.py": "d1g3st", "b": "1"}, ["--fast"], ["b is new among what it depends on"], id="new"
        ),
        pytest.param({}, ["--fast"], ["it no longer depends on nn/a.py"], id="gone"),
        pytest.param(
            {"nn/a.py": "other"},
            [],
            ["nn/a.py has changed", "its arguments were ['--fast'], and are []"],
            id="several",
        ),
    ],
)
def test_moved(depends: dict[str, str], arguments: list[str], expected: list[str]) -> None:
    assert a_recording().moved(depends, tuple(arguments)) == expected
