"""The paper for a terminal: figures, what rules and owners have open, the gravest findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graph.audit.paper.speech import Speech
from graph.audit.paper.view import Entry, Name, Paper, Row
from graph.library.formats import grid

GRAVEST = 20
"""How many findings are listed at most."""


def text_file(paper: Paper) -> bytes:
    """Return the paper as lines of text in UTF-8."""
    return ("\n".join(_lines(paper, Speech(paper.language))) + "\n").encode()


def _lines(paper: Paper, speech: Speech) -> Iterable[str]:
    say, day = speech.say, speech.day(paper.run.occasion.as_of)
    yield say("Completeness of the record of mandates")
    yield f"{paper.occasion.text}{speech.comma}{day}" if paper.occasion else day
    version = say("Dataset version %(number)s") % {"number": paper.run.dataset}
    yield f"{version} · {say('Run')}{speech.colon}{paper.run.id}"
    yield ""
    yield from _figures(speech, say("All cases"), [_whole(paper, say("In all"))])
    yield ""
    counts = [f"{speech.severity(key)} {count}" for key, count in paper.severities.items()]
    accepted = f"{say('Accepted')} {len(paper.accepted)}"
    yield f"{say('Findings')}{speech.colon}{' · '.join([*counts, accepted])}"
    yield from _change(paper, speech)
    yield ""
    yield from _figures(speech, say("By rule"), [sheet.row for sheet in paper.rules])
    yield ""
    yield from _figures(speech, say("By owner"), paper.by_owner)
    yield from _findings(paper, speech)
    yield from _not_judged(paper, speech)


def _whole(paper: Paper, label: str) -> Row:
    return Row("", Name(label), paper.total, paper.open)


def _figures(speech: Speech, title: str, rows: Sequence[Row]) -> Iterable[str]:
    say = speech.say
    headings = (
        title, say("Applicable"), say("Met"), say("Not met"), say("Accepted"), say("Not judged"),
        say("Completeness"), say("Findings"),
    )  # fmt: skip
    return grid(headings, [_cells(speech, row) for row in rows])


def _cells(speech: Speech, row: Row) -> tuple[str, ...]:
    figure = row.figure
    counts = (figure.applicable, figure.passed, figure.failed, figure.waived, figure.unjudged)
    share = speech.completeness(figure)
    return (row.name.text, *map(str, counts), share, str(row.open))


def _change(paper: Paper, speech: Speech) -> Iterable[str]:
    change, say = paper.change, speech.say
    if change is None:
        return
    counted = (
        (say("New"), change.new),
        (say("Resolved"), change.resolved),
        (say("Still open"), change.still_open),
        (say("Accepted since"), change.waived),
    )
    against = say("Findings against run %(run)s") % {"run": change.comparison.earlier}
    told = " · ".join(f"{label} {len(entries)}" for label, entries in counted)
    yield f"{against}{speech.colon}{told}"


def _findings(paper: Paper, speech: Speech) -> Iterable[str]:
    standing = [entry for entry in paper.entries if entry.finding.open]
    if not standing:
        return
    say = speech.say
    headings = (say("Severity"), say("Rule"), say("Act"), say("Para."), say("Thing"))
    yield ""
    yield from grid(headings, [_finding(entry) for entry in standing[:GRAVEST]])
    if len(standing) > GRAVEST:
        sentence = say(
            "%(shown)s of %(all)s rows are shown; the workbook and the CSV file have all of them."
        )
        yield sentence % {"shown": GRAVEST, "all": len(standing)}


def _finding(entry: Entry) -> tuple[str, ...]:
    return (
        entry.severity,
        entry.rule_name.text,
        "; ".join(name.text for name in entry.acts),
        "; ".join(name.text for name in entry.paragraphs),
        entry.thing.text,
    )


def _not_judged(paper: Paper, speech: Speech) -> Iterable[str]:
    unjudged = [sheet for sheet in paper.rules if sheet.unjudged]
    if unjudged:
        yield ""
        yield speech.say("Rules that could not be judged") + speech.colon.rstrip()
        yield from (f"  {sheet.name.text} – {sheet.unjudged}" for sheet in unjudged)
    idle = [sheet.name.text for sheet in paper.rules if sheet.idle]
    if idle:
        yield ""
        yield f"{speech.say('Nothing to judge')}{speech.colon}{speech.comma.join(idle)}"
