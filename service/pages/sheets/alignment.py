"""Which provisions of two acts correspond, and which words of theirs differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Standing = Literal["same", "changed", "added", "removed"]

_ENOUGH = 0.55
"""From which likeness on two provisions are taken to correspond."""

_WORDS = re.compile(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+")


@dataclass(frozen=True)
class Provision:
    """What one paragraph says, in our own words; ``verb`` and ``addressees`` are IRIs."""

    iri: str
    number: str
    text: str
    verb: str
    addressees: frozenset[str]


@dataclass(frozen=True)
class Piece:
    """A run of words that both have, or only the older, or only the newer."""

    kind: Literal["both", "older", "newer"]
    text: str


@dataclass(frozen=True)
class Pair:
    """Two provisions that correspond, or one that has no counterpart."""

    standing: Standing
    older: Provision | None
    newer: Provision | None
    pieces: tuple[Piece, ...] = ()


def align(older: Sequence[Provision], newer: Sequence[Provision]) -> tuple[Pair, ...]:
    """Return the provisions of two acts side by side, in the order of the newer.

    The most alike are paired first. What only the older has stands behind what
    precedes it there.
    """
    partners = _partners(older, newer)
    pairs: list[tuple[float, Pair]] = []
    taken = {old: new for new, old in partners.items()}
    for new, provision in enumerate(newer):
        old = partners.get(new)
        pair = Pair("added", None, provision) if old is None else _pair(older[old], provision)
        pairs.append((new, pair))
    for old, provision in enumerate(older):
        if old not in taken:
            before = max((taken[other] for other in range(old) if other in taken), default=-1)
            pairs.append((before + 0.5, Pair("removed", provision, None)))
    return tuple(pair for _, pair in sorted(pairs, key=lambda entry: entry[0]))


def likeness(older: Provision, newer: Provision) -> float:
    """Return how alike two provisions are, from 0 to 1: words, verb, addressees, number."""
    words = SequenceMatcher(None, _folded(older.text), _folded(newer.text), autojunk=False).ratio()
    verb = older.verb == newer.verb != ""
    union = older.addressees | newer.addressees
    addressees = len(older.addressees & newer.addressees) / len(union) if union else 0.0
    return 0.7 * words + 0.12 * verb + 0.12 * addressees + 0.06 * (older.number == newer.number)


def pieces(older: str, newer: str) -> tuple[Piece, ...]:
    """Return two texts as one, word by word.

    Example:
        >>> [(piece.kind, piece.text) for piece in pieces("by May", "by June")]
        [('both', 'by'), ('older', 'May'), ('newer', 'June')]
    """
    before, after = _words(older), _words(newer)
    found: list[Piece] = []
    for name, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if name == "equal":
            found.append(Piece("both", _joined(before[a:b])))
            continue
        if b > a:
            found.append(Piece("older", _joined(before[a:b])))
        if d > c:
            found.append(Piece("newer", _joined(after[c:d])))
    return tuple(found)


def _partners(older: Sequence[Provision], newer: Sequence[Provision]) -> dict[int, int]:
    """Return, by the place of a newer provision, that of the older that it corresponds to."""
    scores = sorted(
        (
            (likeness(a, b), -abs(old - new), new, old)
            for new, b in enumerate(newer)
            for old, a in enumerate(older)
        ),
        reverse=True,
    )
    partners: dict[int, int] = {}
    for score, _, new, old in scores:
        if score >= _ENOUGH and new not in partners and old not in partners.values():
            partners[new] = old
    return partners


def _pair(older: Provision, newer: Provision) -> Pair:
    said = older.text == newer.text
    same = said and older.verb == newer.verb and older.addressees == newer.addressees
    return Pair("same" if same else "changed", older, newer, pieces(older.text, newer.text))


def _words(text: str) -> list[str]:
    return _WORDS.findall(text)


def _folded(text: str) -> list[str]:
    return [word.strip(".,;:()").casefold() for word in _words(text)]


def _joined(words: Iterable[str]) -> str:
    """Return words as they were; between Chinese characters there is no space."""
    text = " ".join(words)
    return re.sub(r"(?<=[\u2e80-\uffef]) (?=[\u2e80-\uffef])", "", text)
