"""The properties that search looks at: which hold texts, and which lead to facets and acts."""

from __future__ import annotations

from graph.search.model import Field
from graph.vocabulary import LABEL, TYPE, mg, well_known

TEXTS: dict[str, Field] = {
    mg("symbol").value: "symbol",
    mg("citedAs").value: "symbol",
    mg("designation").value: "symbol",
    mg("iso3").value: "symbol",
    mg("paragraphNumber").value: "symbol",
    well_known("skos", "notation").value: "symbol",
    LABEL.value: "label",
    well_known("skos", "prefLabel").value: "label",
    mg("title").value: "name",
    mg("abbreviation").value: "name",
    well_known("skos", "altLabel").value: "name",
    well_known("dcterms", "title").value: "name",
    mg("summary").value: "text",
    mg("arrangement").value: "text",
    mg("dueText").value: "text",
    well_known("skos", "definition").value: "text",
    well_known("skos", "scopeNote").value: "text",
    well_known("dcterms", "description").value: "text",
    well_known("rdfs", "comment").value: "text",
}
"""What is searched in, and as what."""

SYMBOL, CITED_AS, DESIGNATION = (mg(name).value for name in ("symbol", "citedAs", "designation"))
SORT_KEY, NUMBER, PARAGRAPH_OF = (
    mg(name).value for name in ("sortKey", "paragraphNumber", "paragraphOf")
)
ADOPTED_BY, SET_OUT_IN, PLACE, PART_OF = (
    mg(name).value for name in ("adoptedBy", "setOutIn", "place", "partOf")
)
ACT, AGENCY, COUNTRY, PARAGRAPH = (
    mg(name).value for name in ("Act", "Agency", "Country", "Paragraph")
)
KINDS_OF_ACT = {mg("Resolution").value: "resolution", mg("Decision").value: "decision"}

TO_ACT = tuple(mg(name).value for name in ("underAct", "paragraphOf", "serves", "citing"))
TO_BODY = tuple(
    mg(name).value for name in ("adoptedBy", "issuedBy", "askedBy", "sessionOf", "submittedTo")
)
TO_DATE = tuple(
    mg(name).value
    for name in ("adoptedOn", "issuedOn", "startDate", "reportedOn", "asOf", "earliest", "latest")
)
TO_AGENCY = tuple(
    mg(name).value
    for name in (
        "lead",
        "partner",
        "performedBy",
        "funder",
        "responsible",
        "responsibleUnit",
        "addressee",
        "organizer",
        "promisedBy",
        "host",
        "partOf",
    )
)
# Where a funder sits says nothing about whom its money is for: not homeCountry.
TO_COUNTRY = tuple(
    mg(name).value for name in ("beneficiary", "intendedBeneficiary", "hostCountry", "inCountry")
)

LINKS = tuple(
    sorted(
        {
            *(SYMBOL, CITED_AS, DESIGNATION, SORT_KEY, NUMBER, SET_OUT_IN, PLACE),
            *TO_ACT,
            *TO_BODY,
            *TO_DATE,
            *TO_AGENCY,
            *TO_COUNTRY,
        }
    )
)
"""What is read of a thing besides its texts and classes."""

CHAIN = 3
"""From how far away something is said in the index: a thing, its paragraph, the act of this."""

REACHING = (*TO_ACT, *TO_AGENCY, *TO_COUNTRY, SET_OUT_IN, PLACE)
"""By which properties a thing is linked to another of which the index says something there."""

HANDED_ON = {
    *(CITED_AS, SORT_KEY, NUMBER, PARAGRAPH_OF, PART_OF, TYPE.value),
    *TO_BODY,
    *TO_DATE,
    *TO_COUNTRY,
}
"""What a thing says that the index says of the things linked to it, too."""

UNSEARCHED = ("Statement", "Gap")
"""Classes of nodes that say where things are stated, and are no things to be found."""
