import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.package import copy_package, package_index_error, run_tool

# No deadline: the machine that tests is often busy with more than this.
settings.register_profile("project", deadline=None, max_examples=300)
settings.load_profile("project")


def pytest_addoption(parser: pytest.Parser) -> None:
    help_ = "rewrite the expected pages of tests/data that exist; look at the diff before you commit it"
    parser.addoption("--update-golden", action="store_true", help=help_)


@pytest.fixture(autouse=True)
def _outside_of_github_actions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Annotations are for the test that asks for them, also where GitHub runs the tests."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)


@pytest.fixture(autouse=True)
def _outside_of_make(monkeypatch: pytest.MonkeyPatch) -> None:
    """A make that a test starts is no child of the one that started the tests, and does not speak like one."""
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _collecting_garbage() -> Iterator[None]:
    """The command switches it off for the rest of its process, which here goes on to other tests."""
    yield
    gc.enable()


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this package, built from its source distribution, which lies beside it."""
    folder = copy_package(tmp_path_factory.mktemp("package"))
    (folder / "literate/.cache").mkdir()
    (folder / "literate/.cache/left-by-a-linter").write_text("x")
    result = run_tool(folder, sys.executable, "-m", "build", "--no-isolation")
    assert result.returncode == 0, result.stderr
    [built] = (folder / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel installed in it, for PYTHONPATH: entry points are found there as well."""
    folder = tmp_path_factory.mktemp("installed")
    words = ("install", "-q", "--no-index", "--no-deps", "--target", str(folder), str(wheel))
    result = run_tool(folder, sys.executable, "-m", "pip", *words)
    assert result.returncode == 0, result.stderr
    return folder


@pytest.fixture(scope="session")
def package_index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skips the test where pip reaches no package index: it needs one to build what others install from a folder."""
    error = package_index_error(tmp_path_factory.mktemp("download"))
    if error:
        pytest.skip(f"no package index: {error}")
