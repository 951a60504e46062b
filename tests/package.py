"""This package as users get it: its files alone, and what the standard tools build from them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.project import ROOT

FILES = (".pre-commit-hooks.yaml", "LICENSE", "action.yml", "pyproject.toml")


def copy_package(folder: Path) -> Path:
    """A copy of what the package is made of, in `folder`: no tests, no tutorial, nothing that tools left."""
    left = shutil.ignore_patterns("__pycache__", ".*")
    shutil.copytree(ROOT / "literate", folder / "literate", ignore=left)
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)
    return folder


def run_tool(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `command` in `folder`, with the scripts of this Python in front, and without pip's and git's own settings."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    plain = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return subprocess.run(
        command,
        cwd=folder,
        env=plain | {"PATH": path, "NO_COLOR": "1"} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=250,
        check=False,
    )


def commit_all(folder: Path) -> None:
    """Make `folder` a git repository, if it is none, and commit all of it."""
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    for words in (("init", "-q"), ("add", "-A"), (*who, "commit", "-q", "--no-verify", "-m", "All")):
        result = run_tool(folder, "git", *words)
        assert result.returncode == 0, result.stderr


def package_index_error(folder: Path) -> str:
    """Why pip cannot get the package that builds ours; empty where it can."""
    command = (sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), "flit-core<5")
    result = run_tool(folder, *command)
    return result.stderr.strip() if result.returncode else ""
