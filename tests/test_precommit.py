"""The hooks, by the real pre-commit: in a repository whose settings name a clone of this one by its path."""

from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.package import commit_all, copy_package, run_tool
from tests.project import TEMPLATE, write

SETTINGS = """\
repos:
  - repo: {repo}
    rev: {rev}
    hooks:
      - id: {hook}
"""


@pytest.fixture(scope="module")
def hooks(package_index: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with this package. pre-commit installs it, and pip asks an index for what builds it."""
    folder = copy_package(tmp_path_factory.mktemp("hooks"))
    commit_all(folder)
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where pre-commit keeps the environments that it makes."""
    return str(tmp_path_factory.mktemp("pre-commit"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, {TEMPLATE: ":INCLUDE a.py\n", "a.py": "x = 1\n"})
    return tmp_path


def use(hook: str, project: Path, hooks: Path) -> None:
    """Let `project` use the hook, and commit all of it."""
    rev = run_tool(hooks, "git", "rev-parse", "HEAD").stdout.strip()
    write(project, {".pre-commit-config.yaml": SETTINGS.format(repo=hooks, rev=rev, hook=hook)})
    commit_all(project)


def pre_commit(project: Path, home: str) -> CompletedProcess[str]:
    return run_tool(project, "pre-commit", "run", "--color=never", PRE_COMMIT_HOME=home)


def test_the_check_fails_and_passes(project: Path, hooks: Path, home: str) -> None:
    use("build-readme-check", project, hooks)
    result = pre_commit(project, home)
    assert (result.returncode, "README.md: error: the page is missing" in result.stdout) == (1, True)
    assert not (project / "README.md").exists()

    page = "<!-- Woven from README_raw.md by `build-readme`. Edit that file, not this one. -->\n\n```python\n{}```\n"
    write(project, {"README.md": page.format("# Code in file a.py\nx = 1\n")})
    commit_all(project)
    result = pre_commit(project, home)
    assert result.returncode == 0, result.stdout
    assert "is README.md fresh?" in result.stdout
    assert "Passed" in result.stdout

    write(project, {"a.py": "x = 2\n"})
    run_tool(project, "git", "add", "a.py")
    result = pre_commit(project, home)
    assert result.returncode == 1
    assert "- exit code: 1" in result.stdout
    assert "README.md:5:5: error: stale" in result.stdout


def test_the_check_sees_that_a_source_was_removed(project: Path, hooks: Path, home: str) -> None:
    use("build-readme-check", project, hooks)
    run_tool(project, "git", "rm", "-q", "a.py")
    result = pre_commit(project, home)
    assert (result.returncode, "README_raw.md:1:10: error: no file 'a.py'" in result.stdout) == (1, True)


def test_the_weaving_fails_once_and_has_mended_the_page(project: Path, hooks: Path, home: str) -> None:
    use("build-readme", project, hooks)
    write(project, {"README.md": "old\n"})
    run_tool(project, "git", "add", "README.md")
    result = pre_commit(project, home)
    assert (result.returncode, "files were modified by this hook" in result.stdout) == (1, True)
    assert (project / "README.md").read_text().endswith("x = 1\n```\n")
    run_tool(project, "git", "add", "README.md")
    result = pre_commit(project, home)
    assert (result.returncode, "Passed" in result.stdout) == (0, True)
