"""From what the present request accepts to one format."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request
from werkzeug.exceptions import NotAcceptable

from service.formats import GRAPHS, PAGE, QUADS, RESULTS, Format, Offered, best, listed

__all__ = ["GRAPHS", "PAGE", "QUADS", "RESULTS", "Format", "accepted", "not_acceptable"]


def accepted(offered: Sequence[Offered]) -> Offered | None:
    """Return the offered format that the request likes best, ``None`` if it accepts none."""
    return best(tuple(offered), request.headers.get("Accept", ""))


def page_wanted(*, machine: Sequence[Format[str]]) -> bool:
    """Return whether the request would rather have a page than any of the machine's formats."""
    return accepted((*machine, PAGE)) is PAGE


def not_acceptable(offered: Sequence[Format[str]]) -> NotAcceptable:
    """Return the error that names what there is."""
    return NotAcceptable(listed(offered))
