"""The project that a command deals with: its workspace, its settings, its templates and examples."""

from literate.errors import LiterateError, UsageError
from literate.model import Location, Settings
from literate.paths import PAGE_NAME, TEMPLATE_NAME, page_of
from literate.sources import Sources
from literate.workspace import Workspace


class Report:
    """What became of each page, in order, and every error."""

    __slots__ = ("details", "errors", "pages", "status")

    def __init__(self) -> None:
        self.details: dict[str, object] = {}  # what else a command has to say to machines
        self.status = 0  # the exit status where there is no error
        self.pages: list[tuple[str, str, str]] = []  # page, template, state
        self.errors: list[LiterateError] = []

    @property
    def exit_code(self) -> int:
        """That of the gravest error, else `status`."""
        return max((error.exit_code for error in self.errors), default=self.status)

    def record(self) -> dict[str, object]:
        """The pages for machines."""
        pages = [{"page": page, "template": template, "state": state} for page, template, state in self.pages]
        return {"pages": pages, **self.details}

    def add(self, errors: list[LiterateError]) -> None:
        """Add `errors` and sort all by their places; the same fault reached in several ways is told once."""
        kept: dict[tuple[str, str], LiterateError] = {}
        for error in [*self.errors, *errors]:
            first = kept.setdefault((str(error.location), error.message), error)
            new = (note for note in error.notes if first is not error and note not in first.notes)
            first.notes += tuple(new)
        self.errors = sorted(kept.values(), key=_order)


def _order(error: LiterateError) -> tuple[str, int, int]:
    return error.location.key if error.location else ("", 0, 0)


class Project:
    """A workspace, its settings, and those of its templates that a command is narrowed to."""

    __slots__ = ("all_templates", "settings", "templates", "workspace")

    def __init__(self, workspace: Workspace, settings: Settings, narrowed: list[str]) -> None:
        self.workspace = workspace
        self.settings = settings
        self.all_templates = workspace.templates(settings.exclude)
        self.templates = _narrow(self.all_templates, narrowed)

    def sources(self) -> Sources:
        """The project's texts; its own pages are none."""
        pages = frozenset(map(page_of, self.all_templates))
        return Sources(self.workspace.read, pages, self.workspace.exists)

    def listed_examples(self) -> list[str]:
        """The scripts that the setting `examples` names."""
        return self.workspace.match(self.settings.examples) if self.settings.examples else []


def _narrow(templates: list[str], narrowed: list[str]) -> list[str]:
    """Those of `templates` that are, or are woven into, or lie below one of the paths `narrowed`."""
    if not templates:
        message = f"no {TEMPLATE_NAME} in this project; write one, and `:INCLUDE path` in it shows a file"
        raise LiterateError(message, Location("."))
    kept = [name for name in templates if not narrowed or any(_is_meant(name, path) for path in narrowed)]
    for path in narrowed:
        if not any(_is_meant(name, path) for name in templates):
            message = f"no {TEMPLATE_NAME}, no {PAGE_NAME} woven from one, and no folder above one"
            raise UsageError(f"'{path}' is {message}")
    return kept


def _is_meant(template: str, path: str) -> bool:
    return path in ("", template, page_of(template)) or template.startswith(path.rstrip("/") + "/")
