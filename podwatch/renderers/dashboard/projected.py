"""What the projector shows of a beat: one word for it, and how its Pod stood then.

Responsible for reading a beat and a board; what is drawn of that, and how large, is `projector`.
"""

import re

from msgspec.structs import replace

from podwatch.core.beat import Beat, FoundInTrouble
from podwatch.core.board import Board, Row
from podwatch.core.kube import Pod
from podwatch.core.lifeline import UNTOLD
from podwatch.core.states import CONTAINER_FACETS, Existence, Facet, State
from podwatch.core.stream import Deed
from podwatch.core.timeline import ExplainedEvent, ExplainedTransition

_CONDITIONS = {
    "Ready": ("ready", "not ready"),
    "ContainersReady": ("containers ready", "containers not ready"),
    "PodScheduled": ("scheduled", ""),
    "PodReadyToStartContainers": ("network ready", "network gone"),
    "Initialized": ("initialized", "not initialized"),
}
"""What a condition says when it is True and when it is False, where its reason does not."""


_TERM = 26
"""Of how many characters a term is at most; `CreateContainerConfigError` has so many."""
_STILL = frozenset({"Running", "Pending", "ContainerCreating"})
"""The texts in STATUS that say nothing of a Pod that does not get on."""


def word(beat: Beat, then: Row | None) -> str:
    """The word or two for what happened: the term that people search for, where there is one.

    `then` is the beat's Pod, as it was.
    """
    status = then.columns.status if then is not None else ""
    match beat.head:
        case _ if beat.kind == "ended" and status.endswith("CrashLoopBackOff"):
            return status.removeprefix("Init:")
        case Deed(command=command):
            return " ".join(command.split()[:2])
        case ExplainedEvent(event=event):  # Failed, Pulled: its reason alone says nothing
            return beat.concept.id.replace("-", " ") if beat.concept else event.reason or "Event"
        case ExplainedTransition(transition=transition) as head:
            after = transition.after
            if transition.facet is Facet.CONDITION:
                return _condition(transition.subject, after) or _first(beat.fact) or beat.kind
            if after is None or transition.facet in {Facet.EXISTENCE, Facet.DELETION}:
                replaced = after is not None and after.value == Existence.REPLACED
                return "replaced" if replaced else head.change
            return _state(after) if transition.facet in CONTAINER_FACETS else after.value
    named = _first(beat.fact) if ":" in beat.fact else ""
    return named or ("waits" if status in _STILL else status) or beat.kind


def _first(fact: str) -> str:
    """The first words of a fact, if they are few."""
    first = re.split("[:,;]", fact)[0]
    return first if len(first) <= _TERM else ""


def before(beat: Beat, word: str) -> str:
    """What it was until it became that; empty where that says nothing."""
    if not isinstance(beat.head, ExplainedTransition):
        return ""
    transition = beat.head.transition
    was = transition.before
    if was is None or transition.after is None:
        return ""
    match transition.facet:
        case Facet.EXISTENCE | Facet.DELETION:
            return ""
        case Facet.CONDITION:
            said = _condition("Ready", was) if transition.subject == "Ready" else ""
        case Facet.PHASE | Facet.OWNER:
            said = was.value
        case _:
            said = _state(was)
    return said if said != word else ""


def _condition(type_: str, state: State | None) -> str:
    """What a condition says; nothing if its beat says it better."""
    gate = ("gate met", "gate not met") if "/" in type_ else ("", "")
    true, false = _CONDITIONS.get(type_, gate)
    if state is None:
        return ""
    return true if state.value == "True" else false or (state.reason if true else "")


def _state(state: State) -> str:
    """A container's state: why it waits, how it ended."""
    if state.value == "waiting" and state.reason not in UNTOLD:
        return state.reason
    if state.value != "terminated":
        return state.value
    if state.exit_code is not None and state.reason in {"", "Error"}:
        return f"exit {state.exit_code}"
    return state.reason or "ended"


def place_of(beat: Beat, board: Board) -> str:
    """Which of the beats of its Pod that matter it is: `3 of 12`; empty if it is the only one."""
    numbers = _numbers(beat, board)
    if beat.number not in numbers or len(numbers) < 2:
        return ""
    return f"{numbers.index(beat.number) + 1} of {len(numbers)}"


def is_newest(beat: Beat, board: Board) -> bool:
    """Whether nothing that matters has happened to its Pod since."""
    return _numbers(beat, board)[-1:] in ([], [beat.number])


def _numbers(beat: Beat, board: Board) -> list[int]:
    return [one.number for one in board.beats_of(beat.ref) if one.matters]


def as_it_was(beat: Beat, board: Board) -> Row | None:
    """The row of the beat's Pod as it stood then; None if nothing is known of it."""
    row, (pod, t) = board.row(beat.ref), _version(beat, board)
    if pod is None:
        return row
    if row is None:
        row = Row(ref=beat.ref, pod=pod, changed_t=t)
    lifeline = tuple(span for span in row.lifeline if span.t <= t)
    gone = Existence.ABSENT if beat.kind == "deleted" else ""
    return replace(row, pod=pod, lifeline=lifeline, gone=gone)


def _version(beat: Beat, board: Board) -> tuple[Pod | None, float]:
    """The version of its Pod that the newest part shows, and when that was.

    Where only Events tell, it is one from before.
    """
    earlier = [one for one in board.beats_of(beat.ref) if one.t <= beat.t]
    for one in (beat, *reversed(earlier)):
        for part in reversed(one.parts):
            if isinstance(part, ExplainedTransition | FoundInTrouble):
                return part.pod, max(part.t, beat.t) if one is beat else beat.t
    return None, beat.t
