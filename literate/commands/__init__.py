"""The commands, a module each: `add_arguments` says what the command takes, `run` carries it out.

A command's docstring is its help. It prints through `Context.say`, and hands what is wrong back in a report.
"""

from __future__ import annotations

from literate.errors import UsageError
from literate.model import Settings
from literate.project import Project, Report
from literate.workspace import Workspace

TYPE_CHECKING = False  # `typing` is slow to import, and so is `argparse`
if TYPE_CHECKING:
    import argparse
    from typing import Any, Protocol

    from literate.report import Show

    class Command(Protocol):
        """A module of this package."""

        __doc__: str | None

        def add_arguments(self, parser: argparse.ArgumentParser) -> None:
            """Declare the command's own arguments."""

        def run(self, context: Context) -> Report:
            """Carry the command out. Raises LiterateError."""


class Options:
    """What the command line said; `argparse` adds the options of the command."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.root: str | None = None
        self.quiet = False
        self.json = False
        self.set: list[str] = []

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """An option of the command."""


class Context:
    """Where a command works and what it was asked: the root, its options, how paths read where we are."""

    def __init__(self, root: str, options: Options, show: Show) -> None:
        self.options = options
        self.show = show
        self.workspace = Workspace(root)

    def settings(self) -> Settings:
        """The project's settings with those of the command line. Raises LiterateError where one is wrong."""
        path = "pyproject.toml"
        data = self.workspace.read(path) if self.workspace.exists(path) else b""
        if not self.options.set and b"literate" not in data:
            return Settings()
        from literate.settings import override  # not worth its time where there are none

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

    def say_pages(self, report: Report) -> Report:
        """Print what became of each page; the report."""
        for page, _, state in report.pages:
            self.say(f"{self.show(page)}: {state}")
        return report


def add_templates(parser: argparse.ArgumentParser) -> None:
    """Let the command be narrowed to templates."""
    help_ = "a template, its page, or a folder of them (default: all of the project)"
    parser.add_argument("paths", nargs="*", metavar="PATH", help=help_)
