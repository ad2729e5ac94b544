"""The one place where IRIs are minted, from keys and symbols."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

# RFC 3986, section 2.3 (unreserved), and the slash that symbols are made of.
_SAFE = "/-._~"
_KEY = re.compile(r"[^\s/.][^\s]*(?<![/.])|[^\s/.]")


def key_problem(key: str) -> str | None:
    """Return what is wrong with a key as an instruction, or ``None`` if it can be used.

    Example:
        >>> key_problem("HSP/HA.1/Res.5")
        >>> key_problem("a b")
        'write a key without spaces, not beginning or ending with a slash or full stop'
    """
    if not _KEY.fullmatch(key) or "//" in key or "/." in key or "./" in key:
        return "write a key without spaces, not beginning or ending with a slash or full stop"
    return None


@dataclass(frozen=True)
class Minter:
    """Mints IRIs below one instance base, which ends with a slash."""

    base: str

    def thing(self, path: str, key: str) -> NamedNode:
        """Return the IRI of the thing that a table calls by a key.

        Slashes and case are kept, everything else outside the unreserved
        characters is percent-encoded, so that two keys never share an IRI.

        Source:
            Percent-encoding: RFC 3986, section 2.1.

        Example:
            >>> Minter("https://example.org/").thing("act", "HSP/HA.1/Res.5").value
            'https://example.org/id/act/HSP/HA.1/Res.5'
        """
        return NamedNode(f"{self.base}id/{path}/{quote(key, safe=_SAFE)}")

    def paragraph(self, document: NamedNode, number: str) -> NamedNode:
        """Return the IRI of a paragraph (``"3"``) or sub-paragraph (``"1/a"``) of a document.

        Example:
            >>> minter = Minter("https://example.org/")
            >>> minter.paragraph(minter.thing("act", "A/1"), "1/a").value
            'https://example.org/id/act/A/1/paragraph/1/a'
        """
        return NamedNode(f"{document.value}/paragraph/{quote(number, safe=_SAFE)}")

    def graph(self, source: str) -> NamedNode:
        """Return the name of the graph that holds what one source document states."""
        return NamedNode(f"{self.base}graph/{quote(source, safe=_SAFE)}")

    def node(self, kind: str, *parts: NamedNode | Literal | str) -> NamedNode:
        """Return a stable IRI for a node that has no key of its own, such as a statement.

        The same parts always give the same IRI; 80 bits of SHA-256 keep
        different parts apart.
        """
        text = "\n".join(part if isinstance(part, str) else str(part) for part in parts)
        return NamedNode(f"{self.base}id/{kind}/{hashlib.sha256(text.encode()).hexdigest()[:20]}")
