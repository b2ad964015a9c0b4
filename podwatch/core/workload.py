"""What is the matter with a workload: with itself, and with the Pods that it made.

Responsible for what the workload's own fields and the Events about it say. Which of its Pods have
one cause is `podwatch.core.folding`'s business, a single Pod's page `podwatch.core.pod_page`'s,
who belongs to the workload `podwatch.core.family`'s.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from podwatch.core.concepts import catalog
from podwatch.core.concepts.facts import event_facts
from podwatch.core.family import Family
from podwatch.core.folding import Case, Group, case_of, folded
from podwatch.core.held import Note, behind, ending, in_the_way, stopped
from podwatch.core.kube import (
    Condition,
    CronJob,
    DaemonSet,
    Deployment,
    Job,
    Owner,
    PodEvent,
    ReplicaSet,
    StatefulSet,
)
from podwatch.core.messages import cause
from podwatch.core.pod_page import PodPage
from podwatch.core.present.telling import in_order
from podwatch.core.text import counted, listed

_SHOWN = 3
"""The most Warnings about it that are told."""


UNSAID = Note("no Pod of it is there, and neither its conditions nor Events say why.")
"""What stands for all else where nothing is known."""


class WorkloadPage(NamedTuple):
    """A workload with what is to be said: `notes` about itself, its Pods in trouble worst first.

    `counts`: how many Pods it wants and has, in words. `well`: its Pods with nothing amiss.
    """

    family: Family
    now: datetime | None
    counts: str
    notes: tuple[Note, ...]
    groups: tuple[Group[PodPage], ...]
    well: tuple[PodPage, ...]
    note: str = ""


def workload_page(
    family: Family,
    pages: Iterable[PodPage],
    events: Iterable[PodEvent],
    now: datetime | None,
    *,
    note: str = "",
) -> WorkloadPage:
    """What is to be said about a workload. `events` are those about it and what is between."""
    amiss: list[Case[PodPage]] = []
    well: list[PodPage] = []
    for one in pages:
        case = case_of(one.pod, one.diagnosis, one) if one.diagnosis is not None else None
        if case is not None:
            amiss.append(case)
        else:
            well.append(one)
    groups = folded(amiss)
    notes = tuple(dict.fromkeys(_notes(family, list(events))))
    if not (notes or groups or well):
        notes = (UNSAID,)
    return WorkloadPage(
        family,
        now,
        _counts(family),
        notes,
        groups,
        tuple(well),
        note,
    )


# ── the workload itself ──


def _counts(family: Family) -> str:
    head = family.head
    match head:
        case Deployment() | ReplicaSet() | StatefulSet():
            return f"{head.status.ready_replicas} of {_wanted(head)} Pods ready"
        case DaemonSet():
            wanted = head.status.desired_number_scheduled
            return f"{head.status.number_ready} of {wanted} Pods ready"
        case Job():
            status = head.status
            done = f"{status.succeeded} of {head.spec.completions or 1} done"
            return f"{done}, {status.active} active, {status.failed} failed"
        case CronJob():
            zone = f" ({head.spec.time_zone})" if head.spec.time_zone else ""
            return f"schedule {head.spec.schedule}{zone}, {len(head.status.active)} Jobs active"
    return f"{counted(len(family.pods), 'Pod')} known"


def _wanted(owner: Owner) -> int:
    return 1 if owner.spec.replicas is None else owner.spec.replicas


def _notes(family: Family, events: list[PodEvent]) -> Iterator[Note]:
    head = family.head
    if head is None:
        yield Note(f"the {family.kind} itself is not known here, only its Pods.")
        return
    if (note := ending(head)) is not None:
        yield note
        return
    warnings = list(_warnings(family, events))
    if isinstance(head, CronJob):
        yield from _cron_job(family, head, warned=bool(warnings))
    else:
        yield from _workload(family, head)
    yield from warnings


def _workload(family: Family, head: Owner) -> Iterator[Note]:
    meta, status = head.metadata, head.status
    at = f"{family.kind.lower()}/{family.name} -n {family.namespace}"
    if isinstance(head, Deployment | ReplicaSet | StatefulSet) and _wanted(head) == 0:
        yield Note("it asks for no Pods: replicas is 0.", f"kubectl scale {at} --replicas=1")
    if (note := stopped(head)) is not None:
        yield note
    if (pod := in_the_way(head, family.pods, parallel=False)) is not None:
        yield behind(pod)
    if status.observed_generation and status.observed_generation < meta.generation:
        yield Note(
            "its controller has not seen its newest spec yet; if this lasts, the controller "
            "manager may not run."
        )
    if isinstance(head, DaemonSet) and status.desired_number_scheduled == 0:
        yield Note("no node is meant for it: compare its node selector, affinity and tolerations.")
    for condition in [*status.conditions, *_refusals(family)]:
        if (said := _condition(condition)) is not None:
            yield said


def _refusals(family: Family) -> Iterator[Condition]:
    for owner in family.between:
        yield from (one for one in owner.status.conditions if one.type == "ReplicaFailure")


def _condition(condition: Condition) -> Note | None:
    """What a condition says where something is amiss, or over."""
    known = cause(condition.message)
    said = known.detail or condition.reason
    match condition.type, condition.status:
        case "ReplicaFailure", "True":
            return Note(f"a Pod can't be made: {said}.", who=known.who, cure=known.cure)
        case "Progressing", "False" if condition.reason == "ProgressDeadlineExceeded":
            return Note(
                "its rollout made no progress within its deadline; it still goes on trying.",
                who="whoever wrote its Pod template, or runs the cluster",
                cure="See what its newest Pods wait for: podwatch explains each of them.",
            )
        case "Progressing", "False" if condition.reason == "ReplicaSetCreateError":
            return Note(f"its ReplicaSet can't be made: {said}.", who=known.who, cure=known.cure)
        case (("Failed" | "FailureTarget"), "True"):
            return Note(
                f"the Job failed ({condition.reason}): {said}; it creates no more Pods.",
                who=known.who,
                cure=known.cure,
            )
        case "Complete", "True":
            return Note("the Job is complete: it creates no more Pods.")
    return None


def _cron_job(family: Family, head: CronJob, *, warned: bool) -> Iterator[Note]:
    """Why it makes no Job. `warned`: Events say so."""
    meta, spec = head.metadata, head.spec
    if spec.suspend:
        yield Note(
            "it is suspended: it makes no Jobs until suspend is false.",
            f"kubectl patch cronjob/{meta.name} -n {meta.namespace} --type=merge "
            '-p \'{"spec":{"suspend":false}}\'',
        )
    elif spec.concurrency_policy == "Forbid" and head.status.active:
        running = listed([one.name for one in head.status.active])
        yield Note(
            f"it makes no other Job while {running} runs, because its concurrencyPolicy is Forbid.",
            who="whoever wrote the CronJob, or its program",
            cure="See why that Job takes so long; activeDeadlineSeconds ends one that hangs.",
        )
    elif head.status.last_schedule_time is None and not warned:
        yield Note(f"it has made no Job yet: it is due by its schedule, {spec.schedule}.")
    for job in family.between:
        for condition in job.status.conditions:
            if condition.type == "Failed" and condition.status == "True":
                said = cause(condition.message).detail or condition.message
                yield Note(f"its Job {job.metadata.name} failed ({condition.reason}): {said}.")


def _warnings(family: Family, events: list[PodEvent]) -> Iterator[Note]:
    """The newest Warning of each reason, where its Pods are not all there or it makes none."""
    if family.head is not None and isinstance(family.head, Owner) and _is_well(family.head):
        return
    told = _told(family)
    warnings = (one for one in in_order(events) if one.type == "Warning" and one.reason not in told)
    newest = {event.reason: event for event in warnings}
    for event in [*newest.values()][-_SHOWN:]:
        known = cause(event.message)
        sentence = catalog().explain(event_facts(event, None)).sentence
        if known.id.startswith("cron-job-"):
            sentence = f"{known.detail}."
        yield Note(sentence, who=known.who, cure=known.cure)


def _told(family: Family) -> set[str]:
    """The reasons of Events that only repeat a condition."""
    owners = [one for one in (family.head, *family.between) if isinstance(one, Owner)]
    every = [one for owner in owners for one in owner.status.conditions]
    true = [one for one in every if one.status == "True"]
    told = {one.reason for one in every if one in true or one.type == "Progressing"}
    return told | {"FailedCreate"} if any(one.type == "ReplicaFailure" for one in true) else told


def _is_well(head: Owner) -> bool:
    status = head.status
    match head:
        case Deployment() | ReplicaSet() | StatefulSet():
            return 0 < _wanted(head) <= status.ready_replicas
        case DaemonSet():
            return 0 < status.desired_number_scheduled <= status.number_ready
    return False


def about(family: Family, events: Iterable[PodEvent]) -> Iterator[PodEvent]:
    """The Events about the workload and what is between it and its Pods."""
    names = {(family.kind, family.name)}
    names |= {(type(one).__name__, one.metadata.name) for one in family.between}
    for event in events:
        of = event.involved_object
        if (of.kind, of.name) in names and of.namespace in {"", family.namespace}:
            yield event
