"""Whenever a build is killed, README.md is the old page or the new one, whole."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fuzz.torture import VICTIMS, kill
from tests.project import ROOT, TEMPLATE, write

KILLS = 200
LINES = "".join(f"line_{number} = {number:060d}\n" for number in range(30_000))  # some 2 MB
COMMAND = [sys.executable, "-S", str(ROOT / "build_readme.py"), "-q", "--set", "banner=false"]


def page(version: int) -> bytes:
    return f"# Version {version}\n\n```\n{LINES}```\n".encode()


def template(version: int) -> str:
    return f"# Version {version}\n\n```\n:INCLUDE a.txt\n```\n"


def build(folder: Path) -> float:
    """Build, and how long that took."""
    start = time.monotonic()
    subprocess.run(COMMAND, cwd=folder, check=True)
    return time.monotonic() - start


def test_kill_at_any_moment(tmp_path: Path) -> None:
    """200 builds, each killed at a moment of its own between its start and a little after its usual end."""
    write(tmp_path, {TEMPLATE: template(0), "a.txt": LINES})
    write(tmp_path / "measured", {TEMPLATE: template(0), "a.txt": LINES})
    usual = build(tmp_path / "measured")
    build(tmp_path)
    moments = random.Random(0)
    on_disk, old, new = 0, 0, 0
    for version in range(1, KILLS + 1):
        write(tmp_path, {TEMPLATE: template(version)})
        with subprocess.Popen(COMMAND, cwd=tmp_path) as process:
            time.sleep(moments.uniform(0, 1.2 * usual))
            process.kill()
        found = (tmp_path / "README.md").read_bytes()
        assert found in (page(on_disk), page(version)), (
            f"version {version}: neither the old page nor the new one"
        )
        if found == page(version):
            on_disk, new = version, new + 1
        else:
            old += 1
    assert old > 0
    assert new > 0

    write(tmp_path, {TEMPLATE: template(KILLS + 1)})
    build(tmp_path)
    assert (tmp_path / "README.md").read_bytes() == page(KILLS + 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md", TEMPLATE, "a.txt", "measured"]


@pytest.mark.parametrize("version", range(1, 9))
def test_builds_at_the_same_time_do_not_harm_each_other(tmp_path: Path, version: int) -> None:
    """None takes the other's temporary file for what a killed build left."""
    write(tmp_path, {TEMPLATE: template(version), "README.md": page(0), "a.txt": LINES})
    processes = [subprocess.Popen(COMMAND, cwd=tmp_path) for _ in range(6)]
    assert [process.wait() for process in processes] == [0] * 6
    assert (tmp_path / "README.md").read_bytes() == page(version)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md", TEMPLATE, "a.txt"]


@pytest.mark.parametrize("name", VICTIMS)
def test_every_command_killed(name: str) -> None:
    """A few kills of each command that writes; `make torture` has 1,000."""
    changed, unchanged = kill(name, 4)
    assert changed + unchanged == 4
