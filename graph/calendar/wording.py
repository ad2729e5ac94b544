"""What an entry says, in one language."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from graph.calendar.entries import Calendar, Due, Entry, Source, Span, Words
from graph.dates import in_words
from graph.languages import best
from graph.resources import folder

MAX_NAMED = 3
"""Things that the title of a deadline names; the description names all."""


@cache
def all_words() -> Mapping[str, Words]:
    """Return the texts of a calendar by name and language."""
    return tomllib.loads(folder("graph", "calendar").joinpath("words.toml").read_text("utf-8"))


def chosen(texts: Words, language: str) -> tuple[str, str]:
    """Return a text and its language: the one asked for, else English, else the first there is.

    Example:
        >>> chosen({"en": "Forum", "zh": "论坛"}, "fr")
        ('Forum', 'en')
    """
    if not texts:
        return "", ""
    tongue = best(texts, language)
    return texts[tongue], tongue


@dataclass(frozen=True)
class Speaker:
    """Puts entries into words in one language; names keep their own where there is no other."""

    language: str

    def say(self, text: str, /, **parts: object) -> str:
        """Return a text of ours with its places filled."""
        return all_words()[text][self.language].format(**parts)

    def name(self, words: Words) -> str:
        """Return a name of the record."""
        return chosen(words, self.language)[0]

    def heading(self, calendar: Calendar) -> str:
        """Return the name of a calendar, with what its entries were chosen by."""
        title = self.say("title")
        if not calendar.filters:
            return title
        names = "; ".join(self.name(words) for words in calendar.filters.values())
        return self.say("filtered", title=title, names=names)

    def about(self, calendar: Calendar) -> str:
        """Return what a calendar leaves out because no date is known, by name; may be empty."""
        if not calendar.undated:
            return ""
        names = "; ".join(self.plain_title(entry) for entry in calendar.undated)
        return self.say("undated", count=len(calendar.undated), names=names)

    def plain_title(self, entry: Entry) -> str:
        """Return what an entry is called, with the first things that are due."""
        name = self.name(entry.names)
        if not entry.dues:
            return name
        named = [self.name(due.names) for due in entry.dues[:MAX_NAMED]]
        things = "; ".join(named) + ("; …" if len(entry.dues) > MAX_NAMED else "")
        return self.say("due_name", deadline=name, things=things)

    def title(self, entry: Entry) -> str:
        """Return the title of an entry, which says what must not be overlooked in a list."""
        name = self.plain_title(entry)
        if entry.state == "cancelled":
            return self.say("cancelled_name", name=name)
        if entry.postponed:
            return self.say("postponed_name", name=name)
        if entry.kind == "event" and entry.span and entry.span.exactness in {"month", "year"}:
            return self.say("vague_name", name=name, when=self.when(entry.span))
        return name

    def when(self, span: Span) -> str:
        """Return the days of a span in words, no more exactly than they are known."""
        if span.exactness in {"month", "year"}:
            first, last = (
                in_words(day, self.language, span.exactness) for day in (span.first, span.last)
            )
        else:
            first, last = (in_words(day, self.language) for day in (span.first, span.last))
        return first if first == last else f"{first} – {last}"

    def place(self, entry: Entry) -> str:
        """Return where an event takes place: place and country; may be empty."""
        return ", ".join(filter(None, (self.name(entry.place), self.name(entry.country))))

    def description(self, entry: Entry) -> str:
        """Return everything else, one thought a line, and where all of it is stated."""
        return "\n".join(self._lines(entry))

    def _lines(self, entry: Entry) -> Iterator[str]:
        yield from self.exactness(entry)
        yield from self.state(entry)
        if entry.printed:
            yield self.say("printed", text=self.name(entry.printed))
        if entry.meeting:
            yield self.say("meeting", event=self.name(entry.meeting.names))
            if entry.meeting.state == "cancelled":
                yield self.say("meeting_cancelled")
        if entry.summary:
            yield self.name(entry.summary)
        if entry.dues:
            yield self.say("due")
            yield from (f"– {self.due(due)}" for due in entry.dues)
        elif entry.acts:
            yield self.say("acts", acts="; ".join(entry.acts))
        if entry.sources:
            yield self.say("dates")
            yield from (f"– {self.source(source)}" for source in entry.sources)

    def exactness(self, entry: Entry) -> Iterator[str]:
        """Yield what must be said of days that are not the days themselves."""
        span = entry.span
        if span is None or span.exactness == "day":
            return
        first, last = (in_words(day, self.language) for day in (span.first, span.last))
        yield self.say(span.exactness, when=self.when(span), first=first, last=last)

    def state(self, entry: Entry) -> Iterator[str]:
        """Yield what has become of an event, and the day it was set for before."""
        if entry.state == "cancelled":
            yield self.say("cancelled")
        previous = in_words(entry.previous, self.language) if entry.previous else ""
        if entry.postponed:
            yield self.say("postponed", when=previous)
        elif previous:
            yield self.say("previous", when=previous)
        elif entry.state in {"moved", "held", "scheduled"}:
            yield self.say(entry.state)

    def due(self, due: Due) -> str:
        """Return one thing that is due, its acts, and where that is stated."""
        acts = f" ({'; '.join(due.acts)})" if due.acts else ""
        stated = "; ".join(self.source(source) for source in due.sources)
        return f"{self.name(due.names)}{acts}" + (f" [{stated}]" if stated else "")

    def source(self, source: Source) -> str:
        """Return a document and paragraph, and who judged, if anybody did."""
        place = source.cited
        if source.paragraph:
            place = self.say("paragraph", document=source.cited, number=source.paragraph)
        if source.rule and source.editor:
            return self.say("judged", place=place, editor=source.editor, rule=source.rule)
        if source.editor:
            return self.say("judged_without_rule", place=place, editor=source.editor)
        return place
