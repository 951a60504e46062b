import gc
from collections.abc import Iterator

import pytest
from hypothesis import settings

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
def _collecting_garbage() -> Iterator[None]:
    """The command switches it off for the rest of its process, which here goes on to other tests."""
    yield
    gc.enable()
