"""Files: nothing outside of the project is read, and a page is replaced whole or not at all."""

import fcntl
import os
import stat
from pathlib import Path

import pytest

from literate.errors import LiterateError, UsageError
from literate.model import Piece
from literate.root import find_root
from literate.settings import has_settings
from literate.workspace import Workspace
from tests.project import TEMPLATE, message, run, snapshot, write

posix = pytest.mark.skipif(os.name == "nt", reason="modes, links and pipes as POSIX has them")


def pieces(*texts: bytes) -> list[Piece]:
    return [Piece(text, TEMPLATE, 0) for text in texts]


def fault(workspace: Workspace, path: str) -> str:
    with pytest.raises(LiterateError) as caught:
        workspace.read(path)
    return message(caught.value)


# Reading


def test_reads_bytes(tmp_path: Path) -> None:
    write(tmp_path, {"a.bin": b"\xff\x00\r\n", "b/c d.txt": "é"})
    workspace = Workspace(str(tmp_path))
    assert workspace.read("a.bin") == b"\xff\x00\r\n"
    assert workspace.read("b/c d.txt") == "é".encode()


def test_a_missing_file_and_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, {"src/train.py": "", "src/other.py": ""})
    workspace = Workspace(str(tmp_path))
    assert fault(workspace, "src/trian.py") == "error: no file 'src/trian.py'; the nearest is 'src/train.py'"
    assert fault(workspace, "zzzzzzzzzz") == "error: no file 'zzzzzzzzzz'"
    assert (
        fault(workspace, "src/train.py/a") == "error: no file 'src/train.py/a'; the nearest is 'src/train.py'"
    )


@posix
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("folder", "error: 'folder' is not a regular file", id="folder"),
        pytest.param("pipe", "error: 'pipe' is not a regular file", id="pipe"),
        pytest.param("", "error: the project's root is a folder, not a file", id="root"),
        pytest.param(
            "out.txt", "error: 'out.txt' leads out of the project through a symbolic link", id="link"
        ),
        pytest.param(
            "outside/secret.txt",
            "error: 'outside/secret.txt' leads out of the project through a symbolic link",
            id="link to a folder",
        ),
        pytest.param(
            "a/b/out/secret.txt",
            "error: 'a/b/out/secret.txt' leads out of the project through a symbolic link",
            id="link to a folder, further in",
        ),
        pytest.param(
            "twice.txt",
            "error: 'twice.txt' leads out of the project through a symbolic link",
            id="link to a link",
        ),
        pytest.param(
            "beside.txt",
            "error: 'beside.txt' leads out of the project through a symbolic link",
            id="a folder whose name begins as the project's",
        ),
        pytest.param("dangling.txt", "error: no file 'dangling.txt'", id="link to nothing"),
        pytest.param("loop.txt", "error: no file 'loop.txt'", id="link to itself"),
    ],
)
def test_what_is_not_read(tmp_path: Path, path: str, expected: str) -> None:
    project = tmp_path / "docs"
    write(project, {"folder/x": "", "a/b/x": ""})
    write(tmp_path, {"elsewhere/secret.txt": "secret", "docs-secret/secret.txt": "secret"})
    os.mkfifo(project / "pipe")
    (project / "out.txt").symlink_to("../elsewhere/secret.txt")
    (project / "outside").symlink_to("../elsewhere")
    (project / "a/b/out").symlink_to(tmp_path / "elsewhere")
    (project / "twice.txt").symlink_to("out.txt")
    (project / "beside.txt").symlink_to("../docs-secret/secret.txt")
    (project / "dangling.txt").symlink_to("nowhere.txt")
    (project / "loop.txt").symlink_to("loop.txt")
    found = fault(Workspace(str(project)), path)
    assert found.split("; the nearest")[0] == expected


@posix
def test_links_inside_the_project_are_followed(tmp_path: Path) -> None:
    write(tmp_path, {"a/x.txt": "x"})
    (tmp_path / "file.txt").symlink_to("a/x.txt")
    (tmp_path / "folder").symlink_to("a")
    (tmp_path / "absolute").symlink_to(tmp_path / "a")
    workspace = Workspace(str(tmp_path))
    assert [workspace.read(path) for path in ("file.txt", "folder/x.txt", "absolute/x.txt")] == [b"x"] * 3


@posix
def test_the_root_itself_may_be_a_link(tmp_path: Path) -> None:
    write(tmp_path, {"real/a.txt": "a"})
    (tmp_path / "link").symlink_to("real")
    assert Workspace(str(tmp_path / "link")).read("a.txt") == b"a"


def test_more_folders_than_are_held_open(tmp_path: Path) -> None:
    write(tmp_path, {f"{n}/a/x.txt": str(n) for n in range(150)})
    workspace = Workspace(str(tmp_path))
    assert [workspace.read(f"{n}/a/x.txt") for n in range(150)] == [str(n).encode() for n in range(150)]
    workspace.close()


# Templates and the root


def test_which_templates(tmp_path: Path) -> None:
    excluded = ["old", "x/golden", ".hidden", "node_modules/m", "venv/a", "other/b", "__pycache__"]
    kept = ["", "docs", "x", "x/golden-not", "deep/a/b/c"]
    write(tmp_path, {f"{folder}/{TEMPLATE}".lstrip("/"): "" for folder in excluded + kept})
    write(tmp_path, {"venv/pyvenv.cfg": "", "other/.git/HEAD": "", "docs/readme_raw.md": "", ".git/HEAD": ""})
    found = Workspace(str(tmp_path)).templates(("old", "x/golden"))
    assert found == sorted(f"{folder}/{TEMPLATE}".lstrip("/") for folder in kept)


@posix
def test_linked_folders_hold_no_templates(tmp_path: Path) -> None:
    write(tmp_path, {f"a/{TEMPLATE}": ""})
    (tmp_path / "a/back").symlink_to("..")
    assert Workspace(str(tmp_path)).templates(()) == [f"a/{TEMPLATE}"]


@pytest.mark.parametrize(
    ("files", "start", "root"),
    [
        pytest.param({"pyproject.toml": "[tool.literate]\n", "a/b/x": ""}, "a/b", "", id="settings"),
        pytest.param({"pyproject.toml": "[project]\n", "a/x": ""}, "a", "a", id="no settings of ours"),
        pytest.param({".git/HEAD": "", "a/b/x": ""}, "a/b", "", id="git"),
        pytest.param({".git": "gitdir: x", "a/x": ""}, "a", "", id="git worktree"),
        pytest.param(
            {"pyproject.toml": "[tool.literate]\n", "a/.git/HEAD": "", "a/b/x": ""},
            "a/b",
            "",
            id="settings first",
        ),
        pytest.param(
            {".git/HEAD": "", "a/pyproject.toml": "[tool.literate]\n", "a/b/x": ""},
            "a/b",
            "a",
            id="the nearest",
        ),
        pytest.param(
            {"pyproject.toml": "[tool.literate]\nx = \n", "a/x": ""},
            "a",
            "",
            id="settings that are not valid",
        ),
        pytest.param({"a/x": ""}, "a", "a", id="neither"),
    ],
)
def test_root(tmp_path: Path, files: dict[str, str], start: str, root: str) -> None:
    write(tmp_path, files)
    assert find_root(str(tmp_path / start), has_settings) == os.path.realpath(tmp_path / root)


def test_paths_of_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"docs/a/x": "", "docs-secret/x": ""})
    monkeypatch.chdir(tmp_path / "docs/a")
    workspace = Workspace(str(tmp_path / "docs"))
    assert [workspace.relative(path) for path in (".", "x", "..", str(tmp_path / "docs/a"))] == [
        "a",
        "a/x",
        "",
        "a",
    ]
    with pytest.raises(UsageError, match="is outside the project at"):
        workspace.relative("../../docs-secret/x")
    with pytest.raises(UsageError, match="no file or folder 'y'"):
        workspace.relative("y")


# Writing


def test_writes_pieces(tmp_path: Path) -> None:
    write(tmp_path, {"docs/x": ""})
    workspace = Workspace(str(tmp_path))
    workspace.write("docs/README.md", pieces(b"a\n", b"b\r\n"))
    assert (tmp_path / "docs/README.md").read_bytes() == b"a\nb\r\n"
    assert sorted(path.name for path in (tmp_path / "docs").iterdir()) == ["README.md", "x"]


@pytest.mark.parametrize(
    ("page", "holds"),
    [(b"ab\n", True), (b"ab", False), (b"ab\nc", False), (b"xb\n", False), (b"", False), (None, False)],
)
def test_holds(tmp_path: Path, page: bytes | None, holds: bool) -> None:
    if page is not None:
        write(tmp_path, {"README.md": page})
    assert Workspace(str(tmp_path)).holds("README.md", pieces(b"a", b"", b"b\n")) is holds


def test_holds_what_is_larger_than_a_part(tmp_path: Path) -> None:
    text = os.urandom(3_000_001)
    write(tmp_path, {"README.md": text})
    workspace = Workspace(str(tmp_path))
    assert workspace.holds("README.md", pieces(text[:10], text[10:]))
    assert not workspace.holds("README.md", pieces(text[:-1], bytes([text[-1] ^ 1])))


@posix
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o755, 0o444])
def test_a_page_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    write(tmp_path, {"README.md": "old"})
    (tmp_path / "README.md").chmod(mode)
    Workspace(str(tmp_path)).write("README.md", pieces(b"new"))
    assert stat.S_IMODE((tmp_path / "README.md").stat().st_mode) == mode
    assert (tmp_path / "README.md").read_bytes() == b"new"


@posix
def test_a_new_page_has_the_mode_of_new_files(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        Workspace(str(tmp_path)).write("README.md", pieces(b"new"))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "README.md").stat().st_mode) == 0o640


@posix
@pytest.mark.parametrize("kind", ["link", "link out", "dangling link", "folder", "pipe"])
def test_a_page_that_is_no_file_is_left_alone(tmp_path: Path, kind: str) -> None:
    write(tmp_path, {"project/target.md": "target", "outside.md": "outside"})
    project, page = tmp_path / "project", tmp_path / "project/README.md"
    targets = {"link": "target.md", "link out": "../outside.md", "dangling link": "nowhere.md"}
    if kind in targets:
        page.symlink_to(targets[kind])
    elif kind == "folder":
        page.mkdir()
    else:
        os.mkfifo(page)
    with pytest.raises(LiterateError) as caught:
        Workspace(str(project)).write("README.md", pieces(b"new"))
    assert message(caught.value) == "README.md: error: 'README.md' is not a regular file"
    assert (project / "target.md").read_text() == "target"
    assert (tmp_path / "outside.md").read_text() == "outside"
    assert sorted(path.name for path in project.iterdir()) == ["README.md", "target.md"]


@posix
def test_a_folder_of_a_page_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"project/x": "", "outside/README.md": "old"})
    (tmp_path / "project/docs").symlink_to("../outside")
    with pytest.raises(LiterateError, match=r"^cannot write 'docs/README\.md'"):
        Workspace(str(tmp_path / "project")).write("docs/README.md", pieces(b"new"))
    assert (tmp_path / "outside/README.md").read_text() == "old"


@posix
def test_what_a_killed_build_left_is_removed(tmp_path: Path) -> None:
    write(
        tmp_path,
        {".README.md.123.tmp": "half", ".OTHER.md.123.tmp": "", "README.md.tmp": "", ".README.md": ""},
    )
    Workspace(str(tmp_path)).write("README.md", pieces(b"new"))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [".OTHER.md.123.tmp", ".README.md", "README.md", "README.md.tmp"]


@posix
def test_what_another_build_is_writing_is_not_removed(tmp_path: Path) -> None:
    write(tmp_path, {".README.md.123.tmp": "half"})
    with open(tmp_path / ".README.md.123.tmp", "rb+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        Workspace(str(tmp_path)).write("README.md", pieces(b"new"))
    assert (tmp_path / ".README.md.123.tmp").read_text() == "half"


# As a program


def test_a_page_that_is_right_is_not_touched(tmp_path: Path) -> None:
    write(tmp_path, {TEMPLATE: ":INCLUDE a.py\n", "a.py": "x = 1\n"})
    assert run(tmp_path).stdout == "README.md: written\n"
    before = snapshot(tmp_path)
    assert run(tmp_path).stdout == "README.md: fresh\n"
    assert snapshot(tmp_path) == before


def test_a_failed_build_leaves_everything_as_it_was(tmp_path: Path) -> None:
    """Of several pages none is written when the last of them has a fault."""
    write(tmp_path, {f"a/{TEMPLATE}": "new\n", "a/README.md": "old\n", f"b/{TEMPLATE}": "new\n"})
    write(tmp_path, {f"z/{TEMPLATE}": ":INCLUDE missing.py\n", "z/README.md": "old\n"})
    before = snapshot(tmp_path)
    assert run(tmp_path).returncode == 3
    assert snapshot(tmp_path) == before


@posix
def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    write(tmp_path, {TEMPLATE: "new\n", "README.md": "old\n"})
    tmp_path.chmod(0o555)
    try:
        if os.access(tmp_path, os.W_OK):
            pytest.skip("root may write everywhere")
        result = run(tmp_path)
    finally:
        tmp_path.chmod(0o755)
    assert (result.returncode, result.stderr) == (
        3,
        "README.md: error: cannot write 'README.md': Permission denied\n",
    )
    assert (tmp_path / "README.md").read_text() == "old\n"


def test_a_page_that_is_a_folder_is_an_error_of_check_too(tmp_path: Path) -> None:
    write(tmp_path, {TEMPLATE: "new\n", "README.md/x": ""})
    result = run(tmp_path, "check")
    assert (result.returncode, result.stderr) == (3, "README.md: error: 'README.md' is not a regular file\n")
