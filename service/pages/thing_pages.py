"""Every IRI leads somewhere: to a page for people, to data for programs."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from pyoxigraph import NamedNode

from graph.errors import UnknownThingError
from graph.store.interface import GraphFormat
from service.addresses import Section, addresses
from service.languages import data_language, language, languages
from service.negotiate import GRAPHS, PAGE, Format, accepted, not_acceptable, page_wanted
from service.pages.sheets.lead import read_citable, read_lead
from service.pages.sheets.tongues import Tongues
from service.pages.terms import read_use
from service.pages.things import read_thing
from service.serving import property_order, reader

blueprint = Blueprint("things", __name__)

_CITED = {"bib": "application/x-bibtex", "json": "application/vnd.citationstyles.csl+json"}

_DATA = """PREFIX mg: <https://w3id.org/mandategraph/ontology/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
CONSTRUCT { ?subject ?property ?value } WHERE {
  { VALUES ?subject { THING } ?subject ?property ?value }
  UNION
  { ?subject rdf:subject THING ; ?property ?value }
  UNION
  { ?subject mg:gapSubject THING ; ?property ?value }
}"""


@blueprint.get("/id/<path:path>")
def thing(path: str) -> Response:
    """Send the asker from the name of a thing to a document about it.

    Source:
        Cool URIs for the Semantic Web, section 4.2 (303).
    """
    _known(addresses().iri("id", path))
    endpoint = "things.data" if _data_wanted() else "things.page"
    response = make_response(redirect(url_for(endpoint, path=path), 303))
    response.vary.add("Accept")
    return response


@blueprint.get("/page/<path:path>")
def page(path: str) -> str:
    """Show a thing."""
    return _page("id", path)


@blueprint.get("/data/<path:path>")
def data(path: str) -> Response:
    """Send the statements about a thing; a suffix decides about the format before Accept does."""
    bare, form = _without_suffix(path)
    chosen = form or accepted(GRAPHS)
    if chosen is None:
        raise not_acceptable(GRAPHS)
    response = _data(addresses().iri("id", bare), chosen)
    if not form:
        response.vary.add("Accept")
    return response


@blueprint.get("/ontology/", defaults={"path": ""})
@blueprint.get("/ontology/<path:path>")
def ontology(path: str) -> Response:
    """Show a term of the ontology, or send its statements."""
    return _term("ontology", path)


@blueprint.get("/concept/<path:path>")
def concept(path: str) -> Response:
    """Show a concept or a concept scheme, or send its statements."""
    return _term("concept", path)


def _term(section: Section, path: str) -> Response:
    bare, form = _without_suffix(path)
    if form:
        return _data(addresses().iri(section, bare), form)
    chosen = _data_wanted()
    if chosen:
        response = _data(addresses().iri(section, path), chosen)
    else:
        response = make_response(_page(section, path))
    response.vary.add("Accept")
    return response


def _without_suffix(path: str) -> tuple[str, Format[GraphFormat] | None]:
    """Return a path without the suffix of a format, and the format."""
    for form in GRAPHS:
        if path.endswith(f".{form.suffix}"):
            return path.removesuffix(f".{form.suffix}"), form
    return path, None


def _data_wanted() -> Format[GraphFormat] | None:
    """Return the format in which a request wants data, ``None`` if it would rather have a page.

    Raises:
        NotAcceptable: If it wants neither.
    """
    if page_wanted(machine=GRAPHS):
        return None
    chosen = accepted(GRAPHS)
    if chosen is None:
        raise not_acceptable((*GRAPHS, PAGE))
    return chosen


def _page(section: Section, path: str) -> str:
    order = property_order(path) if section == "id" else {}
    node = addresses().iri(section, path)
    tongues = Tongues(language(), data_language())
    found = read_thing(node, reader(), tongues, order)
    endpoint = "things.data" if section == "id" else f"things.{section}"
    files = [(form, url_for(endpoint, path=f"{path}.{form.suffix}")) for form in GRAPHS if path]
    lead = read_lead(found, reader(), tongues) if section == "id" else None
    use = read_use(found.iri, reader(), language()) if section == "ontology" else None
    return render_template(
        "term.html" if use else "thing.html",
        thing=found,
        use=use,
        files=files,
        lead=lead,
        path=path,
        tongues=[(spoken, _in(spoken.code)) for spoken in languages().values()],
        data_language=tongues.data,
    )


def _in(code: str) -> str:
    """Return the address of this page with its data in a language."""
    fields = {name: text for name, text in request.args.items() if name != "data-lang"}
    return f"?{urlencode({**fields, 'data-lang': code})}"


@blueprint.get("/cite/<path:path>")
def cite(path: str) -> Response:
    """Send how the record of a thing is cited, for BibTeX or as CSL-JSON by its suffix."""
    bare, _, suffix = path.rpartition(".")
    if suffix not in {"bib", "json"}:
        raise UnknownThingError("A citation is a file that ends in .bib or .json.")
    node = addresses().iri("id", bare)
    _known(node)
    record = read_citable(node, reader(), Tongues(language(), data_language()))
    response = make_response(record.bibtex if suffix == "bib" else record.csl_json)
    response.mimetype = _CITED[suffix]
    return response


def _data(node: NamedNode, form: Format[GraphFormat]) -> Response:
    _known(node)
    answer = reader().serialize(_DATA.replace("THING", str(node)), "json", form.name)
    response = make_response(answer.body)
    response.mimetype = form.media_type
    return response


def _known(node: NamedNode) -> None:
    if not reader().describe(node.value):
        raise UnknownThingError(f"Nothing is known about {node.value}.")
