"""A Chromium for the tests that need one: the system's own, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--hide-scrollbars",
]


def executable() -> str:
    """Where Chromium is: CHROMIUM says so, or it is found by its name; empty where there is none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")


needs_browser = pytest.mark.skipif(
    not executable(), reason="there is no Chromium: `apt-get install chromium`, or name one by CHROMIUM=path"
)


@contextmanager
def chromium() -> Iterator["Browser"]:  # type: ignore[name-defined]  # noqa: F821
    """A Chromium that stops when the tests with it are done."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
