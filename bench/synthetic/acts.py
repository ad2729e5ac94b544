"""The acts of a synthetic dataset: sessions, paragraphs, mandates, deadlines, citations."""

from __future__ import annotations

from bench.synthetic import draft as names
from bench.synthetic.draft import Draft, Mandate, Pairs
from bench.synthetic.quads import LABEL, TYPE, Place, concept, inner, mg, plain, text, thing, typed
from bench.synthetic.words import labels, phrase

VERBS = ["requests", "invites", "encourages", "decides", "urges", "calls-upon", "recommends"]
CONDITIONS = ["within-available-resources", "upon-request", "in-consultation", "with-partners"]


def write_agenda(draft: Draft, session: int) -> None:
    """Write the document that announces a session."""
    place = names.document("document", f"agenda-{session}")
    facts = [(TYPE, mg("Document")), *labels(draft.random, 4)]
    facts += [(mg("issuedBy"), names.body(session)), (mg("citedAs"), plain(f"Agenda {session}"))]
    facts.append((mg("documentKind"), concept("document-kind", "agenda")))
    draft.writer.thing(place.source, place, facts)
    first = session * names.DAYS_A_SESSION
    facts = [(TYPE, mg("Event")), (TYPE, mg("Session")), *labels(draft.random, 3)]
    facts += [(mg("sessionOf"), names.body(session)), (mg("startDate"), names.day(first))]
    facts += [(mg("endDate"), names.day(first + 5)), (mg("designation"), plain(f"AS/{session}"))]
    facts.append((mg("eventState"), concept("event-state", "held")))
    facts.append((mg("place"), thing("place", f"place-{session % names.PLACES}")))
    draft.writer.thing(session_event(session), place, facts)


def session_event(session: int) -> str:
    """Return the event that a session is."""
    return thing("event", f"session-{session}")


def write_act(draft: Draft, number: int) -> list[Mandate]:
    """Write the act of a number, and return the mandates it sets out."""
    session, key = number // names.ACTS_A_SESSION, names.act_key(number)
    place = names.document("act", key)
    kind = "Decision" if number % 9 == 8 else "Resolution"
    facts = [(TYPE, mg("Act")), (TYPE, mg(kind)), *labels(draft.random, 5), *draft.themes()]
    facts += [(mg("title"), text(phrase(draft.random, 8))), (mg("symbol"), plain(key))]
    facts += [(mg("citedAs"), plain(key)), (mg("sortKey"), plain(f"{number:06}"))]
    facts.append((mg("designation"), plain(f"{kind.lower()} {number}")))
    facts += [(mg("adoptedBy"), names.body(session)), (mg("adoptedAt"), session_event(session))]
    facts.append((mg("adoptedOn"), names.day(session * names.DAYS_A_SESSION + 4)))
    draft.writer.thing(place.source, place, facts)
    _citations(draft, number, place)
    paragraphs = range(1, 3 + draft.random.randrange(5))
    return [_mandate(draft, number, place.at(paragraph), paragraph) for paragraph in paragraphs]


def _citations(draft: Draft, number: int, place: Place) -> None:
    """Write citations of earlier acts: of the one before, and of others in the same fifty."""
    cited = {number - 1} if number % 5 else set()
    cited |= {number - draft.random.randrange(1, 51) for _ in range(2)}
    for count, other in enumerate(sorted(other for other in cited if other >= number // 50 * 50)):
        facts = [(TYPE, mg("Citation")), (LABEL, text(phrase(draft.random, 3)))]
        facts.append((mg("citing"), place.source))
        facts.append((mg("cited"), thing("act", names.act_key(other))))
        facts.append((mg("citationKind"), concept("citation-kind", "recalls")))
        draft.writer.thing(thing("citation", f"citation-{number}-{count}"), place, facts)


def _mandate(draft: Draft, number: int, place: Place, paragraph: int) -> Mandate:
    _paragraph(draft, place, paragraph)
    mandate = thing("mandate", f"{names.act_key(number)}/{paragraph}")
    addressee = draft.agency()
    facts = [(TYPE, mg("Ask")), (TYPE, mg("Mandate")), *labels(draft.random, 4), *draft.themes()]
    facts += [(mg("summary"), text(phrase(draft.random, 14))), (mg("setOutIn"), place.paragraph)]
    facts += [(mg("underAct"), place.source), (mg("sortKey"), plain(f"{number:06}/{paragraph:04}"))]
    facts.append((mg("askedBy"), names.body(number // names.ACTS_A_SESSION)))
    if not draft.fault():
        facts.append((mg("addressee"), addressee))
    if not draft.fault():
        facts.append((mg("actionVerb"), concept("verb", draft.random.choice(VERBS))))
    facts += _condition(draft, mandate, place)
    facts += _due(draft, mandate, place, number)
    draft.writer.thing(mandate, place, facts)
    return Mandate(mandate, place.source, addressee)


def _paragraph(draft: Draft, place: Place, number: int) -> None:
    facts = [(TYPE, mg("Paragraph")), (TYPE, mg("OperativeParagraph")), *draft.themes()]
    facts += [(mg("paragraphOf"), place.source), (mg("sortKey"), plain(f"{number:04}"))]
    facts.append((mg("paragraphNumber"), typed(number, "integer")))
    facts.append((mg("summary"), text(phrase(draft.random, 12))))
    draft.writer.thing(place.paragraph, place, facts)


def _condition(draft: Draft, mandate: str, place: Place) -> Pairs:
    if draft.random.random() < 0.6:
        return [(mg("condition"), concept("condition", draft.random.choice(CONDITIONS)))]
    draft.writer.gap(mandate, place, mg("condition"), "known-absent")
    return []


def _due(draft: Draft, mandate: str, place: Place, number: int) -> Pairs:
    if draft.random.random() > 0.55:
        if not draft.fault():
            draft.writer.gap(mandate, place, mg("due"), "not-stated")
        return []
    first = number // names.ACTS_A_SESSION * names.DAYS_A_SESSION
    first += draft.random.randrange(200, 1200)
    last = first + (-40 if draft.fault() else 40)
    facts = [(TYPE, mg("Deadline")), *labels(draft.random, 3), (mg("earliest"), names.day(first))]
    facts += [(mg("latest"), names.day(last)), (mg("dueText"), text(phrase(draft.random, 4)))]
    deadline = inner(mandate, "due").replace("/id/mandate/", "/id/deadline/")
    return [(mg("due"), draft.writer.thing(deadline, place, facts))]
