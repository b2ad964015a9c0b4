"""The named facts of conditions and of the phase: what is not ready and why, what failed.

Responsible for names and values only, like `facts`, which has those of the whole Pod.
"""

from podwatch.core.concepts.owner_facts import tolerated_for
from podwatch.core.concepts.patterns import Facts
from podwatch.core.kube import Container, ContainerStatus, Pod
from podwatch.core.kube.node import Taint
from podwatch.core.kubelet import outlook
from podwatch.core.stops import ended_before_deletion
from podwatch.core.text import one_line

UNREACHABLE = Taint(key="node.kubernetes.io/unreachable", effect="NoExecute")
_WORST_FIRST = (
    "ended",
    "restarts",
    "waits",
    "kubelet-restarted",
    "startup-probe",
    "readiness-probe",
    "unchecked",
)


def condition_facts(before: Pod | None, after: Pod, type_: str) -> Facts:
    """What a condition of this type is about, as the version `after` shows it."""
    if type_ in {"PodResizeInProgress", "PodResizePending"}:
        facts: Facts = {"pod.resizing": after.is_true("PodResizeInProgress")}
        if restarts := [one.name for one in after.spec.containers if _restarts_for(after, one)]:
            facts["pod.resize_restarts"] = _in_words(restarts)
        return facts
    gates = [gate.condition_type for gate in after.spec.readiness_gates]
    if type_ not in {"Ready", "ContainersReady", *gates}:
        return {}
    facts = _unready(before, after) | _gates(after, gates)
    facts["pod.readiness_probe"] = any(one.readiness_probe for one in after.spec.containers)
    return facts | _lost_node(after) if type_ == "Ready" else facts


def phase_facts(before: Pod | None, after: Pod) -> Facts:
    """What the phase is about: which containers failed, or why the Pod is not ready yet."""
    match after.status.phase:
        case "Running":
            return _unready(before, after)
        case "Failed" | "Succeeded":
            return _ends(after)
    return {}


def _ends(pod: Pod) -> Facts:
    """The containers that failed, and whether all had ended before the deletion."""
    sidecars, facts = pod.sidecars(), Facts()
    failed, before_deletion = [], pod.metadata.deletion_timestamp is not None
    for status in (*pod.status.init_container_statuses, *pod.status.container_statuses):
        ended = status.state.terminated
        if ended is None or status.name in sidecars:
            continue
        before_deletion = before_deletion and ended_before_deletion(pod, ended)
        if ended.exit_code:
            failed.append(f"container {status.name} ended with exit code {ended.exit_code}")
    if failed:
        facts["pod.failed"] = failed[0] + _more(failed)
    if pod.metadata.deletion_timestamp is not None:
        facts["pod.ended_before_deletion"] = before_deletion
    return facts


def _unready(before: Pod | None, after: Pod) -> Facts:
    """The containers that are not ready for the worst of the reasons that one has."""
    found: dict[str, list[str]] = {}
    sidecars = after.sidecars()
    beside = [one for one in after.spec.init_containers if one.name in sidecars]
    for spec in (*beside, *after.spec.containers):
        status = after.status_of(spec.name)
        if status is None or not status.ready:
            was = before.status_of(spec.name) if before is not None else None
            found.setdefault(_why_unready(after, spec, status, was), []).append(spec.name)
    for why in _WORST_FIRST:
        if names := found.get(why):
            return {"pod.unready": _in_words(names), "pod.unready_because": why}
    return {}


def _why_unready(
    pod: Pod, spec: Container, status: ContainerStatus | None, was: ContainerStatus | None
) -> str:
    if status is None:
        return "waits"
    if status.state.terminated is not None:
        ends = outlook(pod, spec, status) in {"ended", "pod-ends"}
        return "ended" if ends else "restarts"
    if status.state.running is None:
        return "restarts" if status.last_state.terminated is not None else "waits"
    if spec.startup_probe is not None and not status.started:
        # A startup probe that has succeeded is not run again in the same run, but by a new kubelet.
        if was is not None and was.container_id == status.container_id and was.started:
            return "kubelet-restarted"
        return "startup-probe"
    return "readiness-probe" if spec.readiness_probe is not None else "unchecked"


def _gates(pod: Pod, gates: list[str]) -> Facts:
    """The readiness gates that are not True, and what the first of them says."""
    closed = [type_ for type_ in gates if not pod.is_true(type_)]
    if not closed:
        return {}
    facts: Facts = {"pod.closed_gates": ", ".join(closed)}
    for condition in pod.status.conditions:
        if condition.type == closed[0] and (condition.reason or condition.message):
            said = (condition.reason, one_line(condition.message))
            facts["pod.gate_says"] = ": ".join(filter(None, said))
    return facts


def _lost_node(pod: Pod) -> Facts:
    """For how long the Pod tolerates that its node does not answer."""
    seconds = tolerated_for(UNREACHABLE, pod.spec.tolerations)
    if seconds is None:
        return {"pod.stays_on_lost_node": True}
    # The API server gives each Pod such a toleration: where there is none, it was cut out.
    return {"pod.lost_after": f"{seconds} s"} if seconds else {}


def _restarts_for(pod: Pod, spec: Container) -> bool:
    """Whether the container has other amounts than asked for of what it is restarted for."""
    status = pod.status_of(spec.name)
    if status is None or status.resources is None:
        return False
    asked, has = spec.resources, status.resources
    return any(
        one.restart_policy == "RestartContainer"
        and (asked.requests.get(name), asked.limits.get(name))
        != (has.requests.get(name), has.limits.get(name))
        for one in spec.resize_policy
        if (name := one.resource_name)
    )


def _in_words(names: list[str]) -> str:
    """The first, and how many others: `container app`, `container app (and 2 more)`."""
    return f"container {names[0]}{_more(names)}"


def _more(found: list[str]) -> str:
    return f" (and {len(found) - 1} more)" if len(found) > 1 else ""
