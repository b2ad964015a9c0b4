"""What items change of the targets: which Pods they have, and what these have shown.

Responsible for noting it and for which items may change a verdict at all. What the stream has shown
of everything is the store's; what follows for an expectation is `checks`' business.
"""

from collections.abc import Sequence
from datetime import datetime

from podwatch.core.concepts import Catalog
from podwatch.core.concepts.facts import transition_facts
from podwatch.core.expectations import nodes
from podwatch.core.expectations.expectation import POD_CONDITIONS
from podwatch.core.expectations.target_state import TargetState
from podwatch.core.expectations.tracked_pod import TrackedPod
from podwatch.core.kube import Job, Node, Owner, PersistentVolumeClaim, Pod, PodEvent, StorageClass
from podwatch.core.startup import passed
from podwatch.core.states import Facet
from podwatch.core.store import Store
from podwatch.core.stream import Connection, ConnectionState, Key, Observed, StreamItem, Synced
from podwatch.core.timeline import ExplainedEvent, ExplainedTransition, PodVersion, TimelineEntry
from podwatch.core.transitions import Transition, transitions


class Tracking:
    """Feed it each item; it keeps the targets' states. `nodes_ready`: no Node may still start."""

    def __init__(self, targets: Sequence[TargetState], catalog: Catalog, store: Store) -> None:
        self.nodes_ready = False
        self._nodes: set[tuple[str, datetime | None]] = set()
        self._targets = targets
        self._catalog = catalog
        self._store = store
        self._concepts: dict[Key, dict[str, bool]] = {}
        for state in targets:
            state.shown = self._concepts

    def touched_by(self, item: StreamItem, entries: Sequence[TimelineEntry]) -> bool:
        """Note what an item shows of the targets; whether it may change a verdict."""
        touched = self._note(entries)
        match item:
            case Observed(object=Owner() as owner):
                # To judge costs far more: the ReplicaSets of a namespace are all followed.
                meta = owner.metadata
                self._look_for(owner, item)
                return any(
                    state.target.namespace == meta.namespace
                    and (
                        meta.name.startswith(state.target.name)
                        if state.target.kind != "Pod"
                        else isinstance(owner, Job) and state.target.selector
                    )
                    for state in self._targets
                )
            case Observed(object=PersistentVolumeClaim() as claim):
                self._look_for(claim, item)
                return any(state.target.is_claim for state in self._targets)
            case Observed(object=StorageClass()):
                return any(state.target.is_claim for state in self._targets)
            case Synced():
                self._look_at_nodes()
                return True
            case Observed(object=Node()):
                return self._look_at_nodes()
            case Connection():
                return item.state == ConnectionState.FORBIDDEN
            case Observed(object=PodEvent() as event) if item.type != "DELETED":
                about = (item.scope.cluster, event.involved_object.uid)
                touched |= event.involved_object.kind != "Pod"
                for state in self._targets:
                    if (tracked := state.pods.get(about)) is not None:
                        touched = True
                        tracked.permanent = None
                        self._pass_stages(tracked)
        return touched

    def _look_for(self, seen: Owner | PersistentVolumeClaim, item: Observed) -> None:
        """Note whether this is what a target names."""
        for state in self._targets:
            state.presence.take(seen, item.t, deleted=item.type == "DELETED")
            if self._store.is_first_list(item) and state.target.names(seen):
                state.first.add(("", seen.metadata.uid))

    def _note(self, entries: Sequence[TimelineEntry]) -> bool:
        touched = False
        for entry in entries:
            if isinstance(entry, PodVersion):
                touched |= self._version(entry)
            elif isinstance(entry, ExplainedTransition | ExplainedEvent):
                concept = entry.explanation.concept
                if concept is not None:
                    by_itself = not _follows(entry)
                    touched |= self._show(entry.ref.key, concept.id, by_itself=by_itself)
        return touched

    def _show(self, key: Key, concept: str, *, by_itself: bool) -> bool:
        """Note that a concept was shown; whether that is news."""
        shown = self._concepts.setdefault(key, {})
        known = shown.get(concept)
        shown[concept] = by_itself or known is True
        return shown[concept] is not known

    def _version(self, version: PodVersion) -> bool:
        key = version.ref.key
        touched = False
        for state in self._targets:
            state.presence.take(version.pod, version.t, deleted=version.type == "DELETED")
            own = state.owns(version.pod)
            tracked = state.pods.get(key)
            if tracked is None:
                if not own or version.type == "DELETED":
                    continue
                concepts = self._concepts.setdefault(key, {})
                tracked = state.pods[key] = TrackedPod(version, concepts)
                if version.initial:
                    if state.target.kind == "Pod":
                        state.first.add(key)
                    self._look_back(version)
            touched = True
            left = tracked.leaves
            tracked.take(version, own=own)
            if left != tracked.leaves:  # what others wait for changes
                state.forget_permanent()
            self._pass_stages(tracked)
        return touched

    def _look_back(self, version: PodVersion) -> None:
        """Note the concepts that a Pod shows that was there before: nobody tells of it."""
        for transition in transitions(None, version.pod, version.at, version.t):
            explanation = self._catalog.explain(transition_facts(transition, None, version.pod))
            if explanation.concept is not None:
                by_itself = not _is_consequence(transition, version.pod)
                self._show(version.ref.key, explanation.concept.id, by_itself=by_itself)

    def _pass_stages(self, tracked: TrackedPod) -> None:
        events = self._store.events.get(tracked.key, {}).values()
        pulled = frozenset(event.container for event in events if event.reason == "Pulled")
        tracked.passed.update(passed(tracked.pod, pulled))

    def _look_at_nodes(self) -> bool:
        listed = any(scope.kind == "Node" for scope in self._store.synced)
        there = self._store.nodes.values()
        ready = listed and nodes.all_started(there)
        known = {(node.metadata.name, node.metadata.creation_timestamp) for node in there}
        changed = (ready, known) != (self.nodes_ready, self._nodes)
        self.nodes_ready, self._nodes = ready, known
        for state in self._targets if changed else ():
            state.forget_permanent()
        return changed


def _follows(entry: ExplainedTransition | ExplainedEvent) -> bool:
    """Whether it only follows from the Pod's deletion."""
    return isinstance(entry, ExplainedTransition) and _is_consequence(entry.transition, entry.pod)


def _is_consequence(transition: Transition, pod: Pod) -> bool:
    """Whether it is what a deletion does to every Pod: to its phase, and what its kubelet says."""
    if pod.metadata.deletion_timestamp is None:
        return False
    of_kubelet = transition.subject.lower() in POD_CONDITIONS
    return transition.facet is Facet.PHASE or (transition.facet is Facet.CONDITION and of_kubelet)
