"""Run the examples whose recording is not fresh, several at a time, keep what they print, and draw the pictures
of the pages. A recording that a new run agrees with is not touched. A failure is never recorded.

Examples run here, or on the workers of a Dask cluster, which need this package and those that the examples import:
their scripts, modules and inputs travel with them. Several jobs of a CI can share the examples: job 2 of 5 records
with `--shard 2/5`, each commits its recordings, and `record` without it draws the pictures when all are there."""

import argparse

from literate.commands import Context
from literate.commands.running import add_examples, progress
from literate.drawing import draw_pictures
from literate.plan import Plan, plan
from literate.progress import Progress
from literate.project import Report
from literate.record import RUNNING, record
from literate.runs import Finished, run_all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `record`."""
    add_examples(parser)
    parser.add_argument("--all", action="store_true", help="run the examples whose recording is fresh too")
    parser.add_argument("--twice", action="store_true", help="run each twice and say what is not repeatable")
    parser.add_argument(
        "--list", action="store_true", help="only list what would be made; exit 1 if anything"
    )
    help_ = "run them on a Dask cluster, as many at a time as its workers have threads: tcp://host:8786"
    parser.add_argument("--scheduler", metavar="ADDRESS", help=help_)
    help_ = "only the Kth of N parts that take about the same time; draw no pictures"
    parser.add_argument("--shard", type=_shard, metavar="K/N", help=help_)


def _shard(text: str) -> tuple[int, int]:
    number, _, count = text.partition("/")
    if number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count):
        return int(number), int(count)
    raise argparse.ArgumentTypeError(f"'{text}' is no part such as 2/5")


def run(context: Context) -> Report:
    """Carry `record` out."""
    options = context.options
    chosen = plan(context.project(), context.examples(), options.all or options.twice)
    pictures = [] if options.shard else [picture.paths["light"] for picture in chosen.pictures()]
    if options.shard:
        chosen = chosen.part(*options.shard)
    if options.list:
        return _list(context, [*chosen.examples, *pictures])
    with progress(context, chosen.examples) as shown:
        report = record(chosen, _runs(context, chosen, shown), shown)
    if not options.shard:
        report.add(draw_pictures(chosen.project))
    return report


def _runs(context: Context, chosen: Plan, shown: Progress) -> Finished:
    """The runs of the examples, where the options say."""
    options = context.options
    times = 2 if options.twice else 1

    def started(example: str, worker: str = "") -> None:
        shown(example, RUNNING, 0.0, None, worker)

    if not options.scheduler:
        return run_all(chosen, options.jobs, times, started)
    from literate.cluster import run_on_cluster  # Dask is slow to import, and most have none

    return run_on_cluster(chosen, options.scheduler, times, started)


def _list(context: Context, stale: list[str]) -> Report:
    report = Report()
    for path in stale:
        context.say(context.show(path))
    report.status = 1 if stale else 0
    return report
