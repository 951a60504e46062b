"""The manual's tables, made from the code, and its sessions: commands, each with what it prints."""

import argparse
import os
import re
import shutil
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from literate.cli import COMMANDS, command_parser
from literate.languages import _BY_NAME, _BY_SUFFIX
from tests.package import run_tool
from tests.project import ROOT

DATA = ROOT / "tests/data/manual"
_OF_ALL = ("root", "quiet", "json", "set")
_CORES = re.compile(r", \d+\)$")  # how many this machine has
_ONE_TIME = "2026-01-01T00:00:00+00:00"  # so that a commit has the same name at each run
_SECONDS = re.compile(r"\d+\.\d+( ?s)\b")


# Tables


def table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| {} |\n".format(" | ".join(row)) for row in lines)


def commands() -> str:
    """Every command, what it does, and its own options; below them the options that all have."""
    rows: list[tuple[str, str]] = []
    of_all = [_row("", action) for action in _actions("build") if action.dest in _OF_ALL]
    for name, does in COMMANDS.items():
        rows.append((f"`{name}`", does))
        own = [action for action in _actions(name) if action.option_strings and action.dest not in _OF_ALL]
        rows += [_row(f"{name} ", action) for action in own if action.dest != "help"]
    return table(("`build-readme ...`", "does"), iter([*rows, *of_all]))


def _actions(command: str) -> list[argparse.Action]:
    return command_parser(command, import_module(f"literate.commands.{command}"))._actions


def _row(command: str, action: argparse.Action) -> tuple[str, str]:
    *short, long = action.option_strings
    value = f" {action.metavar}" if action.metavar else ""
    names = [f"`{command}{long}{value}`", *(f"`{name}`" for name in short)]
    return ", ".join(names), _CORES.sub(")", action.help or "")


def languages() -> str:
    """The languages by the marks of their comments, each with the names of files that it is known by."""
    known: dict[str, dict[str, list[str]]] = {}
    named = [(f".{suffix}", language) for suffix, language in _BY_SUFFIX.items()]
    for name, language in [*named, *_BY_NAME.items()]:
        comment = f"`{language.open}{language.close and ' '}{language.close}`" if language.open else "none"
        known.setdefault(comment, {}).setdefault(language.info, []).append(name)
    return table(("comments", "languages"), ((comment, _listed(of)) for comment, of in known.items()))


def _listed(languages_: dict[str, list[str]]) -> str:
    return ", ".join(f"{info} ({' '.join(names)})" for info, names in languages_.items())


TABLES = {"commands": commands, "languages": languages}


# Sessions


def copy_case(case: str, folder: Path) -> Path:
    """What a reader has written of the `case`, in `folder`: all but its sessions and its page."""
    shutil.copytree(DATA / case, folder, ignore=shutil.ignore_patterns("*.txt", "README.md", "__pycache__"))
    return folder


def commands_in(session: str) -> list[str]:
    return [line.removeprefix("$ ") for line in session.split("\n") if line.startswith("$ ")]


def transcript(session: str, folder: Path) -> str:
    """The commands of `session`, each with what it prints when it is typed in `folder`."""
    typed = "".join(
        f"printf '%s\\n' {_quoted(f'$ {line}')}\n(exit $status)\n{line}\nstatus=$?\n"
        for line in commands_in(session)
    )
    tools = folder.parent / "tools"
    tools.mkdir()
    _script(tools / "build-readme", f'exec "{sys.executable}" "{ROOT}/build_readme.py" "$@"')
    _script(tools / "pytest", f'exec "{sys.executable}" -m pytest -p literate.pytest_plugin "$@"')
    who = {f"GIT_{role}_{what}": "a" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    when = {f"GIT_{role}_DATE": _ONE_TIME for role in ("AUTHOR", "COMMITTER")}
    git = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, **who, **when}
    path = os.pathsep.join([str(tools), os.environ["PATH"]])
    result = run_tool(
        folder,
        "bash",
        "-c",
        f"git init -q\nexec 2>&1\nPATH={_quoted(path)}\n{typed}",
        PYTHONPATH=str(ROOT),
        PYTHONUNBUFFERED="1",  # as at a terminal: what is printed comes in order
        PYTEST_DISABLE_PLUGIN_AUTOLOAD="1",
        PYTEST_ADDOPTS="-p no:cacheprovider",
        **git,
    )
    return _SECONDS.sub(r"0.0\1", result.stdout)


def _script(path: Path, command: str) -> None:
    path.write_text(f"#!/bin/sh\n{command}\n")
    path.chmod(0o755)


def _quoted(text: str) -> str:
    return "'{}'".format(text.replace("'", "'\\''"))
