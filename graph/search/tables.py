"""The tables of an index file, and putting things in and out of them.

The full-text table keeps no texts: they stand in ``thing``, once, and are folded
again when a thing is taken out.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from graph.batches import batches
from graph.search.folding import folded
from graph.search.model import Dimension, Entry, Text
from graph.vocabulary import LANGUAGES

EDITION = 1
"""Of what an index holds; another one is built again from the beginning."""

TONGUES = (*LANGUAGES, "other")
COLUMNS = ("symbol", *(f"{part}_{tongue}" for tongue in TONGUES for part in ("name", "text")))

# Words come folded, so that all that is left to do is to part them at spaces.
_SCHEMA = f"""
CREATE TABLE about (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, sort TEXT NOT NULL,
  kind TEXT NOT NULL, act TEXT NOT NULL, act_symbol TEXT NOT NULL, document TEXT NOT NULL,
  paragraph TEXT NOT NULL, texts TEXT NOT NULL, facets TEXT NOT NULL, keys TEXT NOT NULL);
CREATE TABLE named (key TEXT NOT NULL, thing INTEGER NOT NULL, PRIMARY KEY (key, thing))
  WITHOUT ROWID;
CREATE TABLE facet (dimension TEXT NOT NULL, value TEXT NOT NULL, members BLOB NOT NULL,
  PRIMARY KEY (dimension, value)) WITHOUT ROWID;
CREATE VIRTUAL TABLE word USING fts5({", ".join(COLUMNS)}, content='', tokenize='ascii',
  prefix='2 3');
"""
_MARKS = ", ".join("?" * (len(COLUMNS) + 1))
_PUT_WORDS = f"INSERT INTO word (rowid, {', '.join(COLUMNS)}) VALUES ({_MARKS})"  # noqa: S608
_DROP_WORDS = f"INSERT INTO word (word, rowid, {', '.join(COLUMNS)}) VALUES ('delete', {_MARKS})"  # noqa: S608
_READ = "iri, sort, kind, act, act_symbol, document, paragraph, texts, facets, keys"
_MAX_NAME = 200
_BATCH = 500


def make(database: sqlite3.Connection) -> None:
    """Make the tables in an empty database."""
    database.executescript(_SCHEMA)


def put(database: sqlite3.Connection, entries: Iterable[Entry], gone: Iterable[str] = ()) -> None:
    """Put things in, in the place of what is there of them, and take others out.

    Args:
        database: An index that this process may write to.
        entries: What is to be held.
        gone: IRIs of things that have no text any more.
    """
    into: dict[tuple[Dimension, str], set[int]] = defaultdict(set)
    out: dict[tuple[Dimension, str], set[int]] = defaultdict(set)
    for iri in gone:
        _take_out(database, iri, out)
    for entry in entries:
        number = _take_out(database, entry.iri, out) or _next(database)
        _put_in(database, number, entry)
        for pair in entry.facets:
            into[pair].add(number)
    _count(database, into, out)


def entries(database: sqlite3.Connection, numbers: Iterable[int]) -> Iterator[Entry]:
    """Yield what is held under numbers, in their order."""
    wanted = list(numbers)
    found: dict[int, Entry] = {}
    for batch in batches(wanted, _BATCH):
        marks = ", ".join("?" * len(batch))
        query = f"SELECT id, {_READ} FROM thing WHERE id IN ({marks})"  # noqa: S608
        found |= {row[0]: _entry(row[1:]) for row in database.execute(query, batch)}
    yield from (found[number] for number in wanted)


def members(database: sqlite3.Connection) -> dict[tuple[Dimension, str], int]:
    """Return the things of every value of every dimension, as bits by their numbers."""
    rows = database.execute("SELECT dimension, value, members FROM facet")
    return {(dimension, value): _unpacked(packed) for dimension, value, packed in rows}


def tongue_of(language: str) -> str:
    """Return under which language a text is searched, by its tag."""
    primary = language.partition("-")[0]
    return primary if primary in LANGUAGES else "other"


def column_of(text: Text) -> str:
    """Return the column of the full-text table that a text is in."""
    if text.field == "symbol":
        return "symbol"
    part = "text" if text.field == "text" else "name"
    return f"{part}_{tongue_of(text.language)}"


def _put_in(database: sqlite3.Connection, number: int, entry: Entry) -> None:
    texts = json.dumps(
        [(text.field, text.language, text.text) for text in entry.texts], ensure_ascii=False
    )
    values = (entry.sort, entry.kind, entry.act, entry.act_symbol, entry.document, entry.paragraph)
    database.execute(
        f"INSERT INTO thing (id, {_READ}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (number, entry.iri, *values, texts, json.dumps(entry.facets), json.dumps(entry.keys)),
    )
    database.execute(_PUT_WORDS, (number, *_folded(entry.texts)))
    rows = ((key, number) for key in _names(entry))
    database.executemany("INSERT INTO named (key, thing) VALUES (?, ?)", rows)


def _take_out(
    database: sqlite3.Connection, iri: str, out: Mapping[tuple[Dimension, str], set[int]]
) -> int:
    """Take a thing out, and return the number it had; 0 if it is not there."""
    found = database.execute(f"SELECT id, {_READ} FROM thing WHERE iri = ?", (iri,))  # noqa: S608
    row = found.fetchone()
    if row is None:
        return 0
    number, entry = int(row[0]), _entry(row[1:])
    database.execute(_DROP_WORDS, (number, *_folded(entry.texts)))
    rows = ((key, number) for key in _names(entry))
    database.executemany("DELETE FROM named WHERE key = ? AND thing = ?", rows)
    database.execute("DELETE FROM thing WHERE id = ?", (number,))
    for pair in entry.facets:
        out[pair].add(number)
    return number


def _count(
    database: sqlite3.Connection,
    into: Mapping[tuple[Dimension, str], set[int]],
    out: Mapping[tuple[Dimension, str], set[int]],
) -> None:
    """Bring the members of values up to date."""
    for pair in {*into, *out}:
        found = database.execute(
            "SELECT members FROM facet WHERE dimension = ? AND value = ?", pair
        ).fetchone()
        bits = _unpacked(found[0]) if found else 0
        bits = bits & ~bits_of(out.get(pair, ())) | bits_of(into.get(pair, ()))
        if bits:
            row = (*pair, _packed(bits))
            database.execute("REPLACE INTO facet (dimension, value, members) VALUES (?, ?, ?)", row)
        else:
            database.execute("DELETE FROM facet WHERE dimension = ? AND value = ?", pair)


def bits_of(numbers: Iterable[int]) -> int:
    """Return a whole number in which the bits of numbers are set.

    Example:
        >>> bits_of([0, 3])
        9
    """
    listed = list(numbers)
    if not listed:
        return 0
    room = bytearray(max(listed) // 8 + 1)
    for number in listed:
        room[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(room, "little")


def _packed(bits: int) -> bytes:
    return zlib.compress(bits.to_bytes((bits.bit_length() + 7) // 8, "little"), 1)


def _unpacked(packed: bytes) -> int:
    return int.from_bytes(zlib.decompress(packed), "little")


def _next(database: sqlite3.Connection) -> int:
    highest: int = database.execute("SELECT COALESCE(MAX(id), 0) FROM thing").fetchone()[0]
    return highest + 1


def _names(entry: Entry) -> set[str]:
    """Return under what a thing is found at once: its keys, and its whole names folded."""
    names = {
        f"name {folded(text.text)}"
        for text in entry.texts
        if text.field != "text" and len(text.text) <= _MAX_NAME
    }
    return {*entry.keys, *names}


def _folded(texts: Iterable[Text]) -> list[str]:
    columns: dict[str, list[str]] = {name: [] for name in COLUMNS}
    for text in texts:
        columns[column_of(text)].append(folded(text.text))
    return [" | ".join(found) for found in columns.values()]


def _entry(row: tuple[str, ...]) -> Entry:
    iri, sort, kind, act, act_symbol, document, paragraph, texts, facets, keys = row
    return Entry(
        iri,
        kind,
        tuple(Text(*text) for text in json.loads(texts)),
        act,
        act_symbol,
        document,
        paragraph,
        tuple((dimension, value) for dimension, value in json.loads(facets)),
        tuple(json.loads(keys)),
        sort,
    )
