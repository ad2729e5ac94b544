"""Audits that pages ask for: of the newest version, one at a time, kept while it is the newest."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app

from graph.audit.auditing import Auditor, Memory
from graph.audit.model import Occasion, Profile, Run, Waiver
from graph.audit.profiles import BOARD, ShapesText, read_profile, read_shapes
from graph.errors import TooManyQueriesError
from graph.history.log import Changes
from graph.shacl.model import Judgement
from graph.store.interface import ReadStore
from graph.workspace import Workspace
from service.remembering import Recent

_KEPT = 16
"""Runs that are kept in memory: some meetings and profiles of the newest version."""

_JUDGED = 4
"""Judgements that are kept, so that after a change not everything is judged again."""

_LISTED = 50
"""Audits of earlier days that are listed at most."""


@dataclass(frozen=True)
class _Key:
    """Everything that a run depends on; ``latest`` is the name of the run that was kept last."""

    content: str
    shapes: str
    occasion: str
    day: str
    latest: str
    waivers: tuple[Waiver, ...]


@dataclass(frozen=True)
class _Judged:
    """What the shapes reported of a version, and by what they were asked."""

    number: int
    auditor: Auditor
    judgement: Judgement


class Judging:
    """Makes the runs that pages show, and knows those that were kept."""

    def __init__(self, workspace: Workspace) -> None:
        """Name the installation; nothing is read yet."""
        self._workspace = workspace
        self._turn = threading.Lock()
        self._runs = workspace.runs
        self._made: Recent[_Key, Run] = Recent(_KEPT)
        self._before: Recent[tuple[str, str], _Judged] = Recent(_JUDGED)
        self._read: Recent[str, Run] = Recent(_LISTED)
        self._shapes: dict[str, ShapesText] = {}
        self._profiles: dict[str, Profile] = {}

    def profile(self, name: str) -> Profile:
        """Return a profile that ships with the product.

        Raises:
            UnknownProfileError: If there is none of that name.
        """
        if name not in self._profiles:
            self._profiles[name] = read_profile(self._shapes_of(name))
        return self._profiles[name]

    def kept(self) -> tuple[Run, ...]:
        """Return the audits that were kept last, the last first."""
        return tuple(map(self.read, self._runs.names()[:_LISTED]))

    def last(self) -> Run | None:
        """Return the audit for a board that was kept last, ``None`` if there is none."""
        name = self._runs.latest_name(BOARD)
        return self.read(name) if name else None

    def read(self, name: str) -> Run:
        """Return the audit that was kept under a name; see ``Runs.read``."""
        # What was kept never changes.
        return self._read.get(name, lambda: self._runs.read(name))

    def keep(self, run: Run) -> None:
        """Keep an audit of the present shapes; see ``Runs.keep``."""
        self._runs.keep(run, self._shapes_of(run.profile.id))

    def run(self, store: ReadStore, profile: str, occasion: Occasion) -> Run:
        """Return the run of a version for an occasion, as of the present day.

        Args:
            store: The version.
            profile: The name of the profile.
            occasion: What the record is judged for.

        Raises:
            UnknownProfileError: If there is no such profile.
            TooManyQueriesError: If other audits are being made for too long.
        """
        shapes, now = self._shapes_of(profile), datetime.now(UTC)
        key = _Key(
            store.version.content,
            shapes.version,
            repr(occasion),
            now.date().isoformat(),
            self._runs.latest_name(profile),
            self._workspace.waivers.all(),
        )
        if found := self._made.find(key):
            return found
        if not self._turn.acquire(timeout=self._workspace.settings.patience_seconds):
            raise TooManyQueriesError("Another audit is being made; try again in a moment.")
        try:
            return self._made.get(key, lambda: self._make(store, shapes, occasion, now, key))
        finally:
            self._turn.release()

    def _make(
        self, store: ReadStore, shapes: ShapesText, occasion: Occasion, now: datetime, key: _Key
    ) -> Run:
        judged = self._judged(store, shapes, occasion)
        memory = Memory.after(self.read(key.latest) if key.latest else None, key.waivers)
        return judged.auditor.run(store.select, store.version, judged.judgement, now, memory)

    def _judged(self, store: ReadStore, shapes: ShapesText, occasion: Occasion) -> _Judged:
        """Judge a version; of one before it that was judged, only what the change can concern."""
        number, key = store.version.number, (shapes.version, repr(occasion))
        before = self._before.find(key)
        auditor = before.auditor if before else Auditor(shapes, occasion)
        changes = self._changes(before.number, number) if before else None
        if before is None or changes is None or changes.whole:
            judgement = auditor.judge(store.select)
        else:
            judgement = auditor.rejudge(store.select, before.judgement, changes)
        return self._before.keep(key, _Judged(number, auditor, judgement))

    def _changes(self, old: int, new: int) -> Changes | None:
        """Return what lies between two versions, ``None`` if that is not known."""
        history = self._workspace.history_if_kept
        return history.between(old, new) if history else None

    def _shapes_of(self, profile: str) -> ShapesText:
        # They ship with the product, and do not change while it runs.
        if profile not in self._shapes:
            self._shapes[profile] = read_shapes(profile)
        return self._shapes[profile]


def judging() -> Judging:
    """Return what makes the audits of the running application."""
    found: Judging = current_app.extensions["judging"]
    return found
