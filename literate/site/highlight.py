"""Code with its words marked for colour, in as few elements as the style sheet has colours for."""

from functools import cache, lru_cache
from html import escape
from itertools import groupby

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Name, Number, Operator, String, _TokenType
from pygments.util import ClassNotFound

# The class of each kind of token, the first that fits; what is not listed has the colour of the text.
_CLASSES = (
    (Comment, "c"),
    (String, "s"),
    (Number, "m"),
    (Keyword, "k"),
    (Operator.Word, "k"),
    (Name.Function, "f"),
    (Name.Class, "f"),
    (Name.Decorator, "f"),
    (Name.Builtin, "b"),
    (Generic.Prompt, "gp"),
    (Generic.Output, "go"),
    (Generic.Traceback, "go"),
    (Generic.Deleted, "gd"),
    (Generic.Inserted, "gi"),
)
_SHELLS = frozenset(("bash", "sh", "shell", "zsh", "text", ""))


@lru_cache(maxsize=1024)  # the preview makes most of a page again
def highlight(code: str, info: str) -> str:
    """`code` as HTML; `info` is the info string of its fence."""
    lexer = _lexer(_language(code, info))
    if lexer is None:
        return escape(code, quote=False)
    tokens = ((_class(kind), text) for kind, text in lexer.get_tokens(code))
    parts = []
    for name, group in groupby(tokens, key=lambda token: token[0]):
        text = escape("".join(text for _, text in group), quote=False)
        parts.append(f'<i class="{name}">{text}</i>' if name and text.strip() else text)
    return "".join(parts)


def _language(code: str, info: str) -> str:
    """The language of the fence; a session where the code has prompts."""
    name = info.split()[0].strip("{}.").lower() if info.split() else ""
    if name in _SHELLS and (code.startswith("$ ") or "\n$ " in code):
        return "console"
    if name in ("python", "py", "python3") and code.startswith(">>> "):
        return "pycon"
    return name


@cache
def _lexer(name: str) -> Lexer | None:
    if name in _SHELLS and name not in ("bash", "sh", "shell", "zsh"):
        return None
    try:
        return get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@cache
def _class(kind: _TokenType) -> str:
    kinds = kind.split()
    return next((name for parent, name in _CLASSES if parent in kinds), "")
