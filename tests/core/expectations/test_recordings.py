"""Verdicts over the scenarios' recordings: right, at the same instant however they are fed."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from podwatch.core.concepts import catalog
from podwatch.core.expectations import Expectations, Outcome, Target, Verdict, grammar
from podwatch.core.expectations.scopes import lacking
from podwatch.core.kube import JUDGED_KINDS, PodEvent
from podwatch.core.present import present_states
from podwatch.core.session import Session
from podwatch.core.stream import Observed, Opened, RecordedItem, Tick
from podwatch.scenarios import names, scenario
from podwatch.sources.recording import read
from tests.core.expectations.judging import end_of, word
from tests.core.expectations.test_claims import LIMITED
from tests.core.expectations.test_claims import RECORDED as OF_CLAIMS

SEEDS = 100
FEW_SEEDS = 5
"""For the long recordings of scenarios."""


def wanted(target: Target, *words: str, **rest: object) -> Expectations:
    made = {"targets": (target,), "words": tuple(map(word, words)), **rest}
    return Expectations(**made)  # type: ignore[arg-type]


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
    return end_of(session)


def targets(items: Sequence[RecordedItem]) -> list[Target]:
    """Everything in a recording that can be a target, without what an owner has made."""
    opened = items[0]
    assert isinstance(opened, Opened)
    found: dict[Target, None] = {}
    for item in items:
        if isinstance(item, Observed) and type(item.object).__name__ in JUDGED_KINDS:
            meta = item.object.metadata
            if meta.owner_references:
                continue
            found[Target(type(item.object).__name__, meta.namespace, meta.name)] = None
    return [one for one in found if not lacking(opened, one)]


@pytest.mark.parametrize("name", names())
def test_a_verdict_falls_at_the_same_instant_live_and_replayed(name: str) -> None:
    items = items_of(name)
    for target in targets(items):
        for words in ((), ("phase=Running",)):
            what = wanted(target, *words, timeout=40.0, stable=3.0)
            live = verdict_of(items, what, ticking=True)
            assert live == verdict_of(items, what, ticking=False), (target, words)


WORKLOADS = Path(__file__).parents[2] / "bench" / "workloads"
"""Workloads with the recordings that `make bench-kind` made of them."""

CERTAIN = [
    ("broken-account", "deployment/app", "", "no-service-account"),
    ("broken-command", "deployment/app", "", "program-missing-before"),
    ("wrong-command", "pod/mistyped", "", "program-missing"),
    ("broken-config", "pod/app", "", "config-missing"),
    ("broken-crash-loop", "deployment/app", "", "max-restarts"),
    ("broken-image", "deployment/app", "", "image-not-found"),
    ("broken-image-name", "pod/app", "", "invalid-image-name"),
    ("broken-job", "job/app", "", "job-failed"),
    ("broken-pod", "pod/app", "", "pod-failed"),
    ("broken-limit-range", "deployment/app", "", "refused"),
    ("broken-limit-range-event", "statefulset/app", "", "refused-event"),
    ("broken-quota-unsaid", "deployment/app", "", "refused-for-now"),
    ("broken-quota-unsaid-event", "statefulset/app", "", "refused-for-now-event"),
    ("broken-quota", "deployment/app", "", "quota-too-small"),
    ("broken-quota-event", "statefulset/app", "", "quota-too-small-event"),
    ("broken-rollout", "deployment/app", "", "rollout-too-slow"),
    ("broken-root", "pod/app", "", "runs-as-root"),
    ("broken-too-big", "pod/app", "", "unschedulable"),
    ("broken-volume", "deployment/app", "", "volume-source-missing"),
    ("healthy-job", "job/app", "failed", "job-complete"),
    ("image-never-pulled", "pod/offline", "", "image-never-pulled"),
    ("missing-config-volume", "pod/configured", "", "volume-source-missing"),
    ("unschedulable-taint", "pod/uninvited", "", "unschedulable"),
    ("job-backoff-limit", "job/stubborn", "", "job-failed"),
    ("job-backoff-limit", "pod/stubborn-xq24r", "succeeded", "pod-of-this-name-failed"),
    ("job-succeeds", "pod/report-hn6r8", "failed", "pod-of-this-name-succeeded"),
    ("fast-pod", "pod/quick", "failed", "pod-succeeded"),
    ("single-container", "pod/hello", "succeeded", "never-succeeds"),
]
MET = [
    ("healthy-daemonset", "daemonset/app", "ready"),
    ("healthy-deployment", "deployment/app", "ready"),
    ("healthy-in-the-end", "deployment/app", "ready"),
    ("healthy-job", "job/app", "succeeded"),
    ("healthy-late", "deployment/app", "ready"),
    ("healthy-pod", "pod/app", "ready"),
    ("healthy-statefulset", "statefulset/app", "ready"),
    ("overview", "job/report", "succeeded"),
    ("rolling-update", "deployment/web", "ready"),
    ("crash-loop", "pod/api", "crash-loop-back-off"),
    ("missing-config", "pod/greeter", "ready"),
    ("drain", "deployment/web", "ready"),
]


RECORDINGS = Path(__file__).parent / "recordings"
"""What users saw, recorded on clusters of theirs."""


def test_a_quota_that_a_rollout_has_used_up_is_no_failure_but_the_cause_of_the_time_out() -> None:
    items = list(read(RECORDINGS / "quota-used-up.jsonl"))
    verdict = verdict_of(items, wanted(Target("Deployment", "eco-q2", "web")), ticking=False)
    assert verdict.outcome is Outcome.TIMED_OUT
    assert verdict.cause is not None
    assert verdict.cause.rule == "pods-over-quota"


@pytest.mark.parametrize("path", sorted(RECORDINGS.glob("*.jsonl")), ids=lambda path: path.stem)
def test_what_users_saw_is_judged_at_the_same_instant_live_and_replayed(path: Path) -> None:
    items = list(read(path))
    for target in targets(items):
        what = wanted(target, timeout=40.0)
        live = verdict_of(items, what, ticking=True)
        assert live == verdict_of(items, what, ticking=False), target


def items_of(name: str) -> list[RecordedItem]:
    """A workload's recording, or a scenario's."""
    own = WORKLOADS / f"{name}.jsonl"
    return list(read(own if own.exists() else scenario(name).recording))


def asked(name: str, target: str, *words: str) -> Expectations:
    """The expectation of a target in the recording's own namespace."""
    opened = items_of(name)[0]
    assert isinstance(opened, Opened)
    return wanted(grammar.wanted_target(target, opened.scopes[0].namespace), *words)


@pytest.mark.parametrize(
    ("name", "target", "word", "rule"), CERTAIN, ids=[case[0] for case in CERTAIN]
)
def test_what_can_not_get_well_fails_with_its_cause(
    name: str, target: str, word: str, rule: str
) -> None:
    what = asked(name, target, *([word] if word else []))
    verdict = verdict_of(items_of(name), what, ticking=False)
    assert verdict.outcome is Outcome.VIOLATED
    assert verdict.cause is not None
    assert verdict.cause.rule == rule


def test_every_permanent_state_is_shown_by_a_recording() -> None:
    shown = {case[3] for case in CERTAIN} - {"max-restarts"}
    shown |= {LIMITED} | {
        rule for outcome, rule in OF_CLAIMS.values() if outcome is Outcome.VIOLATED
    }
    assert {state.id for state in present_states().states if state.permanent} == shown


@pytest.mark.parametrize(
    ("name", "target", "word"), MET, ids=[f"{case[1]} of {case[0]}" for case in MET]
)
def test_what_gets_well_is_met(name: str, target: str, word: str) -> None:
    verdict = verdict_of(items_of(name), asked(name, target, word), ticking=False)
    assert verdict.outcome is Outcome.MET


def test_every_workload_is_judged_here() -> None:
    named = {case[0] for case in (*CERTAIN, *MET)}
    assert {path.stem for path in WORKLOADS.glob("*.yaml")} <= named


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


SHUFFLED = [
    *((name, target, word, Outcome.VIOLATED) for name, target, word, _ in CERTAIN),
    *((name, target, word, Outcome.MET) for name, target, word in MET),
]


@pytest.mark.parametrize(
    ("name", "target", "word", "outcome"), SHUFFLED, ids=[f"{c[0]} {c[2]}" for c in SHUFFLED]
)
def test_events_at_other_times_make_no_wrong_verdict(
    name: str, target: str, word: str, outcome: Outcome
) -> None:
    items = items_of(name)
    what = asked(name, target, *([word] if word else []))
    for seed in range(SEEDS if (WORKLOADS / f"{name}.jsonl").exists() else FEW_SEEDS):
        moved = list(shuffled(items, random.Random(seed)))
        assert verdict_of(moved, what, ticking=False).outcome is outcome, seed
