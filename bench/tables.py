"""The tables that a run of the benchmark prints: ratios, and the targets."""

from __future__ import annotations

from bench.cells import Cell, Figure, Results, late, middle, rate
from bench.contenders import DIRECT, OURS
from bench.targets import Streamed, targets


def print_results(results: Results, names: list[str]) -> None:
    """Print how we stand to each of the others, query by query."""
    others = [name for name in names if name != OURS]
    if OURS not in names or not others:
        return
    _print_ratios("Requests a second, ours / theirs (more is better)", results, others, rate)
    _print_ratios(
        "Half of the answers within, ours / theirs (less is better)", results, others, middle
    )
    _print_ratios(
        "99 % of the answers within, ours / theirs (less is better)", results, others, late
    )
    for name, count in results.failures().items():
        print(f"{name}: {count} answers were not good")


def _print_ratios(title: str, results: Results, others: list[str], figure: Figure) -> None:
    print(f"\n{title}")
    print(f"{'':13} {'':9} {'':>7}  " + " ".join(f"{name:>16}" for name in others))
    for cell in sorted(results.timings, key=_order):
        ratios = [
            # The engine has no queue: it is called from as many threads as there are processors.
            None
            if other == DIRECT and figure is not rate and cell.clients > 1
            else results.ratio(cell, other, figure)
            for other in others
        ]
        kind = "distinct" if cell.distinct else "repeated"
        figures = " ".join(f"{_ratio(ratio):>16}" for ratio in ratios)
        print(f"{cell.query:13} {kind:9} {cell.clients:>7}  {figures}")


def _order(cell: Cell) -> tuple[str, bool, int]:
    return cell.query, cell.distinct, cell.clients


def _ratio(ratio: float | None) -> str:
    return "–" if ratio is None else f"{ratio:.3g}"


def print_streams(streams: dict[str, Streamed]) -> None:
    """Print how one large answer comes, as ratios of ours to each of the others."""
    ours = streams.get(OURS)
    for name, other in streams.items():
        if ours and name != OURS:
            print(f"\nOne large answer, ours / {name}")
            print(f"  first byte after {ours.first_byte / other.first_byte:.2f}")
            print(f"  bytes a second   {ours.bytes_a_second / other.bytes_a_second:.2f}")
            extra = [f"{found.extra_memory / 1e6:.0f} MB" for found in (ours, other)]
            print(f"  extra memory     {' against '.join(extra)}")


def print_targets(results: Results, streams: dict[str, Streamed], start: float | None) -> None:
    """Print each target, and whether it was reached."""
    print("\nTargets")
    for target in targets(results, streams, start):
        print(target)
