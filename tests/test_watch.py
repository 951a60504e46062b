"""`watch`: the real process, real files, and editors that save in every way."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.project import ROOT, TEMPLATE, Files, run, snapshot, write

LONGEST = 20.0  # seconds to wait for what has to come
QUIET = 1.5  # seconds in which nothing may come: longer than the look that is taken without a notice


class Watching:
    """`build-readme watch` in `folder`, and what it has said."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.log = folder.parent / f"{folder.name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "build_readme.py"), "watch", *options],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_hear_interrupts,
            )

    def said(self) -> list[str]:
        """The lines so far, without how long anything took."""
        text = self.log.read_text(encoding="utf-8")
        return re.sub(r"\b\d+\.\d+ s\b", "T", text).split("\n")[:-1]

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for `condition`, which has to come true."""
        end = time.monotonic() + LONGEST
        while not condition():
            assert time.monotonic() < end, self.said()
            assert self.process.poll() is None, self.said()
            time.sleep(0.01)

    def until_said(self, *lines: str) -> None:
        """Wait until these lines are all that was said since the first."""
        self.until(lambda: len(self.said()) > len(lines))
        assert self.said()[1:] == list(lines)

    def end(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(LONGEST)


def _hear_interrupts() -> None:
    """Let Ctrl-C be heard also where the tests run in the background, which would ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


Start = Callable[..., Watching]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start to watch a project made of files."""
    started = []

    def start(files: Files, *options: str) -> Watching:
        folder = tmp_path / "project"
        write(folder, {"pyproject.toml": "[tool.literate]\nbanner = false\n", **files})
        watching = Watching(folder, *options)
        started.append(watching)
        watching.until(lambda: bool(watching.said()))
        return watching

    yield start
    for watching in started:
        watching.process.kill()
        watching.process.wait()


def in_place(path: Path, text: str) -> None:
    path.write_text(text)


def renamed(path: Path, text: str) -> None:
    other = path.with_name(f".{path.name}.swp")
    other.write_text(text)
    other.rename(path)


def moved_away_first(path: Path, text: str) -> None:
    path.rename(path.with_name(f"{path.name}~"))
    time.sleep(0.05)
    path.write_text(text)


def slowly(path: Path, text: str) -> None:
    with path.open("w") as file:
        time.sleep(0.1)
        file.write(text)


def deleted_first(path: Path, text: str) -> None:
    path.unlink()
    time.sleep(0.1)
    path.write_text(text)


@pytest.mark.parametrize("save", [in_place, renamed, moved_away_first, slowly, deleted_first])
def test_a_save_is_woven_however_the_editor_saves(start: Start, save: Callable[[Path, str], None]) -> None:
    """Once, with nothing said of the moment in which the file was empty or not there."""
    watching = start({TEMPLATE: "```\n:INCLUDE a.txt\n```\n", "a.txt": "1\n"})
    for number, text in enumerate(("2\n", "3\n"), 1):
        save(watching.folder / "a.txt", text)
        watching.until_said(*["a.txt: README.md written in T"] * number)
        assert (watching.folder / "README.md").read_text() == f"```\n{text}```\n"
    save(watching.folder / TEMPLATE, "new\n")
    watching.until_said(*["a.txt: README.md written in T"] * 2, "README_raw.md: README.md written in T")
    assert watching.said()[0] == "watching: README.md written in T"


def test_an_error_is_shown_and_the_watch_goes_on(start: Start) -> None:
    watching = start({TEMPLATE: "a\n", "a.txt": "1\n"})
    page = (watching.folder / "README.md").stat()
    write(watching.folder, {TEMPLATE: "a\n\n:INCLUDE b.txt\n"})
    error = "README_raw.md:3:10: error: no file 'b.txt'; the nearest is 'a.txt'"
    watching.until_said(error, "README_raw.md: 1 error, nothing written in T")
    assert (watching.folder / "README.md").stat() == page
    write(watching.folder, {"b.txt": "2\n"})
    watching.until_said(
        error, "README_raw.md: 1 error, nothing written in T", "b.txt: README.md written in T"
    )
    assert (watching.folder / "README.md").read_text() == "a\n\n```text\n2\n```\n"


def test_it_can_begin_with_an_error(start: Start) -> None:
    watching = start({TEMPLATE: ":INCLUDE lib/new/a.py\n"})
    watching.until_said("watching: 1 error, nothing written in T")
    assert watching.said()[0] == "README_raw.md:1:10: error: no file 'lib/new/a.py'"
    write(watching.folder, {"lib/new/a.py": "x = 1\n"})
    watching.until(lambda: watching.said()[-1] == "lib/new/a.py: README.md written in T")


def test_templates_and_includes_that_are_new(start: Start) -> None:
    watching = start({TEMPLATE: "a\n", "a.py": "x = 1\n"})
    write(
        watching.folder,
        {"docs/more/README_raw.md": ":INCLUDE part.md\n", "docs/more/part.md": ":INCLUDE /a.py\n"},
    )
    said = ["docs/more/README_raw.md: docs/more/README.md written in T"]
    watching.until_said(*said)
    write(watching.folder, {"a.py": "x = 2\n"})
    said.append("a.py: docs/more/README.md written in T")
    watching.until_said(*said)
    write(watching.folder, {"docs/more/part.md": "b\n"})
    said.append("docs/more/part.md: docs/more/README.md written in T")
    watching.until_said(*said)
    write(watching.folder, {"a.py": "x = 3\n"})  # nothing shows it any more
    (watching.folder / "docs/more/README_raw.md").unlink()
    said.append("docs/more/README_raw.md: every page is fresh in T")
    watching.until_said(*said)


def test_settings_count(start: Start) -> None:
    watching = start({TEMPLATE: "a\n"})
    write(watching.folder, {"pyproject.toml": "[tool.literate]\nbaner = false\n"})
    watching.until(lambda: watching.said()[-1] == "pyproject.toml: 1 error, nothing written in T")
    assert watching.said()[1].startswith(
        "pyproject.toml:2: error: unknown setting 'baner'; the nearest is 'banner'"
    )
    write(watching.folder, {"pyproject.toml": "[tool.literate]\nbanner = true\n"})
    watching.until(lambda: watching.said()[-1] == "pyproject.toml: README.md written in T")


def test_it_is_quiet_about_its_own_files_and_others(start: Start) -> None:
    """Neither a page that it wrote nor a file that no page shows begins another round."""
    watching = start(
        {TEMPLATE: ":INCLUDE a.py\n", "docs/README_raw.md": ":INCLUDE ../a.py\n", "a.py": "x = 1\n"}
    )
    write(watching.folder, {"a.py": "x = 2\n"})
    watching.until_said("a.py: README.md, docs/README.md written in T")
    before = snapshot(watching.folder)
    write(watching.folder, {"b.py": "y = 1\n", "docs/new/c.py": "z = 1\n"})
    (watching.folder / "docs/new/c.py").unlink()
    time.sleep(QUIET)
    assert watching.said()[2:] == []
    assert {path: before[path] for path in before} == {
        path: snapshot(watching.folder)[path] for path in before
    }


def test_only_what_was_asked_for_is_woven(start: Start) -> None:
    watching = start(
        {TEMPLATE: ":INCLUDE a.py\n", "docs/README_raw.md": ":INCLUDE /a.py\n", "a.py": "x = 1\n"}, "docs"
    )
    assert watching.said() == ["watching: docs/README.md written in T"]
    write(watching.folder, {"a.py": "x = 2\n"})
    watching.until_said("a.py: docs/README.md written in T")
    assert not (watching.folder / "README.md").exists()


def test_json(start: Start) -> None:
    watching = start({TEMPLATE: "a\n"}, "--json")
    write(watching.folder, {TEMPLATE: ":INCLUDE b.py\n"})
    watching.until(lambda: len(watching.said()) == 2)
    first, second = (json.loads(line) for line in watching.log.read_text().split("\n")[:2])
    assert first["pages"] == [{"page": "README.md", "template": TEMPLATE, "state": "written"}]
    assert (first["changed"], first["errors"], second["changed"]) == ([], [], [TEMPLATE])
    assert [(error["line"], error["message"]) for error in second["errors"]] == [(1, "no file 'b.py'")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_it(start: Start, number: int) -> None:
    watching = start({TEMPLATE: "a\n"})
    assert watching.end(number) == 130
    assert watching.said() == ["watching: README.md written in T"]


def test_an_interruption_in_the_midst_of_writing(start: Start) -> None:
    """The page is whole, nothing is left beside it, and the watch does end."""
    watching = start({TEMPLATE: "0\n"})
    for number in range(1, 40):
        write(watching.folder, {TEMPLATE: f"{number}\n" * 20_000})
        time.sleep(0.005)
    assert watching.end(signal.SIGTERM) == 130
    assert len(set((watching.folder / "README.md").read_text().split())) == 1
    assert sorted(os.listdir(watching.folder)) == ["README.md", TEMPLATE, "pyproject.toml"]


def test_without_its_package(tmp_path: Path) -> None:
    write(tmp_path, {TEMPLATE: "a\n"})
    result = run(tmp_path, "watch")
    assert (result.returncode, result.stderr) == (
        3,
        "error: watching needs watchfiles: pip install 'literate-readme[watch]'\n",
    )


# With the examples run


PROJECT: Files = {
    TEMPLATE: ":OUTPUT one.py\n\n:OUTPUT two.py\n\n:INCLUDE two.py\n",
    "one.py": "import helper\n\nprint(helper.NUMBER)\n",
    "two.py": "print(2)\n",
    "helper.py": "NUMBER = 1\n",
}


def outputs(watching: Watching) -> list[str]:
    """What the page says that the examples print."""
    page = watching.folder / "README.md"
    return re.findall("```text\n(.*?)\n```", page.read_text() if page.exists() else "", re.DOTALL)


def runs(watching: Watching) -> list[str]:
    """The examples that were run, in order."""
    return [line.split()[0] for line in watching.said() if re.search(r"\.py +(recorded|agrees|failed)", line)]


def test_examples_are_rerun_whose_digest_moved(start: Start) -> None:
    watching = start(PROJECT, "--record")
    watching.until(lambda: outputs(watching) == ["1", "2"])
    assert sorted(runs(watching)) == ["one.py", "two.py"]
    write(watching.folder, {"helper.py": "NUMBER = 5\n"})
    watching.until(lambda: outputs(watching) == ["5", "2"])
    write(watching.folder, {"two.py": "print(7)\n"})
    watching.until(lambda: outputs(watching) == ["5", "7"])
    write(watching.folder, {TEMPLATE: f"new\n\n{PROJECT[TEMPLATE]!s}"})
    watching.until(lambda: watching.said()[-1] == "README_raw.md: README.md written in T")
    assert runs(watching)[2:] == ["one.py", "two.py"]
    time.sleep(QUIET)
    assert runs(watching)[4:] == []


def test_an_example_that_fails_is_not_run_again_as_it_stands(start: Start) -> None:
    watching = start(PROJECT, "--record")
    watching.until(lambda: outputs(watching) == ["1", "2"])
    write(watching.folder, {"two.py": "print(2)\n1 / 0\n"})
    watching.until(lambda: "two.py: 1 error, nothing written in T" in watching.said())
    assert "two.py:2: error: exit status 1" in watching.said()
    write(watching.folder, {TEMPLATE: f"new\n\n{PROJECT[TEMPLATE]!s}"})
    watching.until(lambda: "README_raw.md: 1 error, nothing written in T" in watching.said())
    assert watching.said().count("two.py:2: error: exit status 1") == 2
    assert runs(watching)[2:] == ["two.py"]
    write(watching.folder, {"two.py": "print(3)\n"})
    watching.until(lambda: outputs(watching) == ["1", "3"])
    assert runs(watching)[3:] == ["two.py"]


def test_a_save_while_an_example_runs_is_not_lost(start: Start) -> None:
    watching = start({**PROJECT, "two.py": "import time\n\ntime.sleep(1)\nprint(2)\n"}, "--record")
    watching.until(lambda: outputs(watching) == ["1", "2"])
    write(watching.folder, {"two.py": "import time\n\ntime.sleep(1)\nprint(3)\n"})
    time.sleep(0.6)
    write(watching.folder, {"two.py": "print(4)\n"})
    watching.until(lambda: outputs(watching) == ["1", "4"])


def test_an_interruption_leaves_no_example_running(tmp_path: Path) -> None:
    mark = tmp_path / "started"
    script = f"import os\nimport time\n\nopen({str(mark)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)\n"
    write(
        tmp_path / "project",
        {TEMPLATE: ":OUTPUT a.py\n", "a.py": script, "pyproject.toml": "[tool.literate]\n"},
    )
    watching = Watching(tmp_path / "project", "--record")
    watching.until(lambda: mark.exists() and bool(mark.read_text()))
    assert watching.end() == 130
    number = int(mark.read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
    assert "Traceback" not in watching.log.read_text()
    assert not (tmp_path / "project/recordings").exists()
