"""What a Pod waits for, and from whom: what a time-out has to say.

Responsible for a short phrase about one Pod's present state, after "waits for".
"""

from podwatch.core.expectations.expectation import About
from podwatch.core.kube import ContainerStatus, Pod


def awaited(pod: Pod, about: About = About.READY) -> str:
    """The phrase for a word that is about this; empty where nothing is missing."""
    spec = pod.spec
    node = f" on {spec.node_name}" if spec.node_name else ""
    if pod.metadata.deletion_timestamp is not None:
        held = pod.metadata.finalizers
        if held:
            return f"whoever set its finalizers to remove them: {', '.join(held)}"
        return f"its containers to end, from the kubelet{node}"
    if about is About.GONE:
        return "somebody to delete it"
    scheduled = pod.condition("PodScheduled")
    if spec.scheduling_gates:
        gates = ", ".join(gate.name for gate in spec.scheduling_gates)
        return f"whoever set its scheduling gates to remove them: {gates}"
    if not spec.node_name:
        why = f": {scheduled.message}" if scheduled is not None and scheduled.message else ""
        return f"a node, from the scheduler{why}"
    if pod.status.phase in {"Succeeded", "Failed"}:
        return f"nothing: it ended (phase {pod.status.phase})"
    sidecars = pod.sidecars()
    for status in pod.status.init_container_statuses:
        if status.name not in sidecars and status.state.running is not None:
            return f'init container "{status.name}" to end'
        if (said := _waiting(status, node)) is not None:
            return said
    if not pod.status.container_statuses:
        return f"the kubelet{node} to begin with it"
    for status in pod.status.container_statuses:
        if (said := _waiting(status, node)) is not None:
            return said
    if about is About.SUCCEEDED:
        running = [s.name for s in pod.status.container_statuses if s.state.running is not None]
        names = ", ".join(f'"{name}"' for name in running)
        return f"its program to end: container {names}" if running else ""
    for status in pod.status.container_statuses:
        if not status.ready and status.state.running is not None:
            probe = next((one for one in spec.containers if one.name == status.name), None)
            if probe is not None and probe.startup_probe is not None and not status.started:
                return f'the startup probe of container "{status.name}" to succeed'
            return f'the readiness probe of container "{status.name}" to succeed'
    for gate in spec.readiness_gates:
        condition = pod.condition(gate.condition_type)
        if condition is None or condition.status != "True":
            return f"the controller of its readiness gate to set {gate.condition_type} to True"
    return ""


def _waiting(status: ContainerStatus, node: str) -> str | None:
    """What a container that does not run waits for; None if it runs or ended well."""
    waiting, ended = status.state.waiting, status.state.terminated
    if ended is not None and ended.exit_code:
        return f'container "{status.name}", which ended with exit code {ended.exit_code}'
    if waiting is None:
        return None
    reason = waiting.reason or "ContainerCreating"
    if reason == "PodInitializing":
        return f'the init containers before container "{status.name}"'
    if reason == "ContainerCreating":
        return f'network, volumes and image of container "{status.name}", from the kubelet{node}'
    why = f": {waiting.message}" if waiting.message else ""
    return f'container "{status.name}" ({reason}), from the kubelet{node}{why}'
