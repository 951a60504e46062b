"""The commands, a module each: `add_arguments` says what the command takes, `run` carries it out.

A command's docstring is its help. It prints through `Context.say`, and hands what is wrong back in a report.
"""

import argparse
from contextlib import contextmanager

from literate.errors import UsageError
from literate.model import Settings
from literate.project import Project, Report
from literate.report import Show
from literate.settings import PATH, override
from literate.workspace import Workspace

TYPE_CHECKING = False  # `typing` is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol

    from literate.progress import Progress

    class Command(Protocol):
        """A module of this package."""

        __doc__: str | None

        def add_arguments(self, parser: argparse.ArgumentParser) -> None:
            """Declare the command's own arguments."""

        def run(self, context: "Context") -> Report:
            """Carry the command out. Raises LiterateError."""

else:
    Command = object


class Context:
    """Where a command works and what it was asked: the root, its options, how paths read where we are."""

    def __init__(self, root: str, options: argparse.Namespace, show: Show) -> None:
        self.options = options
        self.show = show
        self.workspace = Workspace(root)

    def settings(self) -> Settings:
        """The project's settings with those of the command line. Raises LiterateError where one is wrong."""
        data = self.workspace.read(PATH) if self.workspace.exists(PATH) else b""
        return override(data, self.options.set)

    def project(self, paths: list[str] | None = None) -> Project:
        """The project, narrowed to the templates that `paths`, from the root, name."""
        return Project(self.workspace, self.settings(), paths or [])

    def paths(self) -> list[str]:
        """The paths of the command line, from the root. Raises UsageError for one that is not there."""
        return [self.workspace.relative(path) for path in self.options.paths]

    def examples(self) -> list[str]:
        """The scripts of the command line, from the root. Raises UsageError for one that is none."""
        paths = self.paths()
        for path in paths:
            if not path.endswith(".py"):
                raise UsageError(f"'{path}' is no Python script")
        return paths

    @property
    def quiet(self) -> bool:
        """Whether only errors are printed, or one JSON object."""
        return bool(self.options.quiet or self.options.json)

    def say(self, line: str) -> None:
        """Print `line` unless the command is to be quiet."""
        if not self.quiet:
            print(line)

    @contextmanager
    def progress(self, examples: list[str]) -> "Iterator[Progress]":
        """Show what becomes of `examples` while they run."""
        import os
        import sys

        from literate.progress import Progress

        with open(os.devnull, "w") as nowhere:
            progress = Progress(examples, nowhere if self.quiet else sys.stdout)
            try:
                yield progress
            finally:
                progress.close()

    def say_pages(self, report: Report) -> Report:
        """Print what became of each page; the report."""
        for page, _, state in report.pages:
            self.say(f"{self.show(page)}: {state}")
        return report


def add_templates(parser: argparse.ArgumentParser) -> None:
    """Let the command be narrowed to templates."""
    help_ = "a template, its page, or a folder of them (default: all of the project)"
    parser.add_argument("paths", nargs="*", metavar="PATH", help=help_)


def add_examples(parser: argparse.ArgumentParser) -> None:
    """Let the command be narrowed to examples, and run several at a time."""
    import os

    parser.add_argument("paths", nargs="*", metavar="EXAMPLE", help="a script (default: all of the project)")
    cores = os.cpu_count() or 1
    help_ = f"how many to run at a time (default: the cores, {cores})"
    parser.add_argument("-j", "--jobs", type=_jobs, default=cores, metavar="N", help=help_)


def _jobs(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is no whole number above 0")
