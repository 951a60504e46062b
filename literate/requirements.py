"""The bounds of a requirements.txt, as far as it takes to say whether a recorded version keeps them.

Only release numbers are compared, and markers are not evaluated: of several lines for a package one must
hold. Written here, small, because checking a page must work on a Python with nothing installed. Format:
https://packaging.python.org/en/latest/specifications/version-specifiers/
"""

import re

Bounds = list[tuple[str, str]]  # operator and version

_LINE = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*\(?([^;#)]*)")
_BOUND = re.compile(r"(~=|===?|!=|<=|>=|<|>)\s*([0-9][^,\s]*)")


def parse_requirements(text: str) -> dict[str, list[Bounds]]:
    """The bounds of each package that the requirements in `text` name, a list for each line that does."""
    found: dict[str, list[Bounds]] = {}
    for line in text.split("\n"):
        match = _LINE.match(line.strip())
        if match:
            found.setdefault(normalised(match[1]), []).append(_BOUND.findall(match[2]))
    return found


def normalised(name: str) -> str:
    """The name of a package as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def breaks_bounds(name: str, version: str, requirements: dict[str, list[Bounds]]) -> str:
    """The bounds that `version` of the package `name` breaks, in words; empty where it breaks none."""
    lines = requirements.get(normalised(name), [])
    if not lines or any(all(_holds(version, *bound) for bound in bounds) for bounds in lines):
        return ""
    return " or ".join(", ".join(f"{operator} {bound}" for operator, bound in bounds) for bounds in lines)


def _holds(version: str, operator: str, bound: str) -> bool:
    if bound.endswith(".*"):
        prefix = _release(bound[:-2])
        same = _release(version)[: len(prefix)] == prefix
        return same if operator == "==" else not same
    size = max(len(_release(version)), len(_release(bound)))
    ours, theirs = _padded(version, size), _padded(bound, size)
    if operator == "~=":
        prefix = _release(bound)[:-1]
        return ours >= theirs and ours[: len(prefix)] == prefix
    compared = {
        "==": ours == theirs,
        "===": ours == theirs,
        "!=": ours != theirs,
        "<": ours < theirs,
        "<=": ours <= theirs,
        ">": ours > theirs,
        ">=": ours >= theirs,
    }
    return compared[operator]


def _release(version: str) -> tuple[int, ...]:
    match = re.match(r"v?(?:\d+!)?(\d+(?:\.\d+)*)", version)
    return tuple(int(part) for part in match[1].split(".")) if match else ()


def _padded(version: str, size: int) -> tuple[int, ...]:
    release = _release(version)
    return release + (0,) * (size - len(release))
