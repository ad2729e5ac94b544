"""The SPARQL endpoint for programs: from a request to the bytes of its answer.

Evaluation happens in a worker; here there is only waiting for it.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from contextlib import suppress
from dataclasses import dataclass

from graph.errors import MandateGraphError
from graph.sparql.guard import check_query
from graph.workers.evaluating import Evaluation, Evaluator
from graph.workers.wire import Request as Query
from service.front.cache import LARGEST
from service.front.choice import Choice, chosen
from service.front.clients import Clients
from service.front.compression import Coding, coding_for, marked_tag
from service.front.exchange import Headers, Receive, Request, Response, Send, start
from service.front.protocol import Asked
from service.front.refusals import Refusal, problem, refusal_for

GATHERED = 256 * 1024
"""Bytes that are waited for before an answer is sent in parts."""

QUICK = 0.05
"""Seconds after which a query is slow enough to look whether its client is still there."""

OPEN: Headers = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "ETag, Link, Retry-After"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-cache"),
    ("Vary", "Accept, Accept-Encoding"),
)


@dataclass(frozen=True)
class Answer:
    """A whole answer and the version it rests on.

    If it was ``sent`` in parts already, it is there only to be kept, and
    ``None`` if it is too large for that or did not come to its end.
    """

    response: Response | None
    version: int = 0
    sent: bool = False


@dataclass(frozen=True)
class _Wanted:
    """A query that may be evaluated; ``tag`` is that of an answer from ``version``."""

    request: Request
    asked: Asked
    choice: Choice
    graphs: bool
    version: int
    tag: str


class SparqlEndpoint:
    """Answers queries through the workers of a pool."""

    def __init__(self, pool: Evaluator, clients: Clients, largest: int) -> None:
        """Keep what queries are handed to; ``largest`` is the bytes an answer may have."""
        self._pool = pool
        self._clients = clients
        self._largest = largest

    async def answer(
        self, request: Request, asked: Asked, version: int, receive: Receive, send: Send
    ) -> Answer:
        """Answer a query.

        Args:
            request: The request it came with.
            asked: What was read from it; the query is there.
            version: The oldest version of the dataset that will do.
            receive: Tells when the client goes away; the query is then stopped.
            send: Where an answer goes that is too large to wait for.

        Returns:
            The whole response, not sent yet unless it was too large to wait for.
        """
        try:
            query = asked.query or ""
            if not query.strip():
                raise Refusal(400, "There is no query; give it as “query”.")
            look = check_query(query)
            choice = chosen(look.form, asked.format, request.header("accept"))
            tag = _tag(asked, choice, version)
            known = request.header("if-none-match")
            if known and tag in _tags(known):
                return Answer(Response(304, (*OPEN, ("ETag", tag)), b""), version)
            with self._clients.one_more(request):
                wanted = _Wanted(request, asked, choice, look.graphs, version, tag)
                return await self._evaluate(wanted, receive, send)
        except Refusal as refusal:
            return Answer(self._refused(refusal, None, request))
        except MandateGraphError as error:
            return Answer(self._refused(refusal_for(error), error, request))

    @staticmethod
    def _refused(refusal: Refusal, error: MandateGraphError | None, request: Request) -> Response:
        response = problem(refusal, error, request.header("accept"))
        return Response(response.status, OPEN[:1] + response.headers, response.body)

    async def _evaluate(self, wanted: _Wanted, receive: Receive, send: Send) -> Answer:
        asked, choice = wanted.asked, wanted.choice
        query = Query(
            asked.query or "",
            choice.results,
            choice.graph,
            wanted.request.address,
            asked.default,
            asked.named,
            wanted.graphs,
        )
        call = await self._pool.begin(query, wanted.version)
        watch = _Watch(call, receive)
        try:
            await call.header()
            same = call.version == wanted.version
            tag = wanted.tag if same else _tag(asked, choice, call.version)
            headers = (*OPEN, ("Content-Type", choice.content_type), ("ETag", tag))
            first = await _gathered(call)
            if len(first) < GATHERED:
                return Answer(Response(200, headers, first), call.version)
            sent = await self._stream(wanted, headers, first, call, send)
            return Answer(sent, call.version, sent=True)
        finally:
            watch.end()
            call.close()

    async def _stream(
        self, wanted: _Wanted, headers: Headers, part: bytes, call: Evaluation, send: Send
    ) -> Response | None:
        """Send an answer as it comes; return without an end if it does not come to its end.

        The server then breaks the connection, so that nobody takes a part for
        the whole.

        Returns:
            What was sent, if it is whole and small enough to be kept.
        """
        request = wanted.request
        coding = coding_for(request.header("accept-encoding"), wanted.choice.media_type)
        compressor = coding.compressor() if coding else None
        coded = _coded(headers, coding)
        await send(start(200, coded))
        if request.method == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return None
        length, kept = 0, bytearray()
        with suppress(MandateGraphError, TimeoutError):
            while part:
                length += len(part)
                if length > self._largest:
                    return None
                body = compressor.add(part) if compressor else part
                if len(kept) <= LARGEST:
                    kept += body
                async with asyncio.timeout(max(0.001, call.deadline - time.monotonic())):
                    await send({"type": "http.response.body", "body": body, "more_body": True})
                part = await _gathered(call) if len(part) >= GATHERED else b""
            rest = compressor.finish() if compressor else b""
            await send({"type": "http.response.body", "body": rest})
            kept += rest
            return Response(200, coded, bytes(kept)) if len(kept) <= LARGEST else None
        return None


class _Watch:
    """Stops a query whose client goes away; begins to look when the query is not quick."""

    def __init__(self, call: Evaluation, receive: Receive) -> None:
        self._call = call
        self._receive = receive
        self._task: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(QUICK, self._begin)

    def end(self) -> None:
        self._timer.cancel()
        if self._task:
            self._task.cancel()

    def _begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._call.stop()


async def _gathered(call: Evaluation) -> bytes:
    """Return the next ``GATHERED`` bytes of an answer or a few more; at its end fewer."""
    part = await call.part()
    if not part or len(part) >= GATHERED:
        return part
    gathered = bytearray(part)
    while len(gathered) < GATHERED and (part := await call.part()):
        gathered += part
    return bytes(gathered)


def _coded(headers: Headers, coding: Coding | None) -> Headers:
    """Return the headers of a stream, its tag and coding as its bytes will be."""
    if coding is None:
        return headers
    marked = tuple(
        (name, marked_tag(text, coding) if name == "ETag" else text) for name, text in headers
    )
    return (*marked, ("Content-Encoding", coding.name))


def _tag(asked: Asked, choice: Choice, version: int) -> str:
    """Return a tag that two answers share only if their bytes are the same."""
    parts = (
        str(version),
        choice.media_type,
        asked.query or "",
        repr(asked.default),
        repr(asked.named),
    )
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return f'"{digest[:32]}"'


def _tags(if_none_match: str) -> set[str]:
    """Return the tags a client has, without the marks of codings."""
    tags = (item.strip().removeprefix("W/").strip('"') for item in if_none_match.split(","))
    return {f'"{tag.partition("-")[0]}"' for tag in tags if tag}
