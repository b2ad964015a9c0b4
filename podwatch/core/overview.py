"""What is amiss among many Pods: in a namespace, a cluster, a file.

Responsible for what is told of them all: causes, the worst first, and how many Pods are well. What
is the matter with each is `podwatch.core.diagnosis`' business, which have one cause
`podwatch.core.folding`'s.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from podwatch.core.diagnosis import diagnosed
from podwatch.core.family import workload_of
from podwatch.core.folding import Case, Group, case_of, folded
from podwatch.core.kube import Job, KubeObject, Pod
from podwatch.core.shortfall import shortfalls
from podwatch.core.surroundings import Objects, Surroundings


class Member(NamedTuple):
    """A Pod that something is amiss with; or a workload that lacks Pods: then `pod` is empty.

    `workload`: its kind and name, `Deployment web`; empty for a bare Pod.
    """

    namespace: str
    pod: str
    workload: str

    @property
    def owner(self) -> tuple[str, str]:
        """The workload, or the bare Pod itself, with its namespace."""
        return self.namespace, self.workload or f"Pod {self.pod}"


class Overview(NamedTuple):
    """The causes, the worst first. `namespace`: empty for all.

    `pods`: how many there are, `well`: with how many nothing is amiss, `manifests`: how many no
    cluster has yet. `missing`: what could not be read, each with the cause. `options`: with which
    `podwatch explain` finds the same Pods.
    """

    namespace: str
    pods: int
    well: int
    manifests: int
    groups: tuple[Group[Member], ...]
    missing: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


def overview(
    objects: Collection[KubeObject],
    now: datetime | None,
    *,
    namespace: str = "",
    everywhere: bool = False,
    complete: Collection[str] = (),
    missing: Iterable[str] = (),
    options: Iterable[str] = (),
) -> Overview:
    """What is amiss among these objects, at `now` (the cluster's clock).

    `namespace`: only that one's; others say what its Pods' nodes have left. `everywhere`: as of
    Objects, `complete`: as of shortfalls.
    """
    known = Objects(objects, everywhere=everywhere)
    cases: list[Case[Member]] = []
    well = manifests = 0
    pods = [one for one in objects if isinstance(one, Pod) and _within(one, namespace)]
    for pod in sorted(pods, key=lambda pod: (pod.metadata.namespace, pod.metadata.name)):
        if not pod.is_stored:
            manifests += 1
            continue
        around = known.around(pod)
        member = _member(pod, around)
        case = case_of(pod, diagnosed(pod, around, now), member, member.owner)
        if case is None or _is_past(pod, around):
            well += 1
        else:
            cases.append(case)
    for one in shortfalls(objects, complete):
        if namespace in {"", one.namespace}:
            member = Member(one.namespace, "", f"{one.kind} {one.name}")
            cases.append(Case(one.finding, member, member.owner, pods=one.pods))
    return Overview(
        namespace, len(pods), well, manifests, folded(cases), tuple(missing), tuple(options)
    )


def _within(pod: Pod, namespace: str) -> bool:
    return namespace in {"", pod.metadata.namespace}


def _member(pod: Pod, around: Surroundings) -> Member:
    workload = workload_of(pod, around.owners)
    return Member(pod.metadata.namespace, pod.metadata.name, " ".join(workload or ()))


def _is_past(pod: Pod, around: Surroundings) -> bool:
    """Whether it is a try of a Job that has come to a good end after all."""
    if not pod.status.is_over or not around.owners:
        return False
    job = around.owners[0]
    return isinstance(job, Job) and any(
        (one.type, one.status) == ("Complete", "True") for one in job.status.conditions
    )
