"""Whether the kubelet has tried again what failed, late enough for what came meanwhile to count.

Responsible for what its Events say of that. A pull is tried again after 10 to 20 seconds, a
container that lacks its ConfigMap after 10 to 15, a mount with pauses that double: at the end of
the grace the last failure can be from its beginning, and a Secret that came since not be used yet.
"""

from collections.abc import Iterable
from datetime import timedelta

from podwatch.core.kube import PodEvent
from podwatch.core.present import Symptom

LATE = 2 / 3
"""A try after this part of the grace has had its chance."""
_FAILURES = frozenset({"Failed", "ErrImageNeverPull"})
_NO_TRY = "Error: ImagePullBackOff"
"""What the kubelet says, with the same reason, of a pull that it has not tried again."""


def borne(symptom: Symptom, events: Iterable[PodEvent], grace: float) -> float:
    """For how long such a state is borne: for the grace if it was tried again late in it.

    Else for two: a busy kubelet may take longer, and where Events can't be read nothing tells.
    """
    failures = [symptom.event] if symptom.event is not None else _failures(symptom, events)
    for event in failures:
        last = event.last_seen
        first = event.first_timestamp or event.event_time or last
        if first and last and last - first >= timedelta(seconds=grace * LATE):
            return grace
    return 2 * grace


def _failures(symptom: Symptom, events: Iterable[PodEvent]) -> list[PodEvent]:
    return [
        event
        for event in events
        if event.reason in _FAILURES
        and event.container in {symptom.subject, ""}
        and event.message != _NO_TRY
    ]
