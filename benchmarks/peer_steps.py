"""Only the step that includes, of tools that go on to HTML.

`peer_steps.py NAME TEMPLATE PAGE`, run by the Python of the peer's own environment.
"""

import sys
from pathlib import Path
from types import SimpleNamespace


def snippets(path: Path, text: str) -> str:
    import markdown

    settings = {"pymdownx.snippets": {"check_paths": True}}
    step = markdown.Markdown(extensions=["pymdownx.snippets"], extension_configs=settings).preprocessors[
        "snippet"
    ]
    return "\n".join(step.run(text.split("\n")))


def markdown_include(path: Path, text: str) -> str:
    import markdown
    from markdown_include.include import MarkdownInclude

    extension = MarkdownInclude({"throwException": True})
    step = markdown.Markdown(extensions=[extension]).preprocessors["include"]
    return "\n".join(step.run(text.split("\n")))


def include_markdown(path: Path, text: str) -> str:
    from mkdocs_include_markdown_plugin.plugin import IncludeMarkdownPlugin

    plugin = IncludeMarkdownPlugin()
    plugin.load_config({})
    page = SimpleNamespace(file=SimpleNamespace(abs_src_path=str(path)))
    return plugin.on_page_markdown(
        text, page=page, config=SimpleNamespace(docs_dir=str(path.parent)), files=None
    )


STEPS = {"snippets": snippets, "markdown-include": markdown_include, "include-markdown": include_markdown}

if __name__ == "__main__":
    name, template, page = sys.argv[1:]
    source = Path(template).resolve()
    made = STEPS[name](source, source.read_text(encoding="utf-8"))
    Path(page).write_text(made, encoding="utf-8", newline="\n")
