"""What a SELECT query asks for: its groups, patterns and the variables they use.

This reads the part of SPARQL that constraints are written in; it leans on the
engine to refuse what is not SPARQL at all, and refuses itself what SHACL does
not allow in a constraint, or what it does not know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count

from graph.shacl.document import BrokenShapeError
from graph.shacl.paths import Alternative, Path, Repeated, Sequence, Step, inverse
from graph.shacl.tree import (
    Element,
    Expression,
    Group,
    Optional,
    Pattern,
    Selection,
    Union,
    Values,
)
from graph.vocabulary import TYPE

_TOKEN = re.compile(
    r"(?P<space>\s+|\#[^\n]*)"
    r"|(?P<text>\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|\"(?:[^\"\\\n]|\\.)*\""
    r"|'(?:[^'\\\n]|\\.)*')"
    r"|(?P<iri><[^<>\s\"{}|^`\\]*>)"
    r"|(?P<variable>[?$]\w+)"
    r"|(?P<language>@[A-Za-z][\w-]*)"
    r"|(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>(?:[^\W\d_][\w.-]*)?:(?:[\w:%-]|\.(?=[\w:%-]))*|_:\w+)"
    r"|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<mark>\^\^|&&|\|\||!=|<=|>=|.)",
    re.DOTALL,
)
_REFUSED = {"MINUS", "SERVICE", "GRAPH", "FROM", "LATERAL"}
_END_OF_GROUP = {"FILTER", "OPTIONAL", "BIND", "VALUES", *_REFUSED}


def parsed(text: str) -> Selection:
    """Return what a query asks for.

    Raises:
        BrokenShapeError: If it is no SELECT query, or uses what is not supported.
    """
    return _Parser(text).query()


def where(text: str, this: str, others: str) -> str:
    """Return what stands in the WHERE clause of a query, to be put into another query.

    Args:
        text: The query, with its prefixes, which are written out.
        this: The variable for ``$this``.
        others: What the names of all other variables are to end with.
    """
    return _Parser(text).where(this, others)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str

    @property
    def word(self) -> str:
        return self.text.upper() if self.kind == "word" else ""


_END = _Token("end", "")
_AGGREGATES = {"COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT"}


class _Parser:
    def __init__(self, text: str) -> None:
        found = (_Token(m.lastgroup or "", m[0]) for m in _TOKEN.finditer(text))
        self._tokens = [token for token in found if token.kind != "space"]
        self._place = 0
        self._prefixes: dict[str, str] = {}
        self._fresh = count(1)

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place] if self._place < len(self._tokens) else _END

    def _take(self) -> _Token:
        token = self._next
        if token is _END:
            raise BrokenShapeError("Its query ends too early.")
        self._place += 1
        return token

    def _skip(self, text: str) -> bool:
        if self._next.text == text or self._next.word == text:
            self._place += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._skip(text):
            raise BrokenShapeError(f"Its query has “{self._next.text}” where “{text}” is expected.")

    def query(self) -> Selection:
        """Read a whole query."""
        self._prologue()
        found = self._selection()
        if self._next is not _END:
            raise BrokenShapeError(f"Its query goes on with “{self._next.text}”.")
        return found

    def _prologue(self) -> None:
        while self._next.word in ("PREFIX", "BASE"):
            if self._take().word == "BASE":
                raise BrokenShapeError("Its query has a BASE.")
            name = self._take().text
            self._prefixes[name] = self._take().text[1:-1]

    def where(self, this: str, others: str) -> str:
        """Return the outermost WHERE clause, with its variables renamed."""
        self._prologue()
        self._expect("SELECT")
        _ = self._skip("DISTINCT") or self._skip("REDUCED")
        self._projection()
        self._skip("WHERE")
        start = self._place
        self._group()
        inner = self._tokens[start + 1 : self._place - 1]
        # A language or a datatype must stay with its text.
        glued = {"language", "^^"}
        return "".join(
            ("" if {token.kind, token.text, before.text} & glued else " ")
            + self._renamed(token, this, others)
            for before, token in zip([_END, *inner], inner, strict=False)
        )

    def _renamed(self, token: _Token, this: str, others: str) -> str:
        if token.kind == "variable":
            return this if token.text[1:] == "this" else f"{_variable(token)}_{others}"
        if token.kind == "name" and not token.text.startswith("_:"):
            return f"<{self._iri(token)}>"
        return token.text

    def _selection(self) -> Selection:
        self._expect("SELECT")
        _ = self._skip("DISTINCT") or self._skip("REDUCED")
        variables, counts = self._projection()
        self._skip("WHERE")
        group = self._group()
        grouped, cut = self._modifiers()
        if grouped is None and counts:
            grouped = frozenset()
        return Selection(variables, group, grouped, cut)

    def _projection(self) -> tuple[frozenset[str] | None, bool]:
        if self._skip("*"):
            return None, False
        found, counts = set(), False
        while self._next.text != "{" and self._next.word != "WHERE":
            token = self._take()
            if token.kind == "variable":
                found.add(_variable(token))
            elif token.text == "(":
                start = self._place
                expression = self._expression_in_parentheses()
                if expression.groups:
                    raise BrokenShapeError("Its query asks about a group in what it selects.")
                inner = self._tokens[start : self._place - 1]
                counts = counts or any(one.word in _AGGREGATES for one in inner)
                found.add(_variable(inner[-1]))
            else:
                raise BrokenShapeError(f"Its query selects “{token.text}”.")
        return frozenset(found), counts

    def _modifiers(self) -> tuple[frozenset[str] | None, bool]:
        grouped: set[str] | None = None
        cut = False
        words = {"GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"}
        while self._next.word in words:
            word = self._take().word
            if word == "VALUES":
                raise BrokenShapeError("Its query ends with VALUES.")
            cut = cut or word in ("LIMIT", "OFFSET")
            self._skip("BY")
            depth = 0
            while self._next is not _END and not (
                depth == 0 and (self._next.text == "}" or self._next.word in words)
            ):
                token = self._take()
                depth += (token.text == "(") - (token.text == ")")
                if token.text == "{":
                    raise BrokenShapeError("Its query asks about a group after its WHERE clause.")
                if word == "GROUP" and depth == 0 and token.kind == "variable":
                    grouped = {*(grouped or ()), _variable(token)}
            if word in ("GROUP", "HAVING") and grouped is None:
                grouped = set()
        return (None if grouped is None else frozenset(grouped)), cut

    def _group(self) -> Group:
        self._expect("{")
        if self._next.word == "SELECT":
            found: list[Element] = [self._selection()]
            self._expect("}")
            return Group(tuple(found))
        found = []
        while not self._skip("}"):
            found += self._element()
            self._skip(".")
        return Group(tuple(found))

    def _element(self) -> list[Element]:
        token = self._next
        if token.word in _REFUSED:
            raise BrokenShapeError(f"Its query has a {token.word}, which SHACL does not allow.")
        match token.word or token.text:
            case "FILTER":
                self._take()
                return [self._expression()]
            case "OPTIONAL":
                self._take()
                return [Optional(self._group())]
            case "BIND":
                self._take()
                self._expect("(")
                expression = self._expression_in_parentheses()
                name = _variable(self._tokens[self._place - 2])
                used = expression.variables - {name}
                return [Expression(used, expression.groups, name)]
            case "VALUES":
                self._take()
                return [self._values()]
            case "{":
                groups = [self._group()]
                while self._skip("UNION"):
                    groups.append(self._group())
                return [Union(tuple(groups))]
        return self._triples()

    def _values(self) -> Values:
        found = set()
        while self._next.text != "{":
            token = self._take()
            if token.kind == "variable":
                found.add(_variable(token))
        while self._take().text != "}":
            pass
        return Values(frozenset(found))

    def _expression(self) -> Expression:
        """Read a filter: groups it asks about, a call, or what is in parentheses."""
        if self._next.word in ("EXISTS", "NOT"):
            self._skip("NOT")
            self._expect("EXISTS")
            return Expression(frozenset(), (self._group(),))
        while self._next.text != "(":
            if self._take().kind not in ("word", "iri", "name"):
                raise BrokenShapeError("Its query has a filter that cannot be read.")
        self._take()
        return self._expression_in_parentheses()

    def _expression_in_parentheses(self) -> Expression:
        """Read up to the parenthesis that closes the one just read."""
        variables: set[str] = set()
        groups: list[Group] = []
        depth = 1
        while depth:
            token = self._take()
            depth += (token.text == "(") - (token.text == ")")
            if token.kind == "variable":
                variables.add(_variable(token))
            elif token.word == "EXISTS":
                groups.append(self._group())
        return Expression(frozenset(variables), tuple(groups))

    def _triples(self) -> list[Element]:
        found: list[Element] = []
        subject = self._node(found)
        self._properties(subject, found)
        return found

    def _properties(self, subject: str, found: list[Element]) -> None:
        while self._next.text not in (".", "}", "]", "{") and self._next.word not in _END_OF_GROUP:
            path = self._path()
            found.append(Pattern(subject, path, self._node(found)))
            while self._skip(","):
                found.append(Pattern(subject, path, self._node(found)))
            while self._skip(";"):
                pass

    def _node(self, found: list[Element]) -> str:
        token = self._take()
        match token.kind:
            case "variable":
                return _variable(token)
            case "iri" | "number":
                return token.text
            case "name":
                return token.text if token.text.startswith("_:") else f"<{self._iri(token)}>"
            case "text":
                if self._next.kind == "language":
                    return token.text + self._take().text
                if self._skip("^^"):
                    return f"{token.text}^^<{self._iri(self._take())}>"
                return token.text
            case "word" if token.word in ("TRUE", "FALSE"):
                return token.text
        if token.text != "[":
            raise BrokenShapeError(f"Its query has “{token.text}” where a node is expected.")
        node = f"?anonymous{next(self._fresh)}"
        self._properties(node, found)
        self._expect("]")
        return node

    def _iri(self, token: _Token) -> str:
        if token.kind == "iri":
            return token.text[1:-1]
        prefix, _, name = token.text.partition(":")
        if token.kind != "name" or f"{prefix}:" not in self._prefixes:
            raise BrokenShapeError(f"Its query has “{token.text}” where an IRI is expected.")
        return self._prefixes[f"{prefix}:"] + name

    def _path(self) -> Path:
        if self._next.kind == "variable":
            raise BrokenShapeError("Its query has a variable in the place of a property.")
        parts = [self._path_sequence()]
        while self._skip("|"):
            parts.append(self._path_sequence())
        return parts[0] if len(parts) == 1 else Alternative(tuple(parts))

    def _path_sequence(self) -> Path:
        parts = [self._path_part()]
        while self._skip("/"):
            parts.append(self._path_part())
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _path_part(self) -> Path:
        if self._skip("^"):
            return inverse(self._path_part())
        path: Path
        if self._skip("("):
            path = self._path()
            self._expect(")")
        elif self._next.text == "a":
            self._take()
            path = Step(TYPE.value)
        else:
            path = Step(self._iri(self._take()))
        for mark, (optional, many) in {
            "*": (True, True),
            "+": (False, True),
            "?": (True, False),
        }.items():
            if self._skip(mark):
                return Repeated(path, optional, many)
        return path


def _variable(token: _Token) -> str:
    if token.kind != "variable":
        raise BrokenShapeError(f"Its query has “{token.text}” where a variable is expected.")
    return f"?{token.text[1:]}"
