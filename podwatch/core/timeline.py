"""What a session has to tell: the news that renderers show.

Responsible for the shape of one piece of news. Who decides about it is `podwatch.core.session`.
Times are UTC (`at`) and seconds since the stream opened (`t`).
"""

from datetime import datetime
from typing import ClassVar

import msgspec

from podwatch.core.columns import Printed
from podwatch.core.concepts import Explanation
from podwatch.core.finding import Finding
from podwatch.core.kube import Pod, PodEvent
from podwatch.core.question import Question
from podwatch.core.states import Deletion, Existence, Facet, State
from podwatch.core.stream import Connection, Deed, Gap, Opened, Posed, Ref, Scope, Unreadable
from podwatch.core.transitions import Transition


class PodVersion(Printed, frozen=True, kw_only=True):
    """One version of a Pod was observed. `initial`: it was there before the watch began."""

    at: datetime
    t: float
    type: str
    initial: bool
    ref: Ref


EXISTENCE_WORDS: dict[str, str] = {
    Existence.PRESENT: "created",
    Existence.ABSENT: "deleted",
    Existence.MATCHING: "now matches",
    Existence.NOT_MATCHING: "no longer matches",
    Existence.LOST_SIGHT: "out of sight",
    Deletion.REQUESTED: "deletion requested",
    Deletion.SHORTENED: "grace period shortened",
}
"""What became of a Pod, in words."""


class _Told(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What was observed at `at`, in stream time at `t`, of whom, and what it means."""

    at: datetime
    t: float
    ref: Ref
    explanation: Explanation


class ExplainedTransition(_Told, frozen=True, kw_only=True):
    """A transition, with what it means. `pod` is the version that shows it."""

    transition: Transition
    pod: Pod

    @property
    def moment(self) -> datetime:
        """When it happened, as far as can be said: when it was observed."""
        return self.at

    @property
    def subject(self) -> str:
        """What of the Pod it is about: a container, a condition, the phase; empty for the Pod."""
        match self.transition.facet:
            case Facet.PHASE:
                return "phase"
            case Facet.OWNER:
                return "owner"
            case Facet.EXISTENCE | Facet.DELETION:
                return ""
        return self.transition.subject

    @property
    def change(self) -> str:
        """What became of it: "created", "waiting → running", "True"."""
        transition = self.transition
        before, after = transition.before, transition.after
        if after is None:
            return f"{before.value} → gone" if before is not None else ""
        match transition.facet:
            case Facet.EXISTENCE if after.value == Existence.REPLACED:
                return f"replaced by {transition.subject}"
            case Facet.EXISTENCE | Facet.DELETION:
                return EXISTENCE_WORDS.get(after.value, after.value)
        if before is None:
            return after.value
        if before.value == after.value:
            return f"{_named(before)} → {_named(after)}"
        return f"{before.value} → {after.value}"

    @property
    def inferred(self) -> bool:
        """Whether it was not seen itself, but is proved by what was seen."""
        return self.transition.inferred


class ExplainedEvent(_Told, frozen=True, kw_only=True):
    """What an Event adds, at the time that its reporter gives (`seen` in UTC).

    It is about a Pod, or warns about a workload that makes Pods: of one that is refused there
    is nothing else to see. Of a workload that wants another number of Pods it says so.
    Events are best effort and not ordered against the Pod's own versions.
    """

    seen: datetime | None
    event: PodEvent
    inferred: ClassVar[bool] = False

    @property
    def moment(self) -> datetime:
        """When it happened, as its reporter has it."""
        return self.seen or self.at

    @property
    def subject(self) -> str:
        """The container that it is about, if it is about one."""
        return self.event.container

    @property
    def change(self) -> str:
        """What it reports."""
        return f"event {self.event.reason}"


def _named(state: State) -> str:
    return f"{state.value} ({state.reason})" if state.reason else state.value


Explained = ExplainedTransition | ExplainedEvent
"""What happened to a Pod, or what an Event says about it, with what it means.

Both say when (`at`, `t`, `moment`), about whom (`ref`, `subject`), what (`change`, `inferred`) and
what it means (`explanation`).
"""


class Stalled(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A Pod has not moved for `seconds`; what it waits for. Said once, until it moves again.

    `now` is the cluster's clock at that moment.
    """

    at: datetime
    t: float
    ref: Ref
    seconds: float
    now: datetime
    wait: Finding


class Listed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """All Pods of a scope are known now: `pods` of them.

    `awaited` names the one Pod that is watched and not there; `again`: after a gap.
    """

    at: datetime
    t: float
    scope: Scope
    pods: int
    clock_skew: float
    again: bool
    awaited: str = ""


class Decided(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What happened has decided a question that was asked.

    `right` is the number of the choice that came true, from 0 on. -1: nothing decided it, and
    `withdrawn` says why it is not open any more.
    """

    at: datetime
    t: float
    question: Question
    ref: Ref | None = None
    right: int = -1
    withdrawn: str = ""


TimelineEntry = (
    PodVersion
    | Explained
    | Stalled
    | Listed
    | Gap
    | Connection
    | Unreadable
    | Opened
    | Deed
    | Posed
    | Decided
)
"""Anything that a renderer may be given."""
