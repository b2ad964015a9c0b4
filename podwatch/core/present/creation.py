"""How far a container is that does not run yet: its creation, its pulls, and what fails in them.

Responsible for the Events that say it; what messages mean is the business of
`podwatch.core.messages`.
"""

from datetime import datetime, timedelta

from podwatch.core.concepts.patterns import Facts
from podwatch.core.durations import so_far
from podwatch.core.kube import Container, PodEvent
from podwatch.core.kubelet import back_off
from podwatch.core.messages import cause
from podwatch.core.present.facts import Seen
from podwatch.core.present.probes import last_told
from podwatch.core.present.telling import CREATION_TROUBLE, newest
from podwatch.core.states import State

PULLS = frozenset({"ErrImagePull", "ImagePullBackOff"})
"""The reasons of a container whose image can't be pulled."""
_OVERDUE = timedelta(seconds=20)
"""So long after its time a pull is not said to come any moment."""


def creation(seen: Seen, spec: Container) -> Facts:
    """How far a container is that the kubelet creates, as Events say."""
    told = step(seen, spec)
    if told is None:
        return {}
    since = told.last_seen
    return {
        "container.step": told.reason,
        "container.step_takes": so_far(seen.now - since)
        if since is not None and seen.now is not None
        else "",
        "container.post_start": spec.lifecycle is not None
        and spec.lifecycle.post_start is not None,
    }


def step(seen: Seen, spec: Container) -> PodEvent | None:
    """How far the kubelet is with a container that it creates: the newest Event about that."""
    alone = len(seen.pod.all_statuses()) == 1  # some Events name no container
    names = {spec.name, ""} if alone else {spec.name}
    own = [event for event in seen.events if event.container in names]
    return newest(own, "Pulling", "Pulled", "Failed", "Started")


def next_pull(seen: Seen, spec: Container) -> datetime | None:
    """When the kubelet asks the registry again; None if no Event tells that any more.

    Pulls that fail pause like containers that do: from 10 s on, doubled up to 5 minutes.
    https://v1-34.docs.kubernetes.io/docs/concepts/containers/images/#imagepullbackoff
    """
    failure = last_told(seen, spec, "Failed", "Failed to pull image")
    if failure is None or failure.last_seen is None:
        return None
    try:
        until = failure.last_seen + back_off(failure.times)
    except OverflowError:  # anybody can write the year 9999 into an Event
        return None
    # The reporter's spam filter lets through 25 Events about one Pod, then one in 5 minutes:
    # https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/client-go/tools/record/events_cache.go
    return until if seen.now is None or seen.now - until <= _OVERDUE else None


def best_message(seen: Seen, spec: Container, state: State) -> str:
    """What says most exactly why a container waits: its state's message, or an Event's.

    The newest Event is often a summary ("Error: ImagePullBackOff") of what an older one explains.
    """
    messages = [state.message] if state.message else []
    messages += [
        event.message
        for event in reversed(seen.events)
        if event.reason in CREATION_TROUBLE and event.container in {"", spec.name}
    ]
    best = max(messages, key=lambda one: cause(one).specific, default="")
    lost = newest(seen.events, "FailedToRetrieveImagePullSecret")
    # A registry that refuses the pull does not know that the Secret for it is missing.
    return f"{lost.message} {best}" if lost is not None and state.reason in PULLS else best
