"""How long each kind of page takes, and how large it is, on a synthetic dataset.

For each kind the server is asked for some things of it, one after the other, in
English and Arabic. No answer is kept, so each page is made anew; the times are
of whole answers, on this machine, after one request that does not count. Then
many readers ask for all of them at once, and what is not answered with 200 is
counted.

Usage::

    python -m bench.pages [--statements 1000000] [--rounds 5] [--readers 16] [--home FOLDER]
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import statistics
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench.contenders import Endpoint, start_ours
from bench.generate import generate
from graph.settings import DEFAULT_BASE
from graph.vocabulary import mg

KINDS = ("Act", "Agency", "Country", "Event", "Mandate", "FundingArrangement", "Document")
SAMPLE = 3
"""How many things of a kind are asked for."""


@dataclass(frozen=True)
class Timed:
    """One kind of page: its median time in seconds, and its largest size in bytes."""

    kind: str
    seconds: float
    size: int


def main() -> None:
    """Run the benchmark from the command line."""
    given = _arguments()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        data = None
        if not given.home:
            data = Path(folder) / "data.nq"
            generate(data, given.statements)
        home = given.home or Path(folder) / "home"
        # All readers are on one address here, which must not count as one; and pages that
        # are kept would tell nothing of how long it takes to make one.
        with closing(start_ours(home, data, per_client=1000, cache_mb=0)) as server:
            pages = _pages(server)
            for timed in (_timed(server, kind, found, given.rounds) for kind, found in pages):
                milliseconds, size = timed.seconds * 1000, timed.size / 1000
                print(f"| {timed.kind} | {milliseconds:.0f} ms | {size:.1f} kB |", flush=True)
            addresses = [address for _, found in pages for address in found]
            print(f"{given.readers} readers: {_crowd(server, addresses, given.readers)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the pages.")
    parser.add_argument("--statements", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--readers", type=int, default=16)
    parser.add_argument("--home", type=Path, help="an installation that is loaded already")
    return parser.parse_args()


def _pages(server: Endpoint) -> list[tuple[str, list[str]]]:
    """Return addresses by kind: home, lists, comparisons, and things of each kind."""
    acts = _things(server, "Act")
    base = len(f"{DEFAULT_BASE}id/act/")
    pair = f"/compare?older={quote(acts[0][base:])}&newer={quote(acts[1][base:])}"
    pages = [("home", ["/"]), ("list", ["/list/Event", "/list/Statement"]), ("compare", [pair])]
    for kind in KINDS:
        things = acts if kind == "Act" else _things(server, kind)
        pages.append((kind, [_address(iri) for iri in things]))
    return [(kind, [*map(_english, found), *map(_arabic, found)]) for kind, found in pages]


def _things(server: Endpoint, kind: str) -> list[str]:
    query = f"SELECT ?thing {{ ?thing a {mg(kind)} }} ORDER BY ?thing LIMIT {SAMPLE}"
    _, body = server.get(query, "application/sparql-results+json")
    return [row["thing"]["value"] for row in json.loads(body)["results"]["bindings"]]


def _address(iri: str) -> str:
    return "/page/" + iri.removeprefix(f"{DEFAULT_BASE}id/")


def _english(address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}lang=en"


def _arabic(address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}lang=ar"


def _timed(server: Endpoint, kind: str, addresses: Iterable[str], rounds: int) -> Timed:
    seconds, sizes = [], []
    for address in addresses:
        _read(server, address)
        for _ in range(rounds):
            began = time.perf_counter()
            status, body = _read(server, address)
            seconds.append(time.perf_counter() - began)
            if status != http.HTTPStatus.OK:
                raise SystemExit(f"{address} is answered with {status}.")
            sizes.append(len(gzip.compress(body)))
    return Timed(kind, statistics.median(seconds), max(sizes))


def _crowd(server: Endpoint, addresses: list[str], readers: int) -> str:
    """Let many readers ask for every page, twice, and say how that went."""
    with ThreadPoolExecutor(readers) as pool:
        began = time.perf_counter()
        asked = addresses * 2
        found = [status for status, _ in pool.map(lambda path: _read(server, path), asked)]
        seconds = time.perf_counter() - began
    wrong = sum(status != http.HTTPStatus.OK for status in found)
    return f"{len(found)} pages, {len(found) / seconds:.0f} a second, {wrong} errors"


def _read(server: Endpoint, address: str) -> tuple[int, bytes]:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        line.request("GET", address, headers={"Accept": "text/html"})
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()


if __name__ == "__main__":
    main()
