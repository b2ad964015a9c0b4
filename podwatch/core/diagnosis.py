"""Diagnosis: what is the matter with a Pod, the cause first, from one version of it.

Responsible for which present states of a Pod are told and in which order; the states are data
(concepts/states.toml), found by `podwatch.core.present`. One answer for `podwatch explain`, rows,
silence, verdicts and `podwatch.diagnose`. What happened before is `podwatch.core.session`'s.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from podwatch.core.concepts.loader import concept_of
from podwatch.core.concepts.patterns import filled, places
from podwatch.core.kube import Pod, PodEvent
from podwatch.core.messages import cause
from podwatch.core.messages.cleaning import shortened
from podwatch.core.present import PresentState, Symptom, countdown, present_states, symptoms
from podwatch.core.present.facts import TELLING, in_order
from podwatch.core.present.states import ROLES
from podwatch.core.present.symptoms import event_symptoms
from podwatch.core.surroundings import Surroundings
from podwatch.core.text import capitalized

FACT = 64
"""The most characters of a fact: a name in it may be long."""
_RANK = {role: rank for rank, role in enumerate(ROLES)}


class Finding(msgspec.Struct, frozen=True):
    """One thing about a Pod's present state: a state of states.toml, and the facts of its part.

    `role`: `cause`, `wait`, `fine`, `note`, `follows` (from the findings before it) or `past`.
    """

    present: PresentState
    symptom: Symptom
    role: str

    @property
    def state(self) -> str:
        """The state's id, which stays."""
        return self.present.id

    @property
    def concept(self) -> str:
        """The id of the lesson about it; empty if there is none."""
        return self.present.concept

    @property
    def docs(self) -> str:
        """The page of kubernetes.io about it; empty without a lesson."""
        return concept_of(self.concept).docs if self.concept else ""

    @property
    def fact(self) -> str:
        """The news in about 50 characters."""
        return shortened(self._text(self.present.fact), FACT)

    @property
    def sentence(self) -> str:
        """What is the matter, as a whole sentence."""
        return capitalized(self._text(self.present.sentence))

    @property
    def who(self) -> str:
        """Who can change it; empty where nobody has to."""
        return self._text(self.present.who)

    @property
    def cure(self) -> str:
        """What they can do, as a sentence; empty where nothing has to be done."""
        return self._text(self.present.cure)

    @property
    def tries(self) -> tuple[str, ...]:
        """Commands that tell more, each quoted for a shell: those of which all is known."""
        facts = self.symptom.facts
        return tuple(
            filled(command, facts, quote=True)
            for command in self.present.tries
            if all(facts.get(place) not in {None, ""} for place in places(command))
        )

    @property
    def waits_for(self) -> str:
        """What it waits for in a few words, or what comes at `until`; empty where for nothing."""
        ends = self.present.then and self.until is not None
        return self._text(self.present.then if ends else self.present.brief)

    @property
    def until(self) -> datetime | None:
        """When the wait ends at the earliest (UTC), where the Pod's fields say it."""
        computed = self.symptom.until.get(self.present.until)
        return computed() if computed is not None else None

    @property
    def permanent(self) -> bool:
        """Whether nothing will change by itself."""
        matching = present_states().permanent([self.symptom])
        return any(not state.grace and "ready" in state.words for state, _ in matching)

    def ends(self, now: datetime | None) -> str:
        """The countdown to `until`: `next start in 23 s or later`; empty without one."""
        until = self.until
        return f"{self.waits_for} {countdown(until, now)}" if until and now else ""

    def short(self, now: datetime | None) -> str:
        """The news with the countdown: `CrashLoopBackOff: exit code 1; next start in 23 s`."""
        return "; ".join(filter(None, (self.fact, self.ends(now))))

    def _text(self, text: str) -> str:
        return filled(text, self.symptom.facts, absent="")


class Diagnosis(msgspec.Struct, frozen=True):
    """What is the matter with one version of a Pod: `findings`, the cause first, never empty.

    Everything else is that of the first finding. `now`: the cluster's clock, None if unknown.
    """

    findings: tuple[Finding, ...]
    now: datetime | None = None

    @property
    def first(self) -> Finding:
        """The cause; where nothing is amiss, how far the Pod has come."""
        return self.findings[0]

    @property
    def wait(self) -> Finding | None:
        """The first finding after which something is to come; None if it waits for nothing."""
        known = (one for one in self.findings if one.role in {"cause", "wait"})
        return next((one for one in known if one.present.brief), None)

    @property
    def sentence(self) -> str:
        """What is the matter, as a whole sentence that names the cause."""
        return self.first.sentence

    @property
    def fact(self) -> str:
        """The news in about 50 characters."""
        return self.first.fact

    @property
    def who(self) -> str:
        """Who can change it; empty where nobody has to."""
        return self.first.who

    @property
    def cure(self) -> str:
        """What they can do; empty where nothing has to be done."""
        return self.first.cure

    @property
    def tries(self) -> tuple[str, ...]:
        """Commands that tell more, quoted for a shell."""
        return self.first.tries

    @property
    def waits_for(self) -> str:
        """What it waits for in a few words; empty where for nothing."""
        return self.first.waits_for

    @property
    def until(self) -> datetime | None:
        """When that wait ends at the earliest (UTC), where the Pod's fields say it."""
        return self.first.until

    @property
    def concept(self) -> str:
        """The id of the lesson about it; empty if there is none."""
        return self.first.concept

    @property
    def permanent(self) -> bool:
        """Whether nothing will change by itself."""
        return self.first.permanent

    @property
    def docs(self) -> str:
        """The page of kubernetes.io about it."""
        return self.first.docs


def diagnosed(
    pod: Pod,
    around: Surroundings = Surroundings(),  # noqa: B008 - it is frozen
    now: datetime | None = None,
) -> Diagnosis:
    """What is the matter with this version of a Pod at `now` (the cluster's clock)."""
    findings = list(_findings(pod, around, now))
    findings.sort(key=lambda finding: _RANK[finding.role])
    return Diagnosis(tuple(_without_what_is_said(findings)), now)


def _findings(pod: Pod, around: Surroundings, now: datetime | None) -> Iterator[Finding]:
    """The states of its parts and of the Events about it, each with its role among the others."""
    states = present_states()
    stopped = deleting = ended = caused = False
    for symptom in symptoms(pod, around, now):
        state = states.waiting(symptom)
        if state is not None and state.sentence:
            role = state.role
            if role == "cause" and deleting:
                role = "note"
            elif role == "cause" and ended:
                role = "follows"
            if not (role == "wait" and (stopped or caused)):  # it waits for what comes before it
                yield Finding(state, symptom, role)
            caused |= role == "cause"
            ended |= symptom.part == "phase" and role == "cause" and pod.status.is_over
        stopped |= symptom.stops
        deleting |= symptom.part == "deletion"
    for symptom in event_symptoms(pod, telling(pod, around.events)):
        if (state := states.waiting(symptom)) is not None:
            yield Finding(state, symptom, state.role)


def _without_what_is_said(findings: list[Finding]) -> Iterator[Finding]:
    """The findings without those that say nothing beside the others."""
    first = findings[0]
    amiss = first.role in {"cause", "wait"}
    for finding in findings:
        part = finding.symptom.part
        if finding is not first and part == "progress":
            continue  # the cause says how far it has come
        if finding.role == "fine" and amiss:
            continue
        of_first = finding.symptom.subject == first.symptom.subject
        if not (part == "restart" and first.symptom.part == "progress" and of_first):
            yield finding


# ── Events ──

_SAID_BY_FIELDS = frozenset(
    {*TELLING, "BackOff", "FailedCreatePodContainer", "FailedSync"} - {"Evicted", "Unhealthy"}
)
"""The reasons of Warnings that the parts of a Pod take into account, or that repeat others."""
_WHILE_DELETING = frozenset({"FailedKillPod", "FailedPreStopHook", "ExceededGracePeriod"})


def telling(pod: Pod, events: Iterable[PodEvent]) -> list[PodEvent]:
    """The Warnings about now that the Pod's own fields leave out, one of each reason and container.

    An Event stays for an hour, whatever becomes of its Pod: what is older than the start of a
    container that runs is over. Of several the one that names a cause most exactly is taken.
    """
    starts = (one.state.running.started_at for one in pod.all_statuses() if one.state.running)
    since = max(filter(None, starts), default=None)
    deleting = pod.metadata.deletion_timestamp is not None
    best: dict[tuple[str, str], PodEvent] = {}
    for event in in_order(events):
        if event.type != "Warning" or event.reason in _SAID_BY_FIELDS:
            continue
        if deleting and event.reason not in _WHILE_DELETING:
            continue
        if event.reason == "Evicted" and pod.status.reason == "Evicted":
            continue
        if event.reason == "Unhealthy" and not event.message.startswith("Liveness"):
            continue  # the container's own state tells of the other probes
        if since is not None and event.last_seen is not None and event.last_seen < since:
            continue
        key = (event.reason, event.container)
        known = best.get(key)
        if known is None or cause(event.message).specific >= cause(known.message).specific:
            best[key] = event
    return list(best.values())
