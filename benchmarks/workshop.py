"""What the benchmarks of weaving share: a temporary folder with workloads, and the commands that weave them."""

import hashlib
import importlib.util
import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import workloads
from measuring import COMMAND, ROOT, Measured, Run, measure, plain_python, run

SPLICE = str(ROOT / "benchmarks/splice.py")
ANCESTOR = str(ROOT / "benchmarks/ancestor.py")
NO_BANNER = ("--set", "banner=false")  # the tools that it is compared with write none
JINJA = ("jinja2", "markupsafe")  # what claims and values on a page need


class Workshop:
    """A folder for workloads and a plain interpreter; `quick` is as little of everything as shows that it runs."""

    def __init__(self, folder: Path, quick: bool) -> None:
        self.folder = folder
        self.quick = quick
        self.limit = 10.0 if quick else 30.0  # seconds that a peer may take
        self.pairs = 1 if quick else 0
        self.python = plain_python(folder / "plain")

    def generate(self, *names: str) -> None:
        """Generate workloads, in a process of its own: the memory of the one that measures shows in what it starts."""
        words = ["--quick"] if self.quick else []
        subprocess.run([sys.executable, workloads.__file__, str(self.folder), *names, *words], check=True)

    def page_size(self, name: str) -> int:
        """The bytes of the page of the workload `name`."""
        size: int = self._manifest(name)["bytes"]
        return size

    def includes(self, name: str) -> int:
        """How many includes the workload `name` has."""
        count: int = self._manifest(name)["includes"]
        return count

    def floor(self, name: str) -> Callable[[], Run]:
        """The floor on the workload `name`."""
        command = [self.python, SPLICE, "README_raw.md", "floor.md"]
        return lambda: run(command, self.folder / name)

    def measure(
        self,
        name: str,
        command: list[str],
        page: str = "",
        dialect: str = "ours",
        prepare: Callable[[], None] | None = None,
    ) -> Measured:
        """`command` on the workload `name` in pairs with the floor; `page` must then be what it is to be."""
        folder = self.folder / name
        found = measure(lambda: run(command, folder, self.limit), self.floor(name), self.pairs, prepare)
        if (
            page
            and not found.fault
            and self._digest(folder / page) != self._manifest(name)["expected"][dialect]
        ):
            return Measured(fault="another page than expected")
        return found

    def ours(self, name: str) -> dict[str, Measured]:
        """Our `build` of everything, of nothing, and `check`, on the workload `name`."""
        page, old = self.folder / name / "README.md", self.folder / name / "old.md"
        command = [self.python, COMMAND]

        def forget() -> None:
            page.unlink(missing_ok=True)
            if old.exists():
                os.link(old, page)  # nothing is written, so nothing waits to be

        self.measure(name, [*command, *NO_BANNER])
        if page.exists():
            old.write_bytes(page.read_bytes().upper())
        made = {"build, all changed": self.measure(name, [*command, *NO_BANNER], "README.md", prepare=forget)}
        made["build, nothing changed"] = self.measure(name, [*command, *NO_BANNER], "README.md")
        made["check"] = self.measure(name, [*command, "check", *NO_BANNER])
        return made

    def cat(self, name: str) -> Measured:
        """`cat` of the page cut into pieces."""
        words = "exec xargs -0 cat < pieces.txt > cat.md"
        return self.measure(name, ["/bin/sh", "-c", words], "cat.md", "whole")

    def splice(self, name: str) -> Measured:
        """The floor in pairs with itself."""
        return self.measure(name, [self.python, SPLICE, "README_raw.md", "splice.md"], "splice.md", "whole")

    def ancestor(self, name: str) -> Measured:
        """The ancestor's way."""
        return self.measure(name, [self.python, ANCESTOR, "README_raw.md", "ancestor.md"], "ancestor.md")

    def check_of_tutorial(self) -> Measured:
        """`check` of this project's tutorial in pairs with an interpreter that does nothing."""
        packages = self.folder / "packages"
        packages.mkdir(exist_ok=True)
        for name in JINJA:
            found = importlib.util.find_spec(name)
            if found is None or not found.submodule_search_locations:
                return Measured(fault=f"needs {name}")
            (packages / name).symlink_to(found.submodule_search_locations[0])
        command = [self.python, COMMAND, "check", "README_raw.md"]
        bare = [self.python, "-c", "pass"]
        return measure(
            lambda: run(command, ROOT, PYTHONPATH=str(packages)), lambda: run(bare, ROOT), self.pairs
        )

    def bare(self) -> Measured:
        """An interpreter that does nothing, in pairs with the floor on S."""
        return self.measure("S", [self.python, "-c", "pass"])

    def _manifest(self, name: str) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.folder / name / "manifest.json").read_text())
        return loaded

    def _digest(self, path: Path) -> str:
        if not path.exists():
            return ""
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def workshop(quick: bool) -> Iterator[Workshop]:
    """A workshop, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        if any((above / ".git").exists() for above in Path(folder).parents):
            sys.exit(
                f"{folder} is in a git repository, which would be the project; set TMPDIR to a folder in none"
            )
        yield Workshop(Path(folder), quick)


def copied(command: list[str], template: str, page: str) -> list[str]:
    """`command` behind a copy of the `template`, for a tool that rewrites its source; `cp` takes a millisecond."""
    return ["/bin/sh", "-c", f"cp {template} {page} && exec {shlex.join(command)}"]
