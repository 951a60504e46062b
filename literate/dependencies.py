"""What the result of an example depends on: its script, the project's own modules that it imports, its inputs."""

import ast
import warnings
from functools import lru_cache
from hashlib import sha256

from literate.errors import LiterateError
from literate.model import Location
from literate.paths import folder_of
from literate.sources import Sources

_DIGITS = 16


class Dependencies:
    """The digest of each file an example depends on, which of them are Python, and what else it imports."""

    __slots__ = ("files", "modules", "packages")

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self.modules: list[str] = []
        self.packages: set[str] = set()


def find_dependencies(example: str, inputs: tuple[str, ...], sources: Sources) -> Dependencies:
    """What `example` depends on, its project's modules followed transitively.

    A script is started in its own folder's name, so a module is looked for there, as Python does. Raises
    LiterateError where a file is missing or not valid Python.
    """
    found = Dependencies()
    folder = folder_of(example)
    pending = [example]
    while pending:
        path = pending.pop()
        if path in found.files:
            continue
        text = sources.get(path).text
        found.files[path] = digest_of(text)
        found.modules.append(path)
        for module in sorted(_imported_modules(path, text, folder)):
            files = _project_files(folder, module, sources)
            pending += files
            if not files:
                found.packages.add(module.partition(".")[0])
    own = {path.removeprefix(folder).strip("/").partition("/")[0].removesuffix(".py") for path in found.files}
    found.packages -= own
    for path in inputs:
        found.files[path] = digest_of(sources.raw(path))
    return found


def code_digest(text: bytes) -> str:
    """The digest of a Python source without its comments and empty lines; the same on every version of Python."""
    import io
    import tokenize

    lines = text.decode().split("\n")
    try:
        for token in tokenize.generate_tokens(io.StringIO(text.decode()).readline):
            if token.type in (tokenize.COMMENT, tokenize.NL):
                row, column = token.start
                lines[row - 1] = lines[row - 1][:column].rstrip() or "\0"
    except (tokenize.TokenError, SyntaxError):
        return digest_of(text)
    return digest_of("\n".join(line for line in lines if line != "\0").encode())


def digest_of(data: bytes) -> str:
    """The digest of a file that a result depends on."""
    return sha256(data).hexdigest()[:_DIGITS]


@lru_cache(1_000)  # while pages are watched, the same scripts are asked for at every save
def _imported_modules(path: str, text: bytes, folder: str) -> frozenset[str]:
    """The dotted names that the module at `path` imports, names behind `from` included, as they may be modules."""
    names: set[str] = set()
    for node in ast.walk(_parse(path, text)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute_name(path, folder, node)
            if base:
                names.add(base)
            names.update(f"{base}.{alias.name}".strip(".") for alias in node.names if node.level or base)
    return frozenset(names)


def _absolute_name(path: str, folder: str, node: ast.ImportFrom) -> str:
    """The module that `from ... import` names, from the script's folder."""
    if not node.level:
        return node.module or ""
    inside = folder_of(path).removeprefix(folder).strip("/").split("/")
    parts = [part for part in inside if part][: max(0, len(inside) - node.level + 1)]
    return ".".join([*parts, *([node.module] if node.module else [])])


def _parse(path: str, text: bytes) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text.decode())
    except SyntaxError as error:
        place = Location(path, error.lineno or 1, error.offset or 1)
        raise LiterateError(f"not valid Python: {error.msg}", place) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise LiterateError(f"not valid Python: {error}", Location(path)) from None


def _project_files(folder: str, module: str, sources: Sources) -> list[str]:
    """The files of the project that importing `module` runs, its packages' `__init__.py` included."""
    files = []
    at = folder
    for part in module.split("."):
        at = f"{at}/{part}" if at else part
        here = [path for path in (f"{at}/__init__.py", f"{at}.py") if sources.exists(path)]
        files += here[:1]
    return files
