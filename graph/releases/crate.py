"""The description of a release, as research archives read it.

Source:
    RO-Crate Metadata Specification 1.1, https://w3id.org/ro/crate/1.1
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from graph.errors import ReleaseError
from graph.releases.model import CRATE, LINKS, SUMS, Release, ReleaseFile
from graph.settings import DEFAULT_LICENSE

_VERSION = "https://w3id.org/ro/crate/1.1"
_CONTEXT = [f"{_VERSION}/context", {"sha256": "http://schema.org/sha256"}]
_ABOUT = {
    "mandategraph": "Every statement of the dataset, with the graph of its source",
    "changes.patch.gz": "What leads from the release before this one to it, as RDF Patch",
    "conformance.ttl": "The report on the publication profile, as SHACL has it",
    "conformance.html": "The report on the publication profile, for people",
    "LICENCE.txt": "The licence",
    LINKS: "The links that lead to what others describe, as N-Triples",
}
_LICENCES = {DEFAULT_LICENSE: "Creative Commons Attribution 4.0 International"}
_FACTS = {"version": "#version", "content": "#content", "statements": "#statements"}

Entity = dict[str, Any]


@dataclass(frozen=True)
class Makers:
    """Whose a release is: what its names begin with, its licence (an IRI), and its publisher.

    The publisher is a name, empty if none is named.
    """

    base: str
    license: str
    publisher: str = ""


def crate(release: Release, makers: Makers) -> bytes:
    """Return the description of a release as JSON-LD.

    Args:
        release: The release, with the files that are described.
        makers: Whose it is.
    """
    base = makers.base
    graph = [_descriptor(), _root(release, makers), *_facts(release), _licence(makers.license)]
    graph += [_organization("#editors", "The Mandate Graph editors")]
    if makers.publisher:
        graph.append(_organization("#publisher", makers.publisher))
    graph += [_file(file) for file in release.files]
    graph.append(_part(SUMS, "Checksums of all files, as sha256sum has them", "text/plain"))
    if release.previous:
        graph.append({"@id": _address(base, release.previous), "@type": "Dataset"})
    document = {"@context": _CONTEXT, "@graph": graph}
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def read_crate(name: str, text: bytes, files: Iterable[ReleaseFile]) -> Release:
    """Return the release that a description is of.

    Args:
        name: The name of the release.
        text: The description.
        files: The files that there are.

    Raises:
        ReleaseError: If it is none of ours.
    """
    try:
        every = {item["@id"]: item for item in json.loads(text)["@graph"]}
        root = every["./"]
        facts = {key: every[place]["value"] for key, place in _FACTS.items()}
        previous = root.get("isBasedOn", {}).get("@id", "")
        return Release(
            name,
            root["name"],
            root["description"],
            int(facts["version"]),
            facts["content"],
            root["datePublished"],
            int(facts["statements"]),
            previous.rstrip("/").rpartition("/")[2],
            tuple(files),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReleaseError(f"The release {name} is not as it was made.") from error


def _descriptor() -> Entity:
    return {
        "@id": CRATE,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": _VERSION},
    }


def licence_name(iri: str) -> str:
    """Return a licence as people know it, with its IRI; the IRI alone if it is none we know.

    Example:
        >>> licence_name("https://example.org/licence")
        'https://example.org/licence'
    """
    return f"{_LICENCES[iri]}: {iri}" if iri in _LICENCES else iri


def _root(release: Release, makers: Makers) -> Entity:
    base = makers.base
    parts = [*(file.name for file in release.files), SUMS]
    previous = {"isBasedOn": {"@id": _address(base, release.previous)}} if release.previous else {}
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": release.title,
        "description": release.note,
        "datePublished": release.issued,
        "version": release.name,
        "url": _address(base, release.name),
        "identifier": [{"@id": place} for place in _FACTS.values()],
        "license": {"@id": makers.license},
        "creator": {"@id": "#editors"},
        **({"publisher": {"@id": "#publisher"}} if makers.publisher else {}),
        "hasPart": [{"@id": name} for name in parts],
        **previous,
    }


def _facts(release: Release) -> list[Entity]:
    values = {
        "version": str(release.number),
        "content": release.content,
        "statements": str(release.statements),
    }
    names = {
        "version": "Version of the dataset",
        "content": "SHA-256 over the contents of all graphs",
        "statements": "Number of statements",
    }
    return [
        {"@id": place, "@type": "PropertyValue", "name": names[key], "value": values[key]}
        for key, place in _FACTS.items()
    ]


def _licence(iri: str) -> Entity:
    entity = {"@id": iri, "@type": "CreativeWork", "name": _LICENCES.get(iri, iri)}
    known = {"description": "The dataset may be shared and adapted if its makers are named."}
    return entity | (known if iri in _LICENCES else {})


def _organization(place: str, name: str) -> Entity:
    return {"@id": place, "@type": "Organization", "name": name}


def _file(file: ReleaseFile) -> Entity:
    stem = file.name.partition("-")[0]
    entity = _part(file.name, _ABOUT.get(file.name) or _ABOUT.get(stem, file.name), "")
    kinds: list[str] = list(dict.fromkeys((file.media_type, file.content_type)))
    entity["encodingFormat"] = kinds[0] if len(kinds) == 1 else kinds
    return {**entity, "contentSize": str(file.size), "sha256": file.sha256}


def _part(name: str, words: str, media_type: str) -> Entity:
    return {"@id": name, "@type": "File", "name": words, "encodingFormat": media_type}


def _address(base: str, name: str) -> str:
    return f"{base}dump/{name}/"
