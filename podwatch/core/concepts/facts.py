"""The named facts of a transition or an Event that patterns ask for and texts show.

Responsible for names and values only (`pod.node`, `container.exit_code`); concepts/facts.toml
lists them with their meaning. No text for people is made here beyond numbers with their unit.
"""

import re
from datetime import UTC, datetime

from podwatch.core.concepts.patterns import Facts
from podwatch.core.durations import in_seconds
from podwatch.core.exit_codes import exit_means, signal_name
from podwatch.core.kube import Container, Pod, PodEvent
from podwatch.core.kubelet import (
    outlook_after,
    pause_before_start,
    restarts_before,
    run_that_ended,
    run_time,
)
from podwatch.core.states import CONTAINER_FACETS, Facet, State
from podwatch.core.stream import Ref
from podwatch.core.transitions import Transition, killed_after_grace


def transition_facts(
    transition: Transition, before: Pod | None, after: Pod, common: Facts | None = None
) -> Facts:
    """The facts of a transition. `after` is the version that shows it.

    `common`: its `pod_facts`, by whoever asks for several transitions of one version.
    """
    facts = dict(common) if common is not None else pod_facts(after)
    facts["transition.facet"] = str(transition.facet)
    facts["transition.inferred"] = transition.inferred
    _put(facts, "transition.subject", transition.subject)
    if transition.before is not None:
        facts["transition.before"] = transition.before.value
        _put(facts, "transition.before_reason", transition.before.reason)
    if transition.after is not None:
        facts["transition.after"] = transition.after.value
        _put(facts, "transition.reason", transition.after.reason)
        _put(facts, "transition.message", readable(transition.after.message))
        if transition.after.exit_code is not None:
            facts["transition.exit_code"] = transition.after.exit_code
    if transition.facet in CONTAINER_FACETS and transition.after is not None:
        facts |= _container_facts(after, transition.subject, transition.after)
        if before is not None and not after.spec.node_name:
            _put(facts, "pod.node", before.spec.node_name)
    if before is not None:
        facts["pod.had_node"] = bool(before.spec.node_name)
    if transition.facet is Facet.CONDITION and any(
        gate.condition_type == transition.subject for gate in after.spec.readiness_gates
    ):
        facts["transition.readiness_gate"] = True
    if transition.facet is Facet.EXISTENCE and transition.subject:
        facts["replacement.name"] = transition.subject
    return facts


_UNSEEN = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of a transition that nobody saw: no text shows it."""


def state_facts(pod: Pod, facet: Facet, subject: str, state: State) -> Facts:
    """The facts of a state that the Pod is in, as if it had just come."""
    transition = Transition(_UNSEEN, 0.0, Ref.of(pod), facet, subject, None, state)
    return transition_facts(transition, None, pod)


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
    _put(facts, "notice.type", event.type)
    _put(facts, "notice.message", readable(event.message.strip()))
    _put(facts, "notice.reporter", event.reporter)
    if event.reporter == "kubelet" and "pod.node" not in facts:
        _put(facts, "pod.node", event.source.host or event.reporting_instance)
    if event.container:
        facts["notice.container"] = event.container
        facts["container.name"] = event.container
        spec = pod.spec_of(event.container) if pod is not None else None
        if spec is not None:
            _put(facts, "container.image", spec.image)
    return facts


def readable(message: str) -> str:
    """A message without what says nothing to a reader: gRPC's frame, and most of a long id."""
    return _ID.sub(r"\1", _FRAME.sub("", message)) if message else ""


_FRAME = re.compile(r"rpc error: code = \w+ desc = ")
_ID = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")


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
    }
    for condition in status.conditions:
        if condition.status == "True":
            if condition.type == "Ready":
                facts["pod.ready"] = True
            elif condition.type == "DisruptionTarget":
                _put(facts, "pod.disruption", condition.reason)
    _put(facts, "pod.node", spec.node_name)
    _put(facts, "pod.ip", status.pod_ip)
    _put(facts, "pod.finalizers", ", ".join(meta.finalizers))
    if spec.volumes:
        scratch = [one.name for one in spec.volumes if one.empty_dir is not None]
        _put(facts, "pod.empty_dirs", ", ".join(scratch))
        _put(facts, "pod.claims", ", ".join(spec.claims))
    if meta.deletion_grace_period_seconds is not None:
        facts["pod.grace_period"] = meta.deletion_grace_period_seconds
    if (controller := meta.controller) is not None:
        facts["pod.owner"] = f"{controller.kind} {controller.name}"
        facts["pod.owner_kind"] = controller.kind
    return facts


def _container_facts(pod: Pod, name: str, state: State) -> Facts:
    facts: Facts = {"container.name": name}
    spec = pod.spec_of(name)
    status = pod.status_of(name)
    if spec is not None:
        _put(facts, "container.image", image_meant(pod, spec, state.message))
        _put(facts, "container.memory_limit", spec.resources.limits.get("memory", ""))
        facts["container.readiness_probe"] = spec.readiness_probe is not None
    if status is None:
        return facts
    restarts = restarts_before(status, state)
    facts["container.restarts"] = restarts
    facts["container.run"] = _ordinal(restarts + 1)
    ended = run_that_ended(status, state)
    if state.exit_code is not None:
        facts["container.exit_code"] = state.exit_code
        _put(facts, "container.signal", signal_name(state.exit_code - 128))
        _put(facts, "container.exit_means", exit_means(state.exit_code))
    elif ended is not None:
        facts["container.exit_code"] = ended.exit_code
        _put(facts, "container.exit_means", exit_means(ended.exit_code))
    if ended is not None:
        facts["container.killed_after_grace"] = killed_after_grace(pod, ended)
        if (ran := run_time(ended)) is not None:
            facts["container.ran_for"] = in_seconds(ran)
    if state.value == "terminated" and spec is not None:
        facts["container.outlook"] = outlook_after(pod, spec, status, state)
    if state.value in {"terminated", "waiting"} and (pause := pause_before_start(status, state)):
        facts["container.back_off"] = in_seconds(pause)
    return facts


def image_meant(pod: Pod, spec: Container, message: str) -> str:
    """The image that a container waits for: its own, or that of a volume that the message names."""
    volumes = (volume.image.reference for volume in pod.spec.volumes if volume.image is not None)
    return next((one for one in volumes if one and f'"{one}"' in message), spec.image)


def _ordinal(number: int) -> str:
    if number % 100 in {11, 12, 13}:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def _put(facts: Facts, name: str, value: str) -> None:
    if value:
        facts[name] = value
