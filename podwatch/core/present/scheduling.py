"""Why a Pod has no node yet: the facts of the part `scheduling`.

Responsible for what the Pod's own condition, its gates and the Events about it and its claims say.
What the scheduler's message means is `podwatch.core.messages`' business.
"""

from functools import partial

from podwatch.core.concepts.patterns import Facts
from podwatch.core.kube import PodEvent
from podwatch.core.messages import cause
from podwatch.core.messages.scheduling import why_unscheduled
from podwatch.core.present.facts import Makes, PartFacts, Seen, Symptom, after_colon, decoded
from podwatch.core.present.telling import in_order, most_telling, newest
from podwatch.core.states import Facet, condition_state


def scheduling(seen: Seen, *, nodes_ready: bool, makes_room: bool) -> Symptom:
    """What is known of a Pod that has no node. `nodes_ready`: no Node may still start;
    `makes_room`: a Pod that it replaces is about to leave its node.
    """
    pod = seen.pod
    scheduled = pod.condition("PodScheduled")
    scaler = _of_scalers(seen)
    is_helped = bool(scaler) and scaler[-1].reason in _HELP
    # The scheduler's own Event is repeated while an autoscaler makes a node.
    told = scaler[-1] if is_helped else newest(seen.events, "FailedScheduling", "FailedScaleUp")
    facts: Facts = {
        "scheduling.gates": ", ".join(gate.name for gate in pod.spec.scheduling_gates),
        "scheduling.by": pod.spec.scheduler_name,
        "scheduling.group": group.pod_group_name if (group := pod.spec.scheduling_group) else "",
        "scheduling.nominated": pod.status.nominated_node_name,
        "scheduling.told": told.reason if told is not None else "",
        "scheduling.helped": makes_room or is_helped or (not scaler and _nodes_came(seen)),
        "nodes.all_ready": nodes_ready,
    }
    message = ""
    if scheduled is not None:
        facts |= {
            "condition.status": scheduled.status,
            "condition.reason": scheduled.reason,
            "condition.message": scheduled.message,
            "condition.after_colon": after_colon(scheduled.message),
            "scheduling.odd": f" ({scheduled.reason})"
            if scheduled.reason not in {"", "Unschedulable"}
            else "",
        }
        message = scheduled.message
    if not message and told is not None and told.reason == "FailedScheduling":
        message = told.message
    groups: dict[str, Makes] = {
        "unmet": partial(_unmet, seen, message),
        "message": partial(decoded, message),
        "claim": partial(_claim, seen),
        "scaler": partial(_scaler, seen),
    }
    return Symptom(
        "scheduling",
        PartFacts(seen, facts, groups),
        Facet.CONDITION if scheduled is not None else None,
        "PodScheduled",
        condition_state(scheduled) if scheduled is not None else None,
        stops=True,
    )


def _unmet(seen: Seen, message: str) -> Facts:
    """What the nodes lack, in words, the nearest way out first."""
    around = seen.around
    found = why_unscheduled(seen.pod, message, around.nodes, around.pods, around.claims)
    if not found:
        return {}
    sentence = "; ".join(one.sentence.rstrip(".") for one in found[:_REASONS])
    return {
        "unmet.id": found[0].id,
        "unmet.sentence": sentence,
        "unmet.after_colon": f": {sentence}",
        "unmet.fact": found[0].fact,
        "unmet.who": found[0].who or _WHO,
        "unmet.cure": found[0].cure or _CURE,
        "unmet.columns": _COLUMNS.get(found[0].id, ""),
    }


_TAINTS = "-o=custom-columns=NAME:.metadata.name,TAINTS:.spec.taints"
_ROOM = "-o=custom-columns=NAME:.metadata.name,ALLOCATABLE:.status.allocatable"
_COLUMNS = {
    **dict.fromkeys(("node-affinity", "topology-label", "topology-spread"), "--show-labels"),
    **dict.fromkeys(("taint", "untolerated-taint", "selected-but-tainted", "cordoned"), _TAINTS),
    **dict.fromkeys(("insufficient", "too-many-pods"), _ROOM),
}
"""What `kubectl get nodes` has to show, by the class of what they lack, where that helps."""


_WHO = "whoever wrote the spec, or runs the cluster"
"""Who can change what no class knows."""
_CURE = "change what the Pod asks for, or the nodes, as the message says"
_REASONS = 4
"""So many reasons are told: a message has one for each kind of node."""


def _claim(seen: Seen) -> Facts:
    """Why a claim of the Pod is not bound, as the Event says that names a cause most exactly."""
    told = [one for one in seen.around.others if one.involved_object.kind == _CLAIM]
    failed = [one for one in told if one.type == "Warning"]  # else it may only wait
    if (event := most_telling(in_order(failed or told))) is None:
        return {}
    known = cause(event.message)
    return {
        "claim.name": event.involved_object.name,
        "claim.detail": known.detail,
        "claim.short": known.short,
        "claim.who": known.who or "whoever provides the volume",
        "claim.cure": known.cure or "Fix what the claim waits for; it goes on by itself then.",
    }


_CLAIM = "PersistentVolumeClaim"


def _scaler(seen: Seen) -> Facts:
    """Why an autoscaler adds no node, or which one it plans the Pod onto."""
    told = _of_scalers(seen)
    if not told or (last := told[-1]).reason == "TriggeredScaleUp":
        return {}
    if last.reason == "Nominated":
        return {"scaler.plan": last.message.partition(": ")[2].strip()}
    known = cause(last.message)
    if last.reporter == "karpenter" or last.reason == "FailedScaleUp":
        name = "Karpenter" if last.reporter == "karpenter" else "the autoscaler"
        return {
            "scaler.why": f"{name} adds none: {known.detail}",
            "scaler.short": known.short or f"{name} adds none",
            "scaler.who": known.who or _WHO,
            "scaler.cure": known.cure or "Let it make nodes that fit the Pod.",
        }
    for one in why_unscheduled(seen.pod, last.message):
        if one.id.startswith("group-"):
            facts = {"why": one.sentence.rstrip("."), "who": one.who, "cure": one.cure}
            facts["short"] = one.fact
            return {f"scaler.{name}": text for name, text in facts.items()}
    return {
        "scaler.why": "the cluster autoscaler adds none, because no node of its groups would fit",
        "scaler.short": "no node group would fit",
        "scaler.who": _WHO,
        "scaler.cure": "Correct what the Pod asks for, or add a node group that fits.",
    }


def _of_scalers(seen: Seen) -> list[PodEvent]:
    """What autoscalers have said of the Pod, the oldest first."""
    return [one for one in seen.events if one.reason in _SCALER or one.reporter == "karpenter"]


def _nodes_came(seen: Seen) -> bool:
    """Whether there are Nodes that are younger than the Pod."""
    created = seen.pod.metadata.creation_timestamp
    came = (one.metadata.creation_timestamp for one in seen.around.nodes)
    return created is not None and any(since is not None and since > created for since in came)


_SCALER = frozenset({"NotTriggerScaleUp", "TriggeredScaleUp", "FailedScaleUp", "Nominated"})
"""The reasons by which autoscalers tell of a Pod; Karpenter has FailedScheduling, too."""
_HELP = frozenset({"TriggeredScaleUp", "Nominated"})
"""Those by which they say that a node is to come."""
