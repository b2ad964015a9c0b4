"""What happened: the differences between two versions of a Pod, as transitions.

Responsible for deciding *what happened*; what it means is `podwatch.core.concepts`, which Pod is
which and which one replaces which `podwatch.core.identity`. The rules, each with its source:

1. A watch delivers states, not events, and states in between may be missing: versions are
   compared, no path is assumed. What `lastState`, `restartCount`, `startedAt`, `finishedAt` or
   `lastTransitionTime` prove of the time between is told and marked `inferred`.
   https://v1-34.docs.kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
2. No state is illegal, and what is unknown is passed on as it is: reasons and types of conditions
   are open sets, to which anybody may add.
   https://github.com/kubernetes/community/blob/d9bfbf251699b2c6877a4039d4f571bbafe22d68/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties
3. Two runs of a container are two states even if both are running: the container's ID tells them
   apart. A message that changes alone is no transition.
   https://v1-34.docs.kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-states
4. What one version shows has a causal order: deletion, scheduling, sandbox, init containers,
   containers, phase, readiness.
   https://v1-34.docs.kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-conditions
5. The same version twice gives nothing, so that listing again replays no history.
6. First sight is no transition: what already was so when the watch began is shown as it is.
   https://github.com/kubernetes/client-go/blob/v0.34.0/tools/cache/controller.go (isInInitialList)
"""

from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter

import msgspec

from podwatch.core.kube import ContainerStatus, Pod, PodCondition, PodStatus
from podwatch.core.states import (
    NO_OWNER,
    NOT_STARTED,
    Deletion,
    Facet,
    State,
    condition_state,
    container_state,
    containers,
    ended_state,
)
from podwatch.core.stream import Ref


class Transition(msgspec.Struct, frozen=True, gc=False):
    """One facet of one Pod changed its state.

    `subject` is the container's name or the condition's type, for a replacement the new Pod's
    name, empty for the whole Pod.
    `inferred`: not seen itself, but proved by what was seen.
    """

    at: datetime
    t: float
    pod: Ref
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

_BEFORE_CONTAINERS = frozenset({"PodReadyToStartContainers", "AllContainersRestarting"})
"""Conditions that, once True, are why containers start or restart."""
_PLACES = {
    "DisruptionTarget": 0,
    "PodScheduled": 2,
    "Initialized": 11,
    "ContainersReady": 15,
    "Ready": 199,
}
"""The causal order within one version: the disruption, the deletion, scheduling, the sandbox, init
containers, containers, the phase, readiness with its gates, and other conditions at last.

The kubelet, too, works out the phase first, from the containers, and then readiness from both
(generateAPIPodStatus): https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/kubelet_pods.go
"""
_RANKS = {
    Facet.OWNER: 0,
    Facet.DELETION: 1,
    Facet.INIT_CONTAINER: 10,
    Facet.SIDECAR: 10,
    Facet.CONTAINER: 12,
    Facet.EPHEMERAL_CONTAINER: 13,
    Facet.PHASE: 14,
}
_NOTHING = PodStatus()


def transitions(
    before: Pod | None,
    after: Pod,
    at: datetime,
    t: float,
    *,
    inferred: bool = False,
    ref: Ref | None = None,
) -> list[Transition]:
    """What changed between two versions of one Pod, in causal order.

    `before` is None for a Pod that was just created: everything that it already has
    happened since. `inferred` marks all of it (the versions are from two lists); `ref` names the
    Pod where there may be several clusters.
    The same version twice gives nothing.
    """
    old = before.status if before is not None else _NOTHING
    new = after.status
    requested, owner = _deletion(before, after), _owner(before, after)
    if before is not None and requested is None and owner is None and old == new:
        return []
    steps: list[_Step] = []
    if owner is not None:
        steps.append((_RANKS[Facet.OWNER], Facet.OWNER, "", *owner, False))
    if requested is not None:
        steps.append((_RANKS[Facet.DELETION], Facet.DELETION, "", *requested, False))
    if old.conditions != new.conditions:
        steps += _condition_steps(old, after)
    known = {
        (_RANKS[facet], status.name): status
        for facet, status in (containers(before) if before is not None else ())
    }
    for facet, status in containers(after):
        rank, name = _RANKS[facet], status.name
        if (was := known.get((rank, name))) != status:
            steps += [(rank, facet, name, *step) for step in _container_path(was, status)]
    if (old.phase or "Pending", old.reason) != (new.phase or "Pending", new.reason):
        steps.append((_RANKS[Facet.PHASE], Facet.PHASE, "", _phase(old), _phase(new), False))
    if len(steps) > 1:
        steps.sort(key=itemgetter(0))
    ref = ref or Ref.of(after)
    return [
        Transition(at, t, ref, facet, subject, one, other, inferred or proved)
        for _, facet, subject, one, other, proved in steps
    ]


_Step = tuple[int, Facet, str, State | None, State | None, bool]
"""Its place in the causal order, what changed, from and to, and whether that is only proved."""


def _condition_steps(old: PodStatus, after: Pod) -> Iterator[_Step]:
    was = {condition.type: condition for condition in old.conditions}
    now = {condition.type: condition for condition in after.status.conditions}
    for type_ in now | was:
        one, other = was.get(type_), now.get(type_)
        if one == other:
            continue
        unseen = _unseen_between(one, other)
        if unseen is None and _told(one) == _told(other):
            continue
        rank = _place(type_, other, after)
        state = condition_state(one) if one is not None else None
        if unseen is not None:
            yield rank, Facet.CONDITION, type_, state, unseen, True
        target = condition_state(other) if other is not None else None
        yield rank, Facet.CONDITION, type_, unseen or state, target, unseen is not None


def _place(type_: str, condition: PodCondition | None, after: Pod) -> int:
    """The place of a condition's change in the causal order."""
    if type_ in _PLACES:
        return _PLACES[type_]
    if type_ in _BEFORE_CONTAINERS and condition is not None and condition.status == "True":
        return _PLACES["PodScheduled"] + 1
    for number, gate in enumerate(after.spec.readiness_gates):
        if gate.condition_type == type_:
            return min(_PLACES["ContainersReady"] + 1 + number, _PLACES["Ready"] - 1)
    return _PLACES["Ready"] + 1


# ── parts ──


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


def _deletion(before: Pod | None, after: Pod) -> tuple[State | None, State] | None:
    deadline = after.metadata.deletion_timestamp
    previous = before.metadata.deletion_timestamp if before else None
    if deadline is None or deadline == previous:
        return None
    reason = after.disruption
    if previous is None:
        return None, State(Deletion.REQUESTED.value, reason)
    if deadline < previous and after.metadata.deletion_grace_period_seconds:
        return State(Deletion.REQUESTED.value, reason), State(Deletion.SHORTENED.value, reason)
    return None  # the kubelet's own last delete, or a finalizer that holds the object


def _owner(before: Pod | None, after: Pod) -> tuple[State, State] | None:
    """Which controller let the Pod go, or adopted it. What a new Pod has, it was created with."""
    if before is None or before.metadata.owner_references == after.metadata.owner_references:
        return None
    was, now = before.metadata.controller, after.metadata.controller
    if (was and was.uid) == (now and now.uid):
        return None
    one, other = (
        # A controller that is made again has its name, but another uid.
        State(f"{by.kind} {by.name}", run=by.uid) if by else State(NO_OWNER)
        for by in (was, now)
    )
    return one, other


def _phase(status: PodStatus) -> State:
    return State(status.phase or "Pending", status.reason, status.message)


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
    previous = before.last_state.terminated if before is not None else None
    known_runs = {current.run}
    if previous is not None:
        known_runs.add(previous.container_id)
    target = container_state(after)

    path: list[tuple[State, bool]] = []
    last = after.last_state.terminated
    ended = ended_state(last) if last is not None and last.container_id else None
    another_run = bool(current.run and target.run) and current.run != target.run
    if current.value == "running" and (another_run or target.value == "waiting"):
        # That run is over: how it ended is known if lastState is about it.
        if ended is not None and ended.run == current.run:
            path.append((ended, True))
        elif last is not None and not last.container_id and last != previous:
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
