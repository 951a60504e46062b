"""Jinja2's sandbox, bounded: what a page's expressions run in, whoever wrote them.

Jinja2 keeps them away from Python. Here, numbers that would make one operation take for ever are refused, and what is
not the same at every run is left out; `bounds` ends what takes too many seconds, or too much memory, all the same.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

_MOST = 10_000  # an argument of a filter or of a text's method; the digits of what arithmetic takes
_LONGEST = 10_000_000  # characters or items that a repetition makes
_BITS = 4 * _MOST
_PASSIVE = (str, bytes, int, float)
_AT_RANDOM = ("lipsum", "random")


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox without what is huge or random."""

    intercepted_binops = frozenset(("**", "*", "/", "//", "%"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.globals = {name: value for name, value in self.globals.items() if name not in _AT_RANDOM}
        self.filters = {
            name: _checked(filter_) for name, filter_ in self.filters.items() if name not in _AT_RANDOM
        }

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """`left operator right`. Raises OverflowError where that is no size to reckon with."""
        if operator == "*":
            _require_short(left, right)
            _require_short(right, left)
        for number in (left, right):
            if isinstance(number, int) and number.bit_length() > _BITS:
                raise OverflowError(f"a number of more than {_MOST:,} digits")
        whole = isinstance(left, int) and isinstance(right, int)
        if operator == "**" and whole and abs(right) * left.bit_length() > _BITS:
            raise OverflowError(f"a number of more than {_MOST:,} digits")
        return super().call_binop(context, operator, left, right)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """What the call gives. Raises OverflowError where an argument is a size to fear."""
        if isinstance(getattr(obj, "__self__", None), _PASSIVE):
            _require_small(args, kwargs)
        return super().call(context, obj, *args, **kwargs)


def _require_short(sequence: object, times: object) -> None:
    repeated = isinstance(sequence, str | bytes | list | tuple) and isinstance(times, int)
    if repeated and len(sequence) * times > _LONGEST:  # type: ignore[arg-type, operator]
        raise OverflowError(f"more than {_LONGEST:,} characters or items")


def _require_small(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    for value in (*args, *kwargs.values()):
        if isinstance(value, int) and abs(value) > _MOST:
            raise OverflowError(f"an argument beyond {_MOST:,}")


def _checked(filter_: Callable[..., Any]) -> Callable[..., Any]:
    """`filter_`, but no argument of it may be huge; what it filters may."""
    skipped = 2 if hasattr(filter_, "jinja_pass_arg") else 1

    @wraps(filter_)
    def checked(*args: Any, **kwargs: Any) -> Any:
        _require_small(args[skipped:], kwargs)
        return filter_(*args, **kwargs)

    return checked
