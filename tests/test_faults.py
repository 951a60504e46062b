"""What the system does to us: no space, no permission, files that change under our hands, names and links to fear."""

import contextlib
import os
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fuzz.torture import examine, library
from literate.errors import LiterateError
from literate.workspace import Workspace
from tests.project import ROOT, TEMPLATE, code_blocks, run, snapshot, write

pytestmark = pytest.mark.skipif(os.name == "nt", reason="as POSIX has them")
COMMAND = [sys.executable, "-S", str(ROOT / "build_readme.py")]
LARGE = "a line of the file that is included\n" * 10_000


# Space and permission


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 300 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "none", str(disk)]
    if (
        not sys.platform.startswith("linux")
        or subprocess.run(mount, capture_output=True, check=False).returncode
    ):
        pytest.skip("no disk may be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_the_disk_is_full(small_disk: Path) -> None:
    write(small_disk, {TEMPLATE: ":INCLUDE a.txt\n" * 3, "a.txt": LARGE[:120_000], "README.md": "old\n"})
    before = snapshot(small_disk)
    result = run(small_disk)
    assert (result.returncode, result.stderr) == (
        3,
        "README.md: error: cannot write 'README.md': No space left on device\n",
    )
    assert snapshot(small_disk) == before


def test_a_file_may_not_grow_so_large(tmp_path: Path) -> None:
    write(tmp_path, {TEMPLATE: ":INCLUDE a.txt\n", "a.txt": LARGE, "README.md": "old\n"})
    before = snapshot(tmp_path)
    result = subprocess.run(
        COMMAND, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )  # fmt: skip
    assert result.returncode == 3
    assert result.stderr == "README.md: error: cannot write 'README.md': File too large\n"
    assert snapshot(tmp_path) == before


def without_privileges(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run as a user who may do only what modes allow; root is made one, or the test skipped."""
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    if drop and not shutil.which("setpriv"):
        pytest.skip("root may read and write everywhere")
    return subprocess.run(
        [*drop, *COMMAND, *arguments], cwd=folder, capture_output=True, encoding="utf-8", check=False
    )


def test_a_folder_that_may_only_be_read(tmp_path: Path) -> None:
    write(tmp_path, {TEMPLATE: "new\n", "README.md": "old\n"})
    tmp_path.chmod(0o555)
    result = without_privileges(tmp_path)
    tmp_path.chmod(0o755)
    assert (result.returncode, result.stderr) == (
        3,
        "README.md: error: cannot write 'README.md': Permission denied\n",
    )
    assert (tmp_path / "README.md").read_text() == "old\n"


def test_files_that_may_not_be_read(tmp_path: Path) -> None:
    write(tmp_path, {TEMPLATE: ":INCLUDE a.txt\n:INCLUDE b/c.txt\n", "a.txt": "x", "b/c.txt": "x"})
    (tmp_path / "a.txt").chmod(0)
    (tmp_path / "b").chmod(0)
    result = without_privileges(tmp_path, "check")
    (tmp_path / "b").chmod(0o755)
    assert (result.returncode, result.stderr) == (
        3,
        (
            "README_raw.md:1:10: error: cannot read 'a.txt': Permission denied\n"
            "README_raw.md:2:10: error: cannot read 'b/c.txt': Permission denied\n"
        ),
    )


# Files that change meanwhile


@contextlib.contextmanager
def meanwhile(change: Callable[[int], None]) -> Iterator[None]:
    """Within it, `change` is called again and again on a thread of its own."""
    ended = threading.Event()

    def work() -> None:
        count = 0
        while not ended.is_set():
            change(count)
            count += 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    """What is read is never one half of one version and the other of the next; `try again` is an answer."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"0" * 3_000_000)
    workspace = Workspace(str(tmp_path))
    read = 0
    with meanwhile(lambda count: path.write_bytes(b"%d" % (count % 10) * 3_000_000)):
        for count in range(10_000):
            if count >= 150 and read:
                break
            with contextlib.suppress(LiterateError):
                assert len(set(workspace.read("a.txt"))) <= 1
                read += 1
    assert read


@pytest.mark.parametrize("path", ["a.txt", "folder/a.txt", "x/y/folder/a.txt"])
def test_a_link_swapped_between_the_look_and_the_read(tmp_path: Path, path: str) -> None:
    """A file, or a folder above it, is by turns itself and a link to what is outside."""
    project = tmp_path / "project"
    write(tmp_path, {"outside/a.txt": "secret", f"project/{path}": "public"})
    folder = (project / path).parent
    swapped = project / path if folder == project else folder
    outside = tmp_path / "outside" / ("a.txt" if folder == project else "")
    away = project / "away"

    def swap(count: int) -> None:
        swapped.rename(away)
        swapped.symlink_to(outside)
        swapped.unlink()
        away.rename(swapped)

    read = {"public": 0, "refused": 0}
    with meanwhile(swap):
        for count in range(50_000):
            if count >= 1_500 and read["public"]:
                break
            workspace = Workspace(str(project))
            try:
                read[workspace.read(path).decode()] += 1
            except LiterateError:
                read["refused"] += 1
            workspace.close()
    assert read["public"] > 0


def test_a_page_whose_folder_is_swapped_for_a_link(tmp_path: Path) -> None:
    """Nothing is written to, or removed from, the folder that the link leads to."""
    project = tmp_path / "project"
    write(tmp_path, {"outside/.README.md.1.tmp": "theirs", "project/docs/x": ""})

    def swap(count: int) -> None:
        os.rename(project / "docs", project / f"away-{count}")
        with contextlib.suppress(OSError):  # it was made anew meanwhile
            (project / "docs").symlink_to("../outside")
            (project / "docs").unlink()
        with contextlib.suppress(OSError):
            os.rename(project / f"away-{count}", project / "docs")

    with meanwhile(swap):
        for count in range(300):
            workspace = Workspace(str(project))
            for path in ("docs/README.md", "docs/new/README.md"):
                with contextlib.suppress(LiterateError):
                    workspace.write_bytes(path, b"%d" % count)
            workspace.close()
    assert [path.name for path in (tmp_path / "outside").rglob("*")] == [".README.md.1.tmp"]


# Names and kinds


HARD_NAMES = [
    "a b.txt", "a\tb.txt", "it's.txt", 'say "a".txt', "a\nb.txt", "-rf.txt", "#.txt", "a=b.txt", "é日.txt",
    "\u202egpj.txt", "\ufeff.txt", "*.txt", "$(id).txt", "a" * 251 + ".txt", "日" * 83 + ".txt",
]  # fmt: skip


@pytest.mark.parametrize("name", HARD_NAMES, ids=ascii)
def test_hard_names(tmp_path: Path, name: str) -> None:
    """Each is included, or refused with an error; and it can be written."""
    write(tmp_path, {name: "x\n", TEMPLATE: "\n"})
    quote = '"' if "'" in name else "'"
    write(tmp_path, {TEMPLATE: f":INCLUDE {quote}{name}{quote}\n"})
    result = run(tmp_path)
    assert "Traceback" not in result.stderr
    shown = not {"#", "\n"} & set(name)
    assert result.returncode == (0 if shown else 3)
    if shown:
        assert code_blocks((tmp_path / "README.md").read_text()) == ["x\n"]
    Workspace(str(tmp_path)).write_bytes(name, b"y\n")
    assert (tmp_path / name).read_bytes() == b"y\n"


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    with open(folder + b"/\xff.py", "wb") as file:
        file.write(b"x = 1\n")
    os.mkdir(folder + b"/\xfe")
    write(
        tmp_path,
        {TEMPLATE: ":INCLUDE missing.py\n", "pyproject.toml": '[tool.literate]\nexamples = ["*.py"]\n'},
    )
    result = run(tmp_path, "check")
    assert result.returncode == 3
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "target",
    ["/dev/zero", "/dev/stdin", "/proc/self/environ", "/proc/self/fd/0", "/proc/kcore", "/etc", "."],
)
@pytest.mark.parametrize("level", ["file", "folder"])
def test_links_to_the_system(tmp_path: Path, target: str, level: str) -> None:
    link = tmp_path / "link"
    link.symlink_to(target if level == "file" else os.path.dirname(target) or "/")
    name = "link" if level == "file" else f"link/{os.path.basename(target)}"
    write(tmp_path, {TEMPLATE: f":INCLUDE {name}\n"})
    result = run(tmp_path, "check")
    assert result.returncode == 3
    assert result.stderr.startswith("README_raw.md:1:10: error: ")


@pytest.mark.parametrize(
    "target", ["../x", "a/../../x", "/../x", "a/./../../x", "..", "a/..", "/..", "....//x"]
)
def test_paths_that_lead_out(tmp_path: Path, target: str) -> None:
    write(tmp_path, {"x": "secret", f"project/{TEMPLATE}": f":INCLUDE {target}\n", "project/a/y": ""})
    result = run(tmp_path / "project")
    assert result.returncode == 3
    assert not (tmp_path / "project/README.md").exists()
    with pytest.raises(LiterateError):
        Workspace(str(tmp_path / "project")).read("../x")
    with pytest.raises(LiterateError):
        Workspace(str(tmp_path / "project")).write_bytes("../x", b"")
    assert (tmp_path / "x").read_text() == "secret"


def test_recordings_are_not_written_through_a_link(tmp_path: Path) -> None:
    write(tmp_path, {"project/x": "", "outside/x": ""})
    (tmp_path / "project/recordings").symlink_to("../outside")
    with pytest.raises(LiterateError):
        Workspace(str(tmp_path / "project")).write_bytes("recordings/new/a.py.json", b"{}")
    assert [path.name for path in (tmp_path / "outside").iterdir()] == ["x"]


def test_what_a_killed_build_left_goes_when_nothing_is_to_be_written(tmp_path: Path) -> None:
    write(tmp_path, {TEMPLATE: "a\n"})
    assert run(tmp_path).returncode == 0
    write(tmp_path, {".README.md.123.tmp": "half"})
    assert run(tmp_path, "check").returncode == 0
    assert (tmp_path / ".README.md.123.tmp").exists(), "check writes nothing"
    assert run(tmp_path).stdout == "README.md: fresh\n"
    assert not (tmp_path / ".README.md.123.tmp").exists()


# Torture, sampled


def test_python_files_of_the_library_are_shown_to_the_byte() -> None:
    """One in 150; `make torture` has all."""
    outcomes = [examine(path).partition(":")[0] for path in list(library())[::150]]
    assert outcomes.count("woven") > 30
    assert set(outcomes) <= {"woven", "refused"}
