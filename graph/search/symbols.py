"""The ways of citing an act, in six languages, and the keys that they come to.

``resolution 1/5``, ``第 1/5 号决议``, ``قرار 1/5`` and ``HSP/HA.1/Res.5`` mean one act;
``decision 1/3`` and ``resolution 1/3`` are two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graph.search.folding import folded, folded_letter

MAX_LENGTH = 200
"""Characters of a text that can be a citation."""

_KINDS = {
    "resolution": re.compile(
        r"^(resolutions?|resolucion(es)?|res|резолюци\w*|рез|决议|決議|قرار\w*|resol)$"
    ),
    "decision": re.compile(r"^(decisions?|decision(es)?|dec|решени\w*|реш|决定|決定|مقرر\w*)$"),
}
_NOISE = frozenset(
    [
        *(
            "n",
            "no",
            "nos",
            "num",
            "number",
            "numero",
            "numeros",
            "nr",
            "第",
            "号",
            "號",
            "رقم",
            "номер",
        ),
        *("the", "of", "by", "and", "adopted"),
        *("de", "du", "des", "del", "d", "l", "la", "le", "les", "el", "los", "las", "et", "y"),
        *("и", "на", "о", "و"),
    ]
)
_NUMBER = re.compile(
    r"(?<![\w/.\-])(?:(?:(?:es|s)-)?\d{1,4}/\d{1,4}(?: ?[a-z](?![\w]))?(?![\w/])"
    r"|\d{1,4} ?(?:[a-z] ?)?\((?:[ivxlc]+|(?:es|s)-[ivxlc]+|\d{4})\))"
)
_PLAIN = re.compile(r"(?<![\w/.\-(])\d{1,6}(?![\w/)])")
_BESIDE_HAN = re.compile(r"(?<=[㐀-鿿])(?=[a-z\d(])|(?<=[a-z\d)])(?=[㐀-鿿])")
_YEAR_AFTER = re.compile(r"(\d+)/\d{4}")
_IN_SYMBOL = re.compile(r"(?:^|[/.])(res|dec)[./](.+)$")
_SESSION = re.compile(r"[a-z]+\.(\d+)/(res|dec)\.(\d+)$")
_PART = re.compile(r"[^\W\d_]+|\d+")
_SHARED = 5


@dataclass(frozen=True)
class Citation:
    """What a text says if it is read as a citation.

    ``symbol`` is the key of the whole text as a document symbol. ``number`` is
    the key of the number of an act (``1/5``), empty if there is none, ``kind`` is
    ``resolution``, ``decision`` or empty, and ``rest`` are further words, which
    must name the body if this is a citation at all.
    """

    symbol: str
    number: str = ""
    kind: str = ""
    rest: tuple[str, ...] = ()

    def keys(self) -> tuple[str, ...]:
        """Return the keys under which the act that is meant may be kept, the surest first."""
        numbers = (f"{self.kind} {self.number}",) if self.number else ()
        return (f"symbol {self.symbol}", *numbers) if self.symbol else numbers


def read_citation(text: str) -> Citation:
    """Return what a text says if it is read as a citation; any text can be given.

    Example:
        >>> read_citation("General Assembly resolution 68/188").keys()
        ('symbol general/assembly/resolution/68/188', 'resolution 68/188')
        >>> read_citation("第 1/5 号决议").keys()[1]
        'resolution 1/5'
        >>> read_citation("A/RES/3363 (XXX)").symbol
        'a/res/3363/xxx'
    """
    line = flat(text[: MAX_LENGTH + 1])
    if not line or len(line) > MAX_LENGTH:
        return Citation("")
    symbol = key_of(line)
    found = _NUMBER.search(line)
    if found is None and "/" not in line and len(_PLAIN.findall(line)) == 1:
        found = _PLAIN.search(line)
    if found is None:
        return Citation(symbol)
    kinds, rest = _sorted_out(f"{line[: found.start()]} {line[found.end() :]}")
    if not kinds and "/" not in found.group() and "(" not in found.group():
        return Citation(symbol)
    return Citation(symbol, key_of(found.group()), kinds[0] if kinds else "", rest)


def keys_of_act(spellings: Iterable[str], kind: str) -> frozenset[str]:
    """Return the keys of an act: of its symbol, and of its number with and without the kind.

    Args:
        spellings: Its symbol, designation and the form it is cited in.
        kind: ``resolution``, ``decision``, or empty if it is neither.

    Example:
        >>> sorted(keys_of_act(["HSP/HA.1/Res.5"], "resolution"))
        [' 1/5', 'resolution 1/5', 'symbol hsp/ha/1/res/5']
    """
    keys = set()
    for spelling in spellings:
        line = flat(spelling)
        keys.add(f"symbol {key_of(line)}")
        cited = read_citation(spelling)
        numbers = {(cited.number, cited.kind or kind)} if cited.number else set()
        numbers |= set(_numbers_in(line))
        # The Security Council’s are cited with the year and without it.
        if year := [(_YEAR_AFTER.fullmatch(number), said) for number, said in numbers]:
            numbers |= {(match[1], said) for match, said in year if match and "(" in line}
        for number, said in numbers:
            keys |= {f" {number}", f"{said} {number}"}
    return frozenset(keys)


def names_body(rest: Iterable[str], names: Iterable[str]) -> bool:
    """Return whether words are all in the names of a body, in whatever case ending.

    Example:
        >>> names_body(["генеральной", "ассамблеи"], ["Генеральная Ассамблея"])
        True
    """
    known = {word for name in names for word in folded(name).split()}
    return all(any(_alike(word, other) for other in known) for word in rest)


def key_of(text: str) -> str:
    """Return a symbol or number as a key: its letters and digits with slashes between them."""
    return "/".join(_PART.findall(text))


def flat(text: str) -> str:
    """Return a text on one line in lower case, without accents, with plain dashes and digits."""
    found = []
    for letter in text:
        letters = folded_letter(letter)
        if letters is None:
            plain = unicodedata.normalize("NFKC", letter)
            letters = "-" if unicodedata.category(letter) == "Pd" else plain
            letters = "/" if letters in {"⁄", "∕"} else letters
        found.append(letters)
    line = re.sub(r"[\x00-\x20\s]+", " ", "".join(found)).strip()
    line = _BESIDE_HAN.sub(" ", line)
    return re.sub(r"\s*/\s*", "/", re.sub(r"\s*\(\s*([^()]*?)\s*\)", r" (\1)", line))


def _sorted_out(text: str) -> tuple[list[str], tuple[str, ...]]:
    """Return the kinds of act that words name, and the other words that say something."""
    kinds, rest = [], []
    for word in _units(text):
        kind = next((name for name, form in _KINDS.items() if form.match(word)), "")
        if kind:
            kinds.append(kind)
        elif word not in _NOISE:
            rest.append(word)
    return kinds, tuple(rest)


def _units(text: str) -> Iterator[str]:
    """Yield words; the Chinese words for an act are taken out of the characters around them."""
    spaced = re.sub(r"(决议|決議|决定|決定|第|号|號)", r" \1 ", text)
    for unit in spaced.split():
        known = any(form.match(unit) for form in _KINDS.values())
        yield from [unit] if known else folded(unit).split()


def _numbers_in(line: str) -> Iterator[tuple[str, str]]:
    """Yield the numbers that a symbol holds, each with the kind that it says."""
    named = {"res": "resolution", "dec": "decision"}
    if session := _SESSION.search(line):
        yield key_of(f"{session[1]}/{session[3]}"), named[session[2]]
    elif inside := _IN_SYMBOL.search(line):
        yield key_of(inside[2]), named[inside[1]]


def _alike(word: str, other: str) -> bool:
    shared = max(_SHARED, min(len(word), len(other)) - 3)
    return word == other or (
        min(len(word), len(other)) >= _SHARED and word[:shared] == other[:shared]
    )
