"""Proof both ways: every string of Kubernetes is explained, and every lesson is shown or said not
to be.

`reasons.txt` has the strings. Whether a cluster can be made to show one is another question:
docs/terms.md says which recording does.
"""

from collections.abc import Iterable
from pathlib import Path

import pytest

from podwatch.core.concepts import Concept, catalog
from podwatch.core.concepts.examples import complete
from podwatch.core.concepts.facts import event_facts
from podwatch.core.concepts.patterns import Facts
from podwatch.core.kube import PodEvent
from podwatch.core.session import Session
from podwatch.core.stream import Observed
from podwatch.core.timeline import Explained, ExplainedTransition
from podwatch.scenarios import names, scenario
from podwatch.sources.recording import read
from tests.build import feed

STRINGS = [
    tuple(row.split("\t"))
    for row in (Path(__file__).parent / "reasons.txt").read_text("utf-8").splitlines()
    if not row.startswith("#")
]
CONTAINER = ("container", "init-container", "sidecar")


def live(kind: str, term: str) -> Iterable[Facts]:
    """What a watch that meets this string has to explain."""
    match kind:
        case "event":
            yield {"notice.reason": term, "object.kind": "Pod"}
        case "phase" if term != "Pending":  # a Pod begins with it
            yield {"transition.facet": "phase", "transition.after": term}
        case "pod_reason":
            facts: Facts = {"transition.facet": "phase", "transition.after": "Failed"}
            yield facts | {"transition.reason": term, "pod.scheduled": True}
        case "waiting" | "terminated" if term != "(empty)":
            for facet in CONTAINER:
                facts = {"transition.facet": facet, "transition.after": kind}
                yield facts | {"transition.reason": term, "container.outlook": "ended"}
        case "condition":
            facts = {"transition.facet": "condition", "transition.subject": term}
            yield facts | {"transition.before": "False", "transition.after": "True"}


@pytest.mark.parametrize(("kind", "term"), STRINGS, ids=[" ".join(row) for row in STRINGS])
def test_every_string_is_explained(kind: str, term: str) -> None:
    assert catalog().look_up(term) is not None
    for facts in live(kind, term):
        assert catalog().explain(complete(facts)).concept is not None, facts


def test_no_string_is_there_twice() -> None:
    assert len(STRINGS) == len(set(STRINGS))


@pytest.fixture(scope="module")
def told() -> dict[str, list[Explained]]:
    """What each recording tells, by the scenario's name."""
    found = {}
    for name in names():
        news = feed(Session(catalog()), *read(scenario(name).recording))
        found[name] = [one for one in news if isinstance(one, Explained)]
    return found


@pytest.fixture(scope="module")
def shown(told: dict[str, list[Explained]]) -> dict[str, set[str]]:
    """By concept: the scenarios whose recordings show it."""
    found: dict[str, set[str]] = {}
    for name, news in told.items():
        for one in news:
            if (concept := one.explanation.concept) is not None:
                found.setdefault(concept.id, set()).add(name)
            for aside in one.explanation.asides:
                found.setdefault(aside.concept.id, set()).add(name)
    return found


@pytest.mark.parametrize("name", names())
def test_no_event_of_a_recording_is_unexplained_whatever_it_is_about(name: str) -> None:
    for item in read(scenario(name).recording):
        if isinstance(item, Observed) and isinstance(item.object, PodEvent):
            facts = event_facts(item.object, None)
            assert catalog().explain(facts).concept is not None, facts


@pytest.mark.parametrize("concept", catalog().by_id.values(), ids=catalog().by_id)
def test_a_lesson_is_shown_by_the_recordings_that_it_names_or_by_none(
    concept: Concept, shown: dict[str, set[str]]
) -> None:
    """Without a name it is in docs/concepts.md among those that no recording shows."""
    recordings = shown.get(concept.id, set())
    assert set(concept.shown_by) <= recordings
    assert bool(concept.shown_by) is bool(recordings)


@pytest.fixture(scope="module")
def paths(told: dict[str, list[Explained]]) -> list[list[str]]:
    """The concepts that each Pod went through in its transitions, in order."""
    found: dict[str, list[str]] = {}
    for one in (one for news in told.values() for one in news):
        if (
            isinstance(one, ExplainedTransition)
            and (concept := one.explanation.concept) is not None
        ):
            found.setdefault(one.ref.uid, []).append(concept.id)
    return list(found.values())


@pytest.mark.parametrize("concept", catalog().by_id.values(), ids=catalog().by_id)
def test_what_a_lesson_says_to_come_next_does_not_always_come_before(
    concept: Concept, paths: list[list[str]]
) -> None:
    for following in set(concept.next) - {"created"}:  # that is another Pod
        both = [path for path in paths if {concept.id, following} <= set(path)]
        assert not both or any(following in path[path.index(concept.id) + 1 :] for path in both), (
            following
        )
