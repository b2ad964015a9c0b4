"""The symptom of a Pod that nothing else is told of: how far it has come.

Responsible for what its restarts say of now, and how long ago they were.
"""

from datetime import datetime, timedelta

from podwatch.core.concepts.patterns import Facts
from podwatch.core.durations import human_duration
from podwatch.core.kube import ContainerStatus, Terminated
from podwatch.core.kubelet import FORGETS
from podwatch.core.present.containers import restart_facts
from podwatch.core.present.facts import PartFacts, Seen, Symptom
from podwatch.core.states import containers

_PAST = timedelta(hours=1)
"""After that a restart says nothing about now, and how long ago it was is news."""
_OFTEN = 2
"""After so many restarts a container that has just begun again is not said to be well."""


def _loops(status: ContainerStatus, ended: Terminated, now: datetime | None) -> bool:
    """Whether a container was restarted often, last so recently that the kubelet remembers it."""
    often = status.state.running is not None and status.restart_count >= _OFTEN
    if not often or now is None or ended.finished_at is None:
        return False
    return now - ended.finished_at < FORGETS


def _long_ago(status: ContainerStatus, ended: Terminated, now: datetime | None) -> str:
    """How long ago it was restarted last, as kubectl writes it, where that is long past."""
    if now is None or ended.finished_at is None or now - ended.finished_at < _PAST:
        return ""
    ago = human_duration((now - ended.finished_at).total_seconds())
    return f" (last {ago} ago)" if status.restart_count > 1 else f" ({ago} ago)"


def progress(seen: Seen) -> Symptom:
    """How far it has come, where nothing is amiss."""
    pod = seen.pod
    again = [
        (ended.finished_at or pod.metadata.creation_timestamp, facet, status, ended)
        for facet, status in containers(pod)
        if status.restart_count and (ended := status.last_state.terminated) is not None
    ]
    facts: Facts = {
        "progress.restarted": bool(again),
        "progress.told": any(pod.all_statuses()),
    }
    if again:
        # One that was stopped because another one ended says less than that one.
        _, facet, status, ended = max(
            again, key=lambda one: (one[3].reason != "RestartingAllContainers", str(one[0]))
        )
        facts["progress.loops"] = _loops(status, ended, seen.now)
        facts["progress.ago"] = (ago := _long_ago(status, ended, seen.now))
        facts["progress.often"] = not ago and status.restart_count >= _OFTEN
        of_run = restart_facts(seen, facet, status, ended)
        of_run.update(facts)
        return Symptom("progress", of_run, subject=status.name)
    return Symptom("progress", PartFacts(seen, facts))
