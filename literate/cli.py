"""The command line: arguments to options; the only module that prints and chooses the exit code."""

import argparse
import os
import sys

from literate import __version__
from literate.build import build, check, pin_templates
from literate.errors import LiterateError, UsageError, nearest
from literate.project import Project, Report
from literate.report import Show, annotation, error_lines, error_record
from literate.settings import PATH, has_settings, override
from literate.workspace import Workspace, find_root

TYPE_CHECKING = False  # `typing` is slow to import
if TYPE_CHECKING:
    from literate.progress import Progress

COMMANDS = ("build", "check", "record", "verify", "pin")
_VALUED = ("--root", "--set", "--jobs", "-j")  # options whose value is the next word
_DESCRIPTION = """\
Weave each README_raw.md of the project into the README.md beside it.

A line `:INCLUDE path/to/script.py` of a template becomes that file's text, and `:TOC` a table of contents.
`build` is what is done when no command is named."""
_EPILOG = """\
examples:
  build-readme                      weave every template of the project
  build-readme docs                 only those below docs/
  build-readme check                is every page what its sources weave? writes nothing
  build-readme pin                  pin includes of lines, so that a moved line is an error

exit status: 0 fresh or written; 1 a page is stale; 2 wrong command line;
3 a template, a script or a setting is wrong"""
_HELP = {
    "build": "weave the templates and write the pages that are not right yet (the default)",
    "check": "compare the pages with what their templates weave, and write nothing",
    "record": "run the examples whose recording is not fresh, and keep what they print",
    "verify": "run the examples and compare with their recordings, and write nothing",
    "pin": "write into each include of lines the digest of their text, and move pins after their text",
}


def main(argv: list[str] | None = None) -> int:
    """Run the command line `argv`; the exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    arguments = _parser().parse_args(_with_command(sys.argv[1:] if argv is None else argv))
    show = _shown_from_here("")
    try:
        root = find_root(arguments.root or ".", has_settings)
        arguments.show = show = _shown_from_here(root)
        workspace = Workspace(root)
        project = _project(workspace, arguments)
        report = _COMMANDS[arguments.command](project, arguments)
    except LiterateError as error:
        report = Report()
        report.errors = [error]
    except KeyboardInterrupt:
        return 130
    _print_errors(report, arguments, show)
    return report.exit_code or getattr(arguments, "exit_code", 0)


def _with_command(argv: list[str]) -> list[str]:
    """`argv` with its command first: the first word that is no option, or `build` where that is a path."""
    at = 0
    while at < len(argv) and argv[at].startswith("-"):
        if argv[at] in ("-h", "--help", "--version"):
            return argv
        at += 2 if argv[at] in _VALUED else 1
    if at < len(argv) and argv[at] in COMMANDS:
        return [argv[at], *argv[:at], *argv[at + 1 :]]
    return ["build", *argv]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="build-readme",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"build-readme {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name in COMMANDS:
        command = commands.add_parser(name, help=_HELP[name], description=_HELP[name])
        _add_common(command)
        if name in ("record", "verify"):
            _add_running(command)
        if name == "record":
            command.add_argument("--all", action="store_true", help="run the fresh ones too")
            command.add_argument(
                "--twice", action="store_true", help="run each twice and say what is not repeatable"
            )
            command.add_argument(
                "--list", action="store_true", help="only list what would be made; exit 1 if anything"
            )
        if name == "pin":
            command.add_argument(
                "--all", action="store_true", help="pin every include, not only those of lines"
            )
            command.add_argument("--accept", action="store_true", help="pin anew what has changed")
    return parser


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a template, its page, or a folder of them")
    parser.add_argument("--root", metavar="DIR", help="where to look for the project (default: here)")
    parser.add_argument("-q", "--quiet", action="store_true", help="print errors only")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    help_ = "use VALUE for the setting KEY of [tool.literate]; may be repeated"
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help=help_)


def _add_running(parser: argparse.ArgumentParser) -> None:
    cores = os.cpu_count() or 1
    help_ = f"how many to run at a time (default: the cores, {cores})"
    parser.add_argument("-j", "--jobs", type=_jobs, default=cores, metavar="N", help=help_)


def _jobs(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is no whole number above 0")


def _project(workspace: Workspace, arguments: argparse.Namespace) -> Project:
    data = workspace.read(PATH) if workspace.exists(PATH) else b""
    settings = override(data, arguments.set)
    paths = [_narrowing(workspace, path) for path in arguments.paths]
    if arguments.command not in _OF_EXAMPLES:
        return Project(workspace, settings, paths)
    arguments.examples = paths
    return Project(workspace, settings, [])


def _narrowing(workspace: Workspace, path: str) -> str:
    try:
        return workspace.relative(path)
    except UsageError as error:
        error.message += nearest(path, list(COMMANDS)).replace("nearest is", "nearest command is")
        raise


def _build(project: Project, arguments: argparse.Namespace) -> Report:
    return _print_pages(build(project), arguments)


def _check(project: Project, arguments: argparse.Namespace) -> Report:
    return _print_pages(check(project), arguments)


def _print_pages(report: Report, arguments: argparse.Namespace) -> Report:
    if not arguments.quiet and not arguments.json:
        for page, _, state in report.pages:
            print(f"{arguments.show(page)}: {state}")
    return report


def _record(project: Project, arguments: argparse.Namespace) -> Report:
    from literate.record import plan, record, require_examples, stale_examples  # needs `subprocess` and more

    names = require_examples(project, arguments.examples)
    if arguments.list:
        return _list_stale(stale_examples(project), arguments)
    chosen = plan(project, names, arguments.all or arguments.twice)
    progress = _progress(chosen.examples, arguments)
    try:
        return record(chosen, arguments.jobs, arguments.twice, progress)
    finally:
        progress.close()


def _list_stale(stale: list[str], arguments: argparse.Namespace) -> Report:
    if not arguments.quiet:
        print("".join(f"{arguments.show(path)}\n" for path in stale), end="")
    arguments.exit_code = 1 if stale else 0
    return Report()


def _verify(project: Project, arguments: argparse.Namespace) -> Report:
    from literate.record import plan, require_examples, verify

    chosen = plan(project, require_examples(project, arguments.examples), every=True)
    progress = _progress(chosen.examples, arguments)
    try:
        return verify(chosen, arguments.jobs, progress)
    finally:
        progress.close()


def _progress(examples: list[str], arguments: argparse.Namespace) -> "Progress":
    from literate.progress import Progress

    quiet = arguments.quiet or arguments.json
    return Progress(examples, open(os.devnull, "w") if quiet else sys.stdout)


def _pin(project: Project, arguments: argparse.Namespace) -> Report:
    report, pinned = pin_templates(project, arguments.accept, arguments.all)
    if not report.errors and not arguments.quiet and not arguments.json:
        for template in pinned:
            for place, before, after in template.changes:
                print(f"{arguments.show(place.path)}:{place.line}: {before} -> {after}")
            if not template.changes:
                print(f"{arguments.show(template.path)}: every pin holds")
    return report


_COMMANDS = {"build": _build, "check": _check, "record": _record, "verify": _verify, "pin": _pin}
_OF_EXAMPLES = ("record", "verify")


def _shown_from_here(root: str) -> Show:
    """How paths from the root read where we are."""
    here = os.path.relpath(root) if root else "."
    return lambda path: path if here == "." else os.path.normpath(os.path.join(here, path))


def _print_errors(report: Report, arguments: argparse.Namespace, show: Show) -> None:
    if arguments.json:
        import json

        pages = [
            {"page": page, "template": template, "state": state} for page, template, state in report.pages
        ]
        record = {"pages": pages, "errors": [error_record(error) for error in report.errors]}
        print(json.dumps(record, indent=2))
        return
    for error in report.errors:
        print("\n".join(error_lines(error, show)), file=sys.stderr)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for error in report.errors:
            print(annotation(error, show))
