"""Which Events say something about a present state, and which of several says most.

Responsible for the reasons and for the choice; what a message means is `podwatch.core.messages`',
and what of it becomes a fact `podwatch.core.present.facts`'.
"""

import re
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
    if not (told := [event for event in events if event.reason in reasons]):
        return None
    last = (event for event in told if event.last_seen == told[-1].last_seen)
    return max(last, key=lambda event: reasons.index(event.reason))


def troubles(events: list[PodEvent]) -> list[PodEvent]:
    """What keeps the sandbox off, the most exact cause first, then those of other volumes.

    A sandbox is made once all volumes are mounted, so what an older Event says of them is over:
    https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/kubelet.go
    `events`: the oldest first.
    """
    left: list[PodEvent] = []
    for event in events:
        if event.reason == "FailedCreatePodSandBox":
            left = [one for one in left if one.last_seen is None or not _of_volume(one)]
        elif event.reason == "SuccessfulAttachVolume":
            name = volume_of(event.message)
            left = [one for one in left if (one.reason, volume_of(one.message)) != (_ATTACH, name)]
        if event.reason in SANDBOX_TROUBLE:
            left.append(event)
    if (first := most_telling(left)) is None:
        return []
    others: dict[str, PodEvent] = {}
    for event in left:
        name = volume_of(event.message)
        if name and name != volume_of(first.message) and cause(event.message).id in _LASTING:
            others[name] = event
    said = cause(first.message).detail
    return [first, *(one for one in others.values() if cause(one.message).detail != said)]


_ATTACH = "FailedAttachVolume"
_LASTING = frozenset({"config-map-missing", "secret-missing", "key-missing", "host-path-missing"})
"""The causes that last, as somebody has to make what is missing, beside a worse one."""


def _of_volume(event: PodEvent) -> bool:
    return event.reason in {_ATTACH, "FailedMount", "FailedMapVolume"}


def volume_of(message: str) -> str:
    """The volume that a message names; empty if it names none."""
    return match[1] if (match := _VOLUME.search(message)) is not None else ""


_VOLUME = re.compile(r'(?:failed|error|succeeded) for volume "([^"]+)"')


def most_telling(events: list[PodEvent]) -> PodEvent | None:
    """The Event whose message names a cause most exactly; of those the newest.

    `events`: the oldest first.
    """
    return max(reversed(events), key=lambda one: cause(one.message).specific, default=None)
