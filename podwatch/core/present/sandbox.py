"""The symptom of a Pod's sandbox: what stands before its first container.

Responsible for when the kubelet still has to make it, or to make it again, and for the volumes in
trouble that keep it from that.
"""

import re
from collections.abc import Iterator
from functools import partial

from podwatch.core.concepts.patterns import Facts
from podwatch.core.kube import Pod
from podwatch.core.present.facts import PartFacts, Seen, Symptom, decoded
from podwatch.core.present.telling import newest, troubles, volume_of
from podwatch.core.states import NOT_STARTED


def is_prepared(pod: Pod) -> bool:
    """Whether the kubelet has still to set up its sandbox, volumes and network.

    A sandbox may be made again later, but then the containers tell more. What is no kubelet
    (a virtual node) may tell that the Pod runs, and nothing of its containers.
    """
    if pod.status.phase == "Running" and not any(pod.all_statuses()):
        return False
    return not pod.is_true("PodReadyToStartContainers") and all(
        status.state.running is None
        and status.state.terminated is None
        and (status.state.waiting is None or status.state.waiting.reason in NOT_STARTED)
        for status in pod.all_statuses()
    )


def is_made_again(seen: Seen) -> bool:
    """Whether its sandbox is gone, and can't be made again: no container starts before that."""
    pod = seen.pod
    if pod.is_true("PodReadyToStartContainers"):
        return False
    told = newest(seen.events, "FailedCreatePodSandBox")
    if told is None or told.last_seen is None:
        return False
    statuses = pod.all_statuses()
    ends = [one for it in statuses if (one := it.state.terminated or it.last_state.terminated)]
    return (
        bool(ends)
        and not pod.status.is_over
        and not any(it.state.running for it in statuses)
        and all(one.finished_at and one.finished_at < told.last_seen for one in ends)
    )


def sandbox(seen: Seen) -> Iterator[Symptom]:
    """What its sandbox waits for: one symptom for each volume in trouble."""
    pod = seen.pod
    condition = pod.condition("PodReadyToStartContainers")
    first = next((status.name for status in pod.all_statuses()), "")
    if not first and pod.spec.containers:
        first = pod.all_containers()[0].name
    facts: Facts = {
        "sandbox.begun": condition is not None
        or any(pod.all_statuses())
        or pod.condition("Initialized") is not None,
        "sandbox.pulls": condition is None and newest(seen.events, "Pulling", "Pulled") is not None,
        "sandbox.container": first,
        "sandbox.claims": ", ".join(pod.spec.claims),
    }
    found = troubles(seen.events)
    for trouble in found:
        told = facts | {
            "event.reason": trouble.reason,
            "sandbox.volume": volume_of(trouble.message),
        }
        if trouble.reason == "FailedAttachVolume":
            told |= _rolls(seen, trouble.message)
        said = _with_object(pod, trouble.message)
        groups = {"message": partial(decoded, said, cured="sandbox.rolls" in told)}
        yield Symptom("sandbox", PartFacts(seen, told, groups), event=trouble)
    if not found:
        yield Symptom("sandbox", PartFacts(seen, facts))


_USED_BY = re.compile(r'for volume "([^"]+)" Volume is already used by pod\(s\) ([a-z0-9.-]+)$')
_OF_DEPLOYMENT = re.compile(r"(?P<name>.+)-[a-z0-9]{1,10}")
"""A ReplicaSet's name: the Deployment's, and the hash of its template."""


def _rolls(seen: Seen, message: str) -> Facts:
    """Of a volume that a Pod of the same Deployment's other ReplicaSet still has, by its name."""
    controller, told = seen.pod.metadata.controller, _USED_BY.search(message)
    if told is None or controller is None or controller.kind != "ReplicaSet":
        return {}
    other = told[2].rpartition("-")[0]
    mine, theirs = _OF_DEPLOYMENT.fullmatch(controller.name), _OF_DEPLOYMENT.fullmatch(other)
    if not mine or not theirs or other == controller.name or mine["name"] != theirs["name"]:
        return {}
    names = seen.pod.claims
    bound = (one.metadata.name for one in seen.around.claims if one.spec.volume_name == told[1])
    claim = next(bound, names[0] if len(names) == 1 else f"of volume {told[1]}")
    return {
        "sandbox.rolls": mine["name"],
        "sandbox.rolls_from": other,
        "sandbox.rolls_claim": claim,
    }


_NO_KEY = re.compile(r"references non-existent (config|secret) key: (\S+)$")


def _with_object(pod: Pod, message: str) -> str:
    """The message, with the ConfigMap or Secret of its volume where it names only the key."""
    if (told := _NO_KEY.search(message)) is None:
        return message
    name = volume_of(message)
    kind = "ConfigMap" if told[1] == "config" else "Secret"
    for volume in (one for one in pod.spec.volumes if one.name == name):
        found = []
        if kind == "ConfigMap" and volume.config_map is not None:
            found = [volume.config_map.name]
        elif kind == "Secret" and volume.secret is not None:
            found = [volume.secret.secret_name]
        elif volume.projected is not None:
            parts = (
                part.config_map if kind == "ConfigMap" else part.secret
                for part in volume.projected.sources
            )
            found = [
                part.name
                for part in parts
                if part is not None and told[2] in {item.key for item in part.items}
            ]
        if found:
            return f"{message} in {kind} {found[0]}"
    return message
