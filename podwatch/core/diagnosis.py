"""Why a Pod is in the state it is in: from one version of it, without having seen it change.

Responsible for what of a Pod is not as it should be, worst first: each part's state is explained
as a transition into it, so the words are the catalogue's. Not responsible for what happened before
(`podwatch.core.session`), nor for what the Pod waits for (`podwatch.core.present`).
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import msgspec

from podwatch.core.columns import Columns, columns
from podwatch.core.concepts import Catalog, Explanation
from podwatch.core.concepts.facts import event_facts, state_facts
from podwatch.core.concepts.patterns import Facts
from podwatch.core.disagreement import disagreement
from podwatch.core.kube import ContainerStatus, Owner, Pod, PodCondition, PodEvent
from podwatch.core.present import Wait, waiting_for
from podwatch.core.states import (
    CONTAINER_WORDS,
    NOT_STARTED,
    Deletion,
    Existence,
    Facet,
    Part,
    State,
    ended_state,
    parts,
)
from podwatch.core.text import capitalized

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of an Event without one: any other is newer."""


class Finding(msgspec.Struct, frozen=True):
    """One thing about a Pod's present state, with what it means.

    `about`: what of the Pod it is about, like `container app`; empty for the whole Pod.
    `past`: a run that is over, and why the container was started again.
    """

    about: str
    explanation: Explanation
    past: bool = False

    @property
    def sentence(self) -> str:
        """The whole of it, standing alone."""
        text = self.explanation.sentence
        if self.past:
            return f"{capitalized(self.about)}, the run before this one: {text}"
        return f"{capitalized(self.about)}: {text}" if self.about else capitalized(text)


def reasons(pod: Pod, events: Iterable[PodEvent], catalog: Catalog) -> tuple[Finding, ...]:
    """Why the Pod is in its state, what is worst first; never empty.

    `events` are those about this Pod, in any order. Where nothing is amiss, it is how far the
    Pod has come.
    """
    findings = [
        Finding(about, _of(catalog.explain(facts), past), past)
        for about, facts, past in _amiss(pod)
    ]
    told = {finding.explanation.concept for finding in findings}
    for event in _telling(pod, events):
        explanation = catalog.explain(event_facts(event, pod))
        if explanation.concept is None or explanation.concept not in told:
            about = f"container {event.container}" if event.container else ""
            findings.append(Finding(about, explanation))
            told.add(explanation.concept)
    if all(finding.past for finding in findings):
        findings.insert(0, Finding("", catalog.explain(_furthest(pod))))
    return tuple(sorted(findings, key=lambda finding: _rank(pod, finding)))


def _of(explanation: Explanation, past: bool) -> Explanation:
    """What comes next after a run that is over has come already."""
    return msgspec.structs.replace(explanation, prediction="") if past else explanation


def _rank(pod: Pod, finding: Finding) -> tuple[bool, bool, int, bool]:
    """A requested deletion explains the rest; Ready follows from it; what is over comes last."""
    deletion = pod.metadata.deletion_timestamp is not None and not finding.about
    weight = -finding.explanation.weight.rank
    return finding.past, not deletion, weight, finding.about == "condition Ready"


# ── the present states, as transitions into them ──


def _amiss(pod: Pod) -> Iterator[tuple[str, Facts, bool]]:
    """What is not as it should be, as (what it is about, its facts, whether it is over)."""
    deleting = pod.metadata.deletion_timestamp is not None
    if deleting:
        requested = State(Deletion.REQUESTED.value, pod.disruption)
        yield "", state_facts(pod, Facet.DELETION, "", requested), False
    phase = pod.status.phase
    if phase in {"Failed", "Succeeded", "Unknown"} and pod.status.reason:
        yield "", _phase(pod), False  # the node's or the controller's own decision
    for part in parts(pod):
        if part.status is not None:
            yield from _container(pod, part, part.status, deleting=deleting)
        elif part.condition is not None and _tells(pod, part.condition, deleting=deleting):
            facts = state_facts(pod, part.facet, part.subject, part.state)
            yield f"condition {part.subject}", facts, False
    if phase in {"Failed", "Succeeded", "Unknown"} and not pod.status.reason:
        yield "", _phase(pod), False


def _tells(pod: Pod, condition: PodCondition, *, deleting: bool) -> bool:
    """Whether a condition says something that is not as it should be, and nothing says better."""
    is_true = condition.status == "True"
    over = deleting or pod.status.is_over
    match condition.type:
        case "PodScheduled":
            return not is_true and not pod.spec.node_name
        case "Ready":
            return not is_true and not over and pod.status.phase == "Running"
        case "Initialized" | "ContainersReady" | "PodReadyToStartContainers":
            return False  # the containers, or Events, tell it better
        case type_ if any(type_ == gate.condition_type for gate in pod.spec.readiness_gates):
            return not is_true and not over
        case "DisruptionTarget":
            return is_true and not deleting
    return is_true


def _container(
    pod: Pod, part: Part, status: ContainerStatus, *, deleting: bool
) -> Iterator[tuple[str, Facts, bool]]:
    about, state = f"{CONTAINER_WORDS[part.facet]} {part.subject}", part.state
    facts = state_facts(pod, part.facet, part.subject, state)
    runs_once = part.facet is Facet.INIT_CONTAINER
    restarts = facts.get("container.outlook") in {"backs-off", "restarts-at-once"}
    waits = state.value == "waiting" and state.reason not in NOT_STARTED
    failed = state.value == "terminated" and (state.exit_code != 0 or (restarts and not runs_once))
    if waits or failed or (state.value == "running" and runs_once and not deleting):
        yield about, facts, False
    ended = status.last_state.terminated
    if ended is not None and state.value != "terminated" and status.restart_count > 0:
        past = state_facts(pod, part.facet, part.subject, ended_state(ended))
        # Whatever the pause was, it is over, or told by the present state.
        yield about, past | {"container.outlook": "restarts-at-once"}, True


def _phase(pod: Pod) -> Facts:
    status = pod.status
    return state_facts(pod, Facet.PHASE, "", State(status.phase, status.reason, status.message))


def _furthest(pod: Pod) -> Facts:
    """The last step that the Pod has made, of one that is on its way or where it should be."""
    for type_ in ("Ready", "PodReadyToStartContainers", "PodScheduled"):
        if pod.is_true(type_):
            return state_facts(pod, Facet.CONDITION, type_, State("True"))
    return state_facts(pod, Facet.EXISTENCE, "", State(Existence.PRESENT.value))


# ── Events ──


def _telling(pod: Pod, events: Iterable[PodEvent]) -> list[PodEvent]:
    """The warnings that are about now, the newest first, one of each reason and container.

    An Event stays for an hour, whatever becomes of its Pod: what is older than the start of a
    container is over, and so is what was wrong with a Pod that is ready.
    """
    if pod.status.is_over or pod.is_true("Ready"):
        return []
    starts = (one.state.running.started_at for one in pod.all_statuses() if one.state.running)
    since = max(filter(None, starts), default=None)
    over = {"FailedScheduling"} if pod.spec.node_name else set()
    if pod.metadata.deletion_timestamp is not None:
        over |= {"Unhealthy", "BackOff"}
    newest: dict[tuple[str, str], PodEvent] = {}
    for event in sorted(events, key=lambda one: one.last_seen or _LONG_AGO, reverse=True):
        if event.type != "Warning" or event.reason in over:
            continue
        if since is not None and event.last_seen is not None and event.last_seen < since:
            continue
        newest.setdefault((event.reason, event.container), event)
    return list(newest.values())


# ── all of it ──


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a Pod with what is to be said about it.

    `now`: the cluster's clock at that moment, None where it is not known. `owners`: `ReplicaSet
    web-5d9c`, the nearest first. `reasons`: empty for a manifest, which no cluster has yet.
    `wait`: what it waits for and from whom; None where it waits for nothing, or `now` is not
    known. `note`: what has to be known about this version, like that the Pod is gone.
    """

    now: datetime | None
    pod: Pod
    columns: Columns
    owners: tuple[str, ...] = ()
    reasons: tuple[Finding, ...]
    disagreement: tuple[str, ...] = ()
    wait: Wait | None = None
    note: str = ""


def explained(
    pod: Pod,
    events: Iterable[PodEvent],
    owners: Iterable[Owner],
    catalog: Catalog,
    now: datetime | None,
    *,
    before_1_35: bool = False,
    gone: bool = False,
    note: str = "",
) -> Diagnosis:
    """What is to be said about this version of a Pod. `gone`: it is its last one."""
    shown = columns(pod, before_1_35=before_1_35)
    events = tuple(events)
    there = in_a_cluster(pod) and not gone
    return Diagnosis(
        now=now,
        pod=pod,
        columns=shown,
        owners=chain(pod, owners),
        reasons=reasons(pod, events, catalog) if in_a_cluster(pod) else (),
        disagreement=disagreement(pod, shown),
        wait=waiting_for(pod, events, now) if there and now is not None else None,
        note=note,
    )


def in_a_cluster(pod: Pod) -> bool:
    """Whether an API server has stored it; a manifest has neither uid nor phase."""
    return bool(pod.metadata.uid or pod.status.phase)


def chain(pod: Pod, known: Iterable[Owner]) -> tuple[str, ...]:
    """The Pod's controller and that one's, as far as they are known, the nearest first."""
    by_uid = {owner.metadata.uid: owner for owner in known}
    owners: list[str] = []
    controller = pod.metadata.controller
    while controller is not None and len(owners) < 8:
        owners.append(f"{controller.kind} {controller.name}")
        owner = by_uid.pop(controller.uid, None)
        controller = owner.metadata.controller if owner is not None else None
    return tuple(owners)
