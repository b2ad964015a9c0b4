"""What happened: the differences between two versions of a Pod, as transitions.

Responsible for deciding *what happened*. What it means is `podwatch.core.concepts`. A watch
delivers states and may skip some; so versions are compared, no path is assumed, no state is
illegal and an unknown string is passed on as it is. What a Pod's own fields prove about the
time in between (`lastState`, container IDs) is reported and marked `inferred`.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from podwatch.core.kube import Condition, ContainerStatus, Pod, Terminated
from podwatch.core.stream import PodRef


class Facet(StrEnum):
    """Which part of a Pod changed."""

    EXISTENCE = "existence"
    PHASE = "phase"
    CONDITION = "condition"
    CONTAINER = "container"
    INIT_CONTAINER = "init-container"
    SIDECAR = "sidecar"
    EPHEMERAL_CONTAINER = "ephemeral-container"
    DELETION = "deletion"


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one facet of a Pod is in.

    `value` is the phase, a condition's status, or waiting, running, terminated. `run` is the
    container ID: two runs are two states even if both say running.
    """

    value: str
    reason: str = ""
    message: str = ""
    exit_code: int | None = None
    run: str = ""


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


class Existence:
    """The values of the facet `existence`."""

    PRESENT = "present"
    ABSENT = "absent"
    MATCHING = "matching"
    NOT_MATCHING = "not matching"
    LOST_SIGHT = "out of sight"
    """It left the selection or was deleted: which of them could not be asked."""
    REPLACED = "replaced"


class Deletion:
    """The values of the facet `deletion`."""

    REQUESTED = "requested"
    SHORTENED = "shortened"


_DEFAULT_WAITING = frozenset({"", "ContainerCreating", "PodInitializing"})
"""The kubelet's words for "not started yet": the same news as having no status at all."""

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
_KEEP_NAMES = frozenset({"StatefulSet", "Node"})
"""The kinds of controllers whose new Pod has the name of the one that it replaces."""


def transitions(
    before: Pod | None, after: Pod, at: datetime, t: float, *, inferred: bool = False
) -> list[Transition]:
    """What changed between two versions of one Pod, in causal order.

    `before` is None for a Pod that was just created: everything that it already has
    happened since. `inferred` marks all of it (the versions are from two lists).
    The same version twice gives nothing.
    """
    ref = PodRef.of(after)
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


def existence(
    pod: Pod, old: str, new: str, at: datetime, t: float, *, inferred: bool = False
) -> Transition:
    """The Pod came, went, entered or left the selection (values of `Existence`)."""
    return Transition(at, t, PodRef.of(pod), Facet.EXISTENCE, "", State(old), State(new), inferred)


def replacement(old: PodRef, new: PodRef, before: str, at: datetime, t: float) -> Transition:
    """`new` took the place of `old`; always inferred, as no field of the API says it."""
    return Transition(
        at,
        t,
        old,
        Facet.EXISTENCE,
        new.name,
        State(before),
        State(Existence.REPLACED, run=new.uid),
        inferred=True,
    )


def looks_new(pod: Pod) -> bool:
    """Whether a Pod that appears in a selection was just created.

    Such a Pod has no container statuses and no conditions yet, but for the one that the API
    server sets on a Pod with scheduling gates.
    """
    return not any(pod.all_statuses()) and all(
        condition.reason == "SchedulingGated" for condition in pod.status.conditions
    )


def family(pod: Pod) -> tuple[str, str, str] | None:
    """What two Pods have in common if one can replace the other: their controller.

    A ReplicaSet that carries its template's hash in its name belongs to a Deployment, which
    replaces Pods across its ReplicaSets. Where Pods keep their names (a StatefulSet's, a
    node's static ones) the name belongs to it, too. None for a Pod without a controller.
    """
    controller = pod.metadata.controller
    if controller is None:
        return None
    template_hash = pod.metadata.labels.get("pod-template-hash")
    if controller.kind == "ReplicaSet" and template_hash:
        name = controller.name.removesuffix(f"-{template_hash}")
        if name != controller.name:
            return (pod.metadata.namespace, "Deployment", name)
    own = f"{controller.uid}/{pod.metadata.name}" if controller.kind in _KEEP_NAMES else ""
    return (pod.metadata.namespace, controller.kind, own or controller.uid)


def needs_replacement(pod: Pod, *, deleted: bool = False) -> bool:
    """Whether a controller makes a new Pod for this one, which ended or is being deleted.

    `deleted`: it is no more. A Job replaces Pods that failed, not those that succeeded.
    """
    controller = pod.metadata.controller
    if controller is None:
        return False
    if controller.kind == "Job" and pod.status.phase == "Succeeded":
        return False
    return (
        deleted
        or pod.metadata.deletion_timestamp is not None
        or pod.status.phase in {"Failed", "Succeeded"}
    )


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


def _conditions(pod: Pod | None) -> dict[str, Condition]:
    return {condition.type: condition for condition in pod.status.conditions} if pod else {}


def _condition_state(condition: Condition | None) -> State | None:
    if condition is None:
        return None
    return State(condition.status, condition.reason, condition.message)


def _differ(was: Condition | None, now: Condition | None) -> bool:
    return _told(was) != _told(now) or _unseen_between(was, now) is not None


def _unseen_between(was: Condition | None, now: Condition | None) -> State | None:
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


def _told(condition: Condition | None) -> tuple[str, str]:
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
    reason = disruption.reason if disruption and disruption.status == "True" else ""
    if previous is None:
        return None, State(Deletion.REQUESTED, reason)
    if deadline < previous and after.metadata.deletion_grace_period_seconds:
        return State(Deletion.REQUESTED, reason), State(Deletion.SHORTENED, reason)
    return None  # the kubelet's own last delete, or a finalizer that holds the object


def _phase(pod: Pod | None) -> State:
    if pod is None:
        return State("Pending")
    return State(pod.status.phase or "Pending", pod.status.reason, pod.status.message)


def container_state(status: ContainerStatus | None) -> State:
    """A container's state; without a status it waits, as the kubelet has not seen it yet."""
    if status is None:
        return State("waiting")
    if status.state.running is not None:
        return State("running", run=status.container_id)
    if status.state.terminated is not None:
        return ended_state(status.state.terminated, status.container_id)
    waiting = status.state.waiting
    return State("waiting", waiting.reason, waiting.message) if waiting else State("waiting")


def ended_state(ended: Terminated, container_id: str = "") -> State:
    """The state of a run that is over."""
    return State(
        "terminated",
        ended.reason,
        ended.message,
        ended.exit_code,
        ended.container_id or container_id,
    )


def _had_ended(status: ContainerStatus | None, last: Terminated) -> bool:
    """Whether this end of a run was known before."""
    return status is not None and status.last_state.terminated == last


def _same(one: State, other: State) -> bool:
    if one.value != other.value or one.exit_code != other.exit_code:
        return False
    if one.run and other.run and one.run != other.run:
        return False
    if one.value == "waiting" and {one.reason, other.reason} <= _DEFAULT_WAITING:
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
