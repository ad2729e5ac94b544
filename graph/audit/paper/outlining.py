"""The chapters of a paper in their order."""

from __future__ import annotations

from dataclasses import replace

from graph.audit.paper.act_tables import ActTables
from graph.audit.paper.annexes import Annexes
from graph.audit.paper.decisions import Decisions
from graph.audit.paper.outline import Line, Outline, Text, named, words
from graph.audit.paper.speech import Speech
from graph.audit.paper.summary import Summary
from graph.audit.paper.view import Paper


def outline(paper: Paper) -> Outline:
    """Return the paper as chapters, all in words."""
    speech = Speech(paper.language)
    running = speech.say("Dataset version %(number)s") % {"number": paper.run.dataset}
    chapters = (
        Summary(paper, speech).chapter(),
        Decisions(paper, speech).chapter(),
        ActTables(paper, speech).chapter(),
        *Annexes(paper, speech).chapters(),
    )
    last = chapters[-1]
    return Outline(
        paper.language,
        speech.say("Completeness of the record of mandates"),
        _subtitle(paper, speech),
        running,
        (*chapters[:-1], replace(last, blocks=(*last.blocks, _designations(speech)))),
    )


def _subtitle(paper: Paper, speech: Speech) -> Line:
    """Return the meeting and its first day, or the day alone."""
    day = words(speech.day(paper.run.occasion.as_of))
    return (named(paper.occasion), words(speech.comma), day) if paper.occasion else (day,)


def _designations(speech: Speech) -> Text:
    """Return what the United Nations say wherever places are named."""
    told = speech.say(
        "The designations employed and the presentation of the material do not imply the "
        "expression of any opinion concerning the legal status of any country, territory, city or "
        "area or of its authorities, or concerning the delimitation of its frontiers or boundaries."
    )
    return Text((words(told),), "note")
