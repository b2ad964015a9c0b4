"""Workloads that lack Pods because nobody can make them: no list of Pods shows that.

Responsible for which workloads these are, by their own counts and conditions and by the Events
about them. What is said of it is data (concepts/states.toml, the parts of owners).
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from podwatch.core.concepts.patterns import Facts
from podwatch.core.finding import Finding
from podwatch.core.kube import (
    OWNER_KINDS,
    DaemonSet,
    Job,
    KubeObject,
    Owner,
    Pod,
    PodEvent,
    ReplicaSet,
)
from podwatch.core.present import Symptom, present_states
from podwatch.core.present.facts import PartFacts, Seen, decoded, of_quota
from podwatch.core.present.telling import in_order
from podwatch.core.text import counted

_REFUSED = "FailedCreate"
"""The reason of the Events, and of the condition ReplicaFailure:
https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/controller_utils.go
"""
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class Shortfall(NamedTuple):
    """A workload that lacks Pods, and why. `kind`, `name`: of what people made.

    `pods`: how many are missing; 0 where none is wanted any more, or it is not known. `refused`:
    when one was refused last, as far as that is known.
    """

    finding: Finding
    namespace: str
    kind: str
    name: str
    pods: int = 0
    refused: datetime | None = None


_Key = tuple[str, str, str]
"""Kind, namespace, name."""


def shortfalls(
    objects: Collection[KubeObject], complete: Collection[str] = ()
) -> Iterator[Shortfall]:
    """The workloads that lack Pods, by kind and name.

    `complete`: the kinds of which all that there are are known: an Event about another one is past.
    """
    owners = {_key(one): one for one in objects if isinstance(one, Owner)}
    refusals = _refusals(objects)
    with_pods = {
        (by.kind, one.metadata.namespace, by.name)
        for one in objects
        if isinstance(one, Pod) and (by := one.metadata.controller) is not None
    }
    told = set[_Key]()
    for key in sorted(owners, key=lambda key: (key[0] == "Deployment", key)):
        owner = owners[key]
        found = _refused(owner, refusals.get(key))
        if found is None and key not in with_pods:
            found = _failed(owner)
        if found is not None and found[1:4] not in told:  # a Deployment repeats its ReplicaSet
            told.add(found[1:4])
            yield found
    seen = {kind for kind, _, _ in owners} | set(complete)
    for key in sorted(refusals):
        if key[0] not in seen:
            facts: Facts = {"owner.title": f"{key[0]} {key[2]}", "owner.lacks": "Pods"}
            if (finding := _finding("owner-event", key, facts, refusals[key].message)) is not None:
                yield Shortfall(finding, key[1], key[0], key[2])


def _key(owner: Owner) -> _Key:
    return type(owner).__name__, owner.metadata.namespace, owner.metadata.name


def _refusals(objects: Iterable[KubeObject]) -> dict[_Key, PodEvent]:
    """The newest Event by which a controller says that it could not make a Pod."""
    events = (one for one in objects if isinstance(one, PodEvent) and one.reason == _REFUSED)
    found = {}
    for event in in_order(events):
        of = event.involved_object
        if of.kind in OWNER_KINDS:
            found[of.kind, of.namespace or event.metadata.namespace, of.name] = event
    return found


def _refused(owner: Owner, event: PodEvent | None) -> Shortfall | None:
    """That it has fewer Pods than it wants, as another one was refused."""
    wanted, has = _counts(owner)
    said = [
        (one.last_transition_time, one.message)
        for one in owner.status.conditions
        if (one.type, one.status, one.reason) == ("ReplicaFailure", "True", _REFUSED)
    ]
    if event is not None:
        said.insert(0, (event.last_seen, event.message))
    if wanted <= has or not said:
        return None
    # The condition keeps the time and the message of the first refusal.
    at, message = max(said, key=lambda one: one[0] or _LONG_AGO)
    kind, namespace, name = key = _key(owner)
    if isinstance(owner, ReplicaSet) and (above := owner.metadata.controller) is not None:
        kind, name = above.kind, above.name
    facts: Facts = {
        "owner.title": f"{kind} {name}",
        "owner.lacks": f"{wanted - has} of its {counted(wanted, 'Pod')}",
        "owner.observed": owner.status.observed_generation >= owner.metadata.generation,
        "owner.has_pods": has > 0,
    }
    finding = _finding("owner-event", key, facts, message)
    if finding is None:
        return None
    return Shortfall(finding, namespace, kind, name, wanted - has, at)


def _counts(owner: Owner) -> tuple[int, int]:
    """How many Pods it wants now, and how many it has, as its controller counted last."""
    spec, status = owner.spec, owner.status
    match owner:
        case DaemonSet():
            return status.desired_number_scheduled, status.current_number_scheduled
        case Job():
            over = any(one.status == "True" for one in status.conditions)  # or suspended
            at_once = 1 if spec.parallelism is None else spec.parallelism
            left = at_once if spec.completions is None else spec.completions - status.succeeded
            return (0 if over else min(at_once, left)), status.active
    return (1 if spec.replicas is None else spec.replicas), status.replicas


def _failed(owner: Owner) -> Shortfall | None:
    """That it is a Job which has failed, of which no Pod is left to tell why."""
    for one in owner.status.conditions if isinstance(owner, Job) else ():
        if (one.type, one.status) == ("Failed", "True"):
            facts: Facts = {
                "condition.type": one.type,
                "condition.status": one.status,
                "condition.reason": one.reason,
            }
            kind, namespace, name = key = _key(owner)
            finding = _finding("owner-condition", key, facts, one.message)
            return Shortfall(finding, namespace, kind, name) if finding is not None else None
    return None


def _finding(part: str, key: _Key, facts: Facts, message: str) -> Finding | None:
    kind, namespace, _ = key
    facts |= {"owner.kind": kind, "owner.namespace": namespace}
    if part == "owner-event":
        facts |= {"event.reason": _REFUSED, "event.message": message}
    groups = {"message": partial(decoded, message), "quota": partial(of_quota, message)}
    symptom = Symptom(part, PartFacts(Seen(Pod()), facts, groups))
    state = present_states().waiting(symptom)
    return Finding(state, symptom, state.role) if state is not None else None
