"""When a state that does not heal decides: at once, after the grace, or after so many restarts.

Responsible for since when such a state lasts and for the cause that comes of it, certain or given
up. Which states they are is data (concepts/states.toml, what has `permanent`), asked only here.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

from msgspec.structs import replace

from podwatch.core.concepts import Explanation
from podwatch.core.concepts.facts import event_facts, state_facts
from podwatch.core.concepts.patterns import Facts
from podwatch.core.expectations import causes, claims, rollout, sentences, tries
from podwatch.core.expectations.expectation import MAX_RESTARTS, READY, About
from podwatch.core.expectations.runs import Runs
from podwatch.core.expectations.tracked_pod import TrackedPod
from podwatch.core.expectations.verdict import Cause
from podwatch.core.expectations.view import NEVER, View
from podwatch.core.kube import (
    ContainerStatus,
    Owner,
    PodEvent,
    Terminated,
)
from podwatch.core.kubelet import starts_again
from podwatch.core.present import PresentState, Symptom, present_states
from podwatch.core.present.symptoms import event_symptoms, owner_symptoms, symptoms
from podwatch.core.states import Facet, container_state, containers
from podwatch.core.stream import Key
from podwatch.core.surroundings import Surroundings

_LATE = timedelta(seconds=2)
"""Event's times have whole seconds, and a try takes its time."""
_REFUSALS = frozenset({"FailedCreate", "ReplicaFailure"})
"""The reason of an Event and the condition that tell of a Pod that was refused."""
_SLOW = "Progressing"
"""The condition that says that a rollout is too slow; why, its Pods say."""
_YOUNG = timedelta(seconds=15)
"""How old a workload may be whose refusal decides at once: `kubectl apply` came just before."""


Since = dict[tuple[Key, str, str], float]
"""Since when permanent states last, by the key of what is in them, their id and part."""


def decides(
    view: View, about: About, pods: Iterable[TrackedPod], lasting: Since
) -> tuple[Cause | None, float]:
    """The first cause for which a word is never met, or when there may be one without an item.

    `pods`: those of the target that it has to come true for; `lasting`: what is kept of them from
    one call to the next.
    """
    pods = list(pods)
    cause: Cause | None = None
    due = NEVER
    before = lasting.copy()
    lasting.clear()
    for tracked, present, symptom, owner_or_pod in _matches(view, pods):
        if not about.is_decided_by(present.words):
            continue
        key = (owner_or_pod, present.id, symptom.subject)
        lasting[key] = before.get(key, view.t)
        bears = present.grace or symptom.may_be_old
        grace = view.wanted.grace if bears else 0.0
        if grace and present.retried:
            grace = tries.borne(symptom, view.store.events.get(owner_or_pod, {}).values(), grace)
        if (end := lasting[key] + grace) > view.t:
            due = min(due, end)
        elif cause is None:
            found = _cause(view, present, symptom, tracked, owner_or_pod)
            waited = f"{view.t - lasting[key]:.0f} s" if bears and grace else ""
            cause = replace(found, certain=present.certain and not bears, after=waited)
    if cause is None and about is not About.FAILED and view.wanted.max_restarts is None:
        limited = [tracked for tracked in pods if tracked.controller_kind != "Job"]
        cause = worn_out(view, limited, MAX_RESTARTS)
        if cause is not None:
            after = sentences.restarts(MAX_RESTARTS)
            cause = replace(cause, certain=False, after=after)
    return cause, due


def worn_out(view: View, pods: Iterable[TrackedPod], after: int) -> Cause | None:
    """A container that failed again after so many restarts."""
    for tracked in pods:
        for facet, status in containers(tracked.pod):
            ended = _failed_again(status, after, tracked.runs)
            spec = tracked.pod.spec_of(status.name)
            if ended is None or facet is Facet.EPHEMERAL_CONTAINER:
                continue
            if ended.exit_code == 0 and not (spec and starts_again(tracked.pod, spec, 0)):
                continue
            facts = state_facts(tracked.pod, facet, status.name, container_state(status))
            return Cause(
                sentence=sentences.worn_out(status.name, ended, after),
                rule="max-restarts",
                pod=tracked.pod,
                container=status.name,
                explanation=_known(view, facts),
            )
    return None


def _failed_again(status: ContainerStatus, after: int, runs: Runs) -> Terminated | None:
    """The end of a run that is one failure too many: after `after` restarts. None: not yet.

    An end with exit code 0 counts where the container is started again all the same. What was
    restarted before the stream began, and runs since, is past.
    """
    state, restarts = status.state, runs.in_a_row(status)
    is_down = state.terminated is not None or state.waiting is not None
    is_new = status.restart_count > runs.restarts_before(status.name)
    too_many = restarts >= after if is_down else restarts > after and is_new
    return (state.terminated or status.last_state.terminated) if too_many else None


# ── which states there are ──


def _matches(
    view: View, pods: list[TrackedPod]
) -> Iterator[tuple[TrackedPod | None, PresentState, Symptom, Key]]:
    if view.claim is not None and (shown_by := claims.symptom(view)) is not None:
        for present, symptom in present_states().permanent([shown_by]):
            yield None, present, symptom, ("", view.claim.metadata.uid)
    for owner in (*view.makers, *view.jobs):
        key = ("", owner.metadata.uid)
        events = [
            (event, ("", uid) in view.store.events_before and owner.metadata.generation > 1)
            for uid, event in view.store.events.get(key, {}).items()
        ]
        observed = rollout.is_observed(owner)
        now = rollout.without_past(owner, view.store.sets)
        shown = owner_symptoms(now, events, observed=observed, has_pods=bool(view.pods))
        for present, symptom in present_states().permanent(shown):
            bears = present.grace or symptom.may_be_old
            if bears or symptom.subject not in _REFUSALS or not _waits_for_a_try(view, owner, key):
                yield None, present, symptom, key
    for tracked in pods:
        if tracked.permanent is None:
            lasting = list(_lasting(view.store.events.get(tracked.key, {}).values()))
            nodes = () if tracked.pod.spec.node_name else tuple(view.store.nodes.values())
            around = Surroundings(events=tuple(lasting), nodes=nodes)
            tracked.permanent = present_states().permanent(
                (
                    *symptoms(
                        tracked.pod,
                        around,
                        nodes_ready=view.nodes_ready,
                        makes_room=any(one.leaves for one in view.state.pods.values()),
                        named=view.target.is_one_pod,
                    ),
                    *event_symptoms(tracked.pod, lasting),
                )
            )
        for present, symptom in tracked.permanent:
            yield tracked, present, symptom, tracked.key


def _waits_for_a_try(view: View, owner: Owner, key: Key) -> bool:
    """Whether a controller that was refused Pods for some time was not seen to try it again yet.

    It does so with pauses that double, up to a quarter of an hour, and nothing else tells that a
    quota was raised or a label was taken from a namespace meanwhile. Its next try does.
    """
    created, now = owner.metadata.creation_timestamp, view.now
    if created is None or now is None or now - created <= _YOUNG:
        return False
    tries_ = [
        ("", uid) in view.store.events_before
        for uid, event in view.store.events.get(key, {}).items()
        if event.reason == "FailedCreate"
    ]
    return bool(tries_) and all(tries_)


def _lasting(events: Collection[PodEvent]) -> Iterator[PodEvent]:
    """The Events about a Pod, without those that are over: others came in their place.

    What fails is tried again with pauses that double, and each try is an Event: one that stays
    away for longer than half of its time, while others like it come, has stopped.
    """
    newest: dict[tuple[str, str], datetime] = {}
    for event in events:
        if (seen := event.last_seen) is not None:
            alike = (event.reason, event.container)
            newest[alike] = max(seen, newest.get(alike, seen))
    for event in events:
        if (seen := event.last_seen) is not None:
            last = newest[event.reason, event.container]
            first = event.first_timestamp or event.event_time or seen
            if last - seen > (last - first) / 2 + _LATE:
                continue
        yield event


# ── what the catalogue says of them ──


def _cause(
    view: View, present: PresentState, symptom: Symptom, tracked: TrackedPod | None, key: Key
) -> Cause:
    if symptom.part == "claim":
        sentence, explanation = present.cause(symptom), claims.lesson(view, present, symptom)
        return Cause(sentence=sentence, rule=present.id, explanation=explanation)
    pod = tracked.pod if tracked is not None else None
    event, facts = symptom.event, None
    if pod is None:  # the newest Warning about the owner says most
        events = view.store.events.get(key, {}).values()
        warnings = (event for event in events if event.type == "Warning")
        event = max(warnings, key=lambda event: str(event.last_seen), default=None)
    if event is not None:
        facts = event_facts(event, pod)
    elif pod is not None and symptom.facet is not None and symptom.state is not None:
        facts = state_facts(pod, symptom.facet, symptom.subject, symptom.state)
    if symptom.subject == _SLOW and (why := causes.known(view, READY)) is not None:
        return replace(why, sentence=f"{present.cause(symptom)}: {why.sentence}", rule=present.id)
    return Cause(
        sentence=present.cause(symptom),
        rule=present.id,
        pod=pod,
        container=symptom.subject if pod and symptom.facet is not Facet.CONDITION else "",
        explanation=_known(view, facts) if facts is not None else None,
    )


def _known(view: View, facts: Facts) -> Explanation | None:
    explanation = view.catalog.explain(facts)
    return explanation if explanation.concept is not None else None
