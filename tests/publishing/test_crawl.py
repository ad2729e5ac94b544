"""Who follows links from the home page gets everywhere, and nowhere in vain."""

from __future__ import annotations

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat

from graph.settings import DEFAULT_BASE
from tests.publishing.crawler import Crawler
from tests.visitor import Visitor


def test_every_published_thing_is_reached_and_no_link_is_broken(live: Visitor) -> None:
    everything = live.get("/graphs?format=nquads").data
    quads = pyoxigraph.parse(everything, format=RdfFormat.N_QUADS)
    published = {
        quad.subject.value
        for quad in quads
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(DEFAULT_BASE)
    }
    crawler = Crawler(live.port, DEFAULT_BASE)
    crawler.crawl("/")
    assert crawler.broken() == {}
    assert len(published) > 5_000
    assert published - crawler.reached(published) == set()
