"""The pictures of a site: how large they are, and that none can run anything."""

import struct
from xml.parsers.expat import ExpatError, ParserCreate

from literate.errors import LiterateError

_POINT = 4 / 3  # CSS pixels
_RUNS = frozenset(("script", "foreignobject", "iframe", "embed", "object", "handler", "listener"))


class _Refused(Exception):
    """What a drawing holds that could run or reach out."""


def check_drawing(path: str, data: bytes) -> None:
    """Raises LiterateError where the SVG `data` holds what could run when a reader opens it by itself."""
    if not path.lower().endswith(".svg"):
        return
    parser = ParserCreate()
    parser.StartElementHandler = _check_element
    parser.EntityDeclHandler = _refuse_entities
    parser.ProcessingInstructionHandler = _refuse_instruction
    try:
        parser.Parse(data, True)
    except ExpatError as error:
        raise LiterateError(f"'{path}' is no SVG: {error}") from None
    except _Refused as found:
        raise LiterateError(f"'{path}' holds {found}; a picture of the site must not") from None


def _check_element(name: str, attributes: dict[str, str]) -> None:
    tag = name.rpartition(":")[2].lower()
    if tag in _RUNS:
        raise _Refused(f"an element <{tag}>")
    for key, value in attributes.items():
        attribute = key.rpartition(":")[2].lower()
        if attribute.startswith("on"):
            raise _Refused(f"an attribute '{attribute}'")
        if attribute == "href" and not value.strip().startswith(("#", "data:image/")):
            raise _Refused("a link")
        if tag in ("set", "animate") and attribute == "attributename" and value.strip().lower() == "href":
            raise _Refused("a link")


def _refuse_entities(name: str, *rest: object) -> None:
    raise _Refused(f"an entity '{name}'")


def _refuse_instruction(target: str, data: str) -> None:
    raise _Refused(f"an instruction <?{target}?>")


def picture_size(path: str, data: bytes) -> tuple[int, int] | None:
    """The width and height in CSS pixels of a picture, where they are simple to find."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    return _drawing_size(data) if path.lower().endswith(".svg") else None


def _drawing_size(data: bytes) -> tuple[int, int] | None:
    found: list[tuple[int, int] | None] = []

    def first(name: str, attributes: dict[str, str]) -> None:
        if not found:
            sides = [_pixels(attributes.get(side, "")) for side in ("width", "height")]
            found.append((sides[0], sides[1]) if all(sides) else None)

    parser = ParserCreate()
    parser.StartElementHandler = first
    try:
        parser.Parse(data, True)
    except ExpatError:
        return None
    return found[0] if found else None


def _pixels(length: str) -> int:
    """A length of an SVG in pixels; 0 where it is none that counts."""
    number, unit = length.removesuffix("px").removesuffix("pt"), length.endswith("pt")
    try:
        return max(round(float(number) * (_POINT if unit else 1)), 0)
    except (ValueError, OverflowError):
        return 0
