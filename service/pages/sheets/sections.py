"""Which tables lead the page of which kind of thing: data, and no code.

A section is a pattern that finds the things in its rows, and the properties
that its columns show. To add a section is to add an entry.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph.languages import noted

DATES = ("startDate", "endDate", "previousStartDate")
"""Properties whose exactness ``mg:datePrecision`` of the same thing tells."""


@dataclass(frozen=True)
class Column:
    """The values of one property.

    Attributes:
        property: Local name of the property in our ontology.
        path: SPARQL path from the thing in the row to the thing whose property
            it is; empty if that is the thing in the row.
        heading: A message; the name of the property if empty.
    """

    property: str
    path: str = ""
    heading: str = ""


@dataclass(frozen=True)
class Section:
    """A table on the pages of some kinds of thing.

    Attributes:
        id: Fragment of its address on the page.
        kinds: Local names of the classes on whose pages it stands.
        heading: A message.
        pattern: SPARQL that binds ``?row``; ``THING`` is the thing of the page.
        columns: What is shown of each row.
        named: Whether the first column is the name of the thing in the row.
        gaps: Whether the last column lists what is known not to be known.
        order: SPARQL path from a row to what the rows are sorted by.
        limit: How many rows are shown; a link leads to all.
    """

    id: str
    kinds: tuple[str, ...]
    heading: str
    pattern: str
    columns: tuple[Column, ...]
    named: bool = True
    gaps: bool = False
    order: str = "mg:sortKey"
    limit: int = 15


_PARTIES = ("Agency", "Unit", "Network", "Authority", "PartyGroup", "GoverningBody", "Post")
_PROGRESS = Column("progressStatus", "^mg:onAsk", noted("Progress"))
_AMOUNT = (Column("amount"), Column("currency"))
_POSITION = tuple(
    Column(name)
    for name in ("asOf", "amountRequired", "amountMobilized", "amountMissing", "currency")
)

HEADS: dict[str, tuple[str, ...]] = {
    "Act": ("title", "citedAs", "symbol", "designation", "adoptedBy", "adoptedAt", "adoptedOn"),
    "Event": (
        "summary",
        "startDate",
        "endDate",
        "eventState",
        "place",
        "host",
        "hostCountry",
        "organizer",
    ),
    "Ask": ("summary", "underAct", "setOutIn", "actionVerb", "addressee", "condition", "due"),
}
"""The properties that stand above everything on the page of a kind."""

SECTIONS = (
    Section(
        "asks",
        ("Act",),
        noted("Operative paragraphs"),
        "?row mg:underAct THING ; a mg:Ask .",
        (
            Column("setOutIn", heading=noted("Paragraph")),
            Column("summary", heading=noted("Ask")),
            Column("actionVerb", heading=noted("Verb")),
            Column("addressee"),
            Column("condition"),
            Column("due"),
            _PROGRESS,
            Column("funder", "^mg:carriesOut/^mg:fundsActivity"),
        ),
        named=False,
        gaps=True,
        limit=60,
    ),
    Section(
        "events",
        ("Act",),
        noted("Events"),
        "{ ?row a mg:Event ; mg:serves THING } UNION { THING mg:adoptedAt ?row }",
        (Column("startDate"), Column("endDate"), Column("place"), Column("eventState")),
        order="mg:startDate",
    ),
    Section(
        "positions",
        ("Act",),
        noted("Money needed, found and missing"),
        "?row mg:underAct THING ; a mg:FundingPosition .",
        _POSITION,
        named=False,
        order="mg:asOf",
    ),
    Section(
        "funding",
        ("Act",),
        noted("Who pays, for whom"),
        "?row mg:underAct THING ; a mg:FundingArrangement .",
        (
            Column("funder"),
            Column("beneficiary"),
            Column("fundsActivity", heading=noted("For what")),
            *_AMOUNT,
        ),
        named=False,
        order="mg:beneficiary",
    ),
    Section(
        "cites",
        ("Act", "Document"),
        noted("What it cites"),
        "{ ?row mg:citing THING } UNION { ?row mg:citing ?part . ?part mg:paragraphOf THING }",
        (Column("citationKind"), Column("cited")),
        named=False,
        order="mg:citationKind",
    ),
    Section(
        "cited-by",
        ("Act", "Document"),
        noted("What cites it"),
        "{ ?row mg:cited THING } UNION { ?row mg:cited ?part . ?part mg:paragraphOf THING }",
        (Column("citationKind"), Column("citing")),
        named=False,
        order="mg:citationKind",
    ),
    Section(
        "reports",
        ("Act",),
        noted("Reports on it"),
        "?row mg:reportsOn THING .",
        (Column("citedAs"), Column("issuedBy"), Column("submittedTo"), Column("submittedAt")),
    ),
    Section(
        "progress",
        ("Ask",),
        noted("What was reported"),
        "?row mg:onAsk THING .",
        (
            Column("reportedOn"),
            Column("progressStatus"),
            Column("summary"),
            Column("responsible"),
            Column("evidence"),
        ),
        named=False,
        order="mg:reportedOn",
    ),
    Section(
        "activities",
        ("Ask",),
        noted("What is done"),
        "?row mg:carriesOut THING ; a mg:Activity .",
        (
            Column("activityState"),
            Column("performedBy"),
            Column("beneficiary"),
            Column("startDate"),
            Column("endDate"),
        ),
        order="mg:startDate",
    ),
    Section(
        "funding",
        ("Ask",),
        noted("Who pays, for whom"),
        "?row mg:fundsActivity/mg:carriesOut THING .",
        (Column("funder"), Column("beneficiary"), Column("fundsActivity"), *_AMOUNT),
        named=False,
        order="mg:beneficiary",
    ),
    Section(
        "asked",
        _PARTIES,
        noted("What it is asked to do"),
        "?row mg:addressee THING .",
        (
            Column("underAct", heading=noted("Act")),
            Column("setOutIn", heading=noted("Paragraph")),
            Column("summary", heading=noted("Ask")),
            Column("actionVerb", heading=noted("Verb")),
            Column("due"),
            _PROGRESS,
        ),
        named=False,
    ),
    Section(
        "reported",
        _PARTIES,
        noted("What is reported of its work"),
        "?row mg:responsible THING ; a mg:ProgressUpdate .",
        (
            Column("reportedOn"),
            Column("onAsk", heading=noted("Ask")),
            Column("progressStatus"),
            Column("summary"),
        ),
        named=False,
        order="mg:reportedOn",
    ),
    Section(
        "work",
        _PARTIES,
        noted("What it does"),
        "?row mg:performedBy THING ; a mg:Activity .",
        (Column("activityState"), Column("underAct"), Column("beneficiary"), Column("startDate")),
        order="mg:startDate",
    ),
    Section(
        "pays",
        _PARTIES,
        noted("What it pays for"),
        "?row mg:funder THING ; a mg:FundingArrangement .",
        (Column("beneficiary"), Column("fundsActivity"), Column("underAct"), *_AMOUNT),
        named=False,
        order="mg:beneficiary",
    ),
    Section(
        "partners",
        _PARTIES,
        noted("With whom it works"),
        "{ ?row mg:lead THING } UNION { ?row mg:partner THING }",
        (Column("lead"), Column("partner"), Column("partnerRole"), Column("underAct")),
        named=False,
        order="mg:partner",
    ),
    Section(
        "support",
        ("Country",),
        noted("Who pays for work here"),
        "?row mg:beneficiary THING ; a mg:FundingArrangement .",
        (Column("funder"), Column("fundsActivity"), Column("underAct"), *_AMOUNT),
        named=False,
        order="mg:funder",
    ),
    Section(
        "work",
        ("Country",),
        noted("Work that supports it"),
        "?row mg:beneficiary THING ; a mg:Activity .",
        (
            Column("activityState"),
            Column("performedBy"),
            Column("underAct"),
            Column("startDate"),
            Column("endDate"),
        ),
        order="mg:startDate",
    ),
    Section(
        "intended",
        ("Country",),
        noted("Work that is meant for it later"),
        "?row mg:intendedBeneficiary THING .",
        (Column("activityState"), Column("performedBy"), Column("underAct")),
    ),
    Section(
        "events",
        ("Country",),
        noted("Events held here"),
        "{ ?row mg:hostCountry THING } UNION "
        "{ ?place mg:inCountry THING . ?row a mg:Event ; mg:place ?place }",
        (Column("startDate"), Column("endDate"), Column("place"), Column("eventState")),
        order="mg:startDate",
    ),
    Section(
        "at-home",
        ("Country",),
        noted("Organizations that have their home here"),
        "?row mg:homeCountry THING .",
        (Column("organizationKind"),),
    ),
    Section(
        "due",
        ("Event",),
        noted("Deadlines that hang on it"),
        "?row mg:hangsOn THING ; a mg:Deadline .",
        (Column("dueText"), Column("earliest"), Column("latest")),
        order="mg:earliest",
    ),
    Section(
        "due-asks",
        ("Event", "Deadline"),
        noted("What is due"),
        "{ ?row mg:due THING } UNION { ?deadline mg:hangsOn THING . ?row mg:due ?deadline }",
        (
            Column("underAct", heading=noted("Act")),
            Column("addressee"),
            Column("summary"),
            Column("due"),
            _PROGRESS,
        ),
    ),
    Section(
        "serves",
        ("Event",),
        noted("Acts that it serves"),
        "THING mg:serves ?row .",
        (Column("citedAs"), Column("adoptedBy"), Column("adoptedOn")),
    ),
    Section(
        "adopted",
        ("Event",),
        noted("Acts adopted there"),
        "?row mg:adoptedAt THING .",
        (Column("citedAs"), Column("adoptedOn")),
    ),
    Section(
        "documents",
        ("Event",),
        noted("Documents submitted to it"),
        "?row mg:submittedAt THING .",
        (Column("citedAs"), Column("documentKind"), Column("issuedBy")),
    ),
    Section(
        "within",
        ("Event",),
        noted("Events within it"),
        "?row mg:partOfEvent THING .",
        (Column("startDate"), Column("endDate"), Column("place"), Column("eventState")),
        order="mg:startDate",
    ),
)
"""The sections, in the order of every page."""
