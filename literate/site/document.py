"""The document around a page's text: a Jinja2 template, which a project can replace by one of its own.

Such a template is named by the setting `site_template`. It can build on ours, `{% extends "literate/page.html.j2"
%}`, and replace its blocks. Its own files are relative to the project's root.
"""

from collections.abc import Callable
from importlib.resources import files

import jinja2
from markupsafe import Markup

from literate.bounds import bounded
from literate.errors import LiterateError
from literate.headings import Heading, plain_text
from literate.model import Location
from literate.sandbox import Sandbox
from literate.site.listing import Run, time_element

OURS = "literate/page.html.j2"
ASSETS = ("literate.css", "literate.js")
_LEVELS = (2, 3)


class Entry:
    """A line of the table of contents."""

    __slots__ = ("anchor", "level", "text")

    def __init__(self, heading: Heading) -> None:
        self.anchor = heading.anchor
        self.level = heading.level
        self.text = plain_text(heading.markdown)


class Documents:
    """Makes documents with the template at `path` of the project; ours where that is empty.

    `read` gives the bytes of a file of the project.
    """

    def __init__(self, path: str, read: Callable[[str], bytes]) -> None:
        self._name = path or OURS
        self._environment = Sandbox(
            loader=jinja2.FunctionLoader(lambda name: _text(name, read)),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def make(self, **names: object) -> bytes:
        """The document with `names` in the template's context. Raises LiterateError where the template is wrong."""
        try:
            with bounded():
                return (self._environment.get_template(self._name).render(names) + "\n").encode()
        except LiterateError as error:
            raise error.at(Location(self._name)) from None
        except jinja2.TemplateSyntaxError as error:
            place = Location(error.name or self._name, error.lineno)
            raise LiterateError(f"{error.message}", place) from None
        except Exception as error:  # noqa: BLE001 - whatever a project's template raises is the project's to mend
            raise LiterateError(f"the template cannot be filled in: {error}", Location(self._name)) from None


def _text(name: str, read: Callable[[str], bytes]) -> str:
    return asset("page.html.j2").decode() if name == OURS else read(name).decode("utf-8", "replace")


def asset(name: str) -> bytes:
    """The bytes of a file that comes with the package."""
    return (files("literate.site") / "files" / name).read_bytes()


def title_of(headings: list[Heading], page: str) -> str:
    """The title of a page: its first heading of the first level, else its path."""
    return next((plain_text(heading.markdown) for heading in headings if heading.level == 1), page)


def contents_of(headings: list[Heading]) -> list[Entry]:
    """The entries of a page's table of contents."""
    listed = (one for one in headings if one.level in _LEVELS and one.anchor and not one.nested)
    return [Entry(heading) for heading in listed]


def colophon(runs: list[Run]) -> dict[str, object]:
    """What ran, with what and when, of all recordings that a page shows."""
    packages = {f"{name} {version}" for run in runs for name, version in run.recording.packages.items()}
    days = sorted({run.day for run in runs if run.day})
    return {
        "count": len(runs),
        "packages": sorted(packages),
        "pythons": sorted({run.recording.python for run in runs}),
        "devices": sorted({run.recording.device for run in runs}),
        "days": [Markup(time_element(day)) for day in dict.fromkeys((days[0], days[-1]))] if days else [],
    }
