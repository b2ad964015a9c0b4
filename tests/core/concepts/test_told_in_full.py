"""No text about anything has a hole: what a pattern can't say in full, a plainer one says."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podwatch.core.concepts import catalog
from podwatch.core.concepts.facts import event_facts, state_facts, transition_facts
from podwatch.core.concepts.patterns import Facts, can_fill
from podwatch.core.kube import Pod, PodEvent
from podwatch.core.states import parts
from podwatch.core.transitions import transitions
from podwatch.sources.files import contents
from tests.build import at, event
from tests.core.concepts.test_vocabulary import STRINGS
from tests.strategies import arbitrary_pods

KNOWN = {kind: {term for one, term in STRINGS if one == kind} for kind, _ in STRINGS}
"""What Kubernetes writes, by its kind."""


def is_known(facts: Facts) -> bool:
    """Whether Kubernetes says such a thing, so that podwatch has to explain it."""
    reason, after = facts.get("transition.reason", ""), facts.get("transition.after")
    match facts.get("transition.facet"):
        case "condition":
            return facts.get("transition.subject") in KNOWN["condition"] and after in {
                "True",
                "False",
            }
        case "phase":
            return after in KNOWN["phase"] and not reason
        case "existence" | "deletion" | None:
            return True
        case "ephemeral-container" if reason == "CrashLoopBackOff":
            return False  # it is never started again
    return after == "running" or reason in KNOWN.get(str(after), ())


def mistakes(everything: Iterable[Facts]) -> list[str]:
    """What is not said in full, or not explained at all though it has to be."""
    found = []
    for facts in everything:
        said = catalog().explain(facts)
        texts = [said.text, *(text for _, text in said.demonstrates)]
        found += [f"{text} lacks one of {facts}" for text in texts if not can_fill(text, facts)]
        if said.concept is None and is_known(facts):
            found.append(f"unexplained: {facts}")
    return found


@given(arbitrary_pods() | st.none(), arbitrary_pods())
def test_of_any_pod(before: Pod | None, after: Pod) -> None:
    happened = transitions(before, after, at(1), 1)
    assert mistakes(transition_facts(one, before, after) for one in happened) == []


@given(
    st.sampled_from(sorted(KNOWN["event"])),
    arbitrary_pods() | st.none(),
    st.text(max_size=2),
    st.sampled_from(["", "app"]),
)
def test_of_any_event(reason: str, pod: Pod | None, message: str, container: str) -> None:
    told = event(reason, pod or Pod(), message=message, container=container)
    assert mistakes([event_facts(told, pod)]) == []


REPORTS = sorted((Path(__file__).parents[2] / "reports").glob("*.json"))
"""Pods in the shape that public reports show, with the Events and owners beside them."""


@pytest.mark.parametrize("path", REPORTS, ids=[path.stem for path in REPORTS])
def test_of_a_public_report(path: Path) -> None:
    objects = contents(str(path)).objects.values()
    (pod,) = (one for one in objects if isinstance(one, Pod))
    told = [event_facts(one, pod) for one in objects if isinstance(one, PodEvent)]
    told += [transition_facts(one, None, pod) for one in transitions(None, pod, at(1), 1)]
    told += [state_facts(pod, part.facet, part.subject, part.state) for part in parts(pod)]
    assert mistakes(told) == []
    assert [facts for facts in told if catalog().explain(facts).concept is None] == []
