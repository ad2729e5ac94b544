"""Asking the queries of a judgement, and putting together what comes of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from pyoxigraph import NamedNode

from graph.errors import MandateGraphError
from graph.shacl.conditions import Matches, within
from graph.shacl.model import Judgement, Result, Rule, Select
from graph.shacl.plans import Census, Job, Key, Planner
from graph.shacl.writing import quoted
from graph.store.interface import Table

Told = Callable[[int, int], None]
"""Is told how many queries are done, and of how many."""

Answer = frozenset[str] | set[Result] | Exception

FAILURES = (MandateGraphError, SyntaxError, ValueError, OSError, RuntimeError)
"""What an engine may raise that cannot answer a query."""

_HIERARCHY = (
    "SELECT DISTINCT ?narrow ?wide "
    "WHERE { ?narrow <http://www.w3.org/2000/01/rdf-schema#subClassOf> ?wide }"
)


class Run:
    """One judgement in the making."""

    def __init__(self, select: Select, planner: Planner, unjudged: Mapping[str, str]) -> None:
        """Begin with nothing but what is known not to be judged."""
        self._planner = planner
        self._select = select
        self._rules: list[Rule] = []
        self._unjudged = dict(unjudged)
        self._results: set[Result] = set()
        self._foci: dict[Key, frozenset[str]] = {}
        self._uncounted: dict[Key, str] = {}

    def look(self, rules: Iterable[Rule]) -> tuple[set[Result], Mapping[str, str]]:
        """Judge rules without counting; return results, and which shapes were not judged."""
        self._do(list(self._planner.jobs(self._readable(rules))), 1, lambda done, total: None)
        return self._results, self._unjudged

    def judge(self, rules: Iterable[Rule], threads: int = 1, told: Told | None = None) -> None:
        """Judge rules, and count whom they apply to."""
        self._rules = self._readable(rules)
        jobs: list[Job | Census] = [*self._planner.jobs(self._rules)]
        jobs += [self._planner.census(key) for key in keys(self._rules)]
        self._do(jobs, threads, told or (lambda done, total: None))

    def _readable(self, rules: Iterable[Rule]) -> list[Rule]:
        """Return the rules whose regular expressions the engine understands.

        One that it does not would make every text fail.
        """
        rules = list(rules)
        patterns = {one: None for rule in rules for one in _patterns(rule)}
        broken = {one for one in patterns if not self._understands(one)}
        for rule in rules:
            for one in broken.intersection(_patterns(rule)):
                self._unjudged[rule.shape] = f"The engine cannot use its pattern {one.pattern}."
        return [rule for rule in rules if rule.shape not in self._unjudged]

    def _understands(self, one: Matches) -> bool:
        call = f'REGEX("", {quoted(one.pattern)}, {quoted(one.flags)})'
        try:
            return self._select(f"SELECT ({call} AS ?found) WHERE {{}}").rows[0][0] is not None
        except FAILURES:
            return False

    def _do(self, jobs: Sequence[Job | Census], threads: int, told: Told) -> None:
        """Ask all queries."""
        if threads < 2:
            for number, job in enumerate(jobs, 1):
                self._take(job, self._asked(job))
                told(number, len(jobs))
            return
        with ThreadPoolExecutor(threads) as pool:
            futures = {pool.submit(self._asked, job): job for job in jobs}
            for number, future in enumerate(as_completed(futures), 1):
                self._take(futures[future], future.result())
                told(number, len(jobs))

    def _asked(self, job: Job | Census) -> Answer:
        """Ask one query, and read its answer in the thread that asked it."""
        try:
            table = self._select(job.text)
        except FAILURES as error:
            return error
        return foci(table) if isinstance(job, Census) else set(job.read(table))

    def _take(self, job: Job | Census, answer: Answer) -> None:
        match job, answer:
            case Census(_, key), frozenset():
                self._foci[key] = answer
            case Census(_, key), Exception():
                self._uncounted[key] = str(answer)
            case Job(), set():
                self._results |= answer
            case Job(_, (rule,)), Exception():
                self._unjudged[rule.shape] = f"A query failed: {answer}"
            case Job(_, rules), Exception():
                # Each rule alone shows which of them it is.
                for rule in rules:
                    for single in self._planner.jobs([rule]):
                        self._take(single, self._asked(single))

    def judgement(self) -> Judgement:
        """Return what came of it."""
        applicable: dict[str, frozenset[str]] = {}
        for rule in self._rules:
            for key in keys([rule]):
                if key in self._uncounted:
                    self._unjudged[rule.shape] = f"A query failed: {self._uncounted[key]}"
                    continue
                known, more = applicable.get(rule.shape), self._foci[key]
                # Rules of one target share one set.
                applicable[rule.shape] = more if known is None or known == more else known | more
        return Judgement(
            tuple(sorted(one for one in self._results if one.shape not in self._unjudged)),
            {name: applicable[name] for name in sorted(applicable.keys() - self._unjudged.keys())},
            dict(sorted(self._unjudged.items())),
        )


def hierarchy(select: Select) -> dict[str, tuple[str, ...]]:
    """Return the classes below each class of the data that has any, itself first."""
    return closed(
        (narrow.value, wide.value)
        for narrow, wide in select(_HIERARCHY).rows
        if isinstance(narrow, NamedNode) and isinstance(wide, NamedNode)
    )


def closed(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return the classes below each class that has any, itself first.

    Args:
        pairs: Classes, each with one right above it.
    """
    narrower: dict[str, set[str]] = defaultdict(set)
    for narrow, wide in pairs:
        narrower[wide].add(narrow)
    found = {}
    for top in narrower:
        below: dict[str, None] = {top: None}
        open_ = [top]
        while open_:
            for one in sorted(narrower.get(open_.pop(), set()) - below.keys()):
                below[one] = None
                open_.append(one)
        found[top] = tuple(below)
    return found


def keys(rules: Iterable[Rule]) -> list[Key]:
    """Return the sets of focus nodes that rules apply to, each once."""
    return list(dict.fromkeys((route, rule.applies) for rule in rules for route in rule.routes))


def foci(table: Table) -> frozenset[str]:
    """Return the focus nodes that a census found: IRIs as they are, others as N-Triples."""
    return frozenset(
        this.value if isinstance(this, NamedNode) else str(this) for (this,) in table.rows
    )


def _patterns(rule: Rule) -> Iterator[Matches]:
    conditions = [check.demand for check in rule.checks]
    if rule.applies is not None:
        conditions.append(rule.applies)
    for condition in conditions:
        for one in within(condition):
            if isinstance(one, Matches):
                yield one
