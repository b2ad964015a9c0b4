"""Verdicts over the scenarios' recordings: right, at the same instant however they are fed."""

import random
from collections.abc import Iterator, Sequence

import pytest

from podwatch.concepts import catalog
from podwatch.expectations import Expectations, Outcome, Target, Verdict, grammar
from podwatch.expectations.judge import lacking
from podwatch.kube import PodEvent
from podwatch.scenarios import names, scenario
from podwatch.session import Session
from podwatch.sources.recording import read
from podwatch.stream import Observed, Opened, RecordedItem, Tick

SEEDS = 100


def items_of(name: str) -> list[RecordedItem]:
    return list(read(scenario(name).recording))


def wanted(target: Target, *words: str, **rest: object) -> Expectations:
    known = tuple(grammar.word(text, catalog().by_id) for text in words)
    made = {"targets": (target,), "words": known}
    return Expectations(**{**made, **rest})  # type: ignore[arg-type]


def verdict_of(items: Sequence[RecordedItem], what: Expectations, *, ticking: bool) -> Verdict:
    """As a replay gives it at once, or as a live run does: with a Tick whenever one is due."""
    session = Session(catalog(), what)
    assert session.judge is not None
    for item in items:
        while ticking and (due := session.wakes_at()) is not None and due <= item.t:
            session.feed(Tick(t=due + 0.003))  # a live Tick is a little late
        session.feed(item)
    while ticking and session.judge.verdict is None:
        due = session.wakes_at()
        assert due is not None
        session.feed(Tick(t=due + 0.003))
    verdict = session.judge.end()
    assert verdict is not None
    return verdict


def targets(items: Sequence[RecordedItem], *, of_owners: bool = True) -> list[Target]:
    """Everything in a recording that can be a target; without what an owner has made, if so."""
    opened = items[0]
    assert isinstance(opened, Opened)
    found: dict[Target, None] = {}
    for item in items:
        if isinstance(item, Observed) and type(item.object).__name__ in grammar.KINDS:
            meta = item.object.metadata
            if meta.owner_references and not of_owners:
                continue
            found[Target(type(item.object).__name__, meta.namespace, meta.name)] = None
    return [one for one in found if not lacking(opened, one)]


@pytest.mark.parametrize("name", names())
def test_a_verdict_falls_at_the_same_instant_live_and_replayed(name: str) -> None:
    items = items_of(name)
    for target in targets(items):
        for words in ((), ("gone",), ("failed",), ("phase=Running",)):
            what = wanted(target, *words, timeout=40.0, stable=3.0)
            live = verdict_of(items, what, ticking=True)
            assert live == verdict_of(items, what, ticking=False), (target, words)


CERTAIN = [
    ("missing-image", "pod/typo", "image-not-found", "err-image-pull"),
    ("invalid-image", "pod/shouting", "invalid-image-name", "invalid-image-name"),
    ("wrong-command", "pod/mistyped", "program-missing", "start-error"),
    ("missing-secret-volume", "pod/vault", "volume-source-missing", "failed-mount"),
    ("init-container-fails", "pod/shop", "pod-failed", "failed"),
    ("unschedulable", "pod/simulation", "unschedulable", "unschedulable"),
]


@pytest.mark.parametrize(
    ("name", "target", "rule", "concept"), CERTAIN, ids=[case[0] for case in CERTAIN]
)
def test_what_can_not_get_well_fails_with_its_cause(
    name: str, target: str, rule: str, concept: str
) -> None:
    verdict = verdict_of(items_of(name), wanted(grammar.wanted_target(target, name)), ticking=False)
    assert verdict.outcome is Outcome.VIOLATED
    assert verdict.cause is not None
    assert verdict.cause.rule == rule
    assert verdict.cause.explanation is not None
    assert verdict.cause.explanation.concept is not None
    assert verdict.cause.explanation.concept.id == concept


MET = [
    ("tour", "deployment/web", "ready"),
    ("tour", "job/report", "succeeded"),
    ("pod-replaced", "deployment/web", "ready"),
    ("init-containers", "pod/shop", "ready"),
    ("crash-loop", "pod/api", "crash-loop-back-off"),
    ("graceful-end", "pod/polite", "ready"),
    ("missing-config", "pod/greeter", "ready"),
    ("scheduling-gate", "pod/gated", "ready"),
]


@pytest.mark.parametrize(
    ("name", "target", "word"), MET, ids=[f"{case[1]} of {case[0]}" for case in MET]
)
def test_what_gets_well_is_met(name: str, target: str, word: str) -> None:
    what = wanted(grammar.wanted_target(target, name), word)
    assert verdict_of(items_of(name), what, ticking=False).outcome is Outcome.MET


def test_every_scenario_of_a_certain_failure_is_real() -> None:
    assert {case[0] for case in (*CERTAIN, *MET)} <= set(names())


def shuffled(items: Sequence[RecordedItem], rand: random.Random) -> Iterator[RecordedItem]:
    """The same stream with its Events at other places among the rest, which keeps its order."""
    events = [
        one for one in items if isinstance(one, Observed) and isinstance(one.object, PodEvent)
    ]
    moved = {id(one) for one in events}
    rest = [one for one in items if id(one) not in moved]
    places = sorted(rand.randint(1, len(rest)) for _ in events)
    rand.shuffle(events)
    for number, one in enumerate(rest):
        while places and places[0] <= number:
            places.pop(0)
            yield events.pop()
        yield one
    yield from events


@pytest.mark.parametrize("name", names())
def test_events_at_other_times_make_no_wrong_verdict(name: str) -> None:
    items = items_of(name)
    for target in targets(items, of_owners=False):
        what = wanted(target)
        right = verdict_of(items, what, ticking=False)
        for seed in range(SEEDS):
            moved = list(shuffled(items, random.Random(seed)))
            got = verdict_of(moved, what, ticking=False)
            assert got.outcome == right.outcome, (target, seed)
