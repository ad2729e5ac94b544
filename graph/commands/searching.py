"""The command that searches: ``search``."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from contextlib import closing

import click

from graph.commands.asking import default_format, language_option
from graph.library.formats import grid
from graph.search.finding import search as find
from graph.search.index import Index
from graph.search.model import Entry, Found, Hit, Request
from graph.search.snippets import shown
from graph.vocabulary import mg
from graph.workspace import Workspace

_COLUMNS = ("thing", "kind", "name", "snippet", "actSymbol", "document", "paragraph", "languages")
_SHOWN = ("kind", "name", "snippet", "actSymbol", "paragraph")


@click.command("search")
@click.argument("words", nargs=-1, required=True)
@click.option("--kind", default="", help="Only things of one class, such as Mandate.")
@click.option("--in", "tongue", default="", help="Only texts in one language, such as fr.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@language_option
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default=default_format
)
@click.pass_obj
def search(
    workspace: Workspace,
    words: tuple[str, ...],
    kind: str,
    tongue: str,
    limit: int,
    lang: str,
    form: str,
) -> None:
    """Find acts, mandates, agencies, events and everything else by WORDS or symbols."""
    with closing(workspace.searches.open(workspace.store.reader())) as index:
        class_ = kind if ":" in kind else mg(kind).value
        request = Request(
            " ".join(words), lang, tongue, {"kind": class_} if kind else {}, size=limit
        )
        found = find(index, request)
        kinds = _kinds(index, found.hits, lang)
    rows = [_row(hit, kinds) for hit in found.hits]
    match form:
        case "json":
            text = _json(found, rows)
        case "csv":
            text = _csv(rows)
        case _:
            text = _table(found, rows)
    click.echo(text.encode(), nl=False)


def _kinds(index: Index, hits: Iterable[Hit], language: str) -> dict[str, str]:
    """Return the names of the classes of hits."""
    iris = {hit.entry.kind for hit in hits}
    named = {iri: shown(entry.texts, language) for iri, entry in index.things(iris).items()}
    return {iri: text.text for iri, text in named.items() if text}


def _row(hit: Hit, kinds: dict[str, str]) -> dict[str, str]:
    entry = hit.entry
    values = (
        entry.iri,
        kinds.get(entry.kind, entry.kind),
        hit.name.text,
        hit.snippet.text,
        entry.act_symbol,
        entry.document,
        entry.paragraph,
        " ".join(tag for tag in hit.languages if tag),
    )
    return dict(zip(_COLUMNS, values, strict=True))


def _json(found: Found, rows: list[dict[str, str]]) -> str:
    document = {
        "count": found.count,
        "words": "any" if found.loosely else "all",
        "acts": [{"thing": act.iri, "actSymbol": act.act_symbol} for act in found.acts],
        "hits": [{name: value or None for name, value in row.items()} for row in rows],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _csv(rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS)
    writer.writeheader()
    # A text that a spreadsheet would run as a formula gets an apostrophe in front.
    writer.writerows(
        {name: f"'{text}" if text[:1] in set("=+-@\t\r") else text for name, text in row.items()}
        for row in rows
    )
    return out.getvalue()


def _table(found: Found, rows: list[dict[str, str]]) -> str:
    lines = [f"Cited by these words: {_cited(act)}" for act in found.acts]
    lines += grid(list(_SHOWN), [[row[name] for name in _SHOWN] for row in rows]) if rows else []
    if found.loosely and rows:
        lines.append("Nothing has all of these words; these have some of them.")
    noun = "hit" if found.count == 1 else "hits"
    of = f"The first {len(rows)} of " if found.count > len(rows) else ""
    return "\n".join([*lines, "", f"{of}{found.count} {noun}"]) + "\n"


def _cited(act: Entry) -> str:
    name = shown(act.texts, "en")
    return f"{act.act_symbol} ({name.text})" if name else act.act_symbol
