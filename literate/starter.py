"""What `init` begins a project with: a template that shows a few of its scripts, and the table of settings."""

from __future__ import annotations

from literate.errors import LiterateError
from literate.excerpt import Excerpt
from literate.languages import is_python, language_of
from literate.model import Location, Settings
from literate.paths import PAGE_NAME, TEMPLATE_NAME, resolve
from literate.settings import PATH, parse_settings
from literate.source import Source
from literate.sources import Sources
from literate.template import parse
from literate.weave import weave

SHOWN = 3
_LANGUAGES = ("python", "bash", "javascript", "typescript", "ruby", "r", "julia", "perl", "lua", "go", "rust")
_LONGEST = 200  # lines that are worth showing whole
_PREFERRED = {"example", "examples", "demo", "demos", "tutorial", "tutorials", "scripts"}
_LEFT_OUT = {"test", "tests", "testing", "build", "dist", "docs"}
_LEFT_OUT_NAMES = {"setup.py", "conftest.py", "noxfile.py", "build_readme.py", "manage.py"}

_INTRODUCTION = """\
# {title}

What this is, in two sentences.

:TOC
"""
_EXAMPLE = """
### {heading}

What there is to see in it.

```{info}
:INCLUDE {target}
```
"""
_NO_EXAMPLE = """
In a template, this line without its backslash becomes the text of the file that it names:

```text
\\:INCLUDE path/to/script.py
```
"""
_SETTINGS = """\
[tool.literate]
command = "build-readme"  # what pages say they are woven by
# examples = ["examples/*.py"]  # the scripts that `build-readme record` runs, for `:OUTPUT` and `:PLOT`
# exclude = ["tests/data"]  # folders whose templates are not woven
"""


def script_paths(paths: list[str]) -> list[str]:
    """Those of `paths` that are scripts a page may want to show, the likeliest first."""
    scripts = [path for path in paths if language_of(path).info in _LANGUAGES and not _is_left_out(path)]
    return sorted(scripts, key=_unlikeliness)


def _is_left_out(path: str) -> bool:
    *folders, name = path.lower().split("/")
    return bool(_LEFT_OUT & set(folders)) or name in _LEFT_OUT_NAMES or name.startswith(("test_", "_", "."))


def _unlikeliness(path: str) -> tuple[bool, int, str]:
    return (not _PREFERRED & set(path.lower().split("/")[:-1]), path.count("/"), path)


class Starter:
    """Makes the template of the folder `folder`; `shown` are the scripts that it shows, from the root."""

    def __init__(self, folder: str, sources: Sources, settings: Settings) -> None:
        self.shown: list[str] = []
        self._folder = folder
        self._path = resolve(folder, TEMPLATE_NAME)
        self._sources = sources
        self._settings = settings

    def template(self, title: str, scripts: list[str], page: bytes | None) -> str:
        """A template that weaves at once and shows the first of `scripts` that can be shown whole.

        It begins with the text of `page`, the README.md that is there already, if one is. Raises LiterateError
        where that text cannot be woven.
        """
        begin = _INTRODUCTION.format(title=title) if page is None else self._kept(page)
        for script in scripts:
            if len(self.shown) < SHOWN and self._is_showable(script):
                self.shown.append(script)
        examples = "".join(map(self._example, self.shown)) or _NO_EXAMPLE
        return f"{begin}\n## Examples\n{examples}"

    def _kept(self, page: bytes) -> str:
        """The text of `page`. Raises LiterateError where a template that begins with it cannot be woven."""
        source = Source.of_bytes(resolve(self._folder, PAGE_NAME), page)
        template = parse(Excerpt.whole(source))
        if template.unclosed is not None:
            raise LiterateError("the code fence is never closed", template.location(template.unclosed))
        text = source.text.decode()
        for error in self._errors(text):
            place = error.location or Location(self._path)
            raise LiterateError(error.message, Location(source.path, place.line, place.column), error.notes)
        return text

    def _example(self, script: str) -> str:
        path = script.removeprefix(f"{self._folder}/")
        target = f'"{path}"' if set(path) & set(" \t='\"") else path
        return _EXAMPLE.format(heading=f"`{path}`", info=language_of(path).info, target=target)

    def _is_showable(self, script: str) -> bool:
        """Whether an include of `script` weaves, and it is neither empty, long nor broken."""
        if self._errors(self._example(script)):
            return False
        source = self._sources.get(script)
        return 0 < source.line_count() <= _LONGEST and (not is_python(script) or _has_code(source))

    def _errors(self, text: str) -> list[LiterateError]:
        """What would be wrong with `text` as the template."""
        sources = self._sources.with_text(self._path, text.encode())
        return weave(self._path, sources, self._settings).errors


def _has_code(source: Source) -> bool:
    from literate.python_source import code_line_count  # `ast` is slow to import

    try:
        return code_line_count(source) > 0
    except LiterateError:
        return False


def with_settings(data: bytes) -> bytes:
    """The pyproject.toml `data` with a table of settings at its end; as it is where it has one.

    Raises LiterateError where it is not valid TOML.
    """
    parse_settings(data + b"\n# literate")  # which settings that are not named are not looked for
    if b"[tool.literate" in data:
        return data
    line_end = b"\r\n" if b"\r\n" in data else b"\n"
    gap = b"" if not data else line_end if data.endswith(b"\n") else line_end * 2
    changed = data + gap + _SETTINGS.encode().replace(b"\n", line_end)
    try:
        parse_settings(changed)
    except LiterateError:
        message = "no table [tool.literate] can be added at its end; write one by hand"
        raise LiterateError(message, Location(PATH)) from None
    return changed
