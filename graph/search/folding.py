"""Texts of six languages made comparable, with the way back to the letters they came from.

Two texts that a reader takes for the same are the same words here: case, accents,
full-width forms, Arabic marks, tatweel, forms of alef, ya and ta marbuta make no
difference, digits of any script are Western ones, and the Arabic article and the
particles written on to it are taken off. Each Han character is a word of its own,
since Chinese writes no spaces.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_ARABIC = str.maketrans({"ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ـ": ""})
_JOINED = ("وال", "بال", "كال", "فال", "ال", "لل")
_SHORTEST_STEM = 3
_DROPPED = {"Mn", "Me", "Cf"}
_HAN = (("㐀", "䶿"), ("一", "鿿"), ("豈", "\ufaff"), ("\U00020000", "\U0003ffff"))


@dataclass(frozen=True)
class Word:
    """One word as it is compared, and where it stands in the text: from ``start`` up to ``end``."""

    text: str
    start: int
    end: int

    @property
    def is_han(self) -> bool:
        """Whether it is a Chinese character, which needs its neighbours to mean something."""
        return is_han(self.text)


def words(text: str) -> list[Word]:
    """Return the words of a text in their order.

    Example:
        >>> [word.text for word in words("Résolution 1/5 du 人居大会")]
        ['resolution', '1', '5', 'du', '人', '居', '大', '会']
    """
    return list(_words(text))


def folded(text: str) -> str:
    """Return the words of a text with a space between them.

    Example:
        >>> folded("«الأمم المتّحدة»") == folded("امم متحده")
        True
    """
    return " ".join(word.text for word in _words(text))


def is_han(text: str) -> bool:
    """Return whether a word is a Chinese character."""
    return any(first <= text[:1] <= last for first, last in _HAN)


def without_article(word: str, shortest: int = _SHORTEST_STEM) -> str:
    """Return an Arabic word without the article and what is written on to it.

    Args:
        word: The folded word.
        shortest: How many letters must stay; else the word is left as it is.
    """
    for joined in _JOINED:
        if word.startswith(joined) and len(word) - len(joined) >= shortest:
            return word[len(joined) :]
    return word


@lru_cache(maxsize=8192)
def folded_letter(letter: str) -> str | None:
    """Return what a character is compared as: nothing for a mark, ``None`` if it ends a word."""
    parts = unicodedata.normalize("NFKD", letter).casefold()
    parts = unicodedata.normalize("NFKD", parts).translate(_ARABIC)
    kept = [_digit(part) for part in parts if unicodedata.category(part) not in _DROPPED]
    if not kept:
        return "" if parts != letter or unicodedata.category(letter) in _DROPPED else None
    found = "".join(kept)
    return found if found.isalnum() else None


def _digit(letter: str) -> str:
    number = unicodedata.decimal(letter, None)
    return letter if number is None else str(number)


def _words(text: str) -> Iterator[Word]:
    start, letters = 0, ""
    for place, letter in enumerate(text):
        found = folded_letter(letter)
        if found == "":
            continue
        if found is None or is_han(found):
            if letters:
                yield Word(without_article(letters), start, _end(text, start, place))
            letters = ""
            if found:
                yield Word(found, place, place + 1)
            continue
        if not letters:
            start = place
        letters += found
    if letters:
        yield Word(without_article(letters), start, _end(text, start, len(text)))


def _end(text: str, start: int, end: int) -> int:
    """Return the end of a word without the invisible characters after it."""
    while end > start + 1 and unicodedata.category(text[end - 1]) == "Cf":
        end -= 1
    return end
