"""The corpus of the fuzzer, the inputs that broke something among it, and a short search from there."""

import random
from pathlib import Path

import pytest

from fuzz.harnesses import HARNESSES
from fuzz.run import CORPUS, mutated

INPUTS = [pytest.param(path, id=f"{path.parent.name}-{path.name}") for path in sorted(CORPUS.glob("*/*"))]


@pytest.mark.parametrize("path", INPUTS)
def test_what_was_found_breaks_nothing_any_more(path: Path) -> None:
    HARNESSES[path.parent.name](path.read_bytes())
    assert path.stat().st_size < 20_000, "the corpus stays small"


@pytest.mark.parametrize("name", HARNESSES)
def test_a_short_search_finds_nothing(name: str) -> None:
    chance = random.Random(0)
    seeds = [path.read_bytes() for path in sorted((CORPUS / name).iterdir())]
    assert seeds
    for _ in range(60 if name == "adopt" else 400):
        HARNESSES[name](mutated(chance.choice(seeds), chance))
