"""Whether what the pages claim of the recordings is true."""

import math

from literate.errors import LiterateError, StaleError
from literate.model import Location
from literate.recordings import Recordings
from literate.results import Claim
from literate.series import parse_series


def false_claims(claims: list[Claim], examples: list[str], recordings: Recordings) -> list[LiterateError]:
    """The errors for every claim that does not hold.

    An example with a series `loss` of which no claim speaks must end below its beginning, all values finite.
    """
    found = [error for claim in claims if (error := claim_fault(claim, recordings))]
    for example in examples:
        spoken_of = any(speaks_of_loss(claim, example) for claim in claims)
        fault = loss_fault(example, recordings) if not spoken_of and recordings.exists(example) else None
        if fault:
            found.append(fault)
    return found


def speaks_of_loss(claim: Claim, example: str) -> bool:
    """Whether `claim` says something of the series `loss` of `example`."""
    return claim.example == example and "loss" in claim.expression


def claim_fault(claim: Claim, recordings: Recordings) -> LiterateError | None:
    """What is wrong with `claim`: false, or no expression; None where it holds."""
    from literate.expressions import evaluate, shown_values  # jinja2 is slow to import

    try:
        names = recordings.names(claim.example)
        if evaluate(claim.expression, names) is True:
            return None
    except LiterateError as error:
        return error.at(claim.location)
    values = shown_values(claim.expression, names)
    message = f"the claim does not hold: {claim.expression}"
    return StaleError(f"{message}; {values}" if values else message, claim.location)


def loss_fault(example: str, recordings: Recordings) -> LiterateError | None:
    """What is wrong with the series `loss` of `example`: not finite, or it does not end below its beginning."""
    fault = _loss_fault(example, recordings)
    return StaleError(fault, Location(example)) if fault else None


def _loss_fault(example: str, recordings: Recordings) -> str:
    try:
        series = parse_series(recordings.get(example).lines).get("loss")
    except LiterateError:
        return ""  # told elsewhere: the recording is broken
    if series is None:
        return ""
    for step, value in zip(series.steps, series.values, strict=True):
        if not math.isfinite(value):
            return f"the loss is {value} at step {step}"
    if len(series) > 1 and not series.last < series.first:
        return f"the loss ends at {series.last:g}, not below its beginning, {series.first:g}"
    return ""
