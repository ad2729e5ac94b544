"""Changes as an Atom feed, an entry for each version of the dataset.

Source:
    The Atom Syndication Format, RFC 4287.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from html import escape
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from flask import url_for

from service.addresses import addresses
from service.languages import gettext, language, ngettext
from service.pages.names import names
from service.publishing.following import Choice, Found, view
from service.serving import reader

MEDIA_TYPE = "application/atom+xml"
NAMED = 20
"""Things that an entry names at most."""

NEVER = "1970-01-01T00:00:00Z"
"""When a feed without entries was changed last."""

_ATOM = "http://www.w3.org/2005/Atom"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def write_feed(chosen: Choice, versions: Sequence[Found]) -> bytes:
    """Return the feed of versions, newest first; the same versions give the same bytes."""
    register_namespace("", _ATOM)
    feed = Element(_name("feed"), {_LANG: language().code})
    values = {**chosen.given, "lang": language().code}
    _say(feed, "id", _urn(addresses().base, values))
    title = gettext("Changes of the Mandate Graph")
    listed = ", ".join(chosen.given.values())
    _say(feed, "title", f"{title}: {listed}" if listed else title)
    _say(feed, "updated", versions[0].entry.header.when if versions else NEVER)
    _say(SubElement(feed, _name("author")), "name", gettext("Mandate Graph"))
    _link(feed, "self", MEDIA_TYPE, url_for("changes.feed", _external=True, **values))
    page = url_for("changes.index", _external=True, **values)
    _link(feed, "alternate", "text/html", page)
    for found in versions:
        _entry(feed, found, chosen, values)
    indent(feed)
    text: bytes = tostring(feed, "utf-8", xml_declaration=True)
    return text + b"\n"


def _entry(feed: Element, found: Found, chosen: Choice, values: dict[str, str]) -> None:
    header = found.entry.header
    entry = SubElement(feed, _name("entry"))
    _say(entry, "id", _urn(header.id, values))
    _say(entry, "title", _title(found))
    _say(entry, "updated", header.when)
    _say(entry, "published", header.when)
    number = found.entry.number
    place = url_for("changes.version", number=number, _external=True, **values)
    _link(entry, "alternate", "text/html", place)
    content = SubElement(entry, _name("content"), {"type": "html"})
    content.text = _content(found, chosen)


def _title(found: Found) -> str:
    title = gettext("Version %(number)s") % {"number": found.entry.number}
    return f"{title}: +{found.added} −{found.removed}"


def _content(found: Found, chosen: Choice) -> str:
    """Return what an entry says as HTML: the things that were changed."""
    things = view(found.entry, chosen).things()
    shown = things[:NAMED]
    known = names(shown, reader(), language().code)
    items = "".join(f"<li>{_thing(iri, known[iri].text)}</li>" for iri in shown)
    count = ngettext("%(count)s thing changed", "%(count)s things changed", len(things))
    rest = "<li>…</li>" if len(things) > NAMED else ""
    return f"<p>{escape(count % {'count': len(things)})}</p><ul>{items}{rest}</ul>"


def _thing(iri: str, name: str) -> str:
    href = addresses().href(iri)
    if not href:
        return escape(name)
    place = url_for("pages.home", _external=True, lang=None).rstrip("/") + href
    return f'<a href="{escape(place)}">{escape(name)}</a>'


def _urn(name: str, values: Mapping[str, str]) -> str:
    """Return what a feed or entry is known by: it says the same under the same name."""
    listed = "\n".join(f"{key}={text}" for key, text in sorted(values.items()))
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{name} {listed}')}"


def _link(parent: Element, relation: str, media_type: str, place: str) -> None:
    SubElement(parent, _name("link"), {"rel": relation, "type": media_type, "href": place})


def _say(parent: Element, name: str, text: str) -> None:
    # XML cannot hold most control characters, not even escaped.
    child = SubElement(parent, _name(name))
    child.text = "".join(sign for sign in text if sign.isprintable())


def _name(name: str) -> str:
    return f"{{{_ATOM}}}{name}"
