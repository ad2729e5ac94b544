"""What those who watch over the service are told."""

from __future__ import annotations

import re
from pathlib import Path

from service.front.counters import Counters, kind_of
from tests.visitor import Visitor

SAMPLE = re.compile(r"(\w+)(?:\{([^}]*)\})? (\S+)")


def samples(text: str) -> dict[str, float]:
    return {
        line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
        for line in text.splitlines()
        if not line.startswith("#")
    }


def test_requests_are_counted_by_kind_and_outcome(live: Visitor) -> None:
    ok, wrong = (
        f'mandategraph_requests_total{{kind="sparql",status="{status}"}}'
        for status in ("2xx", "4xx")
    )
    before = samples(live.get("/metrics").text)
    for query in ("ASK%20%7B%7D", "ASK%20%7B%7D", "ASK"):
        live.get(f"/sparql?query={query}")
    response = live.get("/metrics")
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert response.headers["Cache-Control"] == "no-store"
    after = samples(response.text)
    assert after[ok] - before[ok] == 2
    assert after[wrong] - before[wrong] == 1
    assert after["mandategraph_dataset_version"] == 1
    number = after['mandategraph_request_seconds_count{kind="sparql"}']
    assert number == after['mandategraph_request_seconds_bucket{kind="sparql",le="+Inf"}']


def test_every_line_is_one_that_prometheus_reads(live: Visitor) -> None:
    declared = set()
    for line in live.get("/metrics").text.splitlines():
        if line.startswith("# TYPE "):
            declared.add(line.split()[2])
        elif not line.startswith("# HELP "):
            found = SAMPLE.fullmatch(line)
            assert found, line
            assert re.sub(r"_(bucket|sum|count)$", "", found[1]) in declared


def test_a_service_that_answers_says_so_every_time_anew(live: Visitor) -> None:
    for address in ("/ready", "/health"):
        response = live.get(address)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "no-store"
    assert live.get("/ready").text == "ready, dataset version 1\n"


def test_processes_are_counted_together_and_those_that_ended_too(tmp_path: Path) -> None:
    one = Counters(tmp_path)
    (tmp_path / "counters-0").write_bytes((tmp_path / next(tmp_path.iterdir()).name).read_bytes())
    one.add("sparql", 200, 0.02)
    one.add("sparql", 503, 20.0)
    ended = tmp_path / "counters-0"
    ended.write_bytes(next(path for path in tmp_path.iterdir() if path != ended).read_bytes())
    (tmp_path / "counters-starting").write_bytes(b"")
    (found,) = (kind for kind in one.kinds() if kind.name == "sparql")
    assert found.ended == (2, 0, 0, 2)
    assert sum(found.durations) == 4
    assert found.durations[-1] == 2
    assert abs(found.seconds - 40.04) < 1e-9


def test_paths_are_of_a_kind() -> None:
    kinds = {"/": "page", "/page/a": "page", "/id/a": "data", "/graphs": "graph", "/x": "other"}
    assert {path: kind_of(path) for path in kinds} == kinds
