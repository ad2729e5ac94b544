"""What an operator can set, read from the environment once."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from typing import Literal as OneOf
from urllib.parse import urlsplit

from graph.errors import SettingsError

PREFIX = "MANDATEGRAPH_"
DEFAULT_BASE = "https://w3id.org/mandategraph/"
DEFAULT_LICENSE = "https://creativecommons.org/licenses/by/4.0/"
MIN_ADMIN_TOKEN = 16
"""Characters that a bootstrap token must have at least."""

_PLAIN = re.compile(r"[!-~]+")
ROOT_PATH = re.compile(r"(?:/[A-Za-z0-9_~-]+)+")
"""What a sub-path looks like; without full stops, it can neither climb nor name a host."""


@dataclass(frozen=True)
class Settings:
    """The settings of one process; each is the variable of its name in capitals, after the prefix.

    Where and what:

    - ``home``: the only directory that is ever written to.
    - ``base``: begins the IRI of every instance and ends with a slash; it is a
      name, not the address the service listens on.
    - ``default_graph``: what a query without FROM is asked of, the ``union`` of
      all graphs or, as the W3C tests expect, the dataset's own default graph
      (``strict``).

    An engine elsewhere that holds the data, in place of the built-in store:

    - ``store``: its address for queries; empty for the built-in store.
    - ``store_update``: its address for updates; nothing is ever written if it is empty.
    - ``store_graphs``: its address for the Graph Store Protocol, for large graphs.
    - ``store_user`` and ``store_password``, or ``store_token``: credentials.
    - ``store_seconds``: how long it may take to answer what the pages and commands ask.
    - ``store_version_seconds``: how long the version it told is trusted.
    - ``store_time_limit``: a field of a request that tells it the limit of a query, such as
      ``timeout={seconds}`` or ``timeout={milliseconds}``; empty if it knows none.
    - ``store_plain_http``: whether it may be reached without encryption beyond this machine.

    Queries:

    - ``query_seconds``: wall-clock time one may take.
    - ``query_memory_mb``: megabytes one may take beyond the dataset.
    - ``patience_seconds``: how long a query or a write may wait for its turn.
    - ``per_client``: queries of one client that run at once; 0 for no limit.
    - ``max_answer_mb``: megabytes of an answer; 0 for no limit.
    - ``max_answer_rows``: rows, or statements, of an answer; 0 for no limit.

    Writes:

    - ``admin_token``: a bearer token with every scope, to begin with; empty for none.
    - ``validate_writes``: whether the structure shapes must hold after a write.
    - ``write_seconds``: wall-clock time one may take.
    - ``write_memory_mb``: megabytes one may take.
    - ``max_body_mb``: megabytes of the body of a write, as sent and unpacked.
    - ``history_versions``: newest versions of which is kept what they changed; 0 for all.

    Processes:

    - ``workers``: that answer queries; 0 for as many as there are processors.
    - ``frontends``: that take requests; 0 for a number that fits the processors.
    - ``memory_tier``: whether the dataset is held in memory, too; ``auto`` decides by its size.
    - ``cache_mb``: megabytes of answers that are kept.
    - ``trusted_proxies``: proxies in front whose word about a client's address, and the
      host, scheme and sub-path that it asked, is taken.

    Publishing:

    - ``root_path``: the sub-path below which a proxy hands requests on; it begins
      with a slash and does not end with one.
    - ``license``: the IRI of the licence that the dataset is said to be under.
    - ``publisher``: the name of who publishes the dataset; empty says nothing.
    """

    home: Path = Path("var")
    base: str = DEFAULT_BASE
    default_graph: OneOf["union", "strict"] = "union"
    store: str = ""
    store_update: str = ""
    store_graphs: str = ""
    store_user: str = ""
    store_password: str = field(default="", repr=False)
    store_token: str = field(default="", repr=False)
    store_seconds: float = 30.0
    store_version_seconds: float = 2.0
    store_time_limit: str = ""
    store_plain_http: bool = False
    query_seconds: float = 10.0
    query_memory_mb: int = 1024
    patience_seconds: float = 10.0
    per_client: int = 8
    max_answer_mb: int = 1024
    max_answer_rows: int = 5_000_000
    admin_token: str = field(default="", repr=False)
    validate_writes: bool = True
    write_seconds: float = 60.0
    write_memory_mb: int = 2048
    max_body_mb: int = 64
    history_versions: int = 1000
    workers: int = 0
    frontends: int = 0
    memory_tier: OneOf["auto", "on", "off"] = "auto"
    cache_mb: int = 64
    trusted_proxies: int = 0
    root_path: str = ""
    license: str = DEFAULT_LICENSE
    publisher: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Return the settings that the environment names, defaults for the rest.

        Raises:
            SettingsError: If a value cannot be used, or a variable with our
                prefix is none of ours (a misspelling would otherwise be silent).
        """
        environment = os.environ if environment is None else environment
        given = {
            name.removeprefix(PREFIX): value
            for name, value in environment.items()
            if name.startswith(PREFIX) and value
        }
        unknown = sorted(given.keys() - READERS.keys())
        if unknown:
            known = ", ".join(f"{PREFIX}{name}" for name in sorted(READERS))
            raise SettingsError(f"{PREFIX}{unknown[0]} is not a setting; there are {known}.")
        return cls(**{name.lower(): READERS[name](name, value) for name, value in given.items()})

    def environment(self) -> dict[str, str]:
        """Return the environment that names these settings, for a process of our own."""
        given = {name: getattr(self, name.lower()) for name in READERS}
        spelled = {True: "on", False: "off"}
        return {
            f"{PREFIX}{name}": spelled[value] if isinstance(value, bool) else str(value)
            for name, value in given.items()
        }


def _path(name: str, value: str) -> Path:
    return Path(value)


def _number(least: float, most: float, kind: Callable[[str], float] = int) -> Callable[..., float]:
    def read(name: str, value: str) -> float:
        try:
            found = kind(value)
        except ValueError:
            found = most + 1
        if not least <= found <= most:
            noun = "a whole number" if kind is int else "a number"
            raise SettingsError(
                f"{PREFIX}{name} must be {noun} from {least:g} to {most:g}; it is ‘{value}’."
            )
        return found

    return read


def _one_of(*allowed: str) -> Callable[[str, str], str]:
    def read(name: str, value: str) -> str:
        if value not in allowed:
            listed = " or ".join(allowed)
            raise SettingsError(f"{PREFIX}{name} must be {listed}; it is ‘{value}’.")
        return value

    return read


def _switch(name: str, value: str) -> bool:
    return _one_of("on", "off")(name, value) == "on"


def _token(name: str, value: str) -> str:
    if len(value) < MIN_ADMIN_TOKEN or not value.isascii() or not value.isprintable():
        raise SettingsError(
            f"{PREFIX}{name} must have at least {MIN_ADMIN_TOKEN} characters, all of them ASCII."
        )
    return value


def _address(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    # What was given may hold credentials, and is not repeated.
    if not usable or "@" in value or parts.fragment or not _PLAIN.fullmatch(value):
        raise SettingsError(
            f"{PREFIX}{name} must be an http or https address in ASCII without credentials, such "
            "as https://engine.example.org/query."
        )
    return value


def _secret(name: str, value: str) -> str:
    if not _PLAIN.fullmatch(value):
        raise SettingsError(f"{PREFIX}{name} must consist of visible ASCII characters.")
    return value


def _time_limit(name: str, value: str) -> str:
    if not re.fullmatch(r"[\w-]+=\{(milli)?seconds\}\w*", value):
        raise SettingsError(
            f"{PREFIX}{name} must be such as timeout={{seconds}} or timeout={{milliseconds}}; it "
            f"is ‘{value}’."
        )
    return value


def _base(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    forbidden = any(character in value for character in ' <>"{}|\\^`') or not value.isascii()
    if (
        parts.scheme not in {"http", "https"}
        or not parts.netloc
        or parts.query
        or parts.fragment
        or not value.endswith("/")
        or forbidden
    ):
        raise SettingsError(
            f"{PREFIX}{name} must be an http or https IRI in ASCII that ends with a slash, "
            f"such as {DEFAULT_BASE}; it is ‘{value}’."
        )
    return value


def _root_path(name: str, value: str) -> str:
    if not ROOT_PATH.fullmatch(value):
        raise SettingsError(
            f"{PREFIX}{name} must begin with a slash, end without one and hold letters, digits "
            f"and -_~ only, such as /mandates; it is ‘{value}’."
        )
    return value


def _iri(name: str, value: str) -> str:
    if not re.fullmatch(r"https?://[!#-;=?-\[\]_a-z~]+", value):
        raise SettingsError(
            f"{PREFIX}{name} must be an http or https IRI in ASCII, such as {DEFAULT_LICENSE}; "
            f"it is ‘{value}’."
        )
    return value


def _text(name: str, value: str) -> str:
    if not value.isprintable():
        raise SettingsError(f"{PREFIX}{name} must be one line of text.")
    return value


READERS: Mapping[str, Callable[[str, str], Any]] = {
    "HOME": _path,
    "BASE": _base,
    "DEFAULT_GRAPH": _one_of("union", "strict"),
    "STORE": _address,
    "STORE_UPDATE": _address,
    "STORE_GRAPHS": _address,
    "STORE_USER": _secret,
    "STORE_PASSWORD": _secret,
    "STORE_TOKEN": _secret,
    "STORE_SECONDS": _number(0.05, 3600, float),
    "STORE_VERSION_SECONDS": _number(0.05, 86_400, float),
    "STORE_TIME_LIMIT": _time_limit,
    "STORE_PLAIN_HTTP": _switch,
    "QUERY_SECONDS": _number(0.05, 3600, float),
    "QUERY_MEMORY_MB": _number(64, 1_000_000),
    "PATIENCE_SECONDS": _number(0.05, 3600, float),
    "PER_CLIENT": _number(0, 10_000),
    "MAX_ANSWER_MB": _number(0, 1_000_000),
    "MAX_ANSWER_ROWS": _number(0, 1_000_000_000),
    "ADMIN_TOKEN": _token,
    "VALIDATE_WRITES": _switch,
    "WRITE_SECONDS": _number(0.05, 86_400, float),
    "WRITE_MEMORY_MB": _number(512, 1_000_000),
    "MAX_BODY_MB": _number(1, 1_000),
    "HISTORY_VERSIONS": _number(0, 1_000_000_000),
    "WORKERS": _number(0, 1_000),
    "FRONTENDS": _number(0, 1_000),
    "MEMORY_TIER": _one_of("auto", "on", "off"),
    "CACHE_MB": _number(0, 100_000),
    "TRUSTED_PROXIES": _number(0, 10),
    "ROOT_PATH": _root_path,
    "LICENSE": _iri,
    "PUBLISHER": _text,
}
"""How the text of each variable is read; a variable that is missing here is none of ours."""
