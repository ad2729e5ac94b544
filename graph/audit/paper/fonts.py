"""Which fonts a paper is set in, and what to install where they are missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.errors import FontError


@dataclass(frozen=True)
class Script:
    """Letters by their range, families that have them, and where these come from.

    The best family comes first. ``package`` is that of Debian and Ubuntu.
    """

    name: str
    ranges: tuple[tuple[int, int], ...]
    sans: tuple[str, ...]
    serif: tuple[str, ...]
    package: str


_WESTERN_SANS = ("Noto Sans", "Liberation Sans", "DejaVu Sans", "Libertinus Serif")
_WESTERN_SERIF = ("Noto Serif", "Libertinus Serif")
"""Libertinus Serif comes with the typesetter: Latin, Greek, Cyrillic letters are always there."""

_ARABIC = Script(
    "Arabic",
    ((0x0600, 0x06FF), (0x0750, 0x077F), (0x08A0, 0x08FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC)),
    ("Noto Sans Arabic", "Noto Naskh Arabic", "Amiri", "Scheherazade New"),
    ("Noto Naskh Arabic", "Amiri", "Scheherazade New", "Noto Sans Arabic"),
    "fonts-noto-core",
)
_CHINESE = Script(
    "Chinese",
    ((0x2E80, 0x2FDF), (0x3000, 0x303F), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
     (0xFF00, 0xFFEF), (0x20000, 0x323AF)),
    ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "WenQuanYi Zen Hei"),
    ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC", "Noto Sans CJK SC",
     "WenQuanYi Zen Hei"),
    "fonts-noto-cjk",
)  # fmt: skip
SCRIPTS = (_ARABIC, _CHINESE)


@dataclass(frozen=True)
class Families:
    """The families a paper is set in, in the order in which they are tried for a letter."""

    sans: tuple[str, ...]
    serif: tuple[str, ...]


def chosen_families(text: str, language: str, installed: Iterable[str]) -> Families:
    """Return the families for a text.

    Args:
        text: All letters that will be set.
        language: Code of the language of the paper: the letters of Chinese come
            first in a Chinese paper, so that its punctuation has their width.
        installed: Names of the families that can be used.

    Raises:
        FontError: If letters of a script are used and no family for it is
            installed; it names the package to install.
    """
    there = frozenset(installed)
    used = [script for script in SCRIPTS if _uses(text, script)]
    missing = [script for script in used if not there & {*script.sans, *script.serif}]
    if missing:
        raise missing_fonts({script.name: script.package for script in missing})
    before = [script for script in used if script is _CHINESE and language == "zh"]
    after = [script for script in used if script not in before]
    return Families(
        _listed([*(s.sans for s in before), _WESTERN_SANS, *(s.sans for s in after)], there),
        _listed([*(s.serif for s in before), _WESTERN_SERIF, *(s.serif for s in after)], there),
    )


def missing_fonts(packages: Mapping[str, str]) -> FontError:
    """Return the error that says which letters have no font, and what to install."""
    scripts, wanted = " and ".join(packages), " ".join(dict.fromkeys(packages.values()))
    return FontError(
        f"There is no font for {scripts} letters, and a PDF with empty boxes is not written. "
        f"On Debian or Ubuntu: apt-get install {wanted}"
    )


def _uses(text: str, script: Script) -> bool:
    return any(low <= ord(letter) <= high for letter in set(text) for low, high in script.ranges)


def _listed(families: Iterable[tuple[str, ...]], there: frozenset[str]) -> tuple[str, ...]:
    """Return the best family that is there of each list, then the others."""
    known = [[name for name in names if name in there] for names in families]
    best = [names[0] for names in known if names]
    return tuple(dict.fromkeys([*best, *(name for names in known for name in names)]))
