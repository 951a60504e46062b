"""The texts that pages are woven from, each read and checked once."""

from __future__ import annotations

from literate.errors import LiterateError
from literate.paths import TEMPLATE_NAME
from literate.source import Source, require_utf8

TYPE_CHECKING = False  # `typing` is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[[str], bytes]


class Sources:
    """Texts by their path from the project's root, read with `read`; `pages` are woven, so none is a source."""

    __slots__ = ("_cache", "_exists", "_pages", "_read")

    def __init__(
        self,
        read: Read,
        pages: frozenset[str] = frozenset(),
        exists: Callable[[str], bool] = lambda path: False,
    ) -> None:
        self._read = read
        self._exists = exists
        self._pages = pages
        self._cache: dict[str, Source] = {}

    def with_text(self, path: str, data: bytes) -> Sources:
        """The same texts, but the file `path` has the bytes `data`."""
        return Sources(
            lambda other: data if other == path else self._read(other),
            self._pages,
            lambda other: other == path or self._exists(other),
        )

    def get(self, path: str) -> Source:
        """The text of the file `path`. Raises LiterateError where it cannot be read or is not UTF-8."""
        source = self._cache.get(path)
        if source is None:
            if path in self._pages:
                raise LiterateError(f"'{path}' is woven from its {TEMPLATE_NAME}; include that instead")
            source = self._cache[path] = Source.of_bytes(path, self._read(path))
        return source

    def template(self, path: str) -> Source:
        """The template `path`, its bytes as they are. Raises LiterateError where it is unreadable or not UTF-8."""
        data = self._read(path)
        require_utf8(path, data)
        return Source(path, data)

    def raw(self, path: str) -> bytes:
        """The bytes of any file. Raises LiterateError where it cannot be read."""
        return self._read(path)

    def exists(self, path: str) -> bool:
        """Whether there is a file at `path`."""
        return path in self._cache or self._exists(path)

    def paths(self) -> list[str]:
        """Every source that was read, in order of their names."""
        return sorted(self._cache)
