"""The command line: arguments to a command; what went wrong to standard error and an exit status.

Only this module and the commands print.
"""

from __future__ import annotations

import gc
import os
import sys

from literate.commands import Context, Options
from literate.errors import LiterateError, UsageError, nearest
from literate.project import Report
from literate.root import find_root

TYPE_CHECKING = False  # `typing` is slow to import, and so is `argparse`
if TYPE_CHECKING:
    import argparse

    from literate.commands import Command
    from literate.report import Show

# Each is a module of `literate.commands`, imported when it is asked for.
COMMANDS = {
    "build": "weave the templates and write the pages that are not right yet (the default)",
    "check": "compare the pages with what their templates weave, and write nothing",
    "record": "run the examples whose recording is not fresh, and keep what they print",
    "verify": "run the examples and compare with their recordings, and write nothing",
    "coverage": "list the scripts, regions and recordings that no page shows, and code that comes from no file",
    "export": "write the woven pages in another form: as a site or as notebooks",
    "preview": "show the pages in a browser on this machine, which follows their sources",
    "init": "write a first template, which shows a few scripts and weaves at once, and the settings",
    "adopt": "carry the edits of a page back into the files that its lines come from",
    "where": "say where a line of a page comes from, and where a file is shown",
    "graph": "print what depends on what",
    "watch": "weave again whenever a file that a page depends on changes",
    "pin": "write the digest of what an include of lines shows into it, and move it after its text",
}
_VALUED = ("--root", "--set")  # options whose value is the next word
_PIPE_CLOSED = 141  # as the shell says of a command that a closed pipe ended
_DESCRIPTION = """\
Weave each README_raw.md of the project into the README.md beside it.

A line `:INCLUDE path/to/script.py` of a template becomes that file's text, `:OUTPUT path/to/script.py`
what the script printed, and `:TOC` a table of contents."""
_EPILOG = """\
examples:
  build-readme                      weave every template of the project
  build-readme docs                 only those below docs/
  build-readme check                is every page what its sources weave? writes nothing
  build-readme check --help         the options of a command

exit status: 0 fresh, or written; 1 a page, a recording or a claim does not hold; 2 wrong command line;
3 a template, a script or a setting is wrong; 4 an example failed"""


def main(argv: list[str] | None = None) -> int:
    """Run the command line `argv`; the exit status."""
    collecting = gc.isenabled()
    gc.disable()  # a run is short, and what it makes it needs until its end: a sixth of the time at 10,000 includes
    for stream in filter(None, (sys.stdout, sys.stderr)):  # None where it is closed
        stream.reconfigure(errors="backslashreplace")
    try:
        status = _run(argv)
        if sys.stdout:
            sys.stdout.flush()
        return status
    except BrokenPipeError:  # whoever read what is printed, such as `head`, has read enough
        for stream in filter(None, (sys.stdout, sys.stderr)):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # else Python tells of it at its exit
        return _PIPE_CLOSED
    finally:
        if collecting:
            gc.enable()


def _run(argv: list[str] | None) -> int:
    report, show = Report(), _shown_from_here("")
    try:
        name, words = _command(sys.argv[1:] if argv is None else argv)
    except UsageError as error:
        report.add([error])
        _print_errors(report, False, str)
        return report.exit_code
    if not name:
        _parser().parse_args(words)
        return 0
    command: Command = __import__(f"literate.commands.{name}", fromlist=["run"])
    options = _plain_options(name, words) or _parsed_options(name, command, words)
    try:
        root = find_root(options.root or ".", _has_settings)
        show = _shown_from_here(root)
        report = command.run(Context(root, options, show))
    except LiterateError as error:
        report.add([error])
    except MemoryError:
        report.add([LiterateError("there is not enough memory for what the pages show")])
    except KeyboardInterrupt:
        return 130
    _print_errors(report, options.json, show)
    return report.exit_code


def _command(argv: list[str]) -> tuple[str, list[str]]:
    """The command that `argv` names, `build` where it names none, and the other words; no command for help.

    Raises UsageError for a word that is nearly a command.
    """
    at = 0
    while at < len(argv) and argv[at].startswith("-"):
        if argv[at] in ("-h", "--help", "--version"):
            return "", argv
        at += 2 if argv[at] in _VALUED else 1
    if at < len(argv) and argv[at] in COMMANDS:
        return argv[at], [*argv[:at], *argv[at + 1 :]]
    if at < len(argv) and not os.path.lexists(argv[at]) and (hint := nearest(argv[at], list(COMMANDS))):
        hint = hint.replace("nearest is", "nearest command is")
        raise UsageError(f"no file or folder '{argv[at]}'{hint}")
    return "build", argv


def _has_settings(pyproject: bytes) -> bool:
    from literate.settings import has_settings  # not worth its time where there are none

    return has_settings(pyproject)


def _plain_options(name: str, words: list[str]) -> Options | None:
    """The options of a `build` or `check` that has the plainest of them only; None for `argparse` to read.

    That takes half as long to import as Python to start, and these two are what everybody runs.
    """
    options = Options()
    pending = list(words)
    while pending:
        word = pending.pop(0)
        if word in ("-q", "--quiet"):
            options.quiet = True
        elif word == "--set" and pending:
            options.set.append(pending.pop(0))
        elif word.startswith("-"):
            return None
        else:
            options.paths.append(word)
    return options if name in ("build", "check") else None


def _parser() -> argparse.ArgumentParser:
    """The parser of what stands in front of a command: help and version."""
    import argparse

    from literate import __version__

    width = max(map(len, COMMANDS))
    commands = "\n".join(f"  {name:{width}}  {help_}" for name, help_ in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="build-readme",
        usage="build-readme [COMMAND] [OPTION ...] [PATH ...]",
        description=_DESCRIPTION,
        epilog=f"commands:\n{commands}\n\n{_EPILOG}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"build-readme {__version__}")
    return parser


def _parsed_options(name: str, command: Command, words: list[str]) -> Options:
    return command_parser(name, command).parse_args(words, Options())


def command_parser(name: str, command: Command) -> argparse.ArgumentParser:
    """The parser of what stands behind the command `name`."""
    import argparse

    parser = argparse.ArgumentParser(
        prog=f"build-readme {name}",
        description=command.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_arguments(parser)
    parser.add_argument("--root", metavar="DIR", help="where to look for the project (default: here)")
    parser.add_argument("-q", "--quiet", action="store_true", help="print errors only")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    help_ = "use VALUE for the setting KEY of [tool.literate]; may be repeated"
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help=help_)
    return parser


def _shown_from_here(root: str) -> Show:
    """How paths from the root read where we are."""
    here = os.path.relpath(root) if root else "."
    return lambda path: path if here == "." else os.path.relpath(os.path.join(here, path))


def _print_errors(report: Report, as_json: bool, show: Show) -> None:
    if not report.errors and not as_json:
        return
    from literate.report import error_lines, error_record, workflow_commands

    if as_json:
        import json

        print(json.dumps({**report.record(), "errors": list(map(error_record, report.errors))}, indent=2))
        return
    for error in report.errors:
        print("\n".join(error_lines(error, show)), file=sys.stderr)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for error in report.errors:
            print("\n".join(workflow_commands(error, _in_repository(show))))


def _in_repository(show: Show) -> Show:
    """How GitHub wants paths in annotations: from the folder of the checkout, wherever we are in it."""
    top = os.environ.get("GITHUB_WORKSPACE")
    return (lambda path: os.path.relpath(show(path), top).replace(os.sep, "/")) if top else show
