"""Which engine it is: its addresses, our credentials, how long things may take."""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from graph.errors import SettingsError
from graph.settings import PREFIX, Settings


@dataclass(frozen=True)
class Engine:
    """One engine as the settings describe it; see ``Settings`` for what each means.

    ``authorization`` is the header that goes with every request, empty for none.
    ``name`` is that of the graph that holds the version of the dataset.
    """

    query: str = field(repr=False)
    update: str = field(repr=False)
    graphs: str = field(repr=False)
    authorization: str = field(repr=False)
    name: str
    strict: bool
    seconds: float
    write_seconds: float
    version_seconds: float
    time_limit: str

    @property
    def secrets(self) -> frozenset[str]:
        """What no message may hold: hosts, ports and paths, and the credentials."""
        found = {self.authorization.partition(" ")[2]}
        for address in (self.query, self.update, self.graphs):
            parts = urlsplit(address)
            found |= {address, parts.netloc, parts.hostname or ""}
        return frozenset(filter(None, found))

    def limit(self, seconds: float) -> Iterator[tuple[str, str]]:
        """Yield the field that tells the engine how long a query may take."""
        if self.time_limit:
            name, _, text = self.time_limit.partition("=")
            whole = max(1, round(seconds))
            yield name, text.format(seconds=whole, milliseconds=round(seconds * 1000))


def engine_of(settings: Settings) -> Engine:
    """Return the engine that settings describe.

    Raises:
        SettingsError: If they do not fit each other.
    """
    addresses = (settings.store, settings.store_update, settings.store_graphs)
    if not settings.store:
        raise SettingsError(f"{PREFIX}STORE is missing: the address where the engine is asked.")
    if any(map(_is_open, addresses)) and not settings.store_plain_http:
        raise SettingsError(
            f"An address of {PREFIX}STORE… is http and leaves this machine, where anybody between "
            f"can read and change what is sent; use https, or set {PREFIX}STORE_PLAIN_HTTP=on."
        )
    return Engine(
        *addresses,
        _authorization(settings),
        f"{settings.base}engine/version",
        settings.default_graph == "strict",
        settings.store_seconds,
        settings.write_seconds,
        settings.store_version_seconds,
        settings.store_time_limit,
    )


def _authorization(settings: Settings) -> str:
    if bool(settings.store_user) != bool(settings.store_password):
        raise SettingsError(f"Set both {PREFIX}STORE_USER and {PREFIX}STORE_PASSWORD, or neither.")
    if settings.store_token and settings.store_user:
        raise SettingsError(f"Set {PREFIX}STORE_TOKEN or {PREFIX}STORE_USER, not both.")
    if settings.store_token:
        return f"Bearer {settings.store_token}"
    if not settings.store_user:
        return ""
    pair = f"{settings.store_user}:{settings.store_password}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _is_open(address: str) -> bool:
    """Return whether what is sent to an address can be read on the way."""
    parts = urlsplit(address)
    if parts.scheme != "http":
        return False
    try:
        return not ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname != "localhost"
