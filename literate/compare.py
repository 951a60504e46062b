"""Where a page on disk differs from the page that its sources weave."""

from literate.model import Piece


def first_difference(page: bytes, pieces: list[Piece]) -> tuple[int, Piece | None]:
    """The offset of the first byte in which `page` is not what `pieces` say, and the piece that has it there.

    No piece where the page goes on behind the last one.
    """
    at = 0
    for piece in pieces:
        data = bytes(piece.data)
        found = page[at : at + len(data)]
        if found != data:
            return at + _common(found, data), piece
        at += len(data)
    return at, None


def _common(left: bytes, right: bytes) -> int:
    """How many bytes `left` and `right` have in common at their start."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
