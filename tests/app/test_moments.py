"""Moments: found in recordings where they are told, with the Pod as it was then."""

from functools import cache

import pytest

from podwatch import scenarios
from podwatch.app.deeds import played_items
from podwatch.app.moments import reached, still
from podwatch.core.cards import of_moment
from podwatch.core.concepts import catalog
from podwatch.core.question import Moment
from podwatch.core.session import Session
from podwatch.core.stream import KeptItem


@cache
def items(name: str) -> tuple[KeptItem, ...]:
    return tuple(played_items(scenarios.scenario(name).recording))


@pytest.mark.parametrize("name", scenarios.names())
def test_what_a_lesson_has_to_show_is_found_in_its_recording(name: str) -> None:
    for concept in scenarios.scenario(name).must:
        found = reached(items(name), Moment(concept=concept, event=True))
        assert found is not None, concept
        assert found.item < found.end <= len(items(name))
        waited = items(name)[found.end - 1].t - items(name)[found.item].t
        assert waited <= 2.0, concept


def test_where_a_moment_ends_its_beat_was_told() -> None:
    found = reached(items("crash-loop"), Moment(concept="exited-non-zero"))
    assert found is not None
    session = Session(catalog())
    for item in items("crash-loop")[: found.end]:
        session.feed(item)
    card = of_moment(session.board)
    assert card is not None
    assert card.beat.concept is not None
    assert card.beat.concept.id == "exited-non-zero"


def test_a_moment_counts_and_asks_for_the_pods_name() -> None:
    first = reached(items("crash-loop"), Moment(concept="exited-non-zero"))
    third = reached(items("crash-loop"), Moment(concept="exited-non-zero", count=2))
    assert first is not None
    assert third is not None
    assert first.end < third.item
    assert reached(items("crash-loop"), Moment(concept="created", pod="nobody")) is None


def test_a_still_has_the_pod_of_its_moment_and_the_phases_up_to_then() -> None:
    shown = still(items("job-succeeds"), Moment(concept="container-started"))
    assert shown is not None
    assert shown.page.pod.metadata.name.startswith("report-")
    assert shown.page.pod.status.phase == "Running"
    assert shown.met == {"Pending", "Running"}
    assert shown.now == {"Running"}
    end = still(items("job-succeeds"))
    assert end is not None
    assert end.now == {"Succeeded"}


def test_a_pod_that_is_gone_by_then_can_be_asked_for() -> None:
    gone = still(items("bare-pod-deleted"))
    assert gone is not None
    assert gone.now == frozenset()


def test_a_recording_that_is_cut_off_has_no_such_moment() -> None:
    assert still(items("job-succeeds")[:20], Moment(concept="succeeded")) is None
    assert still(items("job-succeeds")[:5]) is None
