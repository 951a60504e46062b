"""Where an example ran, as a recording and an error say it."""

import json
import os
import sys

import pytest

from literate.errors import LiterateError
from literate.machine import Machine, portable, this_machine
from literate.recording import Recording, parse_recording


@pytest.mark.parametrize(
    ("worker", "expected"),
    [
        pytest.param("", "", id="this machine"),
        pytest.param("gpu-1", "gpu-1", id="named"),
        pytest.param("tcp://10.0.0.7:41234", "unnamed", id="an address"),
    ],
)
def test_named_worker(worker: str, expected: str) -> None:
    assert Machine("cpu", {}, "3.11.0", worker).named_worker == expected


def test_this_machine() -> None:
    machine = this_machine({"jinja2", "os", "no_such_package"})
    assert list(machine.packages) == ["jinja2"]
    assert machine.python == ".".join(map(str, sys.version_info[:3]))
    assert machine.worker == ""


def test_portable() -> None:
    prefix = sys.prefix + os.sep
    lines = ["/root/project/a.py", "/tmp/work/out /root/project", prefix + "lib/x.py", "/root/project2/a"]
    assert portable(lines, "/root/project", "/tmp/work") == [
        "a.py",
        "out /root/project",
        "python/lib/x.py",
        "/root/project2/a",
    ]


def recording(worker: str) -> Recording:
    return Recording(
        "a.py",
        ["a"],
        arguments=[],
        code={},
        depends={},
        device="cpu",
        figures={},
        packages={},
        python="3.11.0",
        seconds=1.0,
        stderr=[],
        times=[0.5],
        worker=worker,
    )


def test_a_recording_names_its_worker_and_is_quiet_about_this_machine() -> None:
    here, there = recording("").serialise(), recording("gpu-1").serialise()
    assert "worker" not in json.loads(here)
    assert json.loads(there)["worker"] == "gpu-1"
    assert [parse_recording("a.py", data).worker for data in (here, there)] == ["", "gpu-1"]


@pytest.mark.parametrize("worker", [1, None, ["gpu-1"], True])
def test_a_worker_is_text(worker: object) -> None:
    data = json.dumps({**json.loads(recording("").serialise()), "worker": worker}).encode()
    with pytest.raises(LiterateError) as caught:
        parse_recording("a.py", data)
    assert caught.value.message == (
        "not a recording: 'worker' is of the wrong kind; `record a.py` makes it anew"
    )
