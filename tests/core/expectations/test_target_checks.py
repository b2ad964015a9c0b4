"""How the things that are expected of a target count together."""

from msgspec.structs import replace

from podwatch.core.expectations import Outcome
from podwatch.core.expectations.expectation import Budget
from tests import build as pods
from tests.build import added, modified
from tests.core.expectations.judging import (
    CAME,
    LATE,
    begun,
    judged,
    met,
    verdict_of,
    violated,
)

UNREADY = replace(pods.up(), status=replace(pods.up().status, conditions=()))


def test_of_several_words_all_are_needed_unless_one_is_enough() -> None:
    items = [*begun(), CAME, modified(pods.up(), 4)]
    assert judged(items, "ready", "status=Odd") == LATE
    assert judged(items, "ready", "status=Odd", any_=True) == met(4)


def test_it_has_to_stay_so() -> None:
    items = [*begun(), added(pods.up(), 1), modified(UNREADY, 8), modified(pods.up(), 9)]
    assert judged(items, "ready", stable=10.0) == met(19)


def test_a_verdict_waits_until_its_budgets_are_kept() -> None:
    items = [*begun(), CAME, modified(UNREADY, 2)]
    wanted = (Budget("ready", 10.0),)
    assert judged(items, "phase=Running", within=wanted) == violated(11)
    assert judged([*items, modified(pods.up(), 7)], "phase=Running", within=wanted) == met(7)
    for words in (["phase=Running"], ["phase=Running", "condition=Foo"]):
        undecided = verdict_of(items, *words, within=wanted, timeout=5.0, any_=True)
        assert undecided.sentence == "pod/web: ready=10s not met in time"
        late = [one.text for one in undecided.results if one.outcome is Outcome.TIMED_OUT]
        assert late == ["ready=10s"]
