"""A service below a sub-path, behind proxies of any kind."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.errors import SettingsError
from graph.settings import Settings
from service.front.mounting import Mounted
from tests.visitor import Visitor, serving

HTML = {"Accept": "text/html"}
ACT = "act/HSP/HA.1/Res.5"
FORWARDED = {
    "X-Forwarded-Prefix": "/board/graph",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "data.example.org",
}


@pytest.fixture(scope="module")
def mounted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    home = tmp_path_factory.mktemp("mounted")
    with serving(home, ROOT_PATH="/mandates", TRUSTED_PROXIES="1") as (_, visitor):
        yield visitor


@pytest.mark.parametrize("asked", ["/mandates", ""])
def test_a_sub_path_that_is_set_stands_before_every_address(mounted: Visitor, asked: str) -> None:
    home = mounted.get(f"{asked}/", headers=HTML)
    assert home.status_code == 200
    addresses = re.findall(r'(?:href|src|action)="(/[^"]*)"', home.text)
    assert addresses
    assert [at for at in addresses if not at.startswith("/mandates/")] == []
    thing = mounted.get(f"{asked}/id/{ACT}", headers=HTML)
    assert thing.headers["Location"] == f"/mandates/page/{ACT}"
    page = mounted.get(f"{asked}/page/{ACT}", headers=HTML)
    assert f"</mandates/data/{ACT}.ttl>" in page.headers["Link"]
    assert page.headers["Content-Location"] == f"/mandates/page/{ACT}?lang=en"


def test_a_query_is_answered_below_the_sub_path(mounted: Visitor) -> None:
    answer = mounted.get("/mandates/sparql?query=ASK%20%7B%7D")
    assert answer.get_json()["boolean"] is True
    root = f"http://127.0.0.1:{mounted.port}/mandates"
    description = mounted.get("/mandates/sparql", headers={"Accept": "application/n-triples"})
    assert f"<{root}/sparql>" in description.text
    catalog = mounted.get("/mandates/catalog.nt").text
    assert f"<{root}/sparql>" in catalog
    assert mounted.get("/mandates/openapi.json").get_json()["servers"] == [{"url": "/mandates"}]
    assert f"<loc>{root}/sitemap/1.xml</loc>" in mounted.get("/mandates/sitemap.xml").text
    assert f"<loc>{root}/page/{ACT}</loc>" in mounted.get("/mandates/sitemap/1.xml").text


def test_a_proxy_that_is_trusted_tells_what_clients_ask(mounted: Visitor) -> None:
    page = mounted.get(f"/page/{ACT}", headers=HTML | FORWARDED)
    assert f"</board/graph/data/{ACT}.ttl>" in page.headers["Link"]
    catalog = mounted.get("/catalog.nt", headers=FORWARDED).text
    assert "<https://data.example.org/board/graph/sparql>" in catalog
    # The same address, asked otherwise, is another answer.
    assert "data.example.org" not in mounted.get("/catalog.nt").text


def test_the_word_of_a_stranger_is_not_taken(live: Visitor) -> None:
    page = live.get(f"/page/{ACT}", headers=HTML | FORWARDED)
    assert f"</data/{ACT}.ttl>" in page.headers["Link"]
    assert "data.example.org" not in live.get("/catalog.nt", headers=FORWARDED).text


def seen(headers: dict[str, str], root: str = "", trusted: int = 1, path: str = "/x") -> Any:
    """Return the scope that an application is given."""
    found: list[Any] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        found.append(scope)

    scope = {
        "type": "http",
        "path": path,
        "scheme": "http",
        "headers": [
            (b"host", b"inside"),
            *((name.lower().encode(), text.encode()) for name, text in headers.items()),
        ],
    }
    asyncio.run(Mounted(application, root, trusted)(scope, None, None))  # type: ignore[arg-type]
    return found[0]


@pytest.mark.parametrize(
    "prefix", ["//evil.example", "/a/../b", "/a b", "evil", "/<script>", "/a?b"]
)
def test_a_sub_path_that_is_none_is_not_taken(prefix: str) -> None:
    assert "root_path" not in seen({"X-Forwarded-Prefix": prefix})


@pytest.mark.parametrize("host", ["a b", "a/b", "a<b", "", "user@host"])
def test_a_host_that_is_none_is_not_taken(host: str) -> None:
    assert (b"host", b"inside") in seen({"X-Forwarded-Host": host})["headers"]


def test_the_outermost_trusted_proxy_decides() -> None:
    chain = {"X-Forwarded-Prefix": "/forged, /outer, /inner", "X-Forwarded-Proto": "gopher"}
    assert seen(chain, trusted=2)["root_path"] == "/outer"
    assert seen(chain, trusted=2)["scheme"] == "http"
    assert "root_path" not in seen(chain, trusted=0)


def test_what_a_proxy_says_goes_before_what_is_set() -> None:
    assert seen({"X-Forwarded-Prefix": "/said/"}, root="/set", path="/set/x")["path"] == "/set/x"
    assert seen({}, root="/set", path="/set/x")["path"] == "/x"
    assert seen({}, root="/set", path="/settle")["path"] == "/settle"


@pytest.mark.parametrize("value", ["mandates", "/", "/a/", "//a", "/a b", "/a.b", "/../a"])
def test_a_sub_path_is_checked_at_the_start(value: str) -> None:
    with pytest.raises(SettingsError, match="ROOT_PATH"):
        Settings.from_environment({"MANDATEGRAPH_ROOT_PATH": value})


def test_other_settings_of_publishing_are_checked_too(tmp_path: Path) -> None:
    for name, value in {"LICENSE": "CC BY", "PUBLISHER": "a\nb"}.items():
        with pytest.raises(SettingsError, match=name):
            Settings.from_environment({f"MANDATEGRAPH_{name}": value})
    given = {"MANDATEGRAPH_LICENSE": "https://example.org/l", "MANDATEGRAPH_ROOT_PATH": "/a/b"}
    assert Settings.from_environment(given).root_path == "/a/b"
