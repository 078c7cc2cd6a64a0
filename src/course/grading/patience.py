"""Limits in seconds mean a machine of one's own: what a process waits for a processor is not held against an answer.

On a machine that ten others use, a right answer takes ten times as long. Linux counts for each process how long it ran
and how long it was ready and had no processor: the first two numbers of /proc/PID/schedstat
(https://docs.kernel.org/scheduler/sched-stats.html). Elsewhere a second is a second.
"""

from pathlib import Path

MOST = 5.0
"""How many times longer something may take at most."""

_STATISTICS = Path("/proc/self/schedstat")


def patient(seconds: float) -> float:
    """Return how many seconds to wait for what takes `seconds` on a machine of its own."""
    return seconds * slowness()


def slowness(statistics: Path = _STATISTICS) -> float:
    """Return how many times longer this process took so far than it would have alone, from 1 to `MOST`."""
    try:
        ran, waited = map(int, statistics.read_text().split()[:2])
    except (OSError, ValueError):
        return 1.0
    return min((ran + waited) / ran, MOST) if ran > 0 else 1.0
