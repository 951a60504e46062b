"""The parts of a page that may hold links, told without following its lines."""

from literate.languages import is_markdown
from literate.model import COPIED, RECORDED, Piece

_MARKS = (
    b"](",
    b"]:",
    b"<a",
    b"<A",
    b"<i",
    b"<I",
    b"<s",
    b"<S",
    b"<v",
    b"<V",
)  # of links, and of tags with one


def prose_pieces(pieces: list[Piece]) -> list[Piece]:
    """Those of `pieces` that are not lines of a script or a recording: these stand in a code block, whole."""
    return [
        piece
        for piece in pieces
        if piece.kind != RECORDED and (piece.kind != COPIED or is_markdown(piece.path))
    ]


def may_hold_links(pieces: list[Piece]) -> bool:
    """Whether `pieces` hold what a link or an image begins with."""
    prose = b"".join([piece.data for piece in prose_pieces(pieces)])
    return any(mark in prose for mark in _MARKS)
