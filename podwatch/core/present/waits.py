"""What a Pod waits for, from whom, and until when: one answer for silence, rows and verdicts.

Responsible for choosing the part of a Pod that decides, and for filling the texts of its state.
Which Pods are silent, and since when, is the session's business.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

from podwatch.core.concepts.patterns import Fact, filled
from podwatch.core.durations import approximate
from podwatch.core.kube import Pod, PodEvent
from podwatch.core.present.facts import Symptom
from podwatch.core.present.states import PresentState, present_states
from podwatch.core.present.symptoms import symptoms
from podwatch.core.states import Facet


class Wait(msgspec.Struct, frozen=True):
    """What a Pod waits for: its present state, with the facts that its texts have places for.

    `until`: when it ends (UTC), where the Pod's fields say it; about, as they have whole seconds.
    The texts are filled when they are asked for: a table needs but the shortest of each row.
    """

    present: PresentState
    facts: Mapping[str, Fact]
    until: datetime | None = None

    @property
    def state(self) -> str:
        """The present state's id."""
        return self.present.id

    @property
    def sentence(self) -> str:
        """What it waits for."""
        return filled(self.present.sentence, self.facts, absent="")

    @property
    def who(self) -> str:
        """Who has to act."""
        return filled(self.present.who, self.facts)

    @property
    def brief(self) -> str:
        """The same in a few words, "a node"; with `until`, what comes then, "next start"."""
        ends = self.until is not None and self.present.then
        return filled(self.present.then if ends else self.present.brief, self.facts)

    def short(self, now: datetime) -> str:
        """The few words with a countdown: "waits for a node", "next start in about 23 s"."""
        if self.until is None:
            return f"waits for {self.brief}"
        return f"{self.brief} {countdown(self.until, now)}"


def countdown(until: datetime, now: datetime) -> str:
    """How long it still takes: "in about 23 s", "any moment"."""
    left = (until - now).total_seconds()
    return f"in about {approximate(timedelta(seconds=left))}" if left >= 1 else "any moment"


def waiting_for(pod: Pod, events: Iterable[PodEvent], now: datetime) -> Wait | None:
    """What the Pod waits for at `now` (the cluster's clock); None if it waits for nothing.

    `events` are those about this Pod, in any order; those with a reason in TELLING say something.
    """
    for state, symptom in _states(symptoms(pod, events, now)):
        if state.sentence:
            until = symptom.until[state.until]() if state.until in symptom.until else None
            return Wait(state, symptom.facts, until)
    return None


def missing(pod: Pod, events: Iterable[PodEvent], *, to_be_ready: bool = True) -> str:
    """What a verdict says after "waits for"; empty where nothing is missing.

    With `to_be_ready` False it only has to run: its probes and readiness gates do not count.
    """
    parts = (
        symptom
        for symptom in symptoms(pod, events)
        if to_be_ready or not (symptom.part == "readiness" or _runs(symptom))
    )
    lacking = ((state.missing, symptom) for state, symptom in _states(parts) if state.missing)
    return next((filled(text, symptom.facts, absent="") for text, symptom in lacking), "")


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
