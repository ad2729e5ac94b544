"""What the parts of the running application share: the library, and the data of a request."""

from __future__ import annotations

from collections.abc import Mapping

from flask import current_app, g

from graph.library.question import Library
from service.dataset import Dataset, Reader
from service.pages.order import Order


def library() -> Library:
    """Return the question library."""
    found: Library = current_app.extensions["library"]
    return found


def property_order(path: str) -> Order:
    """Return the order of properties for a thing whose IRI has that path below ``id/``."""
    found: Mapping[str, Order] = current_app.extensions["orders"]
    return found.get(path.partition("/")[0], {})


def reader() -> Reader:
    """Return the version of the dataset that this request is answered from, the same throughout."""
    if "reader" not in g:
        dataset: Dataset = current_app.extensions["dataset"]
        g.reader = dataset.newest()
    found: Reader = g.reader
    return found
