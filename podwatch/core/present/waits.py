"""What a Pod waits for, from whom, and until when: one answer for silence, rows and verdicts.

Responsible for choosing the part of a Pod that decides, and for filling the texts of its state.
Which Pods are silent, and since when, is the session's business.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from podwatch.core.concepts.patterns import filled
from podwatch.core.durations import approximate
from podwatch.core.kube import Pod
from podwatch.core.present.facts import Symptom
from podwatch.core.present.states import PresentState, present_states
from podwatch.core.present.symptoms import symptoms
from podwatch.core.states import Facet
from podwatch.core.surroundings import Surroundings


def countdown(until: datetime, now: datetime, *, exact: bool = False) -> str:
    """How long it still takes: "in 23 s or later", "any moment"; if `exact`, "in 23 s".

    The kubelet adds up to half of a pause to it, so that not all containers start at once:
    https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/pod_workers.go
    (`workerBackOffPeriodJitterFactor`).
    """
    left = (until - now).total_seconds()
    if left < 1:
        return "any moment"
    return f"in {approximate(timedelta(seconds=left))}{'' if exact else ' or later'}"


def missing(pod: Pod, around: Surroundings, *, to_be_ready: bool = True) -> str:
    """What a verdict says after "waits for"; empty where nothing is missing.

    With `to_be_ready` False it only has to run: its probes and readiness gates do not count.
    """
    parts = (
        symptom
        for symptom in symptoms(pod, around)
        if to_be_ready or not (symptom.part == "readiness" or _runs(symptom))
    )
    lacking = ((state.missing, symptom) for state, symptom in _states(parts) if state.missing)
    return next((filled(text, symptom.facts) for text, symptom in lacking), "")


def _runs(symptom: Symptom) -> bool:
    state = symptom.state
    return symptom.facet is Facet.CONTAINER and state is not None and state.value == "running"


def _states(parts: Iterable[Symptom]) -> Iterator[tuple[PresentState, Symptom]]:
    """The state of each part that is in one; what comes after one that `stops` does not matter."""
    states = present_states()
    for symptom in parts:
        if (state := states.waiting(symptom)) is not None:
            yield state, symptom
        if symptom.stops:
            return
