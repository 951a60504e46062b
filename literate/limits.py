"""What a run may take, and how much of it in words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may take: `memory` is resident bytes of all its processes, `output` bytes of both streams."""

    seconds: float
    memory: int
    output: int


def size_in_words(number: int) -> str:
    """`number` bytes as an error says them."""
    if number >= 10**9:
        return f"{number / 1e9:.1f} GB"
    if number >= 10**6:
        return f"{number / 1e6:.3g} MB"
    return f"{number / 1e3:.3g} kB"
