"""What the Pods of one learner do, and what is the matter with the worst of them.

Responsible for the newest Pod, for the one cause that is told, and for what of the objects shows
that somebody changed something. Causes are the overview's to find, as in `podwatch explain -n`.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from podwatch.core.board import Board, Row
from podwatch.core.cards import of_pod
from podwatch.core.diagnosis import diagnosed
from podwatch.core.health import Health
from podwatch.core.kube import (
    KubeObject,
    PersistentVolumeClaim,
    Pod,
    PodEvent,
    ReplicaSet,
    Workload,
)
from podwatch.core.overview import overview
from podwatch.core.shortfall import shortfalls

CALM = timedelta(seconds=30)
"""For how long all has to be well until a trouble counts as mended: a crash loop runs for a moment
in each of its rounds."""


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """What there is of a learner: rows of Pods, workloads and Events about these, claims."""

    rows: Sequence[Row] = ()
    workloads: Sequence[Workload] = ()
    claims: Sequence[PersistentVolumeClaim] = ()
    events: Sequence[PodEvent] = ()

    @property
    def pods(self) -> list[Pod]:
        """The Pods that are there."""
        return [row.pod for row in self.rows if not row.gone]

    @property
    def objects(self) -> list[KubeObject]:
        """All of it."""
        told = [event for row in self.rows if not row.gone for event in row.events]
        return [*self.pods, *self.workloads, *self.claims, *self.events, *told]


def newest(own: Own) -> Row | None:
    """The Pod that was created last; one that is gone only where there is no other."""
    rows = [row for row in own.rows if not row.gone] or own.rows
    return max(rows, key=_created, default=None)


def doing(row: Row, board: Board) -> str:
    """What a Pod does: the news of its last beat that matters, else how it stands."""
    card = of_pod(board, row.ref.key)
    if card is not None:
        return card.fact
    known = board.diagnosis(row)
    return known.fact if known is not None else row.gone


def cause(own: Own, around: Collection[KubeObject], now: datetime, namespace: str) -> str:
    """What is the matter with the worst of them; empty if all get on.

    A Pod that starts, or waits for what is on its way, is none; nor is a run that failed of what
    has another, newer Pod.
    """
    troubled = [row.pod for row in own.rows if row.health is Health.TROUBLE]
    others = [one for one in own.objects if not isinstance(one, Pod)]
    pods = [pod for pod in troubled if not _is_past(pod, own.pods)]
    if not pods and not any(shortfalls(others)):
        return ""
    found = overview([*pods, *others, *around], now, namespace=namespace)
    return next((group.fact for group in found.groups if group.finding.role == "cause"), "")


def failed_before(own: Own, now: datetime) -> str:
    """What is said of a Pod that runs again after it has failed a moment ago; empty without any."""
    again = (row for row in own.rows if not row.gone and _runs_again(row.pod, now))
    return next((diagnosed(row.pod, row.around, now).fact for row in again), "")


def _runs_again(pod: Pod, now: datetime) -> bool:
    """Whether a container of it runs that has failed a moment ago: all may be well, or not."""
    return any(
        one.last_state.terminated is not None
        and one.last_state.terminated.exit_code != 0
        and one.state.running is not None
        and one.state.running.started_at is not None
        and now - one.state.running.started_at < CALM
        for one in pod.status.container_statuses
    )


def changed(own: Own) -> datetime | None:
    """When somebody changed something last, as far as objects keep it: what they were made by.

    A ReplicaSet is made where a template is changed. What controllers make besides shows nothing.
    """
    return max(_made(own), default=None)


def _made(own: Own) -> Iterator[datetime]:
    objects: Iterable[Pod | Workload] = (*own.pods, *own.workloads)
    for one in objects:
        meta = one.metadata
        by_hand = meta.controller is None or isinstance(one, ReplicaSet)
        if by_hand and meta.creation_timestamp is not None:
            yield meta.creation_timestamp


def _created(row: Row) -> tuple[float, str]:
    created = row.pod.metadata.creation_timestamp
    return created.timestamp() if created is not None else 0.0, row.ref.name


def _is_past(pod: Pod, pods: Iterable[Pod]) -> bool:
    """Whether it has ended and what made it has made another one since."""
    by, created = pod.metadata.controller, pod.metadata.creation_timestamp
    if not pod.status.is_over or by is None or created is None:
        return False
    return any(
        (other := one.metadata.controller) is not None
        and other.uid == by.uid
        and (one.metadata.creation_timestamp or created) > created
        for one in pods
    )
