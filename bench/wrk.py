"""The same request again and again, sent by wrk where that is installed.

Answers that a server has at hand come faster than ``bench.client`` takes them;
wrk, which is written in C, takes several times as many.
"""

from __future__ import annotations

import math
import shutil
import subprocess
from pathlib import Path

from bench.client import Load, Timing

ENOUGH = 10
"""Answers to each client from which on those that were under way at the end do not count."""

_SCRIPT = Path(__file__).with_suffix(".lua")


def run(load: Load) -> Timing | None:
    """Send a load whose texts are all the same, for at least a second.

    Returns:
        What was measured; ``None`` if wrk is not installed, or the server too slow
        for it: it does not wait for the last answers.

    Raises:
        OSError: If wrk fails.
    """
    if not shutil.which("wrk"):
        return None
    head, *lines = load.request.filled(load.first, load.acts).decode().strip().split("\r\n")
    headers = [part for line in lines for part in ("-H", line)]
    command = ["wrk", "-t", "1", "-c", str(load.clients), "-s", str(_SCRIPT)]
    command += ["-d", f"{math.ceil(load.seconds)}s", "--timeout", f"{load.patience:.0f}s"]
    address = f"http://127.0.0.1:{load.port}{head.split(' ')[1]}"
    done = subprocess.run(  # noqa: S603 - a program by its name, and our own request
        [*command, *headers, address], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise OSError(f"wrk failed: {done.stderr.strip()}")
    timing = read(done.stdout)
    return timing if len(timing.latencies) >= ENOUGH * load.clients else None


def read(report: str) -> Timing:
    r"""Return what the report of one run says; the times are spread as wrk saw them.

    Example:
        >>> read("measured\t3\t1\t2.0\nwithin\t0.1\nwithin\t0.3\nwithin\t0.5").latencies
        [0.1, 0.3, 0.5]
    """
    rows = [line.split("\t") for line in report.splitlines()]
    times = [float(row[1]) for row in rows if row[0] == "within"]
    _, answers, failures, seconds = next(row for row in rows if row[0] == "measured")
    good = int(answers)
    latencies = [times[number * len(times) // good] for number in range(good)]
    return Timing(float(seconds), latencies, int(failures))
