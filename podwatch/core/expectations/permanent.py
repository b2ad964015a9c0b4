"""When a state that will not heal decides: at once, after the grace, or after so many restarts.

Responsible for since when such a state lasts and for the cause that comes of it. Which states
they are is data (concepts/states.toml, what has `permanent`), asked only here.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from podwatch.core.concepts import Explanation
from podwatch.core.concepts.facts import event_facts, state_facts
from podwatch.core.concepts.patterns import Facts
from podwatch.core.expectations import rollout, sentences
from podwatch.core.expectations.expectation import MAX_RESTARTS, About
from podwatch.core.expectations.target_state import NEVER, TrackedPod, View
from podwatch.core.expectations.verdict import Cause
from podwatch.core.kube import ContainerStatus, Deployment, Node, PodEvent, Terminated
from podwatch.core.kube.owner import Owner
from podwatch.core.kubelet import starts_again
from podwatch.core.present import PresentState, Symptom, present_states
from podwatch.core.present.symptoms import event_symptoms, owner_symptoms, symptoms
from podwatch.core.states import Facet, container_state, containers
from podwatch.core.stream import Key

_LATE = timedelta(seconds=2)
"""Event's times have whole seconds, and a try takes its time."""
_STARTING = frozenset(
    {"node.kubernetes.io/not-ready", "node.cloudprovider.kubernetes.io/uninitialized"}
)
"""The taints of a Node that may still become one for the Pod.

https://v1-34.docs.kubernetes.io/docs/reference/labels-annotations-taints/
"""


def decides(view: View, about: About, pods: Iterable[TrackedPod]) -> tuple[Cause | None, float]:
    """The first cause for which a word is never met, or when there may be one without an item.

    `pods`: those of the target that it has to come true for.
    """
    pods = list(pods)
    cause: Cause | None = None
    due = NEVER
    suffering = view.state.suffering
    lasting: set[tuple[Key, str, str, str]] = set()
    for tracked, present, symptom, owner_or_pod in _matches(view, pods):
        if about not in present.words:
            continue
        key = (owner_or_pod, present.id, symptom.subject, about.value)
        lasting.add(key)
        bears = present.grace or symptom.may_be_old
        end = suffering.setdefault(key, view.t) + (view.wanted.grace if bears else 0.0)
        if end > view.t:
            due = min(due, end)
        elif cause is None:
            cause = _cause(view, present, symptom, tracked, owner_or_pod)
    for key in [key for key in suffering if key[3] == about and key not in lasting]:
        del suffering[key]
    if cause is None and about is not About.FAILED and view.wanted.max_restarts is None:
        cause = worn_out(
            view, [tracked for tracked in pods if tracked.controller_kind != "Job"], MAX_RESTARTS
        )
    return cause, due


def worn_out(view: View, pods: Iterable[TrackedPod], after: int) -> Cause | None:
    """A container that failed again after so many restarts."""
    for tracked in pods:
        for facet, status in containers(tracked.pod):
            before = tracked.restarts_before.get(status.name, 0)
            ended = _failed_again(status, after, before)
            spec = tracked.pod.spec_of(status.name)
            if ended is None or facet is Facet.EPHEMERAL_CONTAINER:
                continue
            if ended.exit_code == 0 and not (spec and starts_again(tracked.pod, spec, 0)):
                continue
            state = container_state(status)
            return Cause(
                sentence=sentences.worn_out(status.name, ended, after),
                rule="max-restarts",
                pod=tracked.pod,
                container=status.name,
                explanation=_known(view, state_facts(tracked.pod, facet, status.name, state)),
            )
    return None


def _failed_again(status: ContainerStatus, after: int, before: int) -> Terminated | None:
    """The end of a run that is one failure too many: after `after` restarts. None: not yet.

    An end with exit code 0 counts where the container is started again all the same. `before`:
    so often it had been restarted when the stream began; if it runs since, that is past.
    """
    ended = status.state.terminated
    if ended is not None:
        return ended if status.restart_count >= after else None
    last = status.last_state.terminated
    if last is None:
        return None
    if status.state.waiting is not None:
        return last if status.restart_count >= after else None
    return last if status.restart_count > max(after, before) else None


def nodes_ready(nodes: Iterable[Node]) -> bool:
    """Whether there are Nodes and none of them may still come: what finds no place finds none."""
    nodes = list(nodes)
    return bool(nodes) and all(map(_is_ready, nodes))


def _is_ready(node: Node) -> bool:
    return any(
        condition.type == "Ready" and condition.status == "True"
        for condition in node.status.conditions
    ) and (_STARTING.isdisjoint(taint.key for taint in node.spec.taints))


# ── which states there are ──


def _matches(
    view: View, pods: list[TrackedPod]
) -> Iterator[tuple[TrackedPod | None, PresentState, Symptom, Key]]:
    for owner in _owners(view):
        key = ("", owner.metadata.uid)
        events = [
            (event, ("", uid) in view.store.events_before and owner.metadata.generation > 1)
            for uid, event in view.store.events.get(key, {}).items()
        ]
        observed = rollout.is_observed(owner)
        shown = owner_symptoms(owner, events, observed=observed, has_pods=bool(pods))
        for present, symptom in present_states().permanent(shown):
            yield None, present, symptom, key
    for tracked in pods:
        if tracked.permanent is None:
            lasting = list(_lasting(view.store.events.get(tracked.key, {}).values()))
            tracked.permanent = present_states().permanent(
                (
                    *symptoms(tracked.pod, lasting, nodes_ready=view.nodes_ready),
                    *event_symptoms(tracked.pod, lasting),
                )
            )
        for present, symptom in tracked.permanent:
            yield tracked, present, symptom, tracked.key


def _owners(view: View) -> list[Owner]:
    """The target's object, and the ReplicaSet that makes its Pods where there is one between."""
    owner = view.owner
    if not isinstance(owner, Deployment):
        return [owner] if owner is not None else []
    current = rollout.current_set(owner, view.store.sets)
    return [owner] if current is None else [owner, current]


def _lasting(events: Iterable[PodEvent]) -> Iterator[PodEvent]:
    """The Events about a Pod, without those that are over: others came in their place.

    What fails is tried again with pauses that double, and each try is an Event: one that stays
    away for longer than half of its time, while others like it come, has stopped.
    """
    events = list(events)
    for event in events:
        alike = [
            other.last_seen
            for other in events
            if (other.reason, other.container) == (event.reason, event.container)
        ]
        if not _has_stopped(event, max(filter(None, alike), default=None)):
            yield event


def _has_stopped(event: PodEvent, newest: datetime | None) -> bool:
    """See `_lasting`; `newest` is when something like it was last seen."""
    first = event.first_timestamp or event.event_time or event.last_seen
    if newest is None or first is None or event.last_seen is None:
        return False
    return newest - event.last_seen > (newest - first) / 2 + _LATE


# ── what the catalogue says of them ──


def _cause(
    view: View, present: PresentState, symptom: Symptom, tracked: TrackedPod | None, key: Key
) -> Cause:
    sentence = present.cause(symptom)
    if tracked is None:
        return Cause(sentence=sentence, rule=present.id, explanation=_of_warning(view, key))
    explanation = None
    if symptom.event is not None:
        explanation = _known(view, event_facts(symptom.event, tracked.pod))
    elif symptom.facet is not None and symptom.state is not None:
        facts = state_facts(tracked.pod, symptom.facet, symptom.subject, symptom.state)
        explanation = _known(view, facts)
    return Cause(
        sentence=sentence,
        rule=present.id,
        pod=tracked.pod,
        container=symptom.subject if symptom.facet is not Facet.CONDITION else "",
        explanation=explanation,
    )


def _of_warning(view: View, key: Key) -> Explanation | None:
    """What the catalogue says of the newest Warning about an owner."""
    events = view.store.events.get(key, {}).values()
    warnings = [event for event in events if event.type == "Warning"]
    newest = max(warnings, key=lambda event: str(event.last_seen), default=None)
    return _known(view, event_facts(newest, None)) if newest is not None else None


def _known(view: View, facts: Facts) -> Explanation | None:
    explanation = view.catalog.explain(facts)
    return explanation if explanation.concept is not None else None
