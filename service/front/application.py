"""The application that the server runs: cache first, then SPARQL, then the pages.

Every response to a reading request is kept by the cache, compressed as it was
sent, under the version of the dataset that it rests on.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any, cast

from a2wsgi import WSGIMiddleware

from graph.store.snapshots import Clock
from service.formats import GRAPHS, PAGE, QUADS, RESULTS, best
from service.front.cache import LARGEST, AnswerCache, Key
from service.front.compression import compressed
from service.front.description import Describer
from service.front.exchange import (
    Application,
    Messages,
    Receive,
    Request,
    Response,
    Scope,
    Send,
    send_whole,
)
from service.front.protocol import Asked, read
from service.front.refusals import Refusal, problem
from service.front.sparql import OPEN, SparqlEndpoint

SPARQL = "/sparql"

DRAINED = 64 << 20
"""Bytes of a body that is too large that are read all the same, so that the refusal is seen."""

_MACHINE = (*RESULTS, *GRAPHS, *QUADS, PAGE)
_PREFLIGHT = (
    *OPEN,
    ("Allow", "GET, HEAD, POST, OPTIONS"),
    ("Access-Control-Allow-Methods", "GET, HEAD, POST, OPTIONS"),
    ("Access-Control-Allow-Headers", "Accept, Content-Type, If-None-Match"),
    ("Access-Control-Max-Age", "86400"),
)


class Front:
    """An ASGI application in front of the WSGI application of the pages."""

    def __init__(
        self,
        pages: Any,
        endpoint: SparqlEndpoint,
        cache: AnswerCache,
        clock: Clock,
        describer: Describer,
        largest_body: int,
        threads: int = 16,
    ) -> None:
        """Put the parts together.

        Args:
            pages: The WSGI application of everything that is not a query.
            endpoint: Answers queries.
            cache: Keeps answers.
            clock: Tells the version of the dataset.
            describer: Says what the endpoint can do.
            largest_body: Bytes that the body of a query may have.
            threads: Requests for pages that are worked on at once.
        """
        self._pages = WSGIMiddleware(pages, workers=threads)
        self._endpoint = endpoint
        self._cache = cache
        self._clock = clock
        self._describer = describer
        self._largest_body = largest_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            return
        version = self._clock.number()
        body = b""
        if scope["method"] == "POST" and scope["path"] == SPARQL:
            try:
                body = await _body(scope, receive, self._largest_body)
            except Refusal as refusal:
                request = Request.of(scope)
                await _send(request, _refused(refusal, request), send)
                return
        key = self._cache.key(scope, body)
        kept = self._cache.find(key, version)
        if kept is not None:
            for message in kept.messages:
                await send(message)
            return
        exchange = _Exchange(Request.of(scope), body, version, key, scope, receive, send)
        if exchange.request.path == SPARQL:
            await self._sparql(exchange)
        else:
            await self._page(exchange)

    async def _sparql(self, exchange: _Exchange) -> None:
        request, send = exchange.request, exchange.send
        if request.method == "OPTIONS":
            await _send(request, Response(204, _PREFLIGHT, b""), send)
            return
        try:
            if request.method not in {"GET", "HEAD", "POST"}:
                raise Refusal(405, "Ask with GET or POST.", (("Allow", "GET, HEAD, POST"),))
            asked = read(request, exchange.body)
        except Refusal as refusal:
            await _send(request, _refused(refusal, request), send)
            return
        if _is_for_people(request, asked):
            await self._page(exchange)
        elif asked.query is None:
            await _send(request, self._description(request, asked), send)
        else:
            answer = await self._endpoint.answer(
                request, asked, exchange.version, exchange.receive, send
            )
            if answer.response is None:
                return
            if answer.sent:
                self._keep(exchange, answer.response, answer.version)
            else:
                await self._finish(exchange, answer.response, answer.version)

    def _description(self, request: Request, asked: Asked) -> Response:
        if request.method == "POST":
            return _refused(Refusal(400, "There is no query; give it as “query”."), request)
        try:
            response = self._describer.answer(request, asked.format)
        except Refusal as refusal:
            return _refused(refusal, request)
        return compressed(response, request.header("accept-encoding"))

    async def _page(self, exchange: _Exchange) -> None:
        captured = _Capture(exchange.send)
        pages = cast(Application, self._pages)
        replayed = _replay(exchange.body, exchange.receive)
        await pages(_with_root(exchange.scope), replayed, captured)
        if not captured.passed_on:
            await self._finish(exchange, captured.response(), exchange.version)

    async def _finish(self, exchange: _Exchange, response: Response, version: int) -> None:
        """Compress a whole response, keep it if it may be, and send it."""
        request = exchange.request
        finished = compressed(response, request.header("accept-encoding"))
        if kept := self._keep(exchange, finished, version):
            for message in kept:
                await exchange.send(message)
        else:
            await _send(request, finished, exchange.send)

    def _keep(self, exchange: _Exchange, response: Response, version: int) -> Messages | None:
        """Keep a response and return it as it is sent, if it goes out whole and may be kept."""
        request = exchange.request
        keepable = response.status == 200 and "no-store" not in response.header("cache-control")
        whole = request.method != "HEAD" and not request.header("if-none-match")
        if keepable and whole and response.header("etag"):
            return self._cache.keep(exchange.key, version, response)
        return None


@dataclass(frozen=True)
class _Exchange:
    """One request, what came with it, and where its response goes.

    ``version`` is that of the dataset when it came: an answer may be newer,
    never older.
    """

    request: Request
    body: bytes
    version: int
    key: Key
    scope: Scope
    receive: Receive
    send: Send


class _Capture:
    """Takes the messages of a response and puts them together; what is large is passed on."""

    def __init__(self, send: Send) -> None:
        self.passed_on = False
        self._send = send
        self._start: MutableMapping[str, Any] = {}
        self._body = bytearray()

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            if (b"accept-ranges", b"bytes") in message.get("headers", ()):
                # A file, or a part of one: its bytes are counted, so they stay as they are.
                self.passed_on = True
                await self._send(message)
        elif self.passed_on:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if len(self._body) > LARGEST:
                self.passed_on = True
                await self._send(self._start)
                await self._send({**message, "body": bytes(self._body)})

    def response(self) -> Response:
        headers = tuple(
            (name.decode("latin-1"), text.decode("latin-1"))
            for name, text in self._start.get("headers", ())
            if name.lower() != b"content-length"
        )
        return Response(int(self._start["status"]), headers, bytes(self._body))


def _with_root(scope: Scope) -> Scope:
    """Return a scope whose path holds the sub-path, which the way to WSGI takes off again."""
    root = scope.get("root_path", "")
    return {**scope, "path": root + scope["path"]} if root else scope


def _is_for_people(request: Request, asked: Asked) -> bool:
    if asked.format:
        return asked.format == PAGE.name
    return best(_MACHINE, request.header("accept")) is PAGE


async def _send(request: Request, response: Response, send: Send) -> None:
    """Send a response, or word that the client has it already."""
    known = request.header("if-none-match")
    if known and response.status == 200 and response.header("etag") in _tags(known):
        kept = ("etag", "vary", "cache-control", "access-control-allow-origin")
        headers = tuple(item for item in response.headers if item[0].lower() in kept)
        response = Response(304, headers, b"")
    await send_whole(response, send, body=request.method != "HEAD")


def _tags(if_none_match: str) -> set[str]:
    items = if_none_match.split(",")
    return {item.strip().removeprefix("W/") for item in items if item.strip()}


def _refused(refusal: Refusal, request: Request) -> Response:
    response = problem(refusal, None, request.header("accept"))
    return Response(response.status, OPEN[:1] + response.headers, response.body)


async def _body(scope: Scope, receive: Receive, largest: int) -> bytes:
    """Return the body of a request.

    Raises:
        Refusal: 413 if it is larger than is read, 415 if it is compressed, 400 if it
            was broken off.
    """
    codings = {text for name, text in scope["headers"] if name == b"content-encoding"}
    if codings - {b"", b"identity"}:
        raise Refusal(415, "The body of a query must not be compressed.")
    body, received = bytearray(), 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "The request was broken off.")
        part = message.get("body", b"")
        received += len(part)
        if received <= largest:
            body += part
        if received > DRAINED or not message.get("more_body"):
            break
    if received > largest:
        raise Refusal(413, f"The query has more than {largest:,} bytes.")
    return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a coroutine function that gives a body again that has been read, then the rest."""
    messages = [{"type": "http.request", "body": body, "more_body": False}] if body else []

    async def again() -> MutableMapping[str, Any]:
        return messages.pop() if messages else await receive()

    return again


async def _live(receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] != "lifespan.shutdown":
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
