"""Who is asking, and how much of it at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from service.front.exchange import Request
from service.front.refusals import Refusal


class Clients:
    """Counts the queries that each client has under way; used from one thread."""

    def __init__(self, at_a_time: int, trusted_proxies: int) -> None:
        """Set the limit, and how many proxies in front of us tell the truth.

        Args:
            at_a_time: Queries that one client may have under way; 0 for any number.
            trusted_proxies: Entries at the end of ``X-Forwarded-For`` that our
                own proxies wrote; 0 if clients reach us directly.
        """
        self._limit = at_a_time
        self._trusted = trusted_proxies
        self._under_way: Counter[str] = Counter()

    @contextmanager
    def one_more(self, request: Request) -> Iterator[None]:
        """Count a query of a client while it is under way.

        Raises:
            Refusal: 429 if it has as many as it may.
        """
        client = self.name(request)
        if self._limit and self._under_way[client] >= self._limit:
            message = f"At most {self._limit} queries of one client are answered at a time."
            raise Refusal(429, message, (("Retry-After", "1"),))
        self._under_way[client] += 1
        try:
            yield
        finally:
            self._under_way[client] -= 1
            if not self._under_way[client]:
                del self._under_way[client]

    def name(self, request: Request) -> str:
        """Return the address of the client, as the outermost proxy we trust saw it."""
        if not self._trusted:
            return request.client
        forwarded = [item.strip() for item in request.header("x-forwarded-for").split(",")]
        chain = [item for item in forwarded if item]
        return chain[-self._trusted] if len(chain) >= self._trusted else request.client
