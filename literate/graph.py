"""What depends on what: pages on templates and files, recordings on scripts."""

from literate.dependencies import find_dependencies
from literate.errors import LiterateError
from literate.model import Location
from literate.pages import weave_page
from literate.project import Project
from literate.recording import recording_path

Graph = dict[str, list[str]]

_ESCAPED = " #:"  # by a backslash, in a rule of make
_IMPOSSIBLE = frozenset("\t\n%;=\\*?[|")  # there, however they are written


def dependency_graph(project: Project) -> tuple[Graph, list[LiterateError]]:
    """The files that each page, and each recording, is made from, by its path; and what is wrong with them."""
    graph: Graph = {}
    errors: list[LiterateError] = []
    examples = set(project.listed_examples())
    for template in project.templates:
        sources = project.sources()
        woven = weave_page(template, sources, project.settings)
        errors += woven.errors
        examples.update(woven.examples)
        recorded = [recording_path(example) for example in woven.examples]
        pictures = [path for picture in woven.pictures for path in picture.paths.values()]
        graph[woven.page] = sorted({template, *sources.paths(), *recorded, *pictures})
    sources = project.sources()
    for example in sorted(examples):
        try:
            own = project.settings.of_example(example)
            files = find_dependencies(example, own.inputs, sources).files
            graph[recording_path(example)] = sorted(files)
        except LiterateError as error:
            errors.append(error.at(Location(example)))
    return graph, errors


def make_rules(graph: Graph) -> list[str]:
    """`graph` as make reads it; a file that is gone stops it no more than one that is new.

    Raises LiterateError for a name that make cannot have.
    """
    rules = [" ".join([f"{_escaped(target)}:", *map(_escaped, needed)]) for target, needed in graph.items()]
    leaves = sorted({path for needed in graph.values() for path in needed}.difference(graph))
    return rules + [f"{_escaped(path)}:" for path in leaves]


def _escaped(path: str) -> str:
    is_member = path.endswith(")") and "(" in path  # of an archive, for make
    if path.startswith("~") or is_member or not _IMPOSSIBLE.isdisjoint(path):
        raise LiterateError("make cannot have a file of this name", Location(path))
    marked = "".join(f"\\{char}" if char in _ESCAPED else char for char in path)
    return marked.replace("$", "$$")
