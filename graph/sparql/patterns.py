"""Reading a group of triple patterns and filters from tokens; nothing else is understood.

What may stand in such a group is a part of SPARQL's grammar: triples with
variables, IRIs and literals, predicates that are names or paths of length one
or more, and FILTER. Everything else ends the reading.

Source:
    SPARQL 1.1 Query Language, section 19.8, rules 53 to 56, 68 and 75 to 95.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph.sparql.guard import Token, located_tokens


class OtherwiseError(Exception):
    """Something stands in a group that is not understood here; no fault of anybody."""


@dataclass(frozen=True)
class Pattern:
    """A triple pattern, each part as it is written."""

    subject: str
    predicate: str
    object: str

    @property
    def variables(self) -> frozenset[str]:
        """The variables in it, by their names."""
        parts = (self.subject, self.predicate, self.object)
        return frozenset(part[1:] for part in parts if part[0] in "?$")

    def __str__(self) -> str:
        """Return it as it is written."""
        return f"{self.subject} {self.predicate} {self.object}"


@dataclass(frozen=True)
class Group:
    """What stands between two braces: triple patterns, and filters as their tokens."""

    patterns: tuple[Pattern, ...]
    filters: tuple[tuple[Token, ...], ...]


def read_tokens(text: str) -> list[Token]:
    """Return the tokens of a text; a dot at the end of a name or number stands alone.

    Example:
        >>> [token.text for token in read_tokens("?s a ex:Act.")]
        ['?s', 'a', 'ex:Act', '.']
    """
    return [part for token in located_tokens(text) for part in _parts(token)]


def read_group(tokens: Sequence[Token], fresh: Iterator[str]) -> Group:
    """Read what stands between two braces.

    Args:
        tokens: It, without the braces.
        fresh: Variables that stand nowhere else, for what a path leads through.

    Raises:
        OtherwiseError: If anything else stands there.
    """
    return _Reader(tokens, fresh).group()


def closing(tokens: Sequence[Token], at: int) -> int:
    """Return where the bracket is closed that is opened at a place.

    Raises:
        OtherwiseError: If it is not closed.
    """
    depth = 0
    for number in range(at, len(tokens)):
        depth += (tokens[number].kind == "open") - (tokens[number].kind == "close")
        if not depth:
            return number
    raise OtherwiseError


class _Reader:
    """Reads from the first token to the last."""

    def __init__(self, tokens: Sequence[Token], fresh: Iterator[str]) -> None:
        self._tokens = tokens
        self._fresh = fresh
        self._at = 0
        self._patterns: list[Pattern] = []

    def group(self) -> Group:
        filters = []
        while self._at < len(self._tokens):
            if self._text().upper() == "FILTER":
                filters.append(self._filter())
                self._skip(".")
            else:
                self._same_subject()
                if not self._skip(".") and self._text().upper() not in {"", "FILTER"}:
                    raise OtherwiseError
        return Group(tuple(self._patterns), tuple(filters))

    def _filter(self) -> tuple[Token, ...]:
        begin = self._at
        self._at += 1
        exists = self._skip("NOT") | self._skip("EXISTS")
        if not exists and self._kind() in {"word", "iri", "name"}:
            self._at += 1
        if self._text() != ("{" if exists else "("):
            raise OtherwiseError
        self._at = closing(self._tokens, self._at) + 1
        return tuple(self._tokens[begin : self._at])

    def _same_subject(self) -> None:
        if not self._is_node():
            raise OtherwiseError
        subject = self._take()
        self._objects(subject, self._path())
        while self._skip(";"):
            if self._text() not in {";", ".", ""} and self._text().upper() != "FILTER":
                self._objects(subject, self._path())

    def _objects(self, subject: str, steps: Sequence[str]) -> None:
        self._lead(subject, steps, self._object())
        while self._skip(","):
            self._lead(subject, steps, self._object())

    def _lead(self, subject: str, steps: Sequence[str], end: str) -> None:
        """Add a pattern for each step of a path."""
        for step in steps[:-1]:
            between = next(self._fresh)
            self._patterns.append(Pattern(subject, step, between))
            subject = between
        self._patterns.append(Pattern(subject, steps[-1], end))

    def _path(self) -> Sequence[str]:
        """Return the steps of a predicate: more than one if it is a sequence."""
        if self._kind() == "variable":
            return [self._take()]
        steps = [self._step()]
        parted = ""
        while (parting := self._text()) in {"/", "|"}:
            if parted and parting != parted:
                raise OtherwiseError
            parted = self._take()
            steps.append(self._step())
        return [" | ".join(steps)] if parted == "|" else steps

    def _step(self) -> str:
        begin = self._at
        self._skip("^")
        self._skip("!")
        if self._text() == "(":
            self._at = closing(self._tokens, self._at) + 1
        elif self._text() == "a" or self._is_name():
            self._at += 1
        else:
            raise OtherwiseError
        # A sign is part of the number that follows it.
        if self._skip("+") and self._kind() == "number":
            raise OtherwiseError
        step = self._tokens[begin : self._at]
        # A path that may have no length leads to terms that are not in the data.
        if not all(token.kind in {"iri", "name"} or token.text in _IN_A_STEP for token in step):
            raise OtherwiseError
        return " ".join(token.text for token in step)

    def _object(self) -> str:
        sign = self._take() if self._text() in {"+", "-"} else ""
        if self._kind() == "number":
            return sign + self._take()
        if sign:
            raise OtherwiseError
        if self._is_node() or self._text() in {"true", "false"}:
            return self._take()
        if self._kind() not in {"string", "long"}:
            raise OtherwiseError
        literal = self._take()
        if self._text().startswith("@"):
            return literal + self._take()
        if self._skip("^^"):
            if not self._is_name():
                raise OtherwiseError
            return f"{literal}^^{self._take()}"
        return literal

    def _is_node(self) -> bool:
        return self._kind() == "variable" or self._is_name()

    def _is_name(self) -> bool:
        return self._kind() in {"iri", "name"} and not self._text().startswith("@")

    def _text(self) -> str:
        return self._tokens[self._at].text if self._at < len(self._tokens) else ""

    def _kind(self) -> str:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1].text

    def _skip(self, text: str) -> bool:
        found = self._text().upper() == text
        self._at += found
        return found


_IN_A_STEP = frozenset("()^!|/+a")


def _parts(token: Token) -> Iterator[Token]:
    whole = token.text.removesuffix(".")
    if token.kind not in {"name", "number"} or whole == token.text or whole[-1:] == "\\":
        yield token
        return
    if whole:
        yield token._replace(text=whole, end=token.end - 1)
    yield Token("other", ".", token.end - 1, token.end)
