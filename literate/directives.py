"""The grammar of a directive: `:NAME`, arguments split on spaces, options `key=value`.

Quotes protect spaces, and a word that begins with a quote is never an option.
"""

from literate.errors import LiterateError, nearest

NAMES = ("INCLUDE", "TOC", "OUTPUT", "PLOT", "DIFF", "CLAIM", "RENDER")
_NAME_LIMIT = 20
_NEAR = 0.75


class Word:
    """An argument: its text, its column within the arguments from 0, and its key if it is an option."""

    __slots__ = ("column", "key", "text")

    def __init__(self, text: str, column: int, key: str = "") -> None:
        self.text = text
        self.column = column
        self.key = key


class Arguments:
    """A directive's positional words and its options."""

    __slots__ = ("options", "words")

    def __init__(self, words: list[Word]) -> None:
        self.words = [word for word in words if not word.key]
        self.options = {word.key: word for word in words if word.key}


class ArgumentError(LiterateError):
    """A fault in the arguments: `column` counts from their start."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


def directive_name(text: bytes, colon: int) -> str:
    """The name of the directive whose colon stands at `colon`, known or not; empty where none can be meant."""
    near = text[colon + 1 : colon + 1 + _NAME_LIMIT]
    if near[:1].isspace():
        return ""
    words = near.split(None, 1)
    is_name = words and words[0].isalpha() and len(words[0]) < _NAME_LIMIT
    return words[0].decode() if is_name else ""


def misspelt(name: str, in_fence: bool) -> str:
    """The directive that the unknown `name` nearly is, or the empty string.

    A word that goes on where a name ends (`:INCLUDED`) is prose, and so is a small letter in code.
    """
    upper = name.upper()
    if not (name.isupper() or (upper in NAMES and not in_fence)):
        return ""
    if upper in NAMES:
        return upper
    if any(upper.startswith(known) for known in NAMES):
        return ""
    from difflib import get_close_matches  # slow to import, and only errors need it

    found = get_close_matches(upper, NAMES, n=1, cutoff=_NEAR)
    return found[0] if found else ""


def parse_arguments(text: str, options: tuple[str, ...], positional: int) -> Arguments:
    """The arguments in `text`. Raises ArgumentError for an unknown or repeated option or a word too many."""
    words = _split(text)
    arguments = Arguments(words)
    seen: set[str] = set()
    for word in words:
        if word.key and word.key not in options:
            known = ", ".join(options) or "none"
            message = (
                f"unknown option '{word.key}'{nearest(word.key, list(options))}; the options are: {known}"
            )
            raise ArgumentError(message, word.column)
        if word.key in seen:
            raise ArgumentError(f"option '{word.key}' is given twice", word.column)
        seen |= {word.key} - {""}
    if len(arguments.words) > positional:
        word = arguments.words[positional]
        raise ArgumentError(f"'{word.text}' is one argument too many; quotes protect spaces", word.column)
    return arguments


def first_word(text: str) -> tuple[Word, str]:
    """The first word of `text`, and what stands behind it as it is. Raises ArgumentError."""
    start = len(text) - len(text.lstrip())
    if start == len(text):
        return Word("", start), ""
    word, end = _word(text, start)
    return word, text[end:].strip()


def _split(text: str) -> list[Word]:
    words = []
    at = 0
    while at < len(text):
        if text[at] in " \t":
            at += 1
            continue
        word, end = _word(text, at)
        words.append(word)
        at = end
    return words


def _word(text: str, start: int) -> tuple[Word, int]:
    """The word that begins at `start` and where it ends."""
    parts = []
    at = start
    while at < len(text) and text[at] not in " \t":
        if text[at] in "\"'":
            close = text.find(text[at], at + 1)
            if close < 0:
                raise ArgumentError(f"the quote {text[at]} is never closed", at)
            parts.append(text[at + 1 : close])
            at = close + 1
        else:
            parts.append(text[at])
            at += 1
    word = "".join(parts)
    key, equals, value = word.partition("=")
    if equals and text[start] not in "\"'" and key.isidentifier() and key.islower():
        return Word(value, start, key), at
    return Word(word, start), at


def choice(arguments: Arguments, key: str, values: tuple[str, ...]) -> str:
    """The value of the option `key`, the first of `values` by default. Raises ArgumentError for any other."""
    word = arguments.options.get(key)
    if word is None:
        return values[0]
    if word.text not in values:
        known = " or ".join(values)
        raise ArgumentError(f"'{key}' is {known}, not '{word.text}'", word.column)
    return word.text


def needed(arguments: Arguments, what: str) -> Word:
    """The first word of `arguments`. Raises LiterateError where `what` is missing."""
    if not arguments.words:
        raise LiterateError(f"{what} is missing")
    return arguments.words[0]


def number(arguments: Arguments, key: str, default: int) -> int:
    """The value of the option `key`, a number of lines. Raises ArgumentError where it is none."""
    word = arguments.options.get(key)
    if word is None:
        return default
    if not word.text.isdecimal() or len(word.text) > 9:
        raise ArgumentError(f"'{key}' is a number of lines, not '{word.text}'", word.column)
    return int(word.text)


def text(arguments: Arguments, key: str, default: str = "") -> str:
    """The value of the option `key`."""
    return arguments.options[key].text if key in arguments.options else default
