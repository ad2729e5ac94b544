"""Under which address the service is reached, where a proxy stands in front of it."""

from __future__ import annotations

import re
from typing import Any

from graph.settings import ROOT_PATH
from service.front.exchange import Application, Receive, Scope, Send

_HOST = re.compile(rb"[A-Za-z0-9.-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")
_SCHEMES = {b"http", b"https"}
_FORWARDED = {
    b"x-forwarded-prefix": "prefix",
    b"x-forwarded-proto": "scheme",
    b"x-forwarded-host": "host",
}


class Mounted:
    """Tells the application behind it the host, scheme and sub-path that clients ask.

    ``X-Forwarded-Prefix`` is the word of a proxy that has taken the sub-path off;
    the sub-path of the settings is taken off here, if the proxy left it on.
    """

    def __init__(self, application: Application, root: str, trusted: int) -> None:
        """Stand before an application.

        Args:
            application: The application.
            root: The sub-path of the settings, empty for none.
            trusted: Proxies in front whose word is taken; with 0 a client could
                say anything, and nothing is taken from it.
        """
        self._application = application
        self._root = root
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, as its client sees it."""
        if scope["type"] == "http" and (self._root or self._trusted):
            scope = self._seen(scope)
        await self._application(scope, receive, send)

    def _seen(self, scope: Scope) -> Scope:
        told = self._told(scope) if self._trusted else {}
        changed: dict[str, Any] = {}
        prefix = told.get("prefix", b"").decode("latin-1").rstrip("/")
        if ROOT_PATH.fullmatch(prefix):
            changed["root_path"] = prefix
        elif self._root:
            changed |= {"root_path": self._root, "path": _below(self._root, scope["path"])}
        if told.get("scheme") in _SCHEMES:
            changed["scheme"] = told["scheme"].decode()
        if _HOST.fullmatch(told.get("host", b"")):
            kept = [pair for pair in scope["headers"] if pair[0] != b"host"]
            changed["headers"] = [*kept, (b"host", told["host"])]
        return {**scope, **changed}

    def _told(self, scope: Scope) -> dict[str, bytes]:
        """Return what the outermost proxy we trust says; each proxy adds to the end of a list."""
        lists: dict[str, list[bytes]] = {}
        for name, text in scope["headers"]:
            if (key := _FORWARDED.get(name)) is not None:
                lists.setdefault(key, []).extend(part.strip() for part in text.split(b","))
        return {key: values[-min(self._trusted, len(values))] for key, values in lists.items()}


def _below(root: str, path: str) -> str:
    """Return a path without the sub-path, if it begins with that.

    Example:
        >>> _below("/a", "/a/b"), _below("/a", "/a"), _below("/a", "/ab")
        ('/b', '/', '/ab')
    """
    if path == root:
        return "/"
    return path.removeprefix(root) if path.startswith(f"{root}/") else path
