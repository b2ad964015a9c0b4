"""Board: everything a view needs at one moment, frozen.

Responsible for the shape only; a `podwatch.core.session.Session` fills it and freezes one on
demand, as copying is dear when there are many Pods.
"""

from bisect import bisect_left
from collections import Counter
from datetime import datetime
from operator import attrgetter

import msgspec

from podwatch.core.columns import Columns
from podwatch.core.kube import Pod, PodEvent
from podwatch.core.kubelet import next_start
from podwatch.core.lessons import of_moment
from podwatch.core.lifeline import Lifeline
from podwatch.core.present import Wait, waiting_for
from podwatch.core.states import Existence
from podwatch.core.stream import Connection, Gap, Opened, OwnerRef, PodRef, Scope
from podwatch.core.timeline import Explained


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One Pod. `gone` is how its existence ended (a value of Existence), at `gone_t`.

    `stands` is how it stands, one of STANDINGS or "gone": see `standing`.
    `lifeline`: the states that it went through since the watch began, at most LIFELINE_LIMIT.
    `events`: the newest that say what it waits for, while it is not ready. `moved_t`: when
    anything was told of it last, a transition or a new Event. `was_over`: it had ended before the
    watch began, so what replaced it came before, too.
    """

    ref: PodRef
    pod: Pod
    columns: Columns
    changed_t: float
    stands: str = ""
    lifeline: Lifeline = ()
    moved_t: float = -1.0
    events: tuple[PodEvent, ...] = ()
    gone: str = ""
    gone_t: float = 0.0
    was_over: bool = False
    replaced_by: PodRef | None = None
    replaces: PodRef | None = None

    @property
    def deleted(self) -> bool:
        """Whether the Pod is no more (not merely out of the selection)."""
        return self.gone == Existence.ABSENT


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """The screen's material. `now` is the cluster's clock, `t` the stream's.

    Without arguments: as it is before anything came.

    `rows` is sorted by name; the same rows are the same tuple. `leaving` are those of them that
    are gone or replaced. `standings` counts the Pods that are there by how they stand, and
    `longest_name` and `longest_namespace` are in characters: nothing has to look at every row.
    `silent`: for how many seconds a live stream of Pods has said nothing, if that is suspicious.
    """

    opened: Opened | None = None
    now: datetime | None = None
    t: float = 0.0
    rows: tuple[Row, ...] = ()
    leaving: tuple[Row, ...] = ()
    standings: dict[str, int] = msgspec.field(default_factory=dict)
    longest_name: int = 0
    longest_namespace: int = 0
    timeline: tuple[Explained | Gap, ...] = ()
    connections: dict[Scope, Connection] = msgspec.field(default_factory=dict)
    silent: float = 0.0
    synced: bool = False
    awaited: tuple[str, ...] = ()
    transitions: int = 0
    notices: int = 0
    gaps: int = 0
    dropped: int = 0

    @property
    def lesson(self) -> Explained | None:
        """What a picture of this moment teaches; somebody who reads on has Lessons of their own."""
        return of_moment(one for one in self.timeline if not isinstance(one, Gap))

    def row(self, ref: PodRef | OwnerRef) -> Row | None:
        """The row of a Pod; None if there is none of its uid."""
        if not isinstance(ref, PodRef):
            return None
        at = bisect_left(self.rows, ref, key=by_name)
        found = self.rows[at] if at < len(self.rows) else None
        return found if found is not None and found.ref.uid == ref.uid else None

    def wait(self, row: Row) -> Wait | None:
        """What a Pod waits for now, and from whom; made when asked, as few rows are visible."""
        return waiting_for(row.pod, row.events, self.now) if self.now and not row.gone else None

    def counts(self) -> Counter[str]:
        """How many Pods are ready, waiting, in trouble, ended, being deleted."""
        return Counter(self.standings)


by_name = attrgetter("ref")
"""The order of a board's rows: by namespace, name and uid."""

STANDINGS = {
    "ready": "ready",
    "waiting": "waiting",
    "trouble": "in trouble",
    "deleting": "being deleted",
    "ended": "ended",
}
"""How a Pod that is there can stand, with the words for it."""

_TROUBLE = ("Err", "Crash", "OOM", "Invalid", "Evicted", "Unknown", "Unschedulable")


def standing(row: Row) -> str:
    """One word for how a Pod stands: gone, deleting, ended, trouble, ready or waiting.

    A rough sorting for counts and colours; the truth is in the columns and the phase.
    """
    if row.gone:
        return "gone"
    status = row.columns.status
    if row.pod.metadata.deletion_timestamp is not None:
        return "deleting"
    phase = row.pod.status.phase
    if phase == "Succeeded":
        return "ended"
    words = status.removeprefix("Init:")
    if (
        phase == "Failed"
        or words.startswith(_TROUBLE)
        or words.endswith(("Error", "BackOff", "Failed"))
        or _unschedulable(row.pod)
        or _backs_off(row.pod)
    ):
        return "trouble"
    return "ready" if row.pod.is_true("Ready") else "waiting"


def _backs_off(pod: Pod) -> bool:
    """Whether a container waits for its next start; STATUS may say Completed all that time."""
    return any(
        status.state.terminated is not None and next_start(pod, status) is not None
        for status in pod.status.container_statuses
    )


def _unschedulable(pod: Pod) -> bool:
    scheduled = pod.condition("PodScheduled")
    return scheduled is not None and scheduled.reason == "Unschedulable"
