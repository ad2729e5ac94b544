"""One engine as this process knows it: its default graph, and the newest version."""

from __future__ import annotations

import os
import threading
import time
from functools import cache
from pathlib import Path

from pyoxigraph import NamedNode, QueryBoolean

from graph.errors import EngineError, QueryError, SettingsError
from graph.store.interface import Table, Term, Version
from graph.store.remote.asking import Fields, asked, complaint_error, select
from graph.store.remote.engine import Engine
from graph.store.remote.line import Complaint, Line, Sent, Task, check_status
from graph.store.remote.scope import scope
from graph.store.remote.state import Ground, State, content_of, whole_number
from graph.store.snapshots import Clock, announce

UPDATE = "application/sparql-update"
_COUNTS_TWICE = (
    "The engine’s default graph shows a statement as often as there are graphs that hold it, and "
    "answers would hold it as often. Take that union from the engine (start “oxigraph serve” "
    "without --union-default-graph): the service then keeps one of its own."
)
_HAS_STRAYS = (
    "The engine’s default graph holds statements that are in none of its other graphs, and is not "
    "the union of these. Give the service a dataset of its own, or have the engine make the union "
    "(“tdb2:unionDefaultGraph true” in Fuseki)."
)
_WITHOUT_UNION = (
    "The engine’s default graph is not the union of its graphs, it does not take "
    "default-graph-uri, and this service may not write. Have the engine make the union "
    "(“tdb2:unionDefaultGraph true” in Fuseki)."
)
_HIDES_OWN = (
    "The engine’s default graph is the union of its graphs, and MANDATEGRAPH_DEFAULT_GRAPH is "
    "strict. Set it to union, or take the union from the engine."
)


class Remote:
    """An engine and what is known of it; safe to use from any number of threads."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        """Name the engine; nothing is asked yet.

        Args:
            engine: The engine.
            folder: Where the processes of this node tell each other the newest version.
        """
        self.engine = engine
        self.line = Line(engine)
        self.state = State(engine.name)
        self.folder = folder
        self._lock = threading.Lock()
        self._ground: Ground | None = None
        self._known: Version | None = None
        self._until = 0.0
        self._clock: Clock | None = None

    def ground(self) -> Ground:
        """Return what the default graph of the engine is; it is looked at once.

        Raises:
            SettingsError: If queries could not be asked of the union of the graphs.
            EngineError: If the engine does not answer.
        """
        if self._ground is None:
            with self._lock:
                self._ground = self._ground or self._looked()
        return self._ground

    def version(self) -> Version:
        """Return the newest version, as far as it is known; see ``Settings`` for how long it is."""
        with self._lock:
            known = self._known
            if known and time.monotonic() < self._until and self.clock().number() == known.number:
                return known
            number = self._number()
            if known is None or number != known.number:
                known = self._fetched(number)
            self._learn(known)
            return known

    def fetch(self) -> Version:
        """Return the version that the engine tells now."""
        with self._lock:
            known = self._fetched(self._number())
            self._learn(known)
            return known

    def watch(self) -> None:
        """Ask the engine for the number of its version, and tell all processes of this node."""
        number = self._number()
        if self.clock().number() != number:
            announce(self.folder, number)

    def clock(self) -> Clock:
        """Return what tells the newest number that a process of this node has learnt."""
        if self._clock is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not (self.folder / "current").exists():
                announce(self.folder, 0)
            self._clock = Clock(self.folder)
        return self._clock

    def fields(self, query: str) -> Fields:
        """Return what a request says of the graphs that a query of ours is asked of."""
        return scope(query, None, None, self.ground(), lambda: self.version().graphs)

    def select(self, query: str) -> Table:
        """Return the solutions of a SELECT query that the product itself wrote."""
        return select(self.line, query, self.fields(query))

    def update(self, text: bytes) -> None:
        """Have the engine do an update, in one request.

        Raises:
            QueryError: If the engine says that the text is wrong.
            EngineError: If it could not be reached; nothing was done.
            WriteUnknownError: If it is not known whether it was done.
        """
        self.write("POST", self.engine.update, text, UPDATE)

    def write(self, method: str, address: str, body: bytes, kind: str) -> None:
        """Send a request that writes, once; see ``update`` for what it raises."""
        task = Task(self.engine.write_seconds)
        sent = Sent(method, address, body, {"Content-Type": kind}, writes=True)
        reply = self.line.send(sent, task)
        try:
            check_status(reply, self.engine)
        except Complaint as complaint:
            raise complaint_error(complaint, "update") from None
        finally:
            reply.close(reusable=False)

    def _learn(self, version: Version) -> None:
        self._known = version
        self._until = time.monotonic() + self.engine.version_seconds
        if self.clock().number() != version.number:
            announce(self.folder, version.number)

    def _number(self) -> int:
        """Return the number that the engine tells; what nobody counts goes by the clock."""
        rows = select(self.line, self.state.asks_number).rows
        found = [whole_number(row[0]) for row in rows if row]
        return max(found) if found else self._tick()

    def _tick(self) -> int:
        return 0 if self.engine.update else int(time.time() / self.engine.version_seconds)

    def _fetched(self, number: int) -> Version:
        version = self.state.version(select(self.line, self.state.asks_all))
        if version.number or version.graphs or self.engine.update:
            return version
        names = [row[0] for row in select(self.line, self.state.asks_graphs).rows if row]
        graphs = {name.value: "" for name in names if isinstance(name, NamedNode)}
        return Version(number, content_of(graphs), graphs)

    def _looked(self) -> Ground:
        if self.engine.update:
            return self._prepared()
        row = next(iter(select(self.line, _SAMPLE).rows), None)
        if row is None:
            return "own"
        union = self._holds(f"ASK {{ {row[0]} {row[1]} {row[2]} }}")
        if self.engine.strict or union:
            return "own" if self.engine.strict else self._shown()
        if not self._holds(f"ASK {{ {row[0]} {row[1]} {row[2]} }}", _listed(row[3])):
            raise SettingsError(_WITHOUT_UNION)
        return "listed"

    def _shown(self) -> Ground:
        """Return which union it is that a service sees which may not write."""
        return "kept" if self._holds(self.state.asks_kept) else "union"

    def _prepared(self) -> Ground:
        """Look at the default graph by what we plant, and make it a union if it is none."""
        if not select(self.line, self.state.asks_number).rows:
            self._prepare(self.state.begun())
        if self._count(self.state.asks_planted) < _PLANTED:
            self._prepare(self.state.planted())
        seen = self._count(self.state.asks_seen)
        if self.engine.strict:
            if seen:
                raise SettingsError(_HIDES_OWN)
            return "own"
        if seen > 1:
            raise SettingsError(_COUNTS_TWICE)
        if seen:
            return "union"
        if not self._holds(self.state.asks_kept):
            if self._holds(self.state.asks_strays):
                raise SettingsError(_HAS_STRAYS)
            self._prepare(self.state.kept())
        return "kept"

    def _prepare(self, text: str) -> None:
        """Have the engine do an update that the product wrote: no asker can correct it."""
        try:
            self.update(text.encode())
        except QueryError as error:
            raise EngineError("The engine does not take the updates of this service.") from error

    def _count(self, query: str) -> int:
        rows = select(self.line, query).rows
        return whole_number(rows[0][0]) if rows and rows[0] else 0

    def _holds(self, question: str, fields: Fields = ()) -> bool:
        with asked(self.line, question, fields, Task(self.engine.seconds)) as found:
            if not isinstance(found, QueryBoolean):
                raise EngineError("The engine answered a question with what is no truth value.")
            return bool(found)


def _listed(name: Term | None) -> Fields:
    return [("default-graph-uri", name.value)] if isinstance(name, NamedNode) else []


_PLANTED = 2
_SAMPLE = "SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } FILTER(isIRI(?s) && !isBlank(?o)) } LIMIT 1"


def remote_of(engine: Engine, folder: Path) -> Remote:
    """Return what this process knows of an engine; connections are not shared with others."""
    return _remote(engine, folder, os.getpid())


@cache
def _remote(engine: Engine, folder: Path, process: int) -> Remote:
    return Remote(engine, folder)
