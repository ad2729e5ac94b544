"""What a SELECT query is made of, as far as it matters what it looks at."""

from __future__ import annotations

from dataclasses import dataclass

from graph.shacl.paths import Path


@dataclass(frozen=True)
class Pattern:
    """One triple pattern; variables begin with a question mark."""

    subject: str
    path: Path
    object: str


@dataclass(frozen=True)
class Expression:
    """A filter, or what is bound to a variable: what it uses, and the groups it asks about."""

    variables: frozenset[str]
    groups: tuple[Group, ...]
    bound: str = ""


@dataclass(frozen=True)
class Union:
    """Groups of which any gives solutions; one alone is a group inside another."""

    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Optional:
    """A group whose solutions are added where there are any."""

    group: Group


@dataclass(frozen=True)
class Values:
    """Variables that are given values."""

    variables: frozenset[str]


@dataclass(frozen=True)
class Selection:
    """A SELECT, by itself or inside another.

    ``variables`` is what it gives, ``None`` for all; ``grouped`` what it groups
    by, ``None`` if it does not count; ``cut`` says that it gives not all solutions.
    """

    variables: frozenset[str] | None
    group: Group
    grouped: frozenset[str] | None
    cut: bool


Element = Pattern | Expression | Union | Optional | Values | Selection


@dataclass(frozen=True)
class Group:
    """What stands between two braces."""

    elements: tuple[Element, ...]
