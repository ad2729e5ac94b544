"""Every IRI leads somewhere: to a page for people, to data for programs."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from pyoxigraph import NamedNode, Quad

from graph.errors import UnknownThingError
from graph.store.interface import ReadStore
from graph.vocabulary import ONTOLOGY
from service.addresses import Section, addresses
from service.languages import data_language, language, languages
from service.negotiate import GRAPHS, PAGE, Format, accepted, not_acceptable, page_wanted
from service.pages.sheets.lead import read_citable, read_lead
from service.pages.sheets.tongues import Tongues
from service.pages.terms import read_use
from service.pages.things import read_thing
from service.publishing.editions import VERSION, WHOLE, edition
from service.publishing.links import Documents, link
from service.publishing.publication import publication, say_when
from service.publishing.schemas import SCHEMA, describe_thing, embedded, types_of
from service.serving import property_order, reader

blueprint = Blueprint("things", __name__)

_CITED = {"bib": "application/x-bibtex", "json": "application/vnd.citationstyles.csl+json"}

_DATA = """PREFIX mg: <https://w3id.org/mandategraph/ontology/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
CONSTRUCT { ?subject ?property ?value } WHERE {
  { VALUES ?subject { THING } ?subject ?property ?value }
  UNION
  { ?subject rdf:subject THING ; ?property ?value }
  UNION
  { ?subject mg:gapSubject THING ; ?property ?value }
  UNION
  { ?subject skos:inScheme THING ; ?property ?value }
}"""
_ENDPOINTS: dict[Section, tuple[str, str]] = {
    "id": ("things.page", "things.data"),
    "ontology": ("things.ontology", "things.ontology"),
    "concept": ("things.concept", "things.concept"),
}
_OFFERED: tuple[Format[str], ...] = (*GRAPHS, PAGE)


@dataclass(frozen=True)
class Asked:
    """What a path asks for: the node, the store that knows it, and the format that it names.

    ``path`` is without the suffix of the format, ``quads`` are what is said of the node.
    """

    section: Section
    path: str
    node: NamedNode
    store: ReadStore
    quads: tuple[Quad, ...]
    form: Format[str] | None

    def address(self, form: Format[str] | None, **values: str | None) -> str:
        """Return where a document about the node is, in a format."""
        page, data = _ENDPOINTS[self.section]
        machine = form is not None and form is not PAGE
        suffixed = machine or (form is PAGE and self.section != "id" and self.path)
        path = f"{self.path}.{form.suffix}" if form and suffixed else self.path
        return url_for(data if machine else page, path=path, **values)  # type: ignore[arg-type]

    def documents(self) -> Documents:
        """Return where all documents about the node are."""
        # What is at the bare namespace has no place for a suffix.
        files = [(form, self.address(form, lang=None)) for form in GRAPHS if self.path]
        types = tuple(SCHEMA + name for name in types_of(self.quads))
        page = self.address(None, lang=None)
        return Documents(self.node.value, page, tuple(files), types, publication().license)


@blueprint.get("/id/<path:path>")
def thing(path: str) -> Response:
    """Send the asker from the name of a thing to a document about it.

    Source:
        Cool URIs for the Semantic Web, section 4.2 (303).
    """
    asked = _asked("id", path)
    chosen = asked.form or _wanted()
    if chosen is PAGE:
        at = asked.address(None)
    elif asked.form:
        at = asked.address(chosen)
    else:
        at = url_for("things.data", path=asked.path)
    response = make_response(redirect(at, 303))
    if not asked.form:
        response.vary.add("Accept")
    return link(response, *asked.documents().around_page())


@blueprint.get("/page/<path:path>")
def page(path: str) -> Response:
    """Show a thing; a suffix that asks for data leads there."""
    asked = _asked("id", path)
    if asked.form and asked.form is not PAGE:
        return make_response(redirect(asked.address(asked.form), 303))
    return _page(asked)


@blueprint.get("/data/<path:path>")
def data(path: str) -> Response:
    """Send the statements about a thing; a suffix decides about the format before Accept does."""
    asked = _asked("id", path)
    if asked.form is PAGE:
        return make_response(redirect(asked.address(PAGE), 303))
    chosen = asked.form or accepted(GRAPHS)
    if chosen is None:
        raise not_acceptable(GRAPHS)
    response = _data(asked, chosen)
    if not asked.form:
        response.vary.add("Accept")
    return response


@blueprint.get("/ontology/", defaults={"path": ""})
@blueprint.get("/ontology/<path:path>")
def ontology(path: str) -> Response:
    """Show a term of the ontology, or send its statements; a version number asks for all terms."""
    return _term("ontology", path)


@blueprint.get("/concept/<path:path>")
def concept(path: str) -> Response:
    """Show a concept or a concept scheme, or send its statements."""
    return _term("concept", path)


def _term(section: Section, path: str) -> Response:
    asked = _asked(section, path)
    chosen = asked.form or _wanted()
    response = _page(asked) if chosen is PAGE else _data(asked, chosen)
    if not asked.form:
        response.vary.add("Accept")
    return response


def _asked(section: Section, path: str) -> Asked:
    """Return what a path asks for; a thing whose own name ends like a format wins.

    Raises:
        UnknownThingError: If nothing is known about it.
    """
    store = reader()
    for form in (None, *_OFFERED):
        suffix = f".{form.suffix}" if form else ""
        if not path.endswith(suffix):
            continue
        bare = path.removesuffix(suffix)
        if section == "ontology" and VERSION.fullmatch(bare) and (held := edition(bare, store)):
            return Asked(section, bare, NamedNode(ONTOLOGY), held, held.describe(ONTOLOGY), form)
        node = addresses().iri(section, bare)
        if quads := store.describe(node.value):
            say_when()
            return Asked(section, bare, node, store, quads, form)
    raise UnknownThingError(f"Nothing is known about {addresses().iri(section, path).value}.")


def _wanted() -> Format[str]:
    """Return the format in which a request wants a document, page or data.

    Raises:
        NotAcceptable: If it wants neither.
    """
    if page_wanted(machine=GRAPHS):
        return PAGE
    chosen = accepted(GRAPHS)
    if chosen is None:
        raise not_acceptable(_OFFERED)
    return chosen


def _page(asked: Asked) -> Response:
    order = property_order(asked.path) if asked.section == "id" else {}
    tongues = Tongues(language(), data_language())
    found = read_thing(asked.node, asked.store, tongues, order)
    documents = asked.documents()
    lead = read_lead(found, asked.store, tongues) if asked.section == "id" else None
    term = asked.section == "ontology" and asked.store is reader()
    use = read_use(found.iri, asked.store, language()) if term else None
    text = render_template(
        "term.html" if use else "thing.html",
        thing=found,
        use=use,
        files=documents.files,
        lead=lead,
        path=asked.path,
        tongues=[(spoken, _in(spoken.code)) for spoken in languages().values()],
        data_language=tongues.data,
        schema=embedded(describe_thing(asked.node.value, asked.quads, publication())),
    )
    response = make_response(text)
    if "lang" not in request.args or asked.section != "id":
        form = None if asked.section == "id" else PAGE
        response.headers["Content-Location"] = asked.address(form, lang=language().code)
    return link(response, *documents.around_page())


def _in(code: str) -> str:
    """Return the address of this page with its data in a language."""
    fields = {name: text for name, text in request.args.items() if name != "data-lang"}
    return f"?{urlencode({**fields, 'data-lang': code})}"


@blueprint.get("/cite/<path:path>")
def cite(path: str) -> Response:
    """Send how the record of a thing is cited, for BibTeX or as CSL-JSON by its suffix."""
    bare, _, suffix = path.rpartition(".")
    if suffix not in _CITED:
        raise UnknownThingError("A citation is a file that ends in .bib or .json.")
    node = addresses().iri("id", bare)
    if not reader().describe(node.value):
        raise UnknownThingError(f"Nothing is known about {node.value}.")
    say_when()
    record = read_citable(node, reader(), Tongues(language(), data_language()))
    response = make_response(record.bibtex if suffix == "bib" else record.csl_json)
    response.mimetype = _CITED[suffix]
    return response


def _data(asked: Asked, form: Format[str]) -> Response:
    chosen = next(one for one in GRAPHS if one is form)
    query = WHOLE if asked.node.value == ONTOLOGY else _DATA.replace("THING", str(asked.node))
    answer = asked.store.serialize(query, "json", chosen.name)
    response = make_response(answer.body)
    response.mimetype = form.media_type
    here = asked.address(form, lang=None) if asked.path else asked.address(None, lang=None)
    if not asked.form and asked.path:
        response.headers["Content-Location"] = here
    return link(response, *asked.documents().around_file(here))
