"""How a claim stands that is to be bound: the facts of the part `claim`.

Responsible for what the claim's own fields, its StorageClass and the Events about it say. Why a Pod
has no node that waits for a claim is `podwatch.core.present.scheduling`'s business.
"""

from collections.abc import Collection, Iterable

from podwatch.core.concepts.patterns import Facts
from podwatch.core.kube import PersistentVolumeClaim, Pod, PodEvent, StorageClass
from podwatch.core.messages import cause
from podwatch.core.present.facts import PartFacts, Seen, Symptom
from podwatch.core.present.telling import in_order, most_telling

_BINDS_LATE = "WaitForFirstConsumer"
"""The mode of a StorageClass, and the reason of the Event that says so.

https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/volume/events/event.go
"""
_NO_CLASS = "storage-class-missing"


def claim_symptom(
    claim: PersistentVolumeClaim,
    events: Iterable[PodEvent],
    classes: Collection[StorageClass] | None,
    *,
    used: bool,
) -> Symptom:
    """What is known of a claim. `classes`: all that there are, None if that is not known; `used`:
    a Pod is there that uses it.
    """
    told = in_order(events)
    name = claim.spec.storage_class_name or ""
    phase = claim.status.phase
    own = [one for one in classes or () if one.metadata.name == name]
    lacks_class = classes is not None and bool(name) and not own
    if own or (told and cause(told[-1].message).id != _NO_CLASS):
        told = [one for one in told if cause(one.message).id != _NO_CLASS]
    late = any(one.reason == _BINDS_LATE for one in told)
    if own:
        late = own[0].volume_binding_mode == _BINDS_LATE
    warnings = [one for one in told if one.type == "Warning"]  # else it may only wait
    event = most_telling(warnings or told)
    known = cause(event.message) if event is not None else None
    pending = phase in {"", "Pending"}
    facts: Facts = {
        "claim.name": claim.metadata.name,
        "claim.namespace": claim.metadata.namespace,
        "claim.phase": phase or "Pending",
        "claim.class": name,
        "claim.volume": f" {claim.spec.volume_name}" if claim.spec.volume_name else "",
        "claim.lacks_class": pending and lacks_class,
        "claim.awaits_pod": pending and late and not used,
        "claim.cause": known.id if known is not None else "",
        "claim.detail": known.detail if known is not None else "",
    }
    return Symptom("claim", PartFacts(Seen(Pod()), facts, {}), event=event)
