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


class PodState(StrEnum):
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


class Span(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A state, and since when (in stream time); it lasts until the next one begins."""

    state: PodState
    t: float


Lifeline = tuple[Span, ...]


def states_of(pod: Pod) -> tuple[PodState, ...]:
    """What a Pod is in; where a pause follows an end, both of them."""
    mains = pod.status.container_statuses
    if pod.metadata.deletion_timestamp is not None:
        return (PodState.DELETING,)
    if over := _OVER.get(pod.status.phase):
        return (over,)
    if pod.is_true("Ready"):
        return (PodState.READY,)
    statuses = (*pod.status.init_container_statuses, *mains)
    if troubles := [state for status in statuses for state in _troubles(pod, status)]:
        return tuple(state for state in _TROUBLES if state in troubles)
    if any(status.state.running for status in mains):
        return (PodState.RUNNING,)
    if mains and all(status.state.terminated for status in mains):
        return (PodState.ENDED,)
    return (PodState.WAITING,)


_OVER = {"Succeeded": PodState.ENDED, "Failed": PodState.FAILED}
_TROUBLES = (PodState.FAILED, PodState.ENDED, PodState.BACK_OFF)


UNTOLD = NOT_STARTED | {"RestartingAllContainers"}
"""Reasons for waiting that say no more than that it waits."""


def _troubles(pod: Pod, status: ContainerStatus) -> Iterator[PodState]:
    """What holds a container up: it failed, it backs off, or both."""
    waiting, ended = status.state.waiting, status.state.terminated
    if waiting is not None and waiting.reason not in UNTOLD:
        yield PodState.BACK_OFF if waiting.reason.endswith("BackOff") else PodState.FAILED
    if ended is None:
        return
    # On newer clusters a container stays "terminated" through most of its pause.
    paused = next_start(pod, status) is not None
    if ended.exit_code != 0:
        yield PodState.FAILED
    elif paused:
        yield PodState.ENDED
    if paused:
        yield PodState.BACK_OFF


def continued(
    known: Lifeline, pod: Pod, t: float, told: Iterable[Transition] = (), gone: str = ""
) -> Lifeline:
    """The lifeline after a new version; with what its containers were in without being seen so.

    `gone` as in a row: one that only left the selection keeps its last state.
    """
    for transition in told:
        if transition.inferred and transition.facet is Facet.CONTAINER:
            known = _with(known, _passed(transition), t)
    known = _with(known, states_of(pod), t)
    return _with(known, (PodState.GONE,), t) if gone == Existence.ABSENT else known


def _passed(transition: Transition) -> tuple[PodState, ...]:
    after = transition.after
    if after is None or after.value not in {"running", "terminated"}:
        return ()
    if after.value == "running":
        return (PodState.RUNNING,)
    return (PodState.FAILED,) if after.exit_code else (PodState.ENDED,)


def _with(known: Lifeline, more: tuple[PodState, ...], t: float) -> Lifeline:
    """The newest states; the same one again, or the same two, go on."""
    if not more or tuple([span.state for span in known[-len(more) :]]) == more:
        return known
    if known and known[-1].state == more[0]:
        more = more[1:]
    return (*known, *(Span(state, t) for state in more))[-LIFELINE_LIMIT:]
