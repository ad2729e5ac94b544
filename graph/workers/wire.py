"""What service and worker say to each other: frames of a kind, a length and bytes.

The worker sends ``HELLO`` on a new connection. The service sends ``ASK``, one at
a time; the worker sends a ``FAULT``, or a ``HEADER`` with the form of the answer,
any number of ``DATA`` and an ``END`` (or a ``FAULT`` in the place of the end:
what came is then not the answer). A worker whose version is old sends ``BYE`` in
place of all this, and has not looked at the query.
"""

from __future__ import annotations

import dataclasses
import json
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from graph.store.interface import AnswerForm, GraphFormat, ResultFormat

_HEAD = struct.Struct(">cI")
_LENGTH = struct.Struct(">I")

HELLO, ASK, HEADER, DATA, END, FAULT, BYE = (bytes([letter]) for letter in b"HAFDEXB")

_TEXT = ("utf-8", "surrogatepass")
_MANNERS = 16
"""Manners of asking that are kept; a stranger may name a megabyte of graphs in each."""

CHUNK = 64 * 1024
"""Bytes that are gathered before they are sent."""


@dataclass(frozen=True)
class Hello:
    """The first thing a worker says: who it is, and which version it answers from."""

    pid: int
    version: int


@dataclass(frozen=True)
class Request:
    """One query: its text, the formats wanted, and the graphs it is to be asked of.

    ``default_graphs`` and ``named_graphs`` are ``None`` where the request names
    none: then the query itself, or the union of all graphs, decides. ``base``
    is what relative IRIs of the query are resolved against, if not empty.
    ``graphs`` says whether the query speaks of graphs, where a look at it has
    shown that it may be asked; a worker looks itself where it is ``None``.
    """

    query: str
    results: ResultFormat
    graph: GraphFormat
    base: str = ""
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    graphs: bool | None = None


@dataclass(frozen=True)
class FaultReport:
    """Why there is no answer; ``kind`` is the name of one of our errors."""

    kind: str
    message: str
    line: int | None = None
    column: int | None = None


Message = Hello | FaultReport


class ConnectionBroken(Exception):  # noqa: N818 - a state of the line, not a fault of anybody
    """The other side ended, or was ended, in the middle."""


def frame(kind: bytes, body: bytes | Message = b"") -> bytes:
    """Return one frame as it is sent."""
    if not isinstance(body, bytes):
        body = json.dumps(vars(body)).encode()
    return _HEAD.pack(kind, len(body)) + body


def ask(request: Request) -> bytes:
    """Return the frame of an ``ASK``: how it is asked, which is mostly as before, and the query."""
    manner = _manner(
        request.results,
        request.graph,
        request.base,
        request.default_graphs,
        request.named_graphs,
        request.graphs,
    )
    return frame(ASK, _LENGTH.pack(len(manner)) + manner + request.query.encode(*_TEXT))


def asked(body: bytes) -> Request:
    """Return what the body of an ``ASK`` asks."""
    end = _LENGTH.size + _LENGTH.unpack_from(body)[0]
    return Request(body[end:].decode(*_TEXT), **_fields(body[_LENGTH.size : end]))


@lru_cache(maxsize=_MANNERS)
def _manner(*fields: object) -> bytes:
    names = (field.name for field in dataclasses.fields(Request)[1:])
    return json.dumps(dict(zip(names, fields, strict=True))).encode()


@lru_cache(maxsize=_MANNERS)
def _fields(manner: bytes) -> Mapping[str, Any]:
    return parse(manner)


def form_of(body: bytes) -> AnswerForm:
    """Return the form of an answer that the body of a ``HEADER`` names."""
    return cast(AnswerForm, body.decode())


class Frames:
    """Takes bytes as they come, gives whole frames."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._bytes = bytearray()

    def __len__(self) -> int:
        """Return how many bytes were taken and not given yet."""
        return len(self._bytes)

    def feed(self, data: bytes) -> None:
        """Take some more bytes.

        Raises:
            ConnectionBroken: If there are none: the line has ended.
        """
        if not data:
            raise ConnectionBroken
        self._bytes += data

    def next(self) -> tuple[bytes, bytes] | None:
        """Return the kind and the bytes of the next frame; ``None`` if more must come first."""
        if len(self._bytes) < _HEAD.size:
            return None
        kind, length = _HEAD.unpack_from(self._bytes)
        end = _HEAD.size + length
        if len(self._bytes) < end:
            return None
        body = bytes(self._bytes[_HEAD.size : end])
        del self._bytes[:end]
        return kind, body


def receive(line: socket.socket, frames: Frames) -> tuple[bytes, bytes]:
    """Return the kind and the bytes of the next frame, waiting for it.

    Raises:
        ConnectionBroken: If the line ends.
        TimeoutError: If the time-out of the socket passes.
    """
    while (found := frames.next()) is None:
        try:
            frames.feed(line.recv(4 * CHUNK))
        except ConnectionError as error:
            raise ConnectionBroken from error
    return found


def parse(body: bytes) -> dict[str, Any]:
    """Return the fields of a message, lists as tuples."""
    fields = json.loads(body)
    return {
        name: tuple(field) if isinstance(field, list) else field for name, field in fields.items()
    }
