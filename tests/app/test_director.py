"""Steps are taken live when what they wait for has happened, and are announced before."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import pytest

from podwatch.app.director import Director
from podwatch.app.feeds import Inbox
from podwatch.app.predict import asked_live, questions_of
from podwatch.app.replay import lesson_of
from podwatch.app.stage import LiveStage
from podwatch.core.concepts import catalog
from podwatch.core.predictions import Predictions
from podwatch.core.session import Session
from podwatch.core.stream import Deed, Posed, RecordedItem, StreamItem, Synced, Tick
from podwatch.errors import PodwatchError
from podwatch.renderers import Silent
from podwatch.renderers.cue import Cue
from podwatch.scenarios import Scenario, Step, filled, names, scenario
from podwatch.sources.clock import Clock
from podwatch.sources.recording import read


@dataclass
class FakeStage:
    """Nothing is done; what would be is kept."""

    scenario: Scenario
    calls: list[str] = field(default_factory=list)
    refuses: str = ""

    def apply(self) -> None:
        self.calls.append("apply")

    def take(self, step: Step, pod: str) -> None:
        if self.refuses:
            raise PodwatchError(self.refuses, "")
        self.calls.append(" ".join(self.arguments(step, pod)))

    def arguments(self, step: Step, pod: str) -> list[str]:
        return filled(step.run, {"{pod}": pod})

    def has(self, _: str) -> bool:
        return True


class Performance:
    """A lesson's recording through a session and a director, on a clock of the recording."""

    def __init__(
        self,
        name: str,
        *,
        reads: bool = False,
        holds: bool = False,
        follows: bool = False,
        predicts: bool = False,
    ) -> None:
        self.t = 0.0
        self.stage = FakeStage(scenario(name))
        self.items = list(read(self.stage.scenario.recording))
        listed = (isinstance(one, Synced) and one.scope.kind == "Pod" for one in self.items)
        self.before = list(listed).index(True) + 1
        """How many items say what was there before."""
        self.inbox = Inbox()
        self.told: list[str] = []
        then = scenario(self.stage.scenario.next)
        self.cue = Cue(lesson_of(self.stage.scenario, then, "podwatch demo"))
        self.clock = Clock(monotonic=lambda: self.t)
        own = questions_of(self.stage.scenario) if predicts else ()
        self.session = Session(catalog(), predictions=Predictions(own))
        self.director = Director(
            cast("LiveStage", self.stage),
            Silent(),
            self.inbox,
            self.clock,
            self.cue,
            self.told.append,
            among_beats=False,
            reads=reads,
            holds=holds,
            another_follows=follows,
            questions=asked_live(self.stage.scenario) if predicts else None,
        )

    def look(self) -> None:
        """Let the director look, until what it does beside the loop is done."""
        self.director.frame()
        for one in threading.enumerate():
            if one.name == "podwatch-step":
                one.join()
        self.director.frame()

    def passes(self, seconds: float) -> None:
        until = self.t + seconds
        while self.t < until:
            self.t += 0.5
            self.feed(Tick(t=self.t))

    def feed(self, item: StreamItem) -> None:
        self.director.show(self.session.feed(item))
        self.look()

    def play(self, items: list[RecordedItem] | None = None) -> None:
        for item in self.items if items is None else items:
            self.t = max(self.t, item.t)
            self.director.take(item)
            self.feed(item)

    @property
    def deeds(self) -> list[Deed]:
        return [one for one in self.put() if isinstance(one, Deed)]

    @property
    def questions(self) -> list[Posed]:
        return [one for one in self.put() if isinstance(one, Posed)]

    def put(self) -> Iterator[object]:
        while not self.inbox.empty():
            yield self.inbox.get()


@pytest.mark.parametrize("name", names())
def test_every_step_of_every_lesson_is_taken_and_each_comes_to_its_end(name: str) -> None:
    one = Performance(name)
    one.play()
    one.passes(60)
    assert one.director.missing() == []
    steps = one.stage.scenario.steps
    assert len(one.stage.calls) == 1 + sum(bool(step.run) for step in steps)
    assert len(one.deeds) == sum(step.is_deed for step in steps)
    assert (one.director.over, one.director.done) == (True, True)
    assert one.told[-1] == f"The end: {one.stage.scenario.point}"


def test_nothing_is_applied_before_the_namespace_is_listed_and_the_lesson_can_be_read() -> None:
    one = Performance("scaling", reads=True)
    one.look()
    assert (one.stage.calls, one.told) == ([], [])
    one.play(one.items[: one.before])
    assert one.stage.calls == []
    assert one.told[0].startswith("A Deployment is scaled: ")
    assert one.cue.part == "before"
    one.passes(30)
    assert one.stage.calls == ["apply"]
    part: str = one.cue.part
    assert part == "play"


def test_a_step_is_announced_before_it_is_taken_and_told_as_a_beat() -> None:
    one = Performance("scaling", reads=True)
    one.play()
    while one.cue.step is None:
        one.passes(0.5)
    command = "kubectl scale deployment/web --replicas=3"
    assert (one.cue.step.command, one.cue.part) == (command, "step")
    assert one.told[-1] == f"next: {command}: {one.stage.scenario.steps[0].aim}"
    assert one.stage.calls == ["apply"]
    one.passes(20)
    (first, *_) = one.deeds
    assert (first.command, first.ref.kind, first.ref.name) == (command, "Deployment", "web")
    assert one.stage.calls[1] == "scale deployment/web --replicas=3"


@pytest.mark.parametrize("part", ["before", "step"])
def test_enter_says_that_it_is_read(part: str) -> None:
    one = Performance("scaling", reads=True)
    one.play(one.items[: one.before])
    if part == "step":
        one.passes(30)
        one.play(one.items[one.before :])
        while one.cue.step is None:
            one.passes(0.5)
    calls, then = len(one.stage.calls), one.t
    assert one.cue.part == part
    assert one.cue.skip()
    one.look()
    assert (len(one.stage.calls), one.t) == (calls + 1, then)
    assert not one.cue.skip()


def test_a_failure_is_raised_where_the_loop_is() -> None:
    one = Performance("overview")
    one.stage.refuses = "the API server refuses"
    with pytest.raises(PodwatchError, match="the API server refuses"):
        one.play()


def test_on_the_dashboard_it_is_held_until_a_key() -> None:
    one = Performance("scaling", holds=True)
    one.play()
    one.passes(60)
    assert (one.director.over, one.director.done, one.cue.part) == (True, False, "after")
    assert not one.cue.skip()  # only q ends it


def test_where_another_one_follows_enter_goes_on_to_it() -> None:
    one = Performance("scaling", holds=True, follows=True)
    one.play()
    one.passes(60)
    assert not one.director.done
    assert one.cue.skip()
    one.look()
    assert one.director.done


def test_what_has_not_come_is_named() -> None:
    one = Performance("scaling")
    one.play(one.items[: one.before])
    missing = one.director.missing()
    assert "created" in missing
    one.play(one.items[one.before :])
    assert one.director.missing() == []


# ── questions ──


def test_what_a_step_decides_is_asked_before_it_is_even_announced() -> None:
    one = Performance("pod-replaced", predicts=True)
    one.play()
    one.passes(10)
    (asked,) = one.questions
    assert one.stage.calls == ["apply"]
    assert not any(text.startswith("next:") for text in one.told)
    one.cue.wait(True)  # somebody thinks
    one.feed(asked)
    one.passes(10)
    assert one.stage.calls == ["apply"]
    one.cue.wait(False)
    one.passes(1)
    assert one.told[-1].startswith("next: kubectl delete pod")
    assert len(one.stage.calls) == 2


def test_what_no_step_leads_to_is_asked_before_the_manifest_is_applied() -> None:
    one = Performance("crash-loop", predicts=True)
    one.play(one.items[: one.before])
    one.passes(5)
    (asked, *_) = one.questions
    assert one.stage.calls == []
    one.feed(asked)
    one.passes(1)
    for more in one.questions:
        one.feed(more)
    one.passes(1)
    assert one.stage.calls == ["apply"]


@pytest.mark.parametrize("name", names())
def test_every_question_before_a_moment_is_asked_live_once(name: str) -> None:
    one = scenario(name)
    asked = [question.id for found in asked_live(one).values() for question in found]
    own = [question.id for question in questions_of(one) if question.before is not None]
    assert sorted(asked) == sorted(own)
    assert all(0 <= at <= sum(step.is_deed for step in one.steps) for at in asked_live(one))
