"""Pinning the includes of a project. Decides; `pin` knows how."""

from literate.model import Piece
from literate.pin import Pinned, pin
from literate.project import Project, Report


def pin_templates(project: Project, accept: bool, every: bool) -> tuple[Report, list[Pinned]]:
    """Write pins into the templates and move those whose text has moved; nothing where anything is wrong."""
    report = Report()
    sources = project.sources()
    pinned = [pin(sources.template(path), sources, accept, every) for path in project.templates]
    report.add([error for template in pinned for error in template.errors])
    if not report.errors:
        for template in pinned:
            if template.changes:
                project.workspace.write(template.path, [Piece(template.text, template.path, 0)])
    return report, pinned
