"""pytest collects the examples that a page shows: `pytest README_raw.md`.

Each is `README_raw.md::path/of/script.py`, with an item `run`, which compares a new run with the recording, and
an item `claim:LINE` for each claim of the page, which is held against the new run. An example is run when the first
of its items is, and once: with several processes (pytest-xdist), once in each that needs it, which with
`--dist loadgroup` is one process.

Everyone who has the package installed imports this module in each session of pytest, so what it needs it imports
when a page is collected.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from literate.errors import LiterateError
from literate.paths import TEMPLATE_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from literate.project import Project
    from literate.rerun import Rerun
    from literate.results import Claim

_MARKER = "example: the examples of README_raw.md: each run, and each claim about it (literate-readme)"
_HELP = f"collect every {TEMPLATE_NAME}, not only those that the command line names"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare `--literate` and the setting `literate`."""
    parser.getgroup("literate", "examples of pages").addoption("--literate", action="store_true", help=_HELP)
    parser.addini("literate", _HELP, type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker of the items."""
    config.addinivalue_line("markers", _MARKER)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a template that was asked for."""
    if file_path.name != TEMPLATE_NAME:
        return None
    if not parent.session.isinitpath(file_path):
        wanted = parent.config.getoption("literate") or parent.config.getini("literate")
        if not wanted or _is_excluded(file_path, parent.config):
            return None
    template: pytest.Collector = TemplateFile.from_parent(parent, path=file_path)
    return template


class TemplateFile(pytest.File):
    """A template; its children are the examples that its page shows."""

    def collect(self) -> Iterator[pytest.Collector]:
        """The examples, in the order of the page. Raises CollectError where the template is wrong."""
        from literate.errors import StaleError

        root = _root_of(self.path)
        try:
            rerun = _rerun(root, self.config)
            page = rerun.page(_from(root, self.path))
        except LiterateError as error:
            raise self.CollectError(str(_Failure([error], root))) from None
        errors = [error for error in page.errors if not isinstance(error, StaleError)]
        if errors:
            raise self.CollectError(str(_Failure(errors, root)))
        groups = rerun.groups(page)
        lines = {path: place.line for path, place in page.shown().items()}
        for path in rerun.examples(page):
            claims = [claim for claim in page.claims if claim.example == path]
            example = Example.make(self, path, lines.get(path, 1), root, rerun, claims)
            if self.config.pluginmanager.hasplugin("xdist"):
                example.add_marker(pytest.mark.xdist_group(f"{self.nodeid}::{groups[path]}"))
            yield example


class Example(pytest.Collector):
    """An example; its children are its run and the claims about it."""

    line: int
    root: str
    rerun: Rerun
    claims: list[Claim]

    @classmethod
    def make(
        cls, parent: TemplateFile, path: str, line: int, root: str, rerun: Rerun, claims: list[Claim]
    ) -> Example:
        """The example at `path`, which the page shows at `line`."""
        example: Example = cls.from_parent(parent, name=path)
        example.line, example.root, example.rerun, example.claims = line, root, rerun, claims
        example.add_marker("example")
        return example

    def collect(self) -> Iterator[pytest.Item]:
        """The run, and each claim once."""
        yield RunItem.from_parent(self, name="run")
        named: dict[str, Claim] = {}
        for claim in self.claims:
            place = claim.location
            other = "" if self.path.samefile(os.path.join(self.root, place.path)) else f"{place.path}:"
            named.setdefault(f"claim:{other}{place.line}", claim)
        for name, claim in named.items():
            item = ClaimItem.from_parent(self, name=name)
            item.claim = claim
            yield item


class _Item(pytest.Item):
    """An item whose faults read like those of the command."""

    parent: Example

    def faults(self) -> list[LiterateError]:
        """What is wrong."""
        raise NotImplementedError

    def runtest(self) -> None:
        """Raise what is wrong, all of it."""
        faults = self.faults()
        if faults:
            raise _Failure(faults, self.parent.root)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The faults, without a traceback of ours."""
        failure = excinfo.value
        if not isinstance(failure, _Failure):
            return super().repr_failure(excinfo, style)
        shown = excinfo.getrepr(style="value")
        place = failure.faults[0].location
        if shown.reprcrash and place:
            shown.reprcrash.path = failure.show(place.path)
            shown.reprcrash.lineno = place.line
            shown.reprcrash.message = f"error: {failure.faults[0].message}"
        return shown

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the page has it, and its headline."""
        return self.path, self.parent.line - 1, f"{self.parent.name}: {self.name}"


class RunItem(_Item):
    """A new run of an example."""

    def faults(self) -> list[LiterateError]:
        """What is wrong with the run."""
        return self.parent.rerun.run_faults(self.parent.name)


class ClaimItem(_Item):
    """A claim about an example."""

    claim: Claim

    def faults(self) -> list[LiterateError]:
        """What is wrong with the claim."""
        return self.parent.rerun.claim_faults(self.claim)


class _Failure(Exception):
    """Faults as the command tells them; their paths are from `root`, and are shown from where we are."""

    def __init__(self, faults: list[LiterateError], root: str) -> None:
        super().__init__(faults, root)
        self.faults = faults
        self.root = root

    def show(self, path: str) -> str:
        return os.path.relpath(os.path.join(self.root, path))

    def __str__(self) -> str:
        from literate.report import error_lines

        return "\n".join(line for fault in self.faults for line in error_lines(fault, self.show))


_RERUNS = pytest.StashKey[dict[str, "Rerun"]]()


def _rerun(root: str, config: pytest.Config) -> Rerun:
    """The runs of the project at `root`, shared by its templates. Raises LiterateError."""
    from literate.rerun import Rerun

    reruns = config.stash.setdefault(_RERUNS, {})
    if root not in reruns:
        reruns[root] = Rerun(_project(root))
    return reruns[root]


def _project(root: str) -> Project:
    from literate.project import Project
    from literate.settings import PATH, parse_settings
    from literate.workspace import Workspace

    workspace = Workspace(root)
    data = workspace.read(PATH) if workspace.exists(PATH) else b""
    return Project(workspace, parse_settings(data), [])


def _root_of(template: Path) -> str:
    from literate.root import find_root
    from literate.settings import has_settings

    return find_root(str(template.parent), has_settings)


def _from(root: str, template: Path) -> str:
    return template.resolve().relative_to(root).as_posix()


def _is_excluded(template: Path, config: pytest.Config) -> bool:
    root = _root_of(template)
    try:
        return _from(root, template) not in _project(root).all_templates
    except LiterateError:
        return False  # told when it is collected
