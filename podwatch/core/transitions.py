"""What happened: the differences between two versions of a Pod, as transitions.

Responsible for deciding *what happened*. What it means is `podwatch.core.concepts`. A watch
delivers states and may skip some; so versions are compared, no path is assumed, no state is
illegal and an unknown string is passed on as it is. What a Pod's own fields prove about the
time in between (`lastState`, container IDs) is reported and marked `inferred`.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from podwatch.core.kube import ContainerStatus, Pod, PodCondition, Terminated
from podwatch.core.states import (
    NOT_STARTED,
    Deletion,
    Facet,
    State,
    condition_state,
    container_state,
    ended_state,
)
from podwatch.core.stream import PodRef


class Transition(msgspec.Struct, frozen=True):
    """One facet of one Pod changed its state.

    `subject` is the container's name or the condition's type, for a replacement the new Pod's
    name, empty for the whole Pod.
    `inferred`: not seen itself, but proved by what was seen.
    """

    at: datetime
    t: float
    pod: PodRef
    facet: Facet
    subject: str
    before: State | None
    after: State | None
    inferred: bool = False


_REPEATS_OTHERS = frozenset(
    {
        "",
        "ContainersNotReady",
        "ContainersNotInitialized",
        "PodCompleted",
        "PodFailed",
        "PodSandboxNotReady",
        "UnknownContainerStatuses",
    }
)
"""Reasons of a condition which say only what containers and phase say themselves.

The kubelet's first update sets most conditions to False, which is where they were before:
absent and False for such a reason are one state.
"""

_NEVER_RAN = frozenset({"StartError", "ContainerCannotRun"})
"""Reasons of an end without a beginning: the runtime could not start the program."""

_DISRUPTED = "DisruptionTarget"
_SANDBOX = "PodReadyToStartContainers"
_BEFORE_CONTAINERS = frozenset({_SANDBOX, "AllContainersRestarting"})
"""Conditions that, once True, are why containers start or restart."""


def transitions(
    before: Pod | None,
    after: Pod,
    at: datetime,
    t: float,
    *,
    inferred: bool = False,
    cluster: str = "",
) -> list[Transition]:
    """What changed between two versions of one Pod, in causal order.

    `before` is None for a Pod that was just created: everything that it already has
    happened since. `inferred` marks all of it (the versions are from two lists).
    The same version twice gives nothing.
    """
    ref = PodRef.of(after, cluster)
    found: list[Transition] = []

    def add(
        facet: Facet,
        subject: str,
        old: State | None,
        new: State | None,
        *,
        proved: bool = False,
    ) -> None:
        found.append(Transition(at, t, ref, facet, subject, old, new, inferred or proved))

    if (
        before is not None
        and before.status == after.status
        and not _deletion_differs(before, after)
    ):
        return found

    was, now = _conditions(before), _conditions(after)
    changed = [
        type_
        for type_ in dict.fromkeys([*now, *was])
        if was.get(type_) != now.get(type_) and _differ(was.get(type_), now.get(type_))
    ]

    def holds(type_: str) -> bool:
        return type_ in now and now[type_].status == "True"

    def add_conditions(*types: str) -> None:
        for type_ in types:
            if type_ not in changed:
                continue
            changed.remove(type_)
            old, new = was.get(type_), now.get(type_)
            state, unseen = _condition_state(old), _unseen_between(old, new)
            if unseen is not None:
                add(Facet.CONDITION, type_, state, unseen, proved=True)
                state = unseen
            proved = unseen is not None
            add(Facet.CONDITION, type_, state, _condition_state(new), proved=proved)

    add_conditions(_DISRUPTED)
    add_deletion = _deletion(before, after)
    if add_deletion is not None:
        add(Facet.DELETION, "", *add_deletion)
    add_conditions("PodScheduled")
    add_conditions(*[type_ for type_ in changed if type_ in _BEFORE_CONTAINERS and holds(type_)])

    sidecars = after.sidecars()
    groups: tuple[tuple[Iterable[ContainerStatus], Iterable[ContainerStatus], Facet], ...] = (
        (
            before.status.init_container_statuses if before else (),
            after.status.init_container_statuses,
            Facet.INIT_CONTAINER,
        ),
        (
            before.status.container_statuses if before else (),
            after.status.container_statuses,
            Facet.CONTAINER,
        ),
        (
            before.status.ephemeral_container_statuses if before else (),
            after.status.ephemeral_container_statuses,
            Facet.EPHEMERAL_CONTAINER,
        ),
    )
    for old_statuses, new_statuses, facet in groups:
        known = {status.name: status for status in old_statuses}
        for status in new_statuses:
            if status == known.get(status.name):
                continue
            own = (
                Facet.SIDECAR
                if facet is Facet.INIT_CONTAINER and status.name in sidecars
                else facet
            )
            for old, new, proved in _container_path(known.get(status.name), status):
                add(own, status.name, old, new, proved=proved)
        if facet is Facet.INIT_CONTAINER:
            add_conditions("Initialized")

    gates = [gate.condition_type for gate in after.spec.readiness_gates]
    add_conditions("ContainersReady", *gates, "Ready")
    add_conditions(*changed.copy())

    old_phase, new_phase = _phase(before), _phase(after)
    if (old_phase.value, old_phase.reason) != (new_phase.value, new_phase.reason):
        add(Facet.PHASE, "", old_phase, new_phase)
    return found


def killed_after_grace(pod: Pod, ended: Terminated) -> bool:
    """Whether this run was ended by SIGKILL because the grace period was over.

    137 alone proves only that; here the Pod was being deleted, and the end is not before
    the deletion's deadline (both in whole seconds).
    """
    deadline = pod.metadata.deletion_timestamp
    return (
        ended.exit_code == 137
        and ended.reason not in {"OOMKilled", "ContainerStatusUnknown", "RestartingAllContainers"}
        and deadline is not None
        and ended.finished_at is not None
        and ended.finished_at - deadline >= timedelta(seconds=-1)
    )


# ── parts ──


def _conditions(pod: Pod | None) -> dict[str, PodCondition]:
    return {condition.type: condition for condition in pod.status.conditions} if pod else {}


def _condition_state(condition: PodCondition | None) -> State | None:
    return condition_state(condition) if condition is not None else None


def _differ(was: PodCondition | None, now: PodCondition | None) -> bool:
    return _told(was) != _told(now) or _unseen_between(was, now) is not None


def _unseen_between(was: PodCondition | None, now: PodCondition | None) -> State | None:
    """What a condition was meanwhile that says the same in both versions.

    The time of the last transition is of a change of the status, so a later one proves that it
    changed and came back.
    """
    if (
        was is not None
        and now is not None
        and was.status == now.status
        and now.status in _OPPOSITE
        and was.last_transition_time is not None
        and now.last_transition_time is not None
        and was.last_transition_time < now.last_transition_time
    ):
        return State(_OPPOSITE[now.status])
    return None


_OPPOSITE = {"True": "False", "False": "True"}


def _told(condition: PodCondition | None) -> tuple[str, str]:
    """What a condition tells: absent is False, and some reasons are no news."""
    if condition is None:
        return ("False", "")
    return (condition.status, "" if condition.reason in _REPEATS_OTHERS else condition.reason)


def _deletion_differs(before: Pod, after: Pod) -> bool:
    return before.metadata.deletion_timestamp != after.metadata.deletion_timestamp


def _deletion(before: Pod | None, after: Pod) -> tuple[State | None, State] | None:
    deadline = after.metadata.deletion_timestamp
    previous = before.metadata.deletion_timestamp if before else None
    if deadline is None or deadline == previous:
        return None
    disruption = after.condition(_DISRUPTED)
    reason = disruption.reason if disruption and after.is_true(_DISRUPTED) else ""
    if previous is None:
        return None, State(Deletion.REQUESTED.value, reason)
    if deadline < previous and after.metadata.deletion_grace_period_seconds:
        return State(Deletion.REQUESTED.value, reason), State(Deletion.SHORTENED.value, reason)
    return None  # the kubelet's own last delete, or a finalizer that holds the object


def _phase(pod: Pod | None) -> State:
    if pod is None:
        return State("Pending")
    return State(pod.status.phase or "Pending", pod.status.reason, pod.status.message)


def _had_ended(status: ContainerStatus | None, last: Terminated) -> bool:
    """Whether this end of a run was known before."""
    return status is not None and status.last_state.terminated == last


def _same(one: State, other: State) -> bool:
    if one.value != other.value or one.exit_code != other.exit_code:
        return False
    if one.run and other.run and one.run != other.run:
        return False
    if one.value == "waiting" and {one.reason, other.reason} <= NOT_STARTED:
        return True
    return one.reason == other.reason


def _container_path(
    before: ContainerStatus | None, after: ContainerStatus
) -> Iterator[tuple[State, State, bool]]:
    """The states that a container went through, as (from, to, whether it is only proved).

    `lastState` proves how the previous run ended, and that there was one.
    """
    current = container_state(before)
    known_runs = {current.run}
    if before is not None and before.last_state.terminated is not None:
        known_runs.add(before.last_state.terminated.container_id)
    target = container_state(after)

    path: list[tuple[State, bool]] = []
    last = after.last_state.terminated
    ended = ended_state(last) if last is not None and last.container_id else None
    another_run = bool(current.run and target.run) and current.run != target.run
    if current.value == "running" and (another_run or target.value == "waiting"):
        # That run is over: how it ended is known if lastState is about it.
        if ended is not None and ended.run == current.run:
            path.append((ended, True))
        elif last is not None and not last.container_id and not _had_ended(before, last):
            path.append((ended_state(last, current.run), True))  # ContainerStatusUnknown has no ID
        else:
            path.append((State("terminated", run=current.run), True))
    same_run = target.run in known_runs and target.run != ""
    if ended is not None and ended.run not in {*known_runs, target.run} and not same_run:
        if ended.reason not in _NEVER_RAN:
            path.append((State("running", run=ended.run), True))
        path.append((ended, True))
    unseen_end = target.value == "terminated" and target.run and target.run not in known_runs
    if unseen_end and target.reason not in _NEVER_RAN:
        path.append((State("running", run=target.run), True))
    path.append((target, False))

    for state, proved in path:
        if not _same(current, state):
            yield current, state, proved
        current = state
