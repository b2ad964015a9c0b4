"""The named facts of a transition or an Event that patterns ask for and texts show.

Responsible for names and values only (`pod.node`, `container.exit_code`); concepts/facts.toml
lists them with their meaning. No text for people is made here beyond numbers with their unit.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from podwatch.core.concepts.condition_facts import condition_facts, phase_facts
from podwatch.core.concepts.container_facts import (
    OWN_WORDS,
    container_facts,
    event_container_facts,
    pull_facts,
    put,
)
from podwatch.core.concepts.patterns import Facts
from podwatch.core.kube import Pod, PodEvent
from podwatch.core.messages import cause, last_line, readable
from podwatch.core.messages.causes import SHORT
from podwatch.core.messages.cleaning import shortened
from podwatch.core.states import CONTAINER_FACETS, Facet, State
from podwatch.core.stops import Stop
from podwatch.core.stream import Ref
from podwatch.core.transitions import Transition


def transition_facts(
    transition: Transition,
    before: Pod | None,
    after: Pod,
    common: Facts | None = None,
    *,
    stops: Iterable[Stop] = (),
    now: datetime | None = None,
) -> Facts:
    """The facts of a transition. `after` is the version that shows it.

    `common`: its `pod_facts`, by whoever asks for several transitions of one version. `stops`: what
    Events say of why the kubelet stopped its containers. `now`: the cluster's clock.
    """
    facts = dict(common) if common is not None else pod_facts(after)
    facts["transition.facet"] = str(transition.facet)
    facts["transition.inferred"] = transition.inferred
    put(facts, "transition.subject", transition.subject)
    if transition.before is not None:
        facts["transition.before"] = transition.before.value
        put(facts, "transition.before_reason", transition.before.reason)
    if transition.after is not None:
        facts["transition.after"] = transition.after.value
        put(facts, "transition.reason", transition.after.reason)
        if message := transition.after.message:
            facts |= decoded("transition", message, own=_is_own_word(transition.after))
        if transition.after.exit_code is not None:
            facts["transition.exit_code"] = transition.after.exit_code
    if transition.facet in CONTAINER_FACETS and transition.after is not None:
        facts |= container_facts(after, transition.subject, transition.after, stops, now)
        if before is not None and not after.spec.node_name:
            _put_node(facts, before.spec.node_name)
    if before is not None:
        facts["pod.had_node"] = bool(before.spec.node_name)
    if transition.facet is Facet.CONDITION:
        facts |= condition_facts(before, after, transition.subject)
        if any(gate.condition_type == transition.subject for gate in after.spec.readiness_gates):
            facts["transition.readiness_gate"] = True
    if transition.facet is Facet.PHASE:
        facts |= phase_facts(before, after)
    if transition.facet is Facet.EXISTENCE and transition.subject:
        facts["replacement.name"] = transition.subject
    return facts


_UNSEEN = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of a transition that nobody saw: no text shows it."""


def state_facts(
    pod: Pod,
    facet: Facet,
    subject: str,
    state: State,
    *,
    stops: Iterable[Stop] = (),
    now: datetime | None = None,
) -> Facts:
    """The facts of a state that the Pod is in, as if it had just come."""
    transition = Transition(_UNSEEN, 0.0, Ref.of(pod), facet, subject, None, state)
    return transition_facts(transition, None, pod, stops=stops, now=now)


def event_facts(event: PodEvent, pod: Pod | None) -> Facts:
    """The facts of an Event about a Pod, which may not have been seen (yet), or a workload."""
    about = event.involved_object
    facts: Facts = {
        "object.kind": about.kind,
        "object.name": about.name,
        "object.namespace": about.namespace,
        "notice.reason": event.reason,
        "notice.count": event.times,
    }
    if pod is not None:
        facts |= pod_facts(pod)
    elif about.kind == "Pod":
        facts |= {"pod.name": about.name, "pod.namespace": about.namespace}
    put(facts, "notice.type", event.type)
    if message := event.message.strip():
        facts |= decoded("notice", message)
    put(facts, "notice.reporter", event.reporter)
    by_kubelet = event.reporter == "kubelet"
    node = (event.source.host or event.reporting_instance) if by_kubelet else ""
    if "pod.node" not in facts and (node or about.kind == "Pod"):
        _put_node(facts, node)
    facts |= pull_facts(event)
    if event.container:
        facts["notice.container"] = event.container
        facts["container.name"] = event.container
        if pod is not None:
            facts |= event_container_facts(pod, event)
    return facts


def _is_own_word(state: State) -> bool:
    return state.value == "terminated" and state.reason in OWN_WORDS


def decoded(group: str, message: str, *, own: bool = False) -> Facts:
    """A message as the facts of a group: itself, the class of its error and the cause in words.

    `own`: it is what a container's program has left, of which only the last line is taken.
    """
    facts: Facts = {f"{group}.message": readable(message)}
    if own:
        last = last_line(message)
        put(facts, f"{group}.detail", last)
        put(facts, f"{group}.short", shortened(last, SHORT))
        return facts
    known = cause(message)
    put(facts, f"{group}.cause", known.id)
    put(facts, f"{group}.detail", known.detail)
    put(facts, f"{group}.short", known.short)
    return facts


_REPLACE_FAILED = frozenset({"ReplicaSet", "ReplicationController", "StatefulSet"})
"""The kinds of controllers that create a new Pod for one that failed, whatever the reason."""


def pod_facts(pod: Pod) -> Facts:
    """The facts that hold for the whole Pod."""
    meta, spec, status = pod.metadata, pod.spec, pod.status
    sidecars = len(pod.sidecars())
    facts: Facts = {
        "pod.name": meta.name,
        "pod.namespace": meta.namespace,
        "pod.uid": meta.uid,
        "pod.phase": status.phase,
        "pod.restart_policy": spec.restart_policy,
        "pod.containers": len(spec.containers),
        "pod.init_containers": len(spec.init_containers) - sidecars,
        "pod.sidecars": sidecars,
        "pod.deleting": meta.deletion_timestamp is not None,
        "pod.scheduled": bool(spec.node_name),
        "pod.ready": False,
        "pod.sandbox_ready": False,
        "pod.started": pod.has_started,
        "pod.runs": any(one.state.running is not None for one in pod.all_statuses()),
    }
    for condition in status.conditions:
        if condition.status == "True":
            if condition.type == "Ready":
                facts["pod.ready"] = True
            elif condition.type == "PodReadyToStartContainers":
                facts["pod.sandbox_ready"] = True
            elif condition.type == "DisruptionTarget":
                put(facts, "pod.disruption", condition.reason)
                put(facts, "pod.disruption_message", readable(condition.message))
        elif condition.type == "Ready" and not condition.reason and condition.status == "False":
            facts["pod.node_silent"] = bool(spec.node_name)
    _put_node(facts, spec.node_name)
    put(facts, "pod.ip", status.pod_ip)
    if spec.host_network:
        facts["pod.host_network"] = True
    put(facts, "pod.qos", status.qos_class)
    put(facts, "pod.nominated", status.nominated_node_name)
    put(facts, "pod.finalizers", ", ".join(meta.finalizers))
    if spec.scheduling_group is not None:
        put(facts, "pod.group", spec.scheduling_group.pod_group_name)
    if spec.scheduling_gates:
        put(facts, "pod.gates", ", ".join(one.name for one in spec.scheduling_gates))
    if spec.volumes:
        scratch = [one.name for one in spec.volumes if one.empty_dir is not None]
        put(facts, "pod.empty_dirs", ", ".join(scratch))
        put(facts, "pod.claims", ", ".join(spec.claims))
    if spec.active_deadline_seconds is not None:
        facts["pod.deadline"] = spec.active_deadline_seconds
    if meta.deletion_grace_period_seconds is not None:
        facts["pod.grace_period"] = meta.deletion_grace_period_seconds
    if (controller := meta.controller) is not None:
        facts["pod.owner"] = f"{controller.kind} {controller.name}"
        facts["pod.owner_kind"] = controller.kind
        if controller.kind in _REPLACE_FAILED:
            facts["pod.replacer"] = facts["pod.owner"]
    return facts


def _put_node(facts: Facts, name: str) -> None:
    """The node, and its kubelet in words: sentences name it whether its node is known or not."""
    put(facts, "pod.node", name)
    facts["pod.kubelet"] = f"the kubelet on {name}" if name else "the kubelet"
