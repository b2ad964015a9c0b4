"""Which question about any Pod is asked when, and what decides it."""

from typing import Any

from msgspec.structs import replace

from podwatch.core.concepts import catalog
from podwatch.core.kube import Pod
from podwatch.core.predictions import Predictions
from podwatch.core.question import Choice, Moment, Question, mistakes
from podwatch.core.session import Session
from podwatch.core.stream import Posed, StreamItem, Tick
from podwatch.core.timeline import Decided
from tests import build
from tests.build import added, ended, modified, opened, pod, running, status, synced
from tests.cases import cases


def question(id_: str = "live.ended", concept: str = "exited-non-zero", **more: Any) -> Question:
    choices = (
        Choice(text="It is started again", answer="a", shown_by=("restarted",)),
        Choice(text="It is Failed", answer="b", shown_by=("failed",)),
        Choice(text="Nothing", answer="c", if_nothing=more.pop("quiet", False)),
    )
    prompt = "Container {container.name} of {pod.name} has ended. What now?"
    made: dict[str, Any] = {"after": Moment(concept=concept), "within": 60.0, **more}
    return Question(id=id_, prompt=prompt, choices=choices, **made)


def up(run: str = "A", name: str = "web", **more: Any) -> Pod:
    return pod(status(running(), run), name=name, phase="Running", node="n", **more)


def down(name: str = "web", **more: Any) -> Pod:
    made = {"phase": "Running", "node": "n", **more}
    return pod(status(ended("A")), name=name, **made)


def up_again() -> Pod:
    made = status(running(), "B", restarts=1, last=ended("A"))
    return pod(made, phase="Running", node="n")


BEGIN: list[StreamItem] = [opened(), added(up(), 0.5), synced(1.0)]


class Watch:
    """A session that asks; `turns` is what it asked and what decided it."""

    def __init__(
        self, *general: Question, own: tuple[Question, ...] = (), pause: float = 30
    ) -> None:
        predictions = Predictions(own, general, pause=pause)
        self.session = Session(catalog(), predictions=predictions)
        self.turns: list[Posed | Decided] = []
        self.feed(*BEGIN)

    def feed(self, *items: StreamItem) -> "Watch":
        for item in items:
            while (due := self.session.tells_at()) is not None and due <= item.t:
                self._take(Tick(t=due))
            self._take(item)
        return self

    def _take(self, item: StreamItem) -> None:
        entries = self.session.feed(item).entries
        self.turns += [one for one in entries if isinstance(one, Posed | Decided)]

    def end(self) -> "Watch":
        self.turns += [o for o in self.session.end().entries if isinstance(o, Posed | Decided)]
        return self

    @property
    def told(self) -> list[str]:
        """`asked live.ended`, `live.ended: 1`, `live.ended: why it was withdrawn`."""
        return [
            f"asked {one.question.id}"
            if isinstance(one, Posed)
            else f"{one.question.id}: {one.withdrawn or one.right}"
            for one in self.turns
        ]


def test_it_is_asked_after_what_happened_and_decided_by_what_then_happens() -> None:
    watch = Watch(question()).feed(modified(down(), 5), modified(up_again(), 9), Tick(t=12))
    assert watch.told == ["asked live.ended", "live.ended: 0"]
    assert watch.turns[0].question.prompt == "Container app of web has ended. What now?"
    assert [one.ref.name for one in watch.turns if one.ref] == ["web", "web"]
    assert watch.turns[0].t < watch.turns[1].t


def test_what_has_been_decided_in_the_same_version_is_no_question() -> None:
    assert Watch(question()).feed(modified(down(phase="Failed"), 5), Tick(t=12)).told == []


def test_what_happens_to_another_pod_decides_nothing() -> None:
    other = [added(up(name="other"), 5.5), modified(down("other", phase="Failed"), 6)]
    watch = Watch(question()).feed(modified(down(), 5), *other, Tick(t=10))
    assert watch.told == ["asked live.ended"]


def test_what_happens_to_another_container_decides_nothing() -> None:
    two = (status(ended("A")), status(running(), "X", name="helper"))
    helper = status(running(), "Y", name="helper", restarts=1, last=ended("X"))
    first = pod(status(running(), "A"), two[1], phase="Running", node="n")
    watch = Watch(question()).feed(
        modified(first, 2),
        modified(pod(*two, phase="Running", node="n"), 5),
        modified(pod(two[0], helper, phase="Running", node="n"), 8),
        Tick(t=20),
    )
    assert watch.told == ["asked live.ended"]


def test_what_nothing_decides_in_time_is_withdrawn() -> None:
    watch = Watch(question()).feed(modified(down(), 5), Tick(t=64), Tick(t=66))
    assert watch.told == ["asked live.ended", "live.ended: Nothing has decided this for 1 min 0 s."]


def test_the_session_wakes_when_it_is_due() -> None:
    watch = Watch(question()).feed(modified(down(), 5), Tick(t=7))
    assert watch.session.wakes_at() is not None
    due = watch.turns[0].t + 60
    watch.feed(Tick(t=due - 0.01))
    assert len(watch.turns) == 1
    watch.feed(Tick(t=due))
    assert watch.turns[1].t == due


def test_that_nothing_happens_can_be_the_answer() -> None:
    watch = Watch(question(quiet=True)).feed(modified(down(), 5), Tick(t=80))
    assert watch.told == ["asked live.ended", "live.ended: 2"]


def test_a_pod_that_goes_away_withdraws_it() -> None:
    watch = Watch(question()).feed(modified(down(), 5), build.deleted(down(), 8), Tick(t=8.1))
    assert watch.told == [
        "asked live.ended",
        "live.ended: web is gone, before anything has decided this.",
    ]


def test_a_deletion_withdraws_it_before_its_end_decides_anything() -> None:
    watch = Watch(question()).feed(
        modified(down(), 5),
        modified(down(deletion=8), 8),
        modified(down(deletion=8, phase="Failed"), 9),
        Tick(t=12),
    )
    why = "web is being deleted, before anything has decided this."
    assert watch.told == ["asked live.ended", f"live.ended: {why}"]


def test_what_is_about_its_end_waits_for_the_grace_period_too() -> None:
    made = question("live.gone", "deletion-requested", quiet=True, within=20.0)
    asked, going = replace(made, prompt="What now?"), modified(up(deletion=35, grace=30), 5)
    assert Watch(asked).feed(going, Tick(t=54)).told == ["asked live.gone"]
    assert Watch(asked).feed(going, Tick(t=59)).told == ["asked live.gone", "live.gone: 2"]


def test_the_end_of_the_stream_withdraws_it() -> None:
    watch = Watch(question()).feed(modified(down(), 5), Tick(t=7)).end()
    assert watch.told[1] == "live.ended: It ends here, before anything has decided this."


def test_the_end_does_not_forget_what_was_decided_last() -> None:
    watch = Watch(question()).feed(modified(down(), 5), Tick(t=7), modified(up_again(), 9)).end()
    assert watch.told == ["asked live.ended", "live.ended: 0"]


def test_each_is_asked_once_and_another_only_after_a_while() -> None:
    again = [modified(up_again(), 9), modified(up_again(), 10), modified(down(), 20)]
    other = question("live.other")
    assert Watch(question()).feed(modified(down(), 5), *again, Tick(t=90)).told[2:] == []
    ended_again = pod(status(ended("B")), phase="Running", node="n")
    for t, told in ((20.0, []), (60.0, ["asked live.other"])):
        watch = Watch(question(), other)
        watch.feed(
            modified(down(), 5), modified(up_again(), 9), modified(ended_again, t), Tick(t=t + 3)
        )
        assert watch.told == ["asked live.ended", "live.ended: 0", *told]


def test_never_two_at_once() -> None:
    watch = Watch(question(), question("live.other"), pause=0)
    watch.feed(added(up(name="b"), 2), modified(down(), 5), modified(down("b"), 5.1), Tick(t=9))
    assert watch.told == ["asked live.ended"]


@cases(
    "when asked",
    {
        "a fact that holds": ({"container": {"restart_policy": "Always"}}, True),
        "a fact that does not": ({"container": {"restart_policy": "Never"}}, False),
        "one that shall not": ({"pod": {"owner_kind": {"not": "*"}}}, True),
        "several": ({"pod": {"name": "w*", "containers": 1}, "container": {"name": "app"}}, True),
    },
)
def test_facts_say_about_which_pods_it_is(when: dict[str, Any], asked: bool) -> None:
    assert bool(Watch(question(when=when)).feed(modified(down(), 5), Tick(t=9)).told) is asked


def test_a_name_that_is_not_known_is_not_asked_for() -> None:
    unknown = replace(question(), prompt="What of {pod.nominated}?")
    assert Watch(unknown).feed(modified(down(), 5), Tick(t=9)).told == []


def test_what_was_not_seen_itself_is_not_asked_about() -> None:
    unseen = pod(status(running(), "B", restarts=1, last=ended("A")), phase="Running", node="n")
    assert Watch(question()).feed(modified(unseen, 5), Tick(t=9)).told == []


def test_a_lessons_own_question_counts_and_does_not_wait_for_a_pause() -> None:
    second = question("a.second", after=Moment(concept="exited-non-zero", count=2))
    ended_again = pod(status(ended("B")), phase="Running", node="n")
    watch = Watch(own=(second,)).feed(
        modified(down(), 5), modified(up_again(), 7), modified(ended_again, 12), Tick(t=15)
    )
    assert watch.told == ["asked a.second"]


def test_what_nothing_has_to_decide_is_decided_at_once() -> None:
    known = Question(
        id="a.known",
        prompt="?",
        choices=(Choice(text="a", answer="a", right=True), Choice(text="b", answer="b")),
        after=Moment(concept="exited-non-zero"),
    )
    watch = Watch(own=(known,)).feed(modified(down(), 5), Tick(t=9))
    assert watch.told == ["asked a.known", "a.known: 0"]


def test_a_session_without_questions_asks_nothing_and_foretells() -> None:
    session = Session(catalog())
    assert session.board.foretells
    assert session.predictions is None
    asking = Session(catalog(), predictions=Predictions((), [question()]))
    assert not asking.board.foretells
    assert asking.fork().predictions is None


def test_no_lesson_is_told_before_the_last_known_question_is_decided() -> None:
    watch = Watch(own=(question(quiet=True),)).feed(modified(down(), 5))
    assert watch.told == ["asked live.ended"]
    assert not watch.session.board.teaches
    watch.feed(modified(up_again(), 10), Tick(t=20))
    assert watch.session.board.teaches
    assert Watch(question()).session.board.teaches, "nobody knows what will be asked of any Pod"
    later = Session(catalog(), predictions=Predictions(later=True)).board
    assert later.foretells
    assert not later.teaches, "what is asked later is about the lessons"


@cases(
    "changes said",
    {
        "two right": ({"right": (True, True)}, "exactly one choice is right"),
        "none right": ({"right": (False, False)}, "exactly one choice is right"),
        "the same twice": ({"text": ("a", "a")}, "two choices are the same"),
        "quiet twice": ({"if_nothing": (True, True)}, "proved by nothing happening"),
    },
)
def test_a_broken_question_is_told(changes: dict[str, Any], said: str) -> None:
    given = {"text": ("a", "b"), "right": (True, False), **changes}
    choices = tuple(
        Choice(answer="x", **{name: values[n] for name, values in given.items()}) for n in (0, 1)
    )
    assert said in " ".join(mistakes(Question(id="a.b", prompt="?", choices=choices)))
