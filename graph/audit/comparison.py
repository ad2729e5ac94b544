"""What became of the findings of an earlier run."""

from __future__ import annotations

from graph.audit.model import Comparison, Run


def compare(earlier: Run, later: Run) -> Comparison:
    """Return which findings are new, resolved, still open, or accepted since.

    Findings are the same if rule, thing and value are. A rule that only one of
    the runs could judge is left out: its findings are neither new nor resolved.
    """
    judged = _judged(earlier) & _judged(later)
    before = {found.id: found for found in earlier.findings if found.rule in judged}
    after = {found.id: found for found in later.findings if found.rule in judged}
    shared = [after[found.id] for found in before.values() if found.id in after]
    return Comparison(
        earlier=earlier.id,
        new=tuple(found for found in after.values() if found.id not in before),
        resolved=tuple(found for found in before.values() if found.id not in after),
        still_open=tuple(found for found in shared if found.open),
        waived=tuple(found for found in shared if not found.open and before[found.id].open),
        incomparable=tuple(sorted((_rules(earlier) | _rules(later)) - judged)),
    )


def _rules(run: Run) -> frozenset[str]:
    return frozenset(rule.id for rule in run.profile.rules)


def _judged(run: Run) -> frozenset[str]:
    return _rules(run) - run.unjudged.keys()
