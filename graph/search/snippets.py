"""Which words of a text are shown for a hit, and which of them are marked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from graph.languages import best
from graph.search.expressions import Sought
from graph.search.folding import Word, words
from graph.search.model import Field, Piece, Snippet, Text

LENGTH = 240
"""Characters of a snippet, more or less."""

_BEFORE = 60
_PREFERENCE: dict[Field, int] = {"text": 0, "name": 1, "label": 2, "symbol": 3}


@dataclass(frozen=True)
class Fit:
    """A text, which of its words were sought, and how many different ones these are."""

    text: Text
    marked: tuple[Word, ...]
    count: int


def fits(texts: Collection[Text], sought: Sought, language: str, tongue: str = "") -> list[Fit]:
    """Return how each text fits what is sought, the best first, those that do not left out.

    Of equals, texts come before names and names before symbols; then those in the
    language asked for, in English, in others.

    Args:
        texts: The texts of one thing.
        sought: What is sought.
        language: Code of the language that is preferred.
        tongue: Code of the only language that counts, if not empty.
    """
    found = []
    for text in texts:
        if tongue and not text.language.startswith(tongue):
            continue
        marked, different = [], set()
        for word in words(text.text):
            if (which := sought.fits(word.text)) is not None:
                marked.append(word)
                different.add(which)
        if marked:
            found.append(Fit(text, tuple(marked), len(different)))
    return sorted(
        found,
        key=lambda fit: (
            -fit.count,
            _PREFERENCE[fit.text.field],
            fit.text.language != language,
            fit.text.language != "en",
            fit.text.language,
            fit.text.text,
        ),
    )


def shown(texts: Sequence[Text], language: str) -> Text | None:
    """Return the first name of a thing in a language, in English, in any; else what there is."""
    for field in ("label", "name", "symbol", "text"):
        named = [text for text in texts if text.field == field]
        if named:
            tongue = best((text.language for text in named), language)
            return next(text for text in named if text.language == tongue)
    return None


def snippet(text: Text, marked: Sequence[Word], length: int = LENGTH) -> Snippet:
    """Return the part of a text with the most of what was sought, marked.

    Args:
        text: The text.
        marked: The words to mark, in their order.
        length: Characters, more or less; a shorter text is returned whole.
    """
    start, end = _window(text.text, marked, length)
    pieces = [Piece("… ")] if start else []
    at = start
    for word in marked:
        if start <= word.start and word.end <= end:
            if word.start > at:
                pieces.append(Piece(text.text[at : word.start]))
            found = text.text[word.start : word.end]
            if word.start == at and pieces and pieces[-1].marked:
                pieces[-1] = Piece(pieces[-1].text + found, True)
            else:
                pieces.append(Piece(found, True))
            at = word.end
    if at < end:
        pieces.append(Piece(text.text[at:end]))
    if end < len(text.text):
        pieces.append(Piece(" …"))
    return Snippet(tuple(pieces), text.language)


def _window(text: str, marked: Sequence[Word], length: int) -> tuple[int, int]:
    if len(text) <= length or not marked:
        return 0, len(text) if len(text) <= length else _edge(text, length)
    room = length - _BEFORE
    first = max(
        marked,
        key=lambda word: sum(word.start <= other.start < word.start + room for other in marked),
    )
    start = min(max(0, first.start - _BEFORE), len(text) - length)
    while 0 < start < first.start and not text[start - 1].isspace() and text[start - 1].isascii():
        start += 1
    return start, max(_edge(text, start + length), first.end)


def _edge(text: str, end: int) -> int:
    """Return an end that does not part a word, where words are parted by spaces."""
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", max(0, end - 30), end + 1)
    return space if space > 0 else end
