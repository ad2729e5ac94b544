"""The reference list of a synthetic dataset: countries, parties and places."""

from __future__ import annotations

from bench.synthetic import draft as names
from bench.synthetic.draft import Draft
from bench.synthetic.quads import EDITORS, LABEL, TYPE, Place, concept, mg, plain, text, thing
from bench.synthetic.words import labels

REGIONS = 12


def write_reference(draft: Draft) -> None:
    """Write the one document that all others rest on."""
    place = names.document("document", "bench-reference")
    facts = [(TYPE, mg("Document")), (LABEL, text("Reference list"))]
    facts.append((mg("documentKind"), concept("document-kind", "reference-list")))
    draft.writer.thing(place.source, place, [*facts, (mg("citedAs"), plain("Reference list"))])
    editor = [(TYPE, mg("Editor")), (LABEL, text("Editors of the benchmark"))]
    draft.writer.thing(EDITORS, place, editor)
    for number in range(REGIONS):
        _region(draft, number, place)
    for number in range(names.COUNTRIES):
        _country(draft, number, place)
    for number in range(names.PLACES):
        code = names.country_code(number * 3 % names.COUNTRIES)
        facts = [(TYPE, mg("Place")), *labels(draft.random, 1, 0.5)]
        facts.append((mg("inCountry"), thing("country", code)))
        draft.writer.thing(thing("place", f"place-{number}"), place, facts)
    for number in range(names.BODIES):
        _party(draft, place, "body", number)
    for number in range(names.AGENCIES):
        _party(draft, place, "agency", number)
    for number in range(names.UNITS):
        _party(draft, place, "unit", number)


def _region(draft: Draft, number: int, place: Place) -> None:
    facts = [(TYPE, mg("Region")), *labels(draft.random, 1, 1)]
    facts.append((mg("m49"), plain(f"{number:03}")))
    if number:
        facts.append((mg("inRegion"), thing("region", f"region-{(number - 1) // 3}")))
    draft.writer.thing(thing("region", f"region-{number}"), place, facts)


def _country(draft: Draft, number: int, place: Place) -> None:
    code = names.country_code(number)
    facts = [(TYPE, mg("Country")), *labels(draft.random, 1, 0.5), (mg("iso3"), plain(code))]
    facts.append((mg("m49"), plain(f"{number + 100:03}")))
    facts.append((mg("inRegion"), thing("region", f"region-{4 + number % (REGIONS - 4)}")))
    draft.writer.thing(thing("country", code), place, facts)


def _party(draft: Draft, place: Place, path: str, number: int) -> None:
    kind = {"body": "governing-body", "agency": "un-agency", "unit": "unit"}[path]
    name = {"body": "GoverningBody", "agency": "Agency", "unit": "Unit"}[path]
    facts = [(TYPE, mg(name)), *labels(draft.random, 3, 0.5)]
    facts.append((mg("organizationKind"), concept("organization-kind", kind)))
    facts.append((mg("abbreviation"), text(f"{path.upper()}-{number}")))
    if path == "agency":
        facts.append(draft.country("homeCountry"))
    elif path == "unit" and number < names.UNITS // 2:
        facts.append((mg("partOf"), thing("agency", f"agency-{number}")))
    elif path == "unit":
        facts.append((mg("partOf"), thing("unit", f"unit-{number // 2}")))
    draft.writer.thing(thing(path, f"{path}-{number}"), place, facts)
