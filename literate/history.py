"""What git knows of the files: the only module that asks it. Everything is answered without git too, by less."""

import os
import subprocess

_SECONDS = 10
_UNCOMMITTED = "0" * 40


class History:
    """The history of the folder `root`; `known` says whether there is one."""

    def __init__(self, root: str) -> None:
        self._root = root
        self.known = self._git("rev-parse", "--verify", "--quiet", "HEAD") is not None

    def _git(self, *words: str) -> str | None:
        """What `git` prints, or None where it fails or is not there. Nothing of the repository's is run."""
        command = ["git", "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", *words]
        environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
        try:
            done = subprocess.run(
                command, cwd=self._root, env=environment, capture_output=True, timeout=_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None

    def commit_of_line(self, path: str, line: int) -> str:
        """The commit that last changed a line; empty where nobody knows, `UNCOMMITTED` where none has it yet."""
        if not self.known or line < 1:
            return ""
        blame = self._git("blame", "--porcelain", "-L", f"{line},{line}", "--", path)
        return blame.split(" ", 1)[0] if blame else ""

    def commit_of_file(self, path: str) -> str:
        """The commit that last changed a file; empty where nobody knows, `UNCOMMITTED` where its change is in none."""
        if not self.known or self._git("ls-files", "--error-unmatch", "--", path) is None:
            return ""
        if self._git("diff", "--quiet", "HEAD", "--", path) is None:
            return _UNCOMMITTED
        return (self._git("log", "-1", "--format=%H", "--", path) or "").strip()

    def is_older(self, commit: str, than: str) -> bool:
        """Whether `commit` is in the history of `than`, and another one."""
        return commit != than and self._git("merge-base", "--is-ancestor", commit, than) is not None

    def files_of(self, commit: str) -> set[str]:
        """The files that `commit` changed, from the root."""
        shown = self._git("show", "--format=", "--name-only", "--relative", commit) or ""
        return set(shown.split("\n")) - {""}

    def days_of(self, folder: str) -> dict[str, str]:
        """The day of the last commit of each file below `folder`, as ISO 8601 has it, by its path from the root.

        Nothing is said of a file that differs from its commit, nor of any where only the newest part of the
        history is there.
        """
        if not self.known or (self._git("rev-parse", "--is-shallow-repository") or "").strip() != "false":
            return {}
        log = self._git("log", "--format=%x01%cs", "--name-only", "--relative", "--", folder) or ""
        days: dict[str, str] = {}
        day = ""
        for line in log.split("\n"):
            if line.startswith("\x01"):
                day = line[1:]
            elif line:
                days.setdefault(line, day)
        changed = set((self._git("diff", "--name-only", "--relative", "HEAD", "--", folder) or "").split("\n"))
        return {path: day for path, day in days.items() if path not in changed}


def is_uncommitted(commit: str) -> bool:
    """Whether `commit` stands for a change that no commit has yet."""
    return commit.lstrip("^") == _UNCOMMITTED


def short(commit: str) -> str:
    """`commit` as people write it."""
    return commit.lstrip("^")[:7]
