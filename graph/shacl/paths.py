"""Property paths, brought into a form in which only single properties are ever inverse."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One property, from subject to object; if ``inverse``, from object to subject."""

    iri: str
    inverse: bool = False


@dataclass(frozen=True)
class Sequence:
    """One path after another."""

    parts: tuple[Path, ...]


@dataclass(frozen=True)
class Alternative:
    """Any one of several paths."""

    parts: tuple[Path, ...]


@dataclass(frozen=True)
class Repeated:
    """A path again and again, or at most once if not ``many``; not at all if ``optional``."""

    path: Path
    optional: bool
    many: bool


Path = Step | Sequence | Alternative | Repeated


def inverse(path: Path) -> Path:
    """Return the path walked from its end to its beginning."""
    match path:
        case Step(iri, backwards):
            return Step(iri, not backwards)
        case Sequence(parts):
            return Sequence(tuple(inverse(part) for part in reversed(parts)))
        case Alternative(parts):
            return Alternative(tuple(inverse(part) for part in parts))
        case Repeated(inner, optional, many):
            return Repeated(inverse(inner), optional, many)


def may_stay(path: Path) -> bool:
    """Return whether a path can end where it begins without a step."""
    match path:
        case Sequence(parts):
            return all(map(may_stay, parts))
        case Alternative(parts):
            return any(map(may_stay, parts))
        case Repeated(inner, optional, _):
            return optional or may_stay(inner)
    return False


def joined(first: Path | None, then: Path | None) -> Path | None:
    """Return one path after the other; ``None`` stands for staying where one is."""
    if first is None or then is None:
        return first or then
    return Sequence((*_parts(first), *_parts(then)))


def _parts(path: Path) -> tuple[Path, ...]:
    return path.parts if isinstance(path, Sequence) else (path,)


def spelled(path: Path | None) -> str:
    """Return the path as SPARQL writes it; empty for ``None``.

    Example:
        >>> spelled(Sequence((Step("urn:a", True), Repeated(Step("urn:b"), True, True))))
        '^<urn:a>/(<urn:b>)*'
    """
    match path:
        case None:
            return ""
        case Step(iri, backwards):
            return f"{'^' if backwards else ''}<{iri}>"
        case Sequence(parts):
            return "/".join(map(_inner, parts))
        case Alternative(parts):
            return "|".join(map(_inner, parts))
        case Repeated(path, optional, many):
            return f"({spelled(path)}){('*' if optional else '+') if many else '?'}"


def _inner(path: Path) -> str:
    text = spelled(path)
    return f"({text})" if isinstance(path, Sequence | Alternative) else text


def triple(path: Path, start: str, end: str) -> str:
    """Return the triple pattern that says: ``end`` is on the path from ``start``."""
    if isinstance(path, Step) and path.inverse:
        return f"{end} <{path.iri}> {start}"
    return f"{start} {spelled(path)} {end}"
