"""The description of a release, as research archives read it.

Source:
    RO-Crate Metadata Specification 1.1, https://w3id.org/ro/crate/1.1
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from graph.errors import ReleaseError
from graph.releases.model import CRATE, LICENCE, SUMS, Release, ReleaseFile

_VERSION = "https://w3id.org/ro/crate/1.1"
_CONTEXT = [f"{_VERSION}/context", {"sha256": "http://schema.org/sha256"}]
_ABOUT = {
    "mandategraph": "Every statement of the dataset, with the graph of its source",
    "changes.patch.gz": "What leads from the release before this one to it, as RDF Patch",
    "conformance.ttl": "The report on the publication profile, as SHACL has it",
    "conformance.html": "The report on the publication profile, for people",
    "LICENCE.txt": "The licence",
}
_FACTS = {"version": "#version", "content": "#content", "statements": "#statements"}

Entity = dict[str, Any]


def crate(release: Release, base: str) -> bytes:
    """Return the description of a release as JSON-LD.

    Args:
        release: The release, with the files that are described.
        base: What the IRIs of instances begin with.
    """
    graph = [_descriptor(), _root(release, base), *_facts(release), _licence(), _editors()]
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


def _root(release: Release, base: str) -> Entity:
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
        "license": {"@id": LICENCE},
        "creator": {"@id": "#editors"},
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


def _licence() -> Entity:
    return {
        "@id": LICENCE,
        "@type": "CreativeWork",
        "name": "Creative Commons Attribution 4.0 International",
        "description": "The dataset may be shared and adapted if its makers are named.",
    }


def _editors() -> Entity:
    return {"@id": "#editors", "@type": "Organization", "name": "The Mandate Graph editors"}


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
