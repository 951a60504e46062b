"""What git knows, asked of real repositories."""

from pathlib import Path

import pytest

from literate.history import History, is_uncommitted, short
from tests.project import write
from tests.repository import commit, git, repository


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return repository(tmp_path)


def history(folder: Path) -> History:
    return History(str(folder))


def test_commits_of_lines_and_files(folder: Path) -> None:
    one = commit(folder, "one", {"a.py": "x\ny\n", "b.py": "z\n"})
    two = commit(folder, "two", {"a.py": "x\nw\n"})
    known = history(folder)
    assert known.known
    assert [short(known.commit_of_line("a.py", line)) for line in (1, 2)] == [one, two]
    assert [short(known.commit_of_file(path)) for path in ("a.py", "b.py")] == [two, one]
    assert [short(each) for each in known.commits_of_file("a.py", 5)] == [two, one]
    assert (known.files_of(two), known.files_of(one)) == ({"a.py"}, {"a.py", "b.py"})
    assert (known.read(two, "a.py"), known.read(one, "a.py"), known.read(one, "c.py")) == (
        b"x\nw\n",
        b"x\ny\n",
        None,
    )
    assert (known.holds(two, one), known.holds(one, two), known.holds(one, one)) == (True, False, True)
    assert short(known.commit_of_count("a.py", "y")) == two


def test_what_no_commit_has(folder: Path) -> None:
    commit(folder, "one", {"a.py": "x\ny\n"})
    write(folder, {"a.py": "x\nz\n", "new.py": "n\n", "staged.py": "s\n"})
    git(folder, "add", "staged.py")
    known = history(folder)
    assert not is_uncommitted(known.commit_of_line("a.py", 1))
    assert is_uncommitted(known.commit_of_line("a.py", 2))
    for path in ("a.py", "new.py", "staged.py"):
        assert is_uncommitted(known.commit_of_file(path)), path
    for path in ("new.py", "staged.py"):
        assert is_uncommitted(known.commit_of_line(path, 1)), path
    assert (known.is_tracked("new.py"), known.is_tracked("staged.py")) == (False, True)


def test_what_nobody_knows(folder: Path) -> None:
    commit(folder, "one", {"a.py": "x\n"})
    known = history(folder)
    assert (known.commit_of_line("a.py", 9), known.commit_of_line("a.py", 0)) == ("", "")


def test_names_are_taken_as_they_are(folder: Path) -> None:
    """Spaces, other alphabets, and what git would take for a pattern."""
    names = ["a b.py", "é.py", "*.py", ":x.py", '"q".py']
    one = commit(folder, "one", dict.fromkeys(names, "x\n"))
    commit(folder, "two", {"other.py": "y\n"})
    known = history(folder)
    assert [short(known.commit_of_file(name)) for name in names] == [one] * len(names)
    assert [short(known.commit_of_line(name, 1)) for name in names] == [one] * len(names)
    assert known.files_of(one) == set(names)


def test_a_file_that_was_renamed(folder: Path) -> None:
    """Its lines keep their commit; the file has that of its new name."""
    one = commit(folder, "one", {"a.py": "x = 1\ny = 2\nz = 3\n"})
    git(folder, "mv", "a.py", "b.py")
    two = commit(folder, "two")
    known = history(folder)
    assert (short(known.commit_of_line("b.py", 1)), short(known.commit_of_file("b.py"))) == (one, two)


def test_below_the_root_of_the_repository(folder: Path) -> None:
    one = commit(folder, "one", {"project/a.py": "x\n", "b.py": "y\n"})
    known = history(folder / "project")
    assert (short(known.commit_of_file("a.py")), short(known.commit_of_line("a.py", 1))) == (one, one)
    assert (known.files_of(one), known.read(one, "a.py")) == ({"a.py"}, b"x\n")


def test_a_merge(folder: Path) -> None:
    commit(folder, "one", {"a.py": "x\ny\n"})
    git(folder, "switch", "-qc", "side")
    side = commit(folder, "side", {"a.py": "w\ny\n"})
    git(folder, "switch", "-q", "main")
    main = commit(folder, "main", {"b.py": "z\n"})
    git(folder, "merge", "-q", "--no-edit", "side")
    known = history(folder)
    assert short(known.commit_of_line("a.py", 1)) == side
    assert (known.holds("HEAD", side), known.holds(main, side), known.holds(side, main)) == (
        True,
        False,
        False,
    )


def test_a_shallow_clone(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Its oldest commit seems to have written everything; nothing is said in its name."""
    commit(folder, "one", {"a.py": "x\ny\n"})
    commit(folder, "two", {"b.py": "z\n"})
    clone = tmp_path_factory.mktemp("clone")
    git(clone, "clone", "-q", "--depth=1", f"file://{folder}", ".")
    new = commit(clone, "three", {"a.py": "x\nw\n"})
    write(clone, {"b.py": "v\n"})
    known = history(clone)
    assert [known.commit_of_line("a.py", line)[:7] for line in (1, 2)] == ["", new]
    assert is_uncommitted(known.commit_of_line("b.py", 1))
    assert known.days_of("") == {}


@pytest.mark.parametrize("made", [False, True], ids=["no repository", "no commit"])
def test_without_history(tmp_path: Path, made: bool) -> None:
    if made:
        repository(tmp_path)
    write(tmp_path, {"a.py": "x\n"})
    known = history(tmp_path)
    assert (known.known, known.commit_of_line("a.py", 1), known.commit_of_file("a.py")) == (False, "", "")
    assert (known.is_tracked("a.py"), known.days_of("")) == (False, {})


def test_without_git(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(folder, "one", {"a.py": "x\n"})
    monkeypatch.setenv("PATH", "")
    assert not history(folder).known


def test_nothing_that_the_repository_names_is_run(folder: Path) -> None:
    """Nor the programs that its settings name for showing differences."""
    commit(folder, "one", {"a.py": "x\n", ".gitattributes": "*.py diff=run\n"})
    ran = folder / "ran"
    for key in ("diff.external", "diff.run.textconv", "diff.run.command", "core.fsmonitor", "core.pager"):
        git(folder, "config", key, f"touch {ran};")
    write(folder, {"a.py": "y\n"})
    known = history(folder)
    assert is_uncommitted(known.commit_of_file("a.py"))
    assert is_uncommitted(known.commit_of_line("a.py", 1))
    known.files_of(known.head)
    known.commit_of_count("a.py", "x")
    known.days_of("")
    assert not ran.exists()
