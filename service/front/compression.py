"""Compressing answers that are text, whole or as they come."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Protocol

import brotli
import zstandard

from service.front.exchange import Response

SMALLEST = 1_000
"""Bytes below which nothing is gained."""

_TEXT = ("text/", "application/", "image/svg+xml")


class Compressor(Protocol):
    """Takes bytes as they come, gives compressed bytes as there are enough."""

    def add(self, data: bytes) -> bytes:
        """Return what can be sent after some more bytes."""
        ...

    def finish(self) -> bytes:
        """Return what is left at the end."""
        ...


class _Gzip:
    def __init__(self) -> None:
        self._deflate = zlib.compressobj(level=5, wbits=31)

    def add(self, data: bytes) -> bytes:
        return self._deflate.compress(data)

    def finish(self) -> bytes:
        return self._deflate.flush()


class _Brotli:
    def __init__(self) -> None:
        self._brotli = brotli.Compressor(quality=4)

    def add(self, data: bytes) -> bytes:
        found: bytes = self._brotli.process(data)
        return found

    def finish(self) -> bytes:
        found: bytes = self._brotli.finish()
        return found


class _Zstandard:
    def __init__(self) -> None:
        self._zstandard = zstandard.ZstdCompressor(level=3).compressobj()

    def add(self, data: bytes) -> bytes:
        return self._zstandard.compress(data)

    def finish(self) -> bytes:
        return self._zstandard.flush()


_CODINGS: dict[str, type[_Gzip] | type[_Brotli] | type[_Zstandard]] = {
    "zstd": _Zstandard,
    "br": _Brotli,
    "gzip": _Gzip,
}


@dataclass(frozen=True)
class Coding:
    """A content coding that a request takes."""

    name: str

    def compressor(self) -> Compressor:
        """Return a new compressor."""
        return _CODINGS[self.name]()


def coding_for(accept_encoding: str, media_type: str) -> Coding | None:
    """Return how an answer is to be compressed, ``None`` if not at all.

    Args:
        accept_encoding: The header of the request.
        media_type: What the answer is.

    Source:
        RFC 9110, section 12.5.3. Between equals: zstd, br, gzip.
    """
    if not accept_encoding or not media_type.startswith(_TEXT):
        return None
    wanted: dict[str, float] = {}
    for item in accept_encoding.lower().split(","):
        name, _, parameters = item.strip().partition(";")
        quality = parameters.strip().removeprefix("q=") or "1"
        try:
            wanted[name.strip()] = float(quality)
        except ValueError:
            wanted[name.strip()] = 0.0
    default = wanted.get("*", 0.0)
    best = max(_CODINGS, key=lambda name: wanted.get(name, default))
    return Coding(best) if wanted.get(best, default) > 0 else None


def compressed(response: Response, accept_encoding: str) -> Response:
    """Return a whole response as a request wants it, its tag marked with the coding."""
    told = response.header("vary")
    vary = _with(told, "Accept-Encoding")
    coding = coding_for(accept_encoding, response.header("content-type"))
    if coding is None or len(response.body) < SMALLEST or response.header("content-encoding"):
        return response if vary == told else response.replaced(vary=vary)
    compressor = coding.compressor()
    body = compressor.add(response.body) + compressor.finish()
    tag = marked_tag(response.header("etag"), coding)
    return response.replaced(body, vary=vary, etag=tag, content_encoding=coding.name)


def marked_tag(tag: str, coding: Coding | None) -> str:
    """Return an entity tag for the bytes of a coding: equal tags mean equal bytes."""
    return f'{tag[:-1]}-{coding.name}"' if tag and coding else tag


def _with(vary: str, name: str) -> str:
    names = [item.strip() for item in vary.split(",") if item.strip()]
    return ", ".join(names if name in names else [*names, name])
