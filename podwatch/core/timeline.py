"""What a session has to tell: the news that renderers show.

Responsible for the shape of one piece of news. Who decides about it is `podwatch.core.session`.
Times are UTC (`at`) and seconds since the stream opened (`t`).
"""

from datetime import datetime

import msgspec

from podwatch.core.columns import Columns
from podwatch.core.concepts import Explanation
from podwatch.core.kube import Pod, PodEvent
from podwatch.core.present import Wait
from podwatch.core.stream import Connection, Gap, Opened, OwnerRef, PodRef, Scope, Unreadable
from podwatch.core.transitions import Transition


class PodVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a Pod was observed. `initial`: it was there before the watch began."""

    at: datetime
    t: float
    type: str
    initial: bool
    ref: PodRef
    pod: Pod
    columns: Columns


class ExplainedTransition(msgspec.Struct, frozen=True, kw_only=True):
    """A transition, with what it means. `pod` is the version that shows it."""

    transition: Transition
    explanation: Explanation
    pod: Pod

    @property
    def at(self) -> datetime:
        """When it was observed."""
        return self.transition.at

    @property
    def t(self) -> float:
        """When it was observed, in stream time."""
        return self.transition.t

    @property
    def ref(self) -> PodRef:
        """The Pod it is about."""
        return self.transition.pod


class ExplainedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What an Event adds, at the time that its reporter gives (`seen` in UTC).

    It is about a Pod, or warns about a workload that makes Pods: of one that is refused there
    is nothing else to see.
    Events are best effort and not ordered against the Pod's own versions.
    """

    at: datetime
    t: float
    seen: datetime | None
    ref: PodRef | OwnerRef
    event: PodEvent
    explanation: Explanation


Explained = ExplainedTransition | ExplainedEvent
"""What happened to a Pod, or what an Event says about it, with what it means."""


class Stalled(msgspec.Struct, frozen=True, kw_only=True):
    """A Pod has not moved for `seconds`; what it waits for. Said once, until it moves again.

    `now` is the cluster's clock at that moment.
    """

    at: datetime
    t: float
    ref: PodRef
    seconds: float
    now: datetime
    wait: Wait


class Listed(msgspec.Struct, frozen=True, kw_only=True):
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


News = PodVersion | Explained | Stalled | Listed | Gap | Connection | Unreadable | Opened
"""Anything that a renderer may be given."""
