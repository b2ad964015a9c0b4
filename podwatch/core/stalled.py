"""Stalled: what Pods wait for that have not moved for a while.

Responsible for the instant at which it is said, once until a Pod moves again. What it waits for is
`podwatch.core.diagnosis`'.
"""

from collections.abc import Iterator

from podwatch.core.diagnosis import diagnosed
from podwatch.core.pods import PodTable
from podwatch.core.store import Store
from podwatch.core.timeline import Stalled

STILL = 10.0
"""After how many seconds without a movement it is told what a Pod waits for."""


def next_stall(pods: PodTable) -> float | None:
    """When the next Pod may have to be told of."""
    return next(iter(pods.moved.values())) + STILL if pods.moved else None


def stalled(pods: PodTable, store: Store, t: float) -> Iterator[Stalled]:
    """The Pods that have not moved for STILL seconds before `t`.

    Each at its own instant, whenever the next item or Tick comes: so a replay says the same.
    """
    while (due := next_stall(pods)) is not None and due <= t:
        key, _ = pods.moved.popitem(last=False)
        row, clock = pods.rows.get(key), store.clock(due)
        if row is None or row.gone or clock is None:
            continue
        at, now = clock
        wait = diagnosed(row.pod, row.around, now).wait
        if wait is not None:
            yield Stalled(at=at, t=due, ref=row.ref, seconds=STILL, now=now, wait=wait)
