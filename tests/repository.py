"""Real repositories for tests that ask git."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.project import Files, write

_WHO = (
    "-c",
    "user.name=A",
    "-c",
    "user.email=a@example.org",
    "-c",
    "commit.gpgsign=false",
    "-c",
    "core.hooksPath=",
)


def git(folder: Path, *words: str) -> str:
    """What `git` prints in `folder`, by nobody's settings."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "LC_ALL": "C"}
    done = subprocess.run(
        ["git", *_WHO, *words], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=True
    )
    return done.stdout.strip()


def repository(folder: Path) -> Path:
    """An empty repository in `folder`; the test is skipped where there is no git."""
    try:
        git(folder, "init", "-q", "-b", "main")
    except FileNotFoundError:
        pytest.skip("there is no git here")
    return folder


def commit(folder: Path, message: str, files: Files | None = None) -> str:
    """Commit all that is there, `files` written first; the first digits of the commit."""
    write(folder, files or {})
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")[:7]
