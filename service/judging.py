"""Audits that pages ask for: of the newest version, one at a time, kept while it is the newest."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app

from graph.audit.auditing import Auditor, Memory
from graph.audit.model import Occasion, Profile, Run
from graph.audit.profiles import BOARD, ShapesText, read_profile, read_shapes
from graph.errors import TooManyQueriesError
from graph.history.log import Changes
from graph.shacl.model import Judgement
from graph.store.interface import ReadStore
from graph.workspace import Workspace

_KEPT = 16
"""Runs that are kept in memory: some meetings and profiles of the newest version."""

_JUDGED = 4
"""Judgements that are kept, so that after a change not everything is judged again."""

_LISTED = 50
"""Audits of earlier days that are listed at most."""


@dataclass(frozen=True)
class _Key:
    """Everything that a run depends on, as the day does."""

    content: str
    shapes: str
    occasion: str
    day: str
    waivers: str


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
        self._made: OrderedDict[_Key, Run] = OrderedDict()
        self._before: OrderedDict[tuple[str, str], _Judged] = OrderedDict()
        self._read: OrderedDict[str, Run] = OrderedDict()
        self._profiles: dict[str, Profile] = {}

    def profile(self, name: str) -> Profile:
        """Return a profile that ships with the product.

        Raises:
            UnknownProfileError: If there is none of that name.
        """
        if name not in self._profiles:
            self._profiles[name] = read_profile(read_shapes(name))
        return self._profiles[name]

    def kept(self) -> tuple[Run, ...]:
        """Return the audits that were kept last, the last first."""
        return tuple(self.read(name) for name in self._workspace.runs.names()[:_LISTED])

    def last(self) -> Run | None:
        """Return the audit for a board that was kept last, ``None`` if there is none."""
        for name in self._workspace.runs.names()[:_LISTED]:
            run = self.read(name)
            if run.profile.id == BOARD:
                return run
        return None

    def read(self, name: str) -> Run:
        """Return the audit that was kept under a name; see ``Runs.read``."""
        # What was kept never changes.
        if name not in self._read:
            self._read[name] = self._workspace.runs.read(name)
            while len(self._read) > _LISTED:
                self._read.popitem(last=False)
        return self._read[name]

    def keep(self, run: Run) -> None:
        """Keep an audit of the present shapes; see ``Runs.keep``."""
        self._workspace.runs.keep(run, read_shapes(run.profile.id))

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
        shapes = read_shapes(profile)
        memory = self._memory(profile)
        now = datetime.now(UTC)
        key = _Key(
            store.version.content,
            shapes.version,
            repr(occasion),
            now.date().isoformat(),
            repr(memory),
        )
        if key not in self._made:
            if not self._turn.acquire(timeout=self._workspace.settings.patience_seconds):
                raise TooManyQueriesError("Another audit is being made; try again in a moment.")
            try:
                if key not in self._made:
                    judged = self._judged(store, shapes, occasion)
                    self._remember(
                        key,
                        judged.auditor.run(
                            store.select, store.version, judged.judgement, now, memory
                        ),
                    )
            finally:
                self._turn.release()
        return self._made[key]

    def _judged(self, store: ReadStore, shapes: ShapesText, occasion: Occasion) -> _Judged:
        """Judge a version; of one before it that was judged, only what the change can concern."""
        number, key = store.version.number, (shapes.version, repr(occasion))
        before = self._before.pop(key, None)
        auditor = before.auditor if before else Auditor(shapes, occasion)
        changes = self._changes(before.number, number) if before else None
        if before is None or changes is None or changes.whole:
            judgement = auditor.judge(store.select)
        else:
            judgement = auditor.rejudge(store.select, before.judgement, changes)
        self._before[key] = _Judged(number, auditor, judgement)
        while len(self._before) > _JUDGED:
            self._before.popitem(last=False)
        return self._before[key]

    def _changes(self, old: int, new: int) -> Changes | None:
        """Return what lies between two versions, ``None`` if that is not known."""
        history = self._workspace.history_if_kept
        return history.between(old, new) if history else None

    def _memory(self, profile: str) -> Memory:
        return Memory.after(self._workspace.runs.latest(profile), self._workspace.waivers.all())

    def _remember(self, key: _Key, run: Run) -> None:
        self._made[key] = run
        while len(self._made) > _KEPT:
            self._made.popitem(last=False)


def judging() -> Judging:
    """Return what makes the audits of the running application."""
    found: Judging = current_app.extensions["judging"]
    return found
