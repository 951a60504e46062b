"""Write a first README_raw.md, which shows a few of the folder's scripts and weaves at once, and the settings. The
text of a README.md that is there goes into it. Nothing is overwritten."""

from __future__ import annotations

import argparse
import os

from literate.commands import Context
from literate.errors import UsageError
from literate.paths import PAGE_NAME, TEMPLATE_NAME, page_of, resolve
from literate.project import Report
from literate.settings import PATH
from literate.sources import Sources
from literate.starter import Starter, script_paths, with_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `init`."""
    parser.add_argument(
        "folder", nargs="?", default=".", metavar="FOLDER", help="where to begin (default: here)"
    )


def run(context: Context) -> Report:
    """Carry `init` out."""
    workspace = context.workspace
    folder = workspace.relative(context.options.folder)
    template = resolve(folder, TEMPLATE_NAME)
    if workspace.exists(template):
        raise UsageError(f"'{context.show(template)}' is there already; `build-readme` weaves it")
    starter = Starter(folder, Sources(workspace.read, exists=workspace.exists), context.settings())
    page = workspace.read_page(page_of(template))
    title = os.path.basename(os.path.join(workspace.root, folder).rstrip(os.sep)) or "Examples"
    text = starter.template(title, script_paths(workspace.files(folder)), page)
    before = workspace.read_page(PATH)
    settings = with_settings(before or b"")
    workspace.write_bytes(template, text.encode())
    context.say(f"{context.show(template)}: written; it shows {', '.join(starter.shown) or 'no script yet'}")
    if settings != before:
        workspace.write_bytes(PATH, settings)
        state = "written" if before is None else "[tool.literate] added at its end"
        context.say(f"{context.show(PATH)}: {state}")
    _say_next(context, template, kept=page is not None)
    return Report()


def _say_next(context: Context, template: str, kept: bool) -> None:
    if kept:
        context.say(f"The text of {PAGE_NAME} is in it, and `build-readme` writes {PAGE_NAME} from now on.")
    context.say(f"Next: say in {context.show(template)} what there is to see, then run `build-readme`.")
