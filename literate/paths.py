"""Paths as directives write them: relative to their file's folder, `/` in front for the project's root."""

from literate.errors import LiterateError

TEMPLATE_NAME = "README_raw.md"
PAGE_NAME = "README.md"


def folder_of(path: str) -> str:
    """The folder that holds `path`, without a slash at its end; empty for the root."""
    return path.rpartition("/")[0]


def page_of(template: str) -> str:
    """The page that `template` is woven into: the README.md beside it."""
    return template.removesuffix(TEMPLATE_NAME) + PAGE_NAME


def resolve(folder: str, target: str) -> str:
    """`target`, as a file in `folder` names it, from the project's root.

    Raises LiterateError where it is empty, an address, or leads out of the project.
    """
    if not target:
        raise LiterateError("the path is missing")
    if "://" in target:
        raise LiterateError(f"'{target}' is an address; weaving never opens the network")
    if "\0" in target:
        raise LiterateError("a path cannot hold a NUL character")
    if target.endswith("/"):
        raise LiterateError(f"'{target}' ends in a slash, and a folder cannot be shown; name a file in it")
    parts = [] if target.startswith("/") or not folder else folder.split("/")
    for part in target.split("/"):
        if part not in ("", ".", ".."):
            parts.append(part)
        elif part == ".." and not parts:
            raise LiterateError(f"'{target}' leads out of the project")
        elif part == "..":
            parts.pop()
    return "/".join(parts)


def relative_link(folder: str, path: str) -> str:
    """The link from a page in `folder` to the file `path`, both from the root, as a URL has it."""
    from posixpath import relpath
    from urllib.parse import quote  # slow to import, and only pictures need it

    return quote(relpath(path, folder or "."))
