"""The class as the stream shows it: who is there, and what is kept of each of them.

Responsible for what the store has no place for: namespaces, learners' ConfigMaps, refusals of
workloads, and when somebody was seen to change something. Feed it each item right before the
session takes it in, ask it for a board whenever somebody looks. Time comes with the items.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeVar

from msgspec.structs import replace

from podwatch.core.board import Board, Row
from podwatch.core.classroom.answers import tally
from podwatch.core.classroom.learner import Notes, looked_at, timed
from podwatch.core.classroom.pods import Own
from podwatch.core.classroom.rows import ClassBoard, LearnerRow, in_order
from podwatch.core.classroom.tasks import Task
from podwatch.core.concepts import Catalog
from podwatch.core.expectations.scopes import kinds_needed
from podwatch.core.kube import (
    ConfigMap,
    Namespace,
    Owner,
    PersistentVolumeClaim,
    PodEvent,
    Workload,
)
from podwatch.core.learning import CONFIG_MAP, from_data
from podwatch.core.question import Question
from podwatch.core.store import Store
from podwatch.core.stream import ConnectionState, Observed, Scope, StreamItem

LABEL = "podwatch/learner"
"""The label of a namespace that says whose it is."""
AGAIN = 10.0
"""After how many seconds a namespace is looked at again though nothing came of it: that a deadline
passed, say, comes with no item."""


_O = TypeVar("_O", Workload, PersistentVolumeClaim)


@dataclass
class _Kept:
    """What is kept of one namespace. `row` is how it was found, if nothing came of it since."""

    namespace: Namespace | None = None
    notes: Notes = field(default_factory=Notes)
    refusals: dict[tuple[str, str], PodEvent] = field(default_factory=dict)
    row: LearnerRow | None = None
    looked_t: float = 0.0


class Classroom:
    """`named` are the namespaces of the learners, where they were named; else their labels tell."""

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        tasks: Iterable[Task] = (),
        questions: Mapping[str, Question] | None = None,
        named: Sequence[str] = (),
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._tasks = {task.name: task for task in tasks}
        self._judged = {
            kind
            for task in self._tasks.values()
            for one in task.required
            for kind in kinds_needed(one.target)
        }
        self._questions = questions or {}
        self._named = tuple(dict.fromkeys(named))
        self._kept: dict[str, _Kept] = {}

    # ── what items show ──

    def take(self, item: StreamItem) -> None:
        """Note what an item shows."""
        if not isinstance(item, Observed):
            return
        made, meta, gone = item.object, item.object.metadata, item.type == "DELETED"
        now = None if item.initial else self._store.now(item.t)
        match made:
            case Namespace():
                kept = self._of(meta.name)
                kept.namespace, kept.row = made, None
                if gone:
                    del self._kept[meta.name]
            case ConfigMap() if meta.name == CONFIG_MAP:
                kept = self._of(meta.namespace)
                state = from_data({} if gone else made.data)
                if state != kept.notes.state:
                    kept.notes.state = state
                    kept.notes.act(now)
            case Owner():
                kept, title = self._of(meta.namespace), type(made).__name__
                known = self._store.owner(title, meta.namespace, meta.name)
                same = known is not None and known.metadata.generation == meta.generation
                if meta.controller is None and (gone or not same):
                    kept.notes.act(now)
                if gone:
                    kept.refusals.pop((title, meta.name), None)
            case PodEvent(involved_object=of) if made.reason == "FailedCreate":
                if not gone:
                    kept = self._of(of.namespace or meta.namespace)
                    kept.refusals[of.kind, of.name] = made
            case _ if gone and meta.namespace and meta.controller is None:
                if not isinstance(made, PodEvent):
                    self._of(meta.namespace).notes.act(now)
        if meta.namespace:
            self._of(meta.namespace).row = None

    def _of(self, namespace: str) -> _Kept:
        """What is kept of a namespace: it may be known only later that it is a learner's."""
        return self._kept.setdefault(namespace, _Kept())

    # ── what is asked ──

    def board(self, board: Board) -> ClassBoard:
        """How the class stands, at the moment of this board."""
        learners = {name: self._of(name) for name in self._named} or {
            name: kept for name, kept in self._kept.items() if kept.namespace is not None
        }
        found = [timed(row, board.now) for row in self._found(learners, board)]
        called = Counter(row.learner for row in found)
        found = [replace(row, shares_name=called[row.learner] > 1) for row in found]
        answers = [kept.notes.state.answers for kept in learners.values()]
        return ClassBoard(
            learners=in_order(found),
            tally=tally(answers, self._questions),
            exercises=len(self._tasks),
            known=self._known(),
            now=board.now,
            missing=tuple(self._missing()),
        )

    def _found(self, learners: Mapping[str, _Kept], board: Board) -> Iterator[LearnerRow]:
        changed = [
            name
            for name, kept in learners.items()
            if kept.row is None or not 0.0 <= board.t - kept.looked_t < AGAIN
        ]
        known = self._known()
        owners = _within(self._store.owners.values(), changed)
        claims = _within(self._store.claims.values(), changed)
        rows = {name: [*rows] for name, rows in groupby(board.rows, _namespace)} if changed else {}
        for name in changed:
            kept = learners[name]
            own = Own(
                rows=rows.get(name, ()),
                workloads=owners.get(name, ()),
                claims=claims.get(name, ()),
                events=tuple(kept.refusals.values()),
            )
            kept.looked_t = board.t
            kept.row = looked_at(
                name,
                kept.notes,
                own,
                board,
                tasks=self._tasks,
                catalog=self._catalog,
                around=[*self._store.nodes.values(), *self._store.storage_classes.values()],
                known=known,
                note=self._note(name, kept),
                label=kept.namespace.metadata.labels.get(LABEL, "") if kept.namespace else "",
            )
        yield from (kept.row for kept in learners.values() if kept.row is not None)

    def _note(self, name: str, kept: _Kept) -> str:
        if kept.namespace is not None:
            leaves = kept.namespace.metadata.deletion_timestamp is not None
            return "the namespace is being deleted" if leaves else ""
        said = self._store.connections.get(Scope("Namespace", name))
        missing = said is not None and said.state == ConnectionState.MISSING
        return "there is no such namespace" if missing else ""

    def _known(self) -> bool:
        """Whether all that is followed has been listed, or may not be."""
        store = self._store
        return store.opened is not None and all(
            scope in store.synced
            or (
                (said := store.connections.get(scope)) is not None
                and said.state == ConnectionState.FORBIDDEN
            )
            for scope in store.opened.scopes
        )

    def _missing(self) -> Iterator[str]:
        """What is not known, each with the first thing that may not be read for it."""
        said: dict[str, str] = {}
        for scope, one in self._store.connections.items():
            unknown = _UNKNOWN.get(scope.kind, "")
            if scope.kind in self._judged:
                unknown = "whether exercises are solved is not known"
            if unknown and one.state == ConnectionState.FORBIDDEN:
                said.setdefault(unknown, one.cause.partition(";")[0])
        yield from (f"{unknown}: {why}" for unknown, why in said.items())


_UNKNOWN = {
    "Namespace": "who has been deleted or called otherwise is not known",
    "ConfigMap": "exercises and answers are not known",
    "Event": "some causes are not known",
}
"""What is not known without a kind that may not be read."""


def _within(objects: Iterable[_O], namespaces: Collection[str]) -> dict[str, list[_O]]:
    """The objects of each of these namespaces."""
    found: dict[str, list[_O]] = {name: [] for name in namespaces}
    for one in objects if namespaces else ():
        if (own := found.get(one.metadata.namespace)) is not None:
            own.append(one)
    return found


def _namespace(row: Row) -> str:
    return row.ref.namespace
