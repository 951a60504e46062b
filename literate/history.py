"""What git knows of the files: the only module that asks it. Everything is answered without git too, by less.

Git is asked for a while at most, runs nothing that the repository brings, and fetches nothing.
"""

import os
import subprocess
from collections.abc import Callable
from functools import cache
from time import monotonic

_SECONDS = 20.0  # that all questions may take together
_UNCOMMITTED = "0" * 40
_SAFE = ("core.fsmonitor=false", "core.quotePath=false", "log.showSignature=false", "blame.ignoreRevsFile=")
_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


class History:
    """The history of the folder `root`; `known` says whether there is one, `head` is its newest commit."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._left = _SECONDS
        self._ask: Callable[..., bytes | None] = cache(self._asked)
        self.head = self._line("rev-parse", "--verify", "--quiet", "HEAD") if _has_repository(root) else ""
        self.known = bool(self.head)
        self._shallow = self.known and self._line("rev-parse", "--is-shallow-repository") != "false"

    def _asked(self, *words: str) -> bytes | None:
        """What `git` prints, or None where it fails, is not there, or has been asked for too long."""
        options = [word for option in _SAFE for word in ("-c", option)]
        command = ["git", "--no-pager", "--literal-pathspecs", *options, *words]
        begin = monotonic()
        try:
            done = subprocess.run(
                command,
                cwd=self._root,
                env={**os.environ, **_ENVIRONMENT},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=max(self._left, 0.01),
                check=False,
            )
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return None
        finally:
            self._left -= monotonic() - begin
        return done.stdout if done.returncode == 0 else None

    def _line(self, *words: str) -> str:
        """The line that `git` prints; empty where it prints none."""
        return (self._ask(*words) or b"").decode("utf-8", "replace").strip()

    def _names(self, *words: str) -> list[str]:
        """The names that `git` prints, each ended by a NUL."""
        return [os.fsdecode(name) for name in (self._ask(*words) or b"").split(b"\0") if name]

    def commit_of_line(self, path: str, line: int) -> str:
        """The commit that last changed a line; empty where nobody knows, or `is_uncommitted`."""
        if not self.known or line < 1:
            return ""
        if not self.is_tracked(path) or self.read("HEAD", path) is None:
            return _UNCOMMITTED
        commit = self._line(
            "blame", "--porcelain", "--root", "--no-textconv", "-L", f"{line},{line}", "--", path
        )
        return self._if_told(commit.partition(" ")[0])

    def commit_of_file(self, path: str) -> str:
        """The commit that last changed a file; empty where nobody knows, or `is_uncommitted`."""
        if not self.known:
            return ""
        if not self.is_tracked(path) or self._is_changed(path):
            return _UNCOMMITTED
        return self._if_told(self._line("log", "-1", "--format=%H", "--", path))

    def commits_of_file(self, path: str, most: int) -> list[str]:
        """The newest commits that changed a file, the last one first."""
        return self._line("log", f"-{most}", "--format=%H", "--", path).split()

    def commit_of_count(self, path: str, text: str) -> str:
        """The commit that last changed how often a file holds `text`; empty where nobody knows."""
        return self._if_told(self._line("log", "-1", "--format=%H", "--no-textconv", f"-S{text}", "--", path))

    def read(self, commit: str, path: str) -> bytes | None:
        """The bytes of a file as it is in `commit`; None where it is not."""
        return self._ask("cat-file", "blob", f"{commit}:./{path}")

    def holds(self, commit: str, than: str) -> bool:
        """Whether `commit` has `than` in its history, or is it."""
        return commit == than or self._ask("merge-base", "--is-ancestor", than, commit) is not None

    def files_of(self, commit: str) -> set[str]:
        """The files that `commit` changed, from the root."""
        return set(
            self._names("show", "-z", "--format=", "--name-only", "--relative", "--no-ext-diff", commit)
        )

    def days_of(self, folder: str) -> dict[str, str]:
        """The day of the last commit of each file below `folder`, as ISO 8601 has it, by its path from the root.

        Nothing is said of a file that differs from its commit, nor of any where only the newest part of the
        history is there.
        """
        if not self.known or self._shallow:
            return {}
        log = self._line("log", "--format=%x01%cs", "--name-only", "--relative", "--", folder)
        days: dict[str, str] = {}
        day = ""
        for line in log.split("\n"):
            if line.startswith("\x01"):
                day = line[1:]
            elif line:
                days.setdefault(line, day)
        changed = set(self._names("diff", "-z", "--name-only", "--relative", "HEAD", "--", folder))
        return {path: day for path, day in days.items() if path not in changed}

    def is_tracked(self, path: str) -> bool:
        """Whether git follows the file at `path`."""
        return self.known and bool(self._names("ls-files", "-z", "--", path))

    def _is_changed(self, path: str) -> bool:
        return self._ask("diff", "--quiet", "--no-ext-diff", "--no-textconv", "HEAD", "--", path) is None

    def _if_told(self, commit: str) -> str:
        """`commit`, unless it only stands for all that a shallow clone has left out."""
        cut = self._shallow and commit in self._line("rev-list", "--max-parents=0", "HEAD").split()
        return "" if cut else commit


def _has_repository(folder: str) -> bool:
    """Whether asking git about `folder` is worth starting it."""
    if "GIT_DIR" in os.environ or os.path.lexists(os.path.join(folder, ".git")):
        return True
    parent = os.path.dirname(folder)
    return parent != folder and _has_repository(parent)


def is_uncommitted(commit: str) -> bool:
    """Whether `commit` stands for a change that no commit has yet."""
    return commit == _UNCOMMITTED


def short(commit: str) -> str:
    """`commit` as people write it."""
    return commit[:7]
