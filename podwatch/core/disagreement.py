"""Why STATUS, the phase and Ready of one Pod say different things.

Responsible for where each of the three comes from, in words. What is wrong with the Pod is
`podwatch.core.diagnosis`'.
"""

from collections.abc import Iterable

from podwatch.core.columns import Columns
from podwatch.core.kube import Pod
from podwatch.core.states import container_state


def disagreement(pod: Pod, shown: Columns) -> tuple[str, ...]:
    """Why STATUS, the phase and Ready say different things; empty if they say the same.

    Three sentences, one of each, in this order.
    """
    phase = pod.status.phase
    if shown.status == phase and (pod.is_true("Ready") or phase != "Running"):
        return ()
    means = _PHASES.get(phase, "nobody has said yet how far it has come.")
    return (
        f"STATUS says {shown.status}: {_status_source(pod, shown)}.",
        f"The phase is {phase or 'not set yet'}: {means}",
        _ready(pod),
    )


def left_to_say(one: tuple[str, ...], shown: Columns, findings: Iterable[str]) -> tuple[str, ...]:
    """The sentences of `disagreement` that tell more than the findings, given in words, do."""
    said = " ".join(findings)
    word = shown.status.removeprefix("Init:")
    of_status = word in said or (word == "Terminating" and "deletion was requested" in said)
    of_ready = any(words in said for words in ("traffic", "counts as not ready", "Ready is False"))
    dropped: tuple[str, ...] = ("STATUS says ",) if of_status else ()
    dropped += ("Ready is ",) if of_ready else ()
    return tuple(
        sentence
        for sentence in one
        if not sentence.startswith(dropped) or sentence.startswith("Ready is not set")
    )


_PHASES = {
    "Pending": "the Pod is accepted, but not all its containers were created yet.",
    "Running": "the Pod has a node and all its containers were created; a container that fails, "
    "waits or is restarted does not change the phase.",
    "Succeeded": "all its app containers ended with exit code 0, and none is started again.",
    "Failed": "nothing in it runs or is started again, and not everything ended well.",
}


def _status_source(pod: Pod, shown: Columns) -> str:
    """Where kubectl's STATUS comes from: computed by the API server, it is no field of the Pod."""
    text = shown.status
    if pod.metadata.deletion_timestamp is not None and text == "Unknown":
        return "it is being deleted; its reason NodeLost hides Terminating"
    if pod.metadata.deletion_timestamp is not None and text == "Terminating":
        return "its deletion was requested; the API server computes this word for display"
    if text == pod.status.phase:
        return "nothing else is to be said, so the API server shows the phase"
    if text.startswith("Init:"):
        return f"{_not_done(pod)}; the API server computes this text for display"
    if text == "NotReady":
        return "some containers have ended and others run on; the API server computes this word"
    for status in pod.status.container_statuses:
        state = container_state(status)
        word = state.reason or f"ExitCode:{state.exit_code}"
        if state.value != "running" and (word == text or text.startswith("Signal:")):
            how = "why" if state.value == "waiting" else "with which"
            does = "waits" if state.value == "waiting" else "ended"
            return f"that is the reason {how} container {status.name} {does}, put there for display"
    if text == pod.status.reason:
        return "that is the Pod's own reason, shown in place of the phase"
    scheduled = pod.condition("PodScheduled")
    if scheduled is not None and text == scheduled.reason:
        return "that is the reason of the condition PodScheduled, shown in place of the phase"
    return "the API server computes it for display"


def _not_done(pod: Pod) -> str:
    """Which init container or sidecar keeps the others from starting."""
    sidecars = pod.sidecars()
    for status in pod.status.init_container_statuses:
        if status.name in sidecars and not status.started:
            return f"sidecar {status.name} has not started"
        ended = status.state.terminated
        if status.name not in sidecars and (ended is None or ended.exit_code):
            return f"init container {status.name} is not done"
    return "an init container is not done, or a sidecar is in trouble"


def _ready(pod: Pod) -> str:
    ready = pod.condition("Ready")
    if ready is None:
        if pod.status.phase in {"Pending", ""} and not pod.status.container_statuses:
            return "Ready is not set yet: the kubelet has not looked at the Pod."
        return (
            "Ready is not set: nobody has said that it can serve, so Services send it no traffic."
        )
    if ready.status == "True" and pod.metadata.deletion_timestamp is not None:
        return "Ready is still True, but Services send no new traffic to a Pod that is deleted."
    if ready.status == "True":
        return "Ready is True: Services send it traffic."
    why = f" ({ready.reason}: {ready.message})" if ready.message else f" ({ready.reason})"
    why = why if ready.reason else ""
    return f"Ready is {ready.status}{why}: Services send it no traffic."
