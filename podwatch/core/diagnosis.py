"""Diagnosis: what is the matter with a Pod, the cause first, from one version of it.

Responsible for which present states of a Pod are told and in which order; the states are data
(concepts/states.toml), found by `podwatch.core.present`. One answer for `podwatch explain`, rows,
silence, verdicts and `podwatch.diagnose`. What happened before is `podwatch.core.session`'s.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from podwatch.core.finding import Diagnosis, Finding
from podwatch.core.kube import Pod, PodEvent
from podwatch.core.messages import cause
from podwatch.core.present import present_states, symptoms
from podwatch.core.present.states import ROLES
from podwatch.core.present.symptoms import event_symptoms
from podwatch.core.present.telling import TELLING, in_order
from podwatch.core.surroundings import Surroundings

_OF_ITS_END = frozenset({"disruption", "phase"})
"""The parts whose cause explains how the containers of a Pod that is over ended."""
_RANK = {role: rank for rank, role in enumerate(ROLES)}


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
            ended |= symptom.part in _OF_ITS_END and role == "cause" and pod.status.is_over
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
        if part == "event" and finding.role == "note" and _is_said(finding, findings):
            continue
        of_first = finding.symptom.subject == first.symptom.subject
        if not (part == "restart" and first.symptom.part == "progress" and of_first):
            yield finding


def _is_said(finding: Finding, others: list[Finding]) -> bool:
    """Whether another finding says what this Event does."""
    detail = finding.symptom.facts.get("message.detail")
    return isinstance(detail, str) and any(
        detail in one.sentence for one in others if one is not finding
    )


# ── Events ──

_RESIZE = ("ResizeDeferred", "ResizeInfeasible", "ResizeError")
_SAID_BY_FIELDS = frozenset(
    {*TELLING, *_RESIZE, "BackOff", "FailedSync"} - {"Evicted", "Unhealthy"}
)
"""The reasons of Warnings that the parts of a Pod take into account, or that repeat others."""
_NORMAL = frozenset({"DeadlineExceeded"})
"""The reasons of Normal Events that say why a Pod is being ended, before its own fields do."""
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
    normal = frozenset() if pod.status.is_over else _NORMAL
    unsaid = (
        one
        for one in events
        if (one.type == "Warning" and one.reason not in _SAID_BY_FIELDS) or one.reason in normal
    )
    for event in in_order(unsaid):
        if deleting and event.reason not in _WHILE_DELETING:
            continue
        if event.reason == pod.status.reason:
            continue  # the Pod's own reason says it
        if event.reason == "Unhealthy" and (
            not event.message.startswith("Liveness") or not _is_asked(pod, event.container)
        ):
            continue  # no probe asks any more; the container's own state tells of the other probes
        if since is not None and event.last_seen is not None and event.last_seen < since:
            continue
        key = (event.reason, event.container)
        known = best.get(key)
        if known is None or cause(event.message).specific >= cause(known.message).specific:
            best[key] = event
    return list(best.values())


def _is_asked(pod: Pod, container: str) -> bool:
    """Whether a probe can still ask this container: none does before it runs again."""
    status = pod.status_of(container)
    return not pod.status.is_over and (status is None or status.state.running is not None)
