"""The data files that ship with the packages, read when asked for and never at import."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable


def folder(package: str, *parts: str) -> Traversable:
    """Return a folder of a package that ships data, in a checkout or an installed wheel.

    Args:
        package: ``"graph"``, ``"ontology"`` or ``"shapes"``.
        parts: Names of folders inside it.
    """
    return files(package).joinpath(*parts)


def texts(place: Traversable, suffix: str) -> dict[str, str]:
    """Return the UTF-8 files of a folder and the folders in it that end with a suffix.

    Returns:
        Text by name without the suffix, sub-folders as ``folder/name``, in the
        order of the names.
    """
    found: dict[str, str] = {}
    for entry in sorted(place.iterdir(), key=lambda item: item.name):
        if entry.is_dir():
            inner = texts(entry, suffix)
            found |= {f"{entry.name}/{name}": text for name, text in inner.items()}
        elif entry.name.endswith(suffix):
            found[entry.name.removesuffix(suffix)] = entry.read_text("utf-8")
    return found
