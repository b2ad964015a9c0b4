"""Board and Update: all that renderers get, as nobody outside of the core holds the session itself.

Responsible for the shape only; a `podwatch.core.session.Session` fills it and freezes a board on
demand, as copying is dear when there are many Pods.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from operator import attrgetter

import msgspec

from podwatch.core.beat import Beat, BeatGroup, Telling
from podwatch.core.columns import Printed
from podwatch.core.diagnosis import diagnosed
from podwatch.core.expectations.verdict import Pending, Verdict
from podwatch.core.family import workload_of
from podwatch.core.finding import Diagnosis, Finding
from podwatch.core.folding import Case, alike, case_of
from podwatch.core.folds import Folds
from podwatch.core.health import Health, health_of
from podwatch.core.kube import PodEvent
from podwatch.core.lifeline import Lifeline
from podwatch.core.startup import Waterfall, waterfall
from podwatch.core.states import Existence
from podwatch.core.stops import Stop
from podwatch.core.stream import Connection, Gap, Key, Opened, Ref, Scope
from podwatch.core.surroundings import Surroundings
from podwatch.core.timeline import Explained, TimelineEntry


class Row(Printed, frozen=True, kw_only=True):
    """One Pod. `gone` is how its existence ended (a value of Existence), at `gone_t`.

    `lifeline`: the states that it went through since the watch began, at most LIFELINE_LIMIT.
    `events`: the newest that say what it waits for, while it is not ready. `stops`: why the kubelet
    stopped containers of it, as Events said. `was_over`: it had ended before the watch began, so
    what replaced it came before, too. `unwanted`: its controller had more Pods than it wanted when
    this one was deleted, so nothing replaces it.
    """

    ref: Ref
    changed_t: float
    lifeline: Lifeline = ()
    events: tuple[PodEvent, ...] = ()
    stops: tuple[Stop, ...] = ()
    gone: str = ""
    gone_t: float = 0.0
    was_over: bool = False
    unwanted: bool = False
    replaced_by: Ref | None = None
    replaces: Ref | None = None

    @cached_property
    def health(self) -> Health:
        """How it stands."""
        return health_of(self.pod, self.around, gone=bool(self.gone))

    @cached_property
    def workload(self) -> Ref | None:
        """The workload behind its controller, by what the Pod itself says; None for a bare Pod."""
        found = workload_of(self.pod, ())
        if found is None:
            return None
        ref, (kind, name) = self.ref, found
        return Ref(ref.namespace, name, f"{kind}/{ref.namespace}/{name}", ref.cluster, kind)

    @cached_property
    def case(self) -> Case[Ref] | None:
        """What is the matter with it, to be told together with others; None without trouble."""
        if self.health is not Health.TROUBLE:
            return None
        workload = (self.workload.uid,) if self.workload is not None else ()
        return case_of(self.pod, diagnosed(self.pod, self.around), self.ref, workload)

    @cached_property
    def cause(self) -> Ref | None:
        """What Pods share that are in trouble for the same cause; it has no name."""
        if self.case is None:
            return None
        return Ref("", "", f"cause/{alike(self.case)}", self.ref.cluster, "cause")

    @property
    def around(self) -> Surroundings:
        """What the watch knows beside the Pod."""
        return Surroundings(events=self.events, stops=self.stops)

    @property
    def deleted(self) -> bool:
        """Whether the Pod is no more (not merely out of the selection)."""
        return self.gone == Existence.ABSENT


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """The screen's material. `now` is the cluster's clock, `t` the stream's.

    Without arguments: as it is before anything came.

    `rows` is sorted by name; the same rows are the same tuple, and in `by_key`. `leaving` are those
    of them that are gone or replaced, `folds` those that belong together. `counts` is of the Pods
    that are there, by how they stand, and `longest_name` and `longest_namespace` are in characters:
    nothing has to look at every row.
    `story` is what happened, told once: a row for each beat, equal ones of several Pods in one, the
    newest last. `beats` are those of each Pod that is remembered, by its key.
    `foretells`: whether it is said what comes next: not to somebody who is to predict it.
    `teaches`: whether lessons are told: not before a question that one of them may answer.
    `silent`: for how many seconds a live stream of Pods has said nothing, if that is suspicious.
    """

    opened: Opened | None = None
    now: datetime | None = None
    t: float = 0.0
    rows: tuple[Row, ...] = ()
    by_key: dict[Key, Row] = msgspec.field(default_factory=dict)
    leaving: tuple[Row, ...] = ()
    folds: Folds = msgspec.field(default_factory=Folds)
    counts: Counter[Health] = msgspec.field(default_factory=Counter)
    longest_name: int = 0
    longest_namespace: int = 0
    timeline: tuple[Explained | Gap, ...] = ()
    story: tuple[BeatGroup, ...] = ()
    beats: dict[Key, tuple[Beat, ...]] = msgspec.field(default_factory=dict)
    connections: dict[Scope, Connection] = msgspec.field(default_factory=dict)
    silent: float = 0.0
    synced: bool = False
    awaited: tuple[str, ...] = ()
    transitions: int = 0
    notices: int = 0
    gaps: int = 0
    dropped: int = 0
    foretells: bool = True
    teaches: bool = True

    def row(self, ref: Ref) -> Row | None:
        """The row of a Pod; None if there is none of its key."""
        at = bisect_left(self.rows, ref, key=by_name)
        return next((row for row in self.rows[at : at + 1] if row.ref.key == ref.key), None)

    def diagnosis(self, row: Row) -> Diagnosis | None:
        """What is the matter with a Pod that is there; made when asked, as few rows are visible."""
        return diagnosed(row.pod, row.around, self.now) if self.now and not row.gone else None

    def wait(self, row: Row) -> Finding | None:
        """What a Pod waits for, if for anything."""
        known = self.diagnosis(row)
        return known.wait if known is not None else None

    def timeline_of(self, ref: Ref) -> tuple[Explained, ...]:
        """What happened to one Pod and was said about it."""
        uid, cluster = ref.uid, ref.cluster  # asked of thousands of entries, for each frame
        return tuple(
            entry
            for entry in self.timeline
            if not isinstance(entry, Gap) and entry.ref.uid == uid and entry.ref.cluster == cluster
        )

    def beats_of(self, ref: Ref) -> tuple[Beat, ...]:
        """What happened to one Pod, in its order."""
        return self.beats.get(ref.key, ())

    def start_of(self, row: Row) -> Waterfall:
        """How the start of a Pod went, as far as is known by now."""
        skew = 0.0
        if self.now is not None and self.opened is not None:
            skew = (self.now - self.opened.at).total_seconds() - (self.t - self.opened.t)
        return waterfall(row.pod, self.timeline_of(row.ref), self.now, skew)


class WithoutDiagnoses(Board, frozen=True, kw_only=True):
    """A board that does not say what its Pods wait for, while somebody is to predict it."""

    @classmethod
    def of(cls, board: Board) -> "WithoutDiagnoses":
        """The same without what it would say."""
        return cls(**msgspec.structs.asdict(board))

    def diagnosis(self, row: Row) -> None:
        """Nothing is said."""


by_name = attrgetter("ref")
"""The order of a board's rows: by namespace, name and uid."""


class Update(msgspec.Struct, frozen=True):
    """What one item brought at the stream's time `t`; the verdict once there is one.

    `beats` is the same news told once: what belongs together is one.
    `board()` freezes everything as it is when it is called: on demand, as that costs. `pending()`
    says the same way what is still expected, None where nothing is or nothing can be said yet.
    """

    entries: tuple[TimelineEntry, ...] = ()
    verdict: Verdict | None = None
    t: float = 0.0
    board: Callable[[], Board] = Board
    pending: Callable[[], Pending | None] = lambda: None
    beats: tuple[Telling, ...] = ()
