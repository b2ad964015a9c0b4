"""How one learner stands: a row, of what there is in their namespace and what was noted of it.

Responsible for what counts as getting on, for since when somebody is stuck, and for which exercises
are solved now. Only the exercise that is under way has objects, as the next one replaces them: that
one is judged, those before it were when they were solved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from podwatch.core.board import Board
from podwatch.core.classroom.pods import CALM, Own, cause, changed, doing, failed_before, newest
from podwatch.core.classroom.rows import LearnerRow
from podwatch.core.classroom.tasks import Task
from podwatch.core.concepts import Catalog
from podwatch.core.kube import KubeObject
from podwatch.core.learning import Learner


@dataclass
class Notes:
    """What is noted of a learner. `state` is what their ConfigMap says.

    `acted`: when somebody was seen to change something, by the cluster's clock. `cause` is the
    trouble that is not mended yet, seen to begin at `since` (None: it was there before) and there
    at `ill`. `seen`: whether the namespace was looked at before.
    """

    state: Learner = field(default_factory=Learner)
    acted: datetime | None = None
    cause: str = ""
    since: datetime | None = None
    ill: datetime | None = None
    seen: bool = False

    def act(self, now: datetime | None) -> None:
        """Somebody changed something; None if that was before the watch began."""
        self.acted = now or self.acted

    def find(self, cause_: str, now: datetime, progress: datetime | None, *, known: bool) -> None:
        """This is the matter with the Pods now; or nothing is. `known`: they were all listed."""
        if cause_:
            if not self.cause and self.seen:
                self.since = now
            self.cause, self.ill = cause_, now
        elif self.ill is not None:
            acted = progress is not None and progress > self.ill
            if acted or now - self.ill >= CALM:
                self.cause, self.since, self.ill = "", None, None
        self.seen = known


def looked_at(
    namespace: str,
    notes: Notes,
    own: Own,
    board: Board,
    *,
    tasks: Mapping[str, Task],
    catalog: Catalog,
    around: Sequence[KubeObject],
    known: bool = True,
    label: str = "",
    note: str = "",
) -> LearnerRow:
    """The row, at the moment of the board. `around`: Nodes and the like, which all share; `known`:
    whether everything was listed, so that what comes is new.
    """
    now, state = board.now, notes.state
    progress = _last(changed(own), notes, now)
    if now is not None:
        found = cause(own, around, now, namespace)
        if not found and (again := failed_before(own, now)):
            found = notes.cause or again
        notes.find(found, now, progress, known=known)
    task = tasks.get(state.exercise)
    was_solved = state.exercise in state.solved
    lacks = ""
    if task is not None and now is not None and (task.is_there(own.objects) or not was_solved):
        lacks = task.lacks(namespace, [*own.objects, *around], now, catalog)
    open_ = bool(state.exercise) and (not was_solved or bool(lacks))
    ever = [name for name in state.solved if name in tasks]
    undone = tuple(name for name in ever if name == state.exercise and open_)
    unchecked = open_ and task is not None and bool(task.required) and not lacks
    pod = newest(own)
    stuck_since = None
    if notes.cause or open_:
        made = pod.pod.metadata.creation_timestamp if pod is not None else None
        stuck_since = max(filter(None, (progress, notes.since)), default=made or now)
    return LearnerRow(
        learner=label or namespace,
        namespace=namespace,
        pods=len(own.pods),
        pod=pod.ref.name if pod is not None else "",
        doing=doing(pod, board) if pod is not None else "",
        health=pod.health if pod is not None else None,
        cause=notes.cause or (lacks if open_ else ""),
        trouble=bool(notes.cause),
        progress=progress,
        stuck_since=stuck_since,
        exercise=state.exercise,
        open=open_,
        unchecked=unchecked,
        hints=state.hints.get(state.exercise, 0),
        solved=tuple(name for name in ever if name not in undone),
        undone=undone,
        note=note,
    )


def timed(row: LearnerRow, now: datetime | None) -> LearnerRow:
    """The row with for how long they are stuck, at this moment."""
    if row.stuck_since is None or now is None:
        return row
    return replace(row, stuck=max((now - row.stuck_since).total_seconds(), 0.0))


def _last(changed_: datetime | None, notes: Notes, now: datetime | None) -> datetime | None:
    """When they got on last; what claims to be later than now is not believed."""
    state = notes.state
    answered = (one.at for one in state.answers.values())
    stamps = (changed_, notes.acted, *state.started.values(), *state.solved.values(), *answered)
    return max((one for one in stamps if one and (now is None or one <= now)), default=None)
