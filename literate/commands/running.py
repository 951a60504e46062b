"""What the commands that run examples share: their arguments and the progress they show."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from literate.commands import Context
from literate.progress import Progress


def add_examples(parser: argparse.ArgumentParser) -> None:
    """Let the command be narrowed to examples, and run several at a time."""
    parser.add_argument("paths", nargs="*", metavar="EXAMPLE", help="a script (default: all of the project)")
    cores = os.cpu_count() or 1
    help_ = f"how many to run at a time (default: the cores, {cores})"
    parser.add_argument("-j", "--jobs", type=_jobs, default=cores, metavar="N", help=help_)


def _jobs(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is no whole number above 0")


@contextmanager
def progress(context: Context, examples: list[str]) -> Iterator[Progress]:
    """Show what becomes of `examples` while they run."""
    with open(os.devnull, "w") as nowhere:
        shown = Progress(examples, nowhere if context.quiet else sys.stdout)
        try:
            yield shown
        finally:
            shown.close()
