"""What a run found, told to a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from conformance.endpoint import Answer, Request
from conformance.errors import MismatchError

MAX_SHOWN = 1500
"""Characters of each body, and of what was expected, that are shown."""


@dataclass(frozen=True)
class Outcome:
    """How one test of a suite ended; without an error it passed."""

    suite: str
    test: str
    error: MismatchError | None = None
    log: tuple[tuple[Request, Answer | None], ...] = ()


def diagnosis(outcome: Outcome) -> Iterator[str]:
    """Yield lines that tell a failure: what was sent, expected, and received."""
    yield f"FAILED {outcome.test}: {outcome.error}"
    for request, answer in outcome.log:
        yield f"  > {request.method} {request.address}"
        yield from _fields("  > ", _safe(request.headers), request.body)
        if answer is not None:
            yield f"  < {answer.status}"
            yield from _fields("  < ", answer.headers, answer.body)
    if outcome.error is not None:
        for title, text in (("expected", outcome.error.expected), ("actual", outcome.error.actual)):
            if text:
                yield f"  {title}:"
                yield from _shortened("    ", text)


def table(outcomes: Iterable[Outcome], known: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each suite, with a head, and the sum as the last line."""
    counts: dict[str, list[int]] = {}
    for outcome in outcomes:
        row = counts.setdefault(outcome.suite, [0, 0, 0])
        row[0] += outcome.error is None
        row[1] += outcome.error is not None
        row[2] += outcome.error is not None and outcome.test in known
    width = max([len("suite"), *map(len, counts)])
    yield f"{'suite':{width}}  passed  failed  of which known"
    for suite, (passed, failed, of_which) in counts.items():
        yield f"{suite:{width}}  {passed:6}  {failed:6}  {of_which:14}"
    passed, failed = (sum(row[column] for row in counts.values()) for column in (0, 1))
    yield f"{passed} passed, {failed} failed"


def _safe(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: "…" if name == "Authorization" else value for name, value in headers.items()}


def _fields(margin: str, headers: Mapping[str, str], body: bytes | None) -> Iterator[str]:
    for name, value in headers.items():
        yield f"{margin}{name}: {value}"
    yield from _shortened(margin + "  ", (body or b"").decode("utf-8", "backslashreplace"))


def _shortened(margin: str, text: str) -> Iterator[str]:
    for line in text[:MAX_SHOWN].splitlines():
        yield margin + line
    if len(text) > MAX_SHOWN:
        yield f"{margin}… and {len(text) - MAX_SHOWN} characters more"
