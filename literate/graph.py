"""What depends on what: pages on templates and files, recordings on scripts."""

from literate.dependencies import find_dependencies
from literate.errors import LiterateError
from literate.model import Location
from literate.project import Project
from literate.recording import recording_path
from literate.weave import weave


def dependency_graph(project: Project) -> tuple[dict[str, list[str]], list[LiterateError]]:
    """The files that each page, and each recording, is made from, by its path; and what is wrong with them."""
    graph: dict[str, list[str]] = {}
    errors: list[LiterateError] = []
    examples: set[str] = set(project.listed_examples())
    for template in project.templates:
        sources = project.sources()
        woven = weave(template, sources, project.settings)
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
