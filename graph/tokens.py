"""Who may write: bearer tokens, of which only digests are kept.

A token is 256 random bits, so a fast digest is enough: a slow one protects
passwords, which can be guessed, and would let strangers keep the processors busy.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal as OneOf

from graph.errors import StoreError, TokenError

Scope = OneOf["read-all", "write-graph", "admin"]
SCOPES: tuple[Scope, ...] = ("read-all", "write-graph", "admin")
"""Each allows what those before it allow, and more."""

_PREFIX = "mg_"


@dataclass(frozen=True)
class Token:
    """What is known of a token: everything but the token itself.

    Times are ISO 8601 in UTC; ``expires`` is empty for a token that does not end.
    """

    id: str
    name: str
    scope: Scope
    digest: str
    created: str
    expires: str = ""

    def allows(self, scope: Scope) -> bool:
        """Return whether the token's scope includes another."""
        return SCOPES.index(self.scope) >= SCOPES.index(scope)

    def is_over(self, now: datetime | None = None) -> bool:
        """Return whether the token has expired."""
        now = now or datetime.now(UTC)
        return bool(self.expires) and datetime.fromisoformat(self.expires) <= now


class TokenBook:
    """The tokens of one installation, in one file of its home that only its owner may read."""

    def __init__(self, home: Path, admin_token: str = "") -> None:
        """Name the home; nothing is read yet.

        Args:
            home: The home of the installation.
            admin_token: A further token, with every scope; empty for none.
        """
        self._path = home / "tokens.json"
        self._bootstrap: tuple[Token, ...] = ()
        if admin_token:
            self._bootstrap = (
                Token("admin", "MANDATEGRAPH_ADMIN_TOKEN", "admin", _digest(admin_token), ""),
            )
        self._read: tuple[tuple[int, int], tuple[Token, ...]] = ((-1, -1), ())

    def listed(self) -> tuple[Token, ...]:
        """Return the tokens of the file, in the order they were made.

        Raises:
            StoreError: If the file cannot be read.
        """
        try:
            found = self._path.stat()
            stamp = (found.st_mtime_ns, found.st_ino)
            if stamp != self._read[0]:
                documents = json.loads(self._path.read_text("utf-8"))
                self._read = (stamp, tuple(Token(**document) for document in documents))
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError) as error:
            raise StoreError("The file of tokens cannot be read.") from error
        return self._read[1]

    def is_empty(self) -> bool:
        """Return whether there is no token at all, so that nobody may write."""
        return not self._bootstrap and not self.listed()

    def find(self, secret: str) -> Token | None:
        """Return what is known of a token, ``None`` if it is unknown or has expired.

        The time this takes tells nothing about how near a guess was.
        """
        digest = _digest(secret)
        found = None
        for token in (*self._bootstrap, *self.listed()):
            if hmac.compare_digest(token.digest, digest) and not token.is_over():
                found = token
        return found

    def create(self, scope: Scope, name: str = "", days: int = 0) -> tuple[str, Token]:
        """Make a token and return it with what is kept of it; it cannot be had again.

        Args:
            scope: What it allows.
            name: What writes made with it are logged under; its id if empty.
            days: After how many it ends; 0 for never.
        """
        secret = _PREFIX + secrets.token_urlsafe(32)
        now = datetime.now(UTC).replace(microsecond=0)
        try:
            expires = (now + timedelta(days=days)).isoformat() if days else ""
        except OverflowError as error:
            raise TokenError("A token can last a few thousand years at most.") from error
        identifier = secrets.token_hex(4)
        token = Token(
            identifier, name or identifier, scope, _digest(secret), now.isoformat(), expires
        )
        with self._changing() as tokens:
            tokens.append(token)
        return secret, token

    def revoke(self, identifier: str) -> Token:
        """Remove a token by its id or, if only one has it, its name; it ends at once.

        Raises:
            TokenError: If there is none, or several have the name.
        """
        with self._changing() as tokens:
            found = [token for token in tokens if identifier in {token.id, token.name}]
            if len(found) != 1:
                what = "No token has" if not found else f"{len(found)} tokens have"
                raise TokenError(f"{what} the id or name ‘{identifier}’; see “token list”.")
            tokens.remove(found[0])
        return found[0]

    @contextmanager
    def _changing(self) -> Iterator[list[Token]]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with (self._path.parent / "tokens.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                tokens = list(self.listed())
                yield tokens
                self._write(tokens)
        except OSError as error:
            raise StoreError("The file of tokens cannot be written.") from error

    def _write(self, tokens: list[Token]) -> None:
        text = json.dumps([asdict(token) for token in tokens], indent=1) + "\n"
        making = self._path.with_suffix(".making")
        making.unlink(missing_ok=True)
        descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        making.rename(self._path)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
