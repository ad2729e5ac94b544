"""A machine that follows its nose: every link of every kind, from one address on."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.parse import urljoin, urlsplit

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat, Triple

PATIENCE = 120
AT_ONCE = 4
MACHINE = "text/turtle, text/html;q=0.5, */*;q=0.1"
TARGET = re.compile(r"<([^>]*)>")
LOC = re.compile(r"<loc>([^<]*)</loc>")


@dataclass(frozen=True)
class Seen:
    """What was found at one path; ``links`` are paths that it leads to."""

    status: int
    links: frozenset[str]


@dataclass
class Crawler:
    """Follows links on one service; names below ``base`` are asked of the service."""

    port: int
    base: str
    root: str = ""
    seen: dict[str, Seen] = field(default_factory=dict)

    def crawl(self, start: str) -> None:
        """Visit everything that links lead to."""
        waiting = {start}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while waiting:
                paths = sorted(waiting)
                for path, seen in zip(paths, pool.map(self._visit, paths), strict=True):
                    self.seen[path] = seen
                waiting = {link for path in paths for link in self.seen[path].links}
                waiting -= self.seen.keys()

    def broken(self) -> dict[str, int]:
        """Return what was linked and is not there."""
        return {path: seen.status for path, seen in self.seen.items() if seen.status >= 400}

    def reached(self, names: Iterable[str]) -> set[str]:
        """Return those of some names that were asked for."""
        return {name for name in names if self.path_of("/", name) in self.seen}

    def path_of(self, here: str, link: str) -> str:
        """Return what is to be asked of the service for a link, empty if it leads elsewhere.

        Pages in other languages are pages that were seen in one.
        """
        if link.startswith(self.base):
            link = f"{self.root}/{link.removeprefix(self.base)}"
        own = f"http://127.0.0.1:{self.port}"
        if link.startswith("http") and not link.startswith(own):
            return ""
        if link.startswith("/") and not link.startswith("//"):
            link = own + link
        # To join is slow, and most links need no joining.
        target = urlsplit(link if link.startswith(own) else urljoin(own + here, link))
        if f"{target.scheme}://{target.netloc}" != own or re.search(r"\blang=", target.query):
            return ""
        return target.path + (f"?{target.query}" if target.query else "")

    def _visit(self, path: str) -> Seen:
        below = self._below(path)
        method = "GET" if is_read(below) else "HEAD"
        status, headers, body = self._ask(method, path)
        links = [target for text in headers.get("link", []) for target in TARGET.findall(text)]
        links += [*headers.get("location", []), *headers.get("content-location", [])]
        kind = headers.get("content-type", [""])[0].partition(";")[0]
        links += links_in(kind, body) if body else ()
        if not is_followed(below):
            return Seen(status, frozenset())
        targets = (self._chosen(self.path_of(path, link)) for link in set(links))
        return Seen(status, frozenset(filter(None, targets)))

    def _chosen(self, path: str) -> str:
        found = chosen(self._below(path))
        return self.root + found if found else ""

    def _below(self, path: str) -> str:
        return path.removeprefix(self.root)

    def _ask(self, method: str, path: str) -> tuple[int, dict[str, list[str]], str]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request(method, path, headers={"Accept": MACHINE})
            return _answer(connection)


def _answer(connection: HTTPConnection) -> tuple[int, dict[str, list[str]], str]:
    response = connection.getresponse()
    headers: dict[str, list[str]] = {}
    for name, text in response.getheaders():
        headers.setdefault(name.lower(), []).append(text)
    return response.status, headers, response.read().decode()


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.links += [values[name] or "" for name in ("href", "src", "action") if values.get(name)]


def is_evidence(path: str) -> bool:
    """Return whether a path is that of a statement or gap, of which there are many."""
    return bool(re.match(r"/(id|page|data)/(statement|gap)/", path))


def sampled(path: str, one_in: int) -> bool:
    """Return whether a path belongs to the sample; the same ones every time."""
    return zlib.crc32(path.encode()) % one_in == 0


def chosen(path: str) -> str:
    """Return what is asked for in the place of a path, empty for nothing.

    Every name is asked for, and a sample of the documents about it: a page takes
    much longer to make than the way to it. What only a page is known of is asked
    for by its name.
    """
    if path.startswith("/page/") and not sampled(path, 15):
        return path.replace("/page/", "/id/", 1)
    if path.endswith((".nt", ".rdf", ".jsonld", ".html")) and not sampled(path, 25):
        return ""
    return path


def is_read(path: str) -> bool:
    """Return whether the body of what is at a path is looked at, too."""
    # The whole dataset names everything: to be led by it would prove nothing.
    return not is_evidence(path) and not path.startswith(("/graphs", "/id/"))


def is_followed(path: str) -> bool:
    """Return whether links are followed from what is at a path."""
    return not is_evidence(path) or sampled(path, 50)


def links_in(kind: str, body: str) -> Iterator[str]:
    """Yield the links of a document."""
    if kind == "text/html":
        anchors = _Anchors()
        anchors.feed(body)
        yield from anchors.links
    elif kind == "application/xml":
        yield from LOC.findall(body)
    elif kind != "text/plain" and (form := RdfFormat.from_media_type(kind)):
        for quad in pyoxigraph.parse(body, format=form):
            yield from iris_of(Triple(quad.subject, quad.predicate, quad.object))


def iris_of(triple: Triple) -> Iterator[str]:
    for term in triple:
        if isinstance(term, NamedNode):
            yield term.value
