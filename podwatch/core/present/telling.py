"""Which Events say something about a present state, and which of several says most.

Responsible for the reasons and for the choice; what a message means is `podwatch.core.messages`',
and what of it becomes a fact `podwatch.core.present.facts`'.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from podwatch.core.kube import PodEvent
from podwatch.core.messages import cause

SANDBOX_TROUBLE = (
    "FailedAttachVolume",
    "FailedMount",
    "FailedMapVolume",
    "FailedPrepareDynamicResources",
    "FailedCreatePodContainer",
    "FailedCreatePodSandBox",
    "NetworkNotReady",
)
"""The reasons of the Events about a volume, device, cgroup or the network, which come first."""
CREATION_TROUBLE = (
    "Failed",
    "InspectFailed",
    "ErrImageNeverPull",
    "FailedPostStartHook",
    "FailedToRetrieveImagePullSecret",
)
"""The reasons of the Events that say why a container can't be created or started."""

TELLING = frozenset(
    {
        *SANDBOX_TROUBLE,
        *CREATION_TROUBLE,
        "FailedScheduling",
        "TriggeredScaleUp",
        "Pulling",
        "Pulled",
        "Started",
        "Unhealthy",
        "NodeNotReady",
    }
)
"""The reasons of the Events that say something about a present state."""


def in_order(events: Iterable[PodEvent]) -> list[PodEvent]:
    """The Events, the oldest first; one that does not say when it happened counts as the oldest."""
    known = list(events)
    if len(known) > 1:
        known.sort(key=lambda event: (event.last_seen or _LONG_AGO, event.times))
    return known


_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def newest(events: Iterable[PodEvent], *reasons: str) -> PodEvent | None:
    """The newest Event with one of the reasons; of one second, the one that comes last in them.

    `events`: the oldest first.
    """
    told = [event for event in events if event.reason in reasons]
    last = (event for event in told if event.last_seen == told[-1].last_seen)
    return max(last, key=lambda event: reasons.index(event.reason), default=None)


def most_telling(events: list[PodEvent]) -> PodEvent | None:
    """The Event whose message names a cause most exactly; of those the newest.

    `events`: the oldest first.
    """
    return max(reversed(events), key=lambda one: cause(one.message).specific, default=None)
