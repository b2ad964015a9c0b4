"""Lifeline: the states that a Pod went through, one after the other, as far as they were seen.

Responsible for naming the one state that a Pod as a whole is in, and for its bounded history.
Rougher than phase, conditions and containers, which it sums up; what happened is decided in
`podwatch.core.transitions`. How it is drawn is the renderers' business.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum

import msgspec

from podwatch.core.kube import ContainerStatus, Pod
from podwatch.core.kubelet import next_start
from podwatch.core.states import NOT_STARTED, Existence, Facet
from podwatch.core.transitions import Transition

LIFELINE_LIMIT = 48
"""How many states of a Pod are kept, the newest; a Pod in a crash loop has three a round."""


class Stage(StrEnum):
    """What a Pod as a whole is in, in one word."""

    UNSEEN = "unseen"
    """Before the watch began."""
    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    BACK_OFF = "back-off"
    FAILED = "failed"
    ENDED = "ended"
    DELETING = "deleting"
    GONE = "gone"


class Span(msgspec.Struct, frozen=True, array_like=True):
    """A stage, and since when (in stream time); it lasts until the next one begins."""

    stage: Stage
    t: float


Lifeline = tuple[Span, ...]


def stages(pod: Pod) -> tuple[Stage, ...]:
    """What a Pod is in; where a pause follows an end, both of them."""
    if pod.metadata.deletion_timestamp is not None:
        return (Stage.DELETING,)
    if pod.status.phase == "Succeeded":
        return (Stage.ENDED,)
    if pod.status.phase == "Failed":
        return (Stage.FAILED,)
    if pod.is_true("Ready"):
        return (Stage.READY,)
    statuses = (*pod.status.init_container_statuses, *pod.status.container_statuses)
    found = [stage for status in statuses for stage in _troubles(pod, status)]
    if found:
        return tuple(
            stage for stage in (Stage.FAILED, Stage.ENDED, Stage.BACK_OFF) if stage in found
        )
    if any(status.state.running for status in pod.status.container_statuses):
        return (Stage.RUNNING,)
    mains = pod.status.container_statuses
    if mains and all(status.state.terminated for status in mains):
        return (Stage.ENDED,)
    return (Stage.WAITING,)


UNTOLD = NOT_STARTED | {"RestartingAllContainers"}
"""Reasons for waiting that say no more than that it waits."""


def _troubles(pod: Pod, status: ContainerStatus) -> Iterator[Stage]:
    """What holds a container up: it failed, it backs off, or both."""
    waiting, ended = status.state.waiting, status.state.terminated
    if waiting is not None and waiting.reason not in UNTOLD:
        yield Stage.BACK_OFF if waiting.reason.endswith("BackOff") else Stage.FAILED
    if ended is None:
        return
    # On newer clusters a container stays "terminated" through most of its pause.
    paused = next_start(pod, status) is not None
    if ended.exit_code != 0:
        yield Stage.FAILED
    elif paused:
        yield Stage.ENDED
    if paused:
        yield Stage.BACK_OFF


def begun(pod: Pod, t: float, *, unseen: bool) -> Lifeline:
    """The lifeline of a Pod that is seen for the first time; `unseen`: it was there before."""
    before: Lifeline = (Span(Stage.UNSEEN, t),) if unseen else ()
    return _with(before, stages(pod), t)


def continued(known: Lifeline, pod: Pod, t: float, told: Iterable[Transition] = ()) -> Lifeline:
    """The lifeline after a new version; with what its containers were in without being seen so."""
    for transition in told:
        if transition.inferred and transition.facet is Facet.CONTAINER:
            known = _with(known, _passed(transition), t)
    return _with(known, stages(pod), t)


def ended(known: Lifeline, how: str, t: float) -> Lifeline:
    """The lifeline of a Pod that is no more; one that only left the selection keeps its last."""
    return _with(known, (Stage.GONE,), t) if how == Existence.ABSENT else known


def _passed(transition: Transition) -> tuple[Stage, ...]:
    after = transition.after
    if after is None or after.value not in {"running", "terminated"}:
        return ()
    if after.value == "running":
        return (Stage.RUNNING,)
    return (Stage.FAILED,) if after.exit_code else (Stage.ENDED,)


def _with(known: Lifeline, more: tuple[Stage, ...], t: float) -> Lifeline:
    """The newest states; the same one again, or the same two, go on."""
    if not more or tuple(span.stage for span in known[-len(more) :]) == more:
        return known
    if known and known[-1].stage == more[0]:
        more = more[1:]
    return (*known, *(Span(stage, t) for stage in more))[-LIFELINE_LIMIT:]
