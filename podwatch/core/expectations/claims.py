"""How a claim stands that is a target: bound, waiting for its first Pod, or why it is not bound.

Responsible for asking the present states about it and for the cause that comes of it. What is known
of a claim, and what that is called, is `podwatch.core.present.claims`' and concepts/states.toml.
"""

from podwatch.core.concepts import Explanation
from podwatch.core.concepts.patterns import filled
from podwatch.core.expectations.verdict import Cause
from podwatch.core.expectations.view import View
from podwatch.core.present import PresentState, Symptom, present_states
from podwatch.core.present.claims import claim_symptom
from podwatch.core.text import one_line


def symptom(view: View) -> Symptom | None:
    """What is known of the claim that is the target; None if it is not there."""
    claim = view.claim
    if claim is None:
        return None
    store = view.store
    listed = any(scope.kind == "StorageClass" for scope in store.synced)
    return claim_symptom(
        claim,
        store.events.get(("", claim.metadata.uid), {}).values(),
        [*store.storage_classes.values()] if listed else None,
        used=any(not one.gone and not one.pod.status.is_over for one in view.state.pods.values()),
    )


def is_ready(view: View) -> bool:
    """Whether it is bound, or waits for its first Pod, as its StorageClass wants."""
    found = symptom(view)
    if found is None:
        return False
    return found.facts["claim.phase"] == "Bound" or bool(found.facts["claim.awaits_pod"])


def note(view: View) -> str:
    """What is said of one that is ready, but not bound."""
    found = symptom(view)
    if found is None or not found.facts["claim.awaits_pod"]:
        return ""
    return f"waits for {missing(view)}"


def missing(view: View) -> str:
    """What it waits for until it is bound, in words; empty where it is."""
    found = symptom(view)
    state = present_states().waiting(found) if found is not None else None
    if found is None or state is None:
        return ""
    return one_line(filled(state.missing, found.facts))


def known(view: View) -> Cause | None:
    """Why it is not bound yet, where that is known."""
    found = symptom(view)
    state = present_states().waiting(found) if found is not None else None
    if found is None or state is None or not found.facts["claim.detail"]:
        return None
    sentence = str(found.facts["claim.detail"])
    explanation = lesson(view, state, found)
    return Cause(sentence=sentence, certain=False, rule=state.id, explanation=explanation)


def lesson(view: View, state: PresentState, found: Symptom) -> Explanation | None:
    """The concept about a claim's state, with the commands for this claim."""
    tries = tuple(filled(one, found.facts) for one in state.tries)
    return view.catalog.lesson(state.concept, tries=tries)
