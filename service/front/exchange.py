"""One request and one whole response, as plain values."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Message = MutableMapping[str, Any]
Messages = tuple[Message, Message]
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Request:
    """A request without its body; names of headers are in lower case.

    ``path`` is below ``root``, the sub-path at which the service is reached.
    """

    method: str
    path: str
    query: bytes
    headers: dict[str, str]
    client: str
    scheme: str = "http"
    root: str = ""

    @property
    def address(self) -> str:
        """The address that the client asked, without what follows a question mark."""
        return f"{self.scheme}://{self.header('host') or 'localhost'}{self.root}{self.path}"

    @classmethod
    def of(cls, scope: Scope) -> Request:
        """Return what an ASGI scope asks; a header given several times is joined by commas."""
        headers: dict[str, str] = {}
        for name, text in scope["headers"]:
            key, value = name.decode("latin-1").lower(), text.decode("latin-1")
            headers[key] = f"{headers[key]}, {value}" if key in headers else value
        client = scope.get("client") or ("", 0)
        return cls(
            scope["method"],
            scope["path"],
            scope["query_string"],
            headers,
            client[0],
            scope.get("scheme", "http"),
            scope.get("root_path", ""),
        )

    def header(self, name: str) -> str:
        """Return a header by its name in lower case, empty if it is not there."""
        return self.headers.get(name, "")


@dataclass(frozen=True)
class Response:
    """A whole response."""

    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str:
        """Return the first header of a name in lower case, empty if there is none."""
        for key, text in self.headers:
            if key.lower() == name:
                return text
        return ""

    def replaced(self, body: bytes | None = None, **headers: str) -> Response:
        """Return the response with another body, and headers (``vary``, ``etag`` …) in place."""
        names = {name.replace("_", "-"): text for name, text in headers.items()}
        kept = tuple(item for item in self.headers if item[0].lower() not in names)
        added = tuple((name, text) for name, text in names.items() if text)
        return Response(self.status, kept + added, self.body if body is None else body)


def start(status: int, headers: Headers) -> dict[str, Any]:
    """Return the ASGI message that begins a response."""
    pairs = [_encoded(header) for header in headers]
    return {"type": "http.response.start", "status": status, "headers": pairs}


@lru_cache(maxsize=256)
def _encoded(header: tuple[str, str]) -> tuple[bytes, bytes]:
    """Return a header as it is sent; most are the same in all responses."""
    name, text = header
    return name.lower().encode("latin-1"), text.encode("latin-1")


def messages(response: Response) -> Messages:
    """Return the ASGI messages that send a whole response, with its length."""
    headers = response.headers
    if response.status not in {204, 304}:
        headers += (("content-length", str(len(response.body))),)
    return start(response.status, headers), {"type": "http.response.body", "body": response.body}


async def send_whole(response: Response, send: Send, *, body: bool) -> None:
    """Send a whole response, without its body to those who asked with HEAD."""
    head, rest = messages(response)
    await send(head)
    await send(rest if body else {**rest, "body": b""})
