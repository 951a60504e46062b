"""What there is to run and to draw: which examples, in which order, and where the pages show each."""

from dataclasses import dataclass, replace

from literate.dependencies import find_dependencies
from literate.errors import LiterateError
from literate.model import Location
from literate.pictures import Picture
from literate.project import Project
from literate.recordings import Recordings
from literate.shards import shard
from literate.weave import Woven, examples_of, shown_by, weave


@dataclass(frozen=True)
class Plan:
    """Which examples to run, longest first, and where the pages show each."""

    project: Project
    recordings: Recordings
    pages: list[Woven]
    shown: dict[str, Location]
    examples: list[str]

    def pictures(self) -> list[Picture]:
        """The pictures of the pages that are not drawn from the recordings as they stand."""
        found = [picture for page in self.pages for picture in page.pictures]
        return [picture for picture in found if not picture.is_drawn(self.recordings)]

    def part(self, number: int, count: int) -> "Plan":
        """The part of the plan that is shard `number`, from 1, of `count`."""
        recordings = ((example, self.recordings.find(example)) for example in self.examples)
        seconds = {example: recording.seconds if recording else None for example, recording in recordings}
        kept = set(shard(seconds, number, count))
        return replace(self, examples=[example for example in self.examples if example in kept])


def plan(project: Project, names: list[str], every: bool) -> Plan:
    """What to run: the examples `names`, else all the project has; only those that are not fresh, unless `every`.

    Raises LiterateError where a script is missing.
    """
    sources = project.sources()
    recordings = Recordings(sources, project.settings)
    pages = [weave(template, sources, project.settings) for template in project.templates]
    shown = shown_by(pages)
    examples = list(dict.fromkeys(names)) or sorted(examples_of(pages).union(project.listed_examples()))
    for example in examples:
        sources.get(example)
    chosen = [example for example in examples if every or recordings.fault(example)]
    chosen.sort(key=lambda example: -_expected_seconds(recordings, example))
    return Plan(project, recordings, pages, shown, chosen)


def _expected_seconds(recordings: Recordings, example: str) -> float:
    """How long `example` took when it was recorded; for ever where nobody knows."""
    recording = recordings.find(example)
    return recording.seconds if recording else float("inf")


def explain(project: Project) -> list[str]:
    """For each example whether its recording is fresh, and what has moved if not; what it depends on."""
    chosen = plan(project, [], every=True)
    lines = []
    for example in sorted(chosen.examples):
        own = project.settings.of_example(example)
        fault = chosen.recordings.fault(example)
        lines.append(f"{example}: {'fresh' if fault is None else fault.message}")
        moved = [text for _, text in fault.notes[:-1]] if fault else []
        lines += [f"    also: {text}" for text in moved]
        try:
            depends = find_dependencies(example, own.inputs, chosen.recordings.sources).files
        except LiterateError:
            continue  # that is the fault
        lines += [f"    depends on {path} {digest}" for path, digest in depends.items()]
        lines += [f"    argument {argument}" for argument in own.arguments]
    return lines
