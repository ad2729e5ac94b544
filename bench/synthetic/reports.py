"""The reports of a synthetic dataset: progress, activities, outputs, events and money."""

from __future__ import annotations

from bench.synthetic import draft as names
from bench.synthetic.acts import session_event
from bench.synthetic.draft import Draft, Mandate, Pairs
from bench.synthetic.quads import TYPE, Place, concept, mg, plain, text, thing, typed
from bench.synthetic.words import labels, phrase

STATUSES = [
    "not-started",
    "in-design",
    "in-progress",
    "in-progress",
    "completed",
    "completed",
    "stalled",
]
STATES = ["planned", "ongoing", "ongoing", "done"]
STAGES = ["planned", "drafting", "under-review", "completed", "published"]
REPORTED_AFTER = 50


def write_report(draft: Draft, session: int, mandates: list[Mandate]) -> None:
    """Write the report on the acts of a session; on some mandates it is silent."""
    place = names.document("document", f"report-{session}")
    facts = [(TYPE, mg("Document")), (TYPE, mg("Report")), *labels(draft.random, 5)]
    facts += [(mg("title"), text(phrase(draft.random, 8))), (mg("agendaItem"), plain("6"))]
    facts.append((mg("documentKind"), concept("document-kind", "progress-report")))
    facts.append((mg("citedAs"), plain(f"Report {session}")))
    facts += [(mg("submittedTo"), names.body(session))]
    facts.append((mg("submittedAt"), session_event(session)))
    first = session * names.DAYS_A_SESSION
    facts.append((mg("issuedOn"), names.day(first + REPORTED_AFTER)))
    facts += [(mg("reportsOn"), act) for act in dict.fromkeys(m.act for m in mandates)]
    draft.writer.thing(place.source, place, facts)
    for number, mandate in enumerate(mandates, 1):
        if draft.random.random() < 0.85:
            _Told(draft, session, mandate, place.at(number), number).write()


class _Told:
    """What one paragraph of a report tells about one mandate."""

    def __init__(
        self, draft: Draft, session: int, mandate: Mandate, place: Place, number: int
    ) -> None:
        self._draft = draft
        self._random = draft.random
        self._first_day = session * names.DAYS_A_SESSION
        self._mandate = mandate
        self._place = place
        self._number = number
        self._key = f"{session}-{number}"

    def write(self) -> None:
        self._paragraph()
        activities = [self._activity(count) for count in range(1 + self._random.randrange(2))]
        evidence = [*activities]
        if self._random.random() < 0.4:
            evidence.append(self._event())
        self._update(evidence)
        for count in range(self._random.randrange(3)):
            self._funding(count, self._random.choice(activities))

    def _paragraph(self) -> None:
        facts = [(TYPE, mg("Paragraph")), (TYPE, mg("ReportParagraph")), *self._draft.themes()]
        facts += [(mg("paragraphOf"), self._place.source), (mg("underAct"), self._mandate.act)]
        facts.append((mg("paragraphNumber"), typed(self._number, "integer")))
        facts.append((mg("sortKey"), plain(f"{self._number:04}")))
        facts.append((mg("summary"), text(phrase(self._random, 16))))
        self._draft.writer.thing(self._place.paragraph, self._place, facts)

    def _update(self, evidence: list[str]) -> None:
        facts = [(TYPE, mg("ProgressUpdate")), *labels(self._random, 4)]
        facts += [(mg("summary"), text(phrase(self._random, 18))), (mg("onAsk"), self._mandate.iri)]
        facts += [(mg("underAct"), self._mandate.act), (mg("responsible"), self._mandate.addressee)]
        facts.append((mg("reportedOn"), names.day(self._first_day + REPORTED_AFTER)))
        facts += [(mg("evidence"), activity) for activity in evidence]
        status = concept("progress-status", self._random.choice(STATUSES))
        if not self._draft.fault():
            facts.append((mg("progressStatus"), status))
        self._add("progress", self._key, facts)

    def _activity(self, count: int) -> str:
        facts = [(TYPE, mg("Activity")), *labels(self._random, 4), *self._draft.themes()]
        facts.append((mg("summary"), text(phrase(self._random, 12))))
        facts += [(mg("underAct"), self._mandate.act), (mg("carriesOut"), self._mandate.iri)]
        facts.append((mg("performedBy"), self._mandate.addressee))
        facts.append((mg("activityState"), concept("activity-state", self._random.choice(STATES))))
        unit = thing("unit", f"unit-{self._random.randrange(names.UNITS)}")
        facts += [(mg("responsibleUnit"), unit), self._draft.country("beneficiary")]
        facts += self._days(-9 if self._draft.fault() else 90)
        if self._random.random() < 0.5:
            facts.append((mg("produces"), self._deliverable(count)))
        return self._add("activity", f"{self._key}-{count}", facts)

    def _deliverable(self, count: int) -> str:
        facts = [(TYPE, mg("Deliverable")), *labels(self._random, 3), *self._draft.themes()]
        facts += [(mg("underAct"), self._mandate.act), (mg("carriesOut"), self._mandate.iri)]
        facts.append((mg("stage"), concept("stage", self._random.choice(STAGES))))
        return self._add("deliverable", f"{self._key}-{count}", facts)

    def _event(self) -> str:
        facts = [(TYPE, mg("Event")), *labels(self._random, 4), *self._days(2)]
        facts.append((mg("datePrecision"), concept("date-precision", "day")))
        facts.append((mg("eventState"), concept("event-state", "held")))
        place = thing("place", f"place-{self._random.randrange(names.PLACES)}")
        facts += [(mg("place"), place), self._draft.country("hostCountry")]
        facts += [(mg("serves"), self._mandate.act), (mg("organizer"), self._mandate.addressee)]
        return self._add("event", f"event-{self._key}", facts)

    def _funding(self, count: int, activity: str) -> None:
        key = f"{self._key}-{count}"
        facts = [(TYPE, mg("FundingArrangement")), *labels(self._random, 4)]
        facts += [(mg("funder"), self._draft.agency()), self._draft.country("beneficiary")]
        facts += [(mg("fundsActivity"), activity), (mg("underAct"), self._mandate.act)]
        if self._random.random() < 0.8:
            sign = -1 if self._draft.fault() else 1
            amount = sign * self._random.randrange(1, 5000) * 1000
            facts.append((mg("amount"), typed(amount, "decimal")))
            facts.append((mg("currency"), plain(self._random.choice(("USD", "EUR", "CHF")))))
            facts.append((mg("periodStart"), names.day(self._first_day)))
            facts.append((mg("periodEnd"), names.day(self._first_day + 365)))
        else:
            subject = thing("funding", key)
            self._draft.writer.gap(subject, self._place, mg("amount"), "not-stated")
        self._add("funding", key, facts)

    def _days(self, length: int) -> Pairs:
        first = self._first_day + self._random.randrange(40)
        return [(mg("startDate"), names.day(first)), (mg("endDate"), names.day(first + length))]

    def _add(self, path: str, key: str, facts: Pairs) -> str:
        return self._draft.writer.thing(thing(path, key), self._place, facts)
