"""Figures about the running service, for those who watch over it.

Source:
    Prometheus text format 0.0.4,
    https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, make_response

from service.front.counters import BOUNDS, STATUSES, Kind
from service.operations import program_version
from service.publishing.publication import publication
from service.serving import reader

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Tell requests by kind and outcome, how long they took, and what is served."""
    response = make_response("\n".join([*_lines(), ""]))
    response.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
    response.headers["Cache-Control"] = "no-store"
    return response


def _lines() -> Iterator[str]:
    version, kinds = reader().version, publication().counters.kinds()
    yield from _head("info", "gauge", "The program that runs.")
    yield f'mandategraph_info{{version="{program_version() or ""}"}} 1'
    yield from _head("dataset_version", "gauge", "Number of the dataset's version.")
    yield f"mandategraph_dataset_version {version.number}"
    yield from _head("dataset_graphs", "gauge", "Named graphs of the dataset.")
    yield f"mandategraph_dataset_graphs {len(version.graphs)}"
    yield from _head("requests_total", "counter", "Requests by kind and first digit of status.")
    for kind in kinds:
        for status, number in zip(STATUSES, kind.ended, strict=True):
            yield f'mandategraph_requests_total{{kind="{kind.name}",status="{status}xx"}} {number}'
    yield from _head("request_seconds", "histogram", "Time from a request to its last byte.")
    for kind in kinds:
        yield from _histogram(kind)


def _histogram(kind: Kind) -> Iterator[str]:
    """Yield the classes of durations, each of which counts those before it, too."""
    total = 0
    for bound, number in zip((*map(str, BOUNDS), "+Inf"), kind.durations, strict=True):
        total += number
        labels = f'kind="{kind.name}",le="{bound}"'
        yield f"mandategraph_request_seconds_bucket{{{labels}}} {total}"
    yield f'mandategraph_request_seconds_sum{{kind="{kind.name}"}} {kind.seconds:.6f}'
    yield f'mandategraph_request_seconds_count{{kind="{kind.name}"}} {total}'


def _head(name: str, kind: str, words: str) -> tuple[str, str]:
    return f"# HELP mandategraph_{name} {words}", f"# TYPE mandategraph_{name} {kind}"
