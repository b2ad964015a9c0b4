"""A question on the dashboard: what its keys do, who waits for whom, and what stands there."""

from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from podwatch.app.feeds import ReplayFeed
from podwatch.app.run import Over
from podwatch.core.board import Update
from podwatch.core.learning import GivenAnswer
from podwatch.core.question import Choice, Moment, Question
from podwatch.core.stream import Posed
from podwatch.core.timeline import Decided
from podwatch.renderers.dashboard.asked import asked
from podwatch.renderers.dashboard.asking import FIRST, PATIENCE, Asker, Asking, AskingStage
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.theme import DEFAULT
from podwatch.renderers.dashboard.view import view
from podwatch.renderers.dashboard.view_state import Scene, ViewState
from podwatch.renderers.playback import Player
from tests import build
from tests.cases import cases
from tests.renderers.dashboard.boards import board, lesson
from tests.renderers.dashboard.drawn import Clock, Drawn

PEN = Layout(DEFAULT, None)
QUESTION = Question(
    id="crash.phase",
    prompt="The container ended with exit code 1. In which phase is its Pod then?",
    choices=(
        Choice(text="Failed", answer="Failed needs all containers to have stopped for good."),
        Choice(text="Running", answer="It is started again.", right=True),
        Choice(text="Unknown", answer="Current Kubernetes does not set it."),
    ),
    often_read="One failing container makes a Pod Failed.",
    point="Failed: all containers have stopped for good, at least one of them failed.",
)
OTHER = Question(
    id="crash.next",
    prompt="What comes next?",
    choices=(
        Choice(text="A pause", answer="It grows.", right=True),
        Choice(text="Nothing", answer="The kubelet never gives up."),
    ),
)


def posed(question: Question = QUESTION) -> Posed:
    return Posed(at=build.at(1), t=1.0, question=question)


def decided(question: Question = QUESTION, right: int = 1, withdrawn: str = "") -> Decided:
    return Decided(at=build.at(2), t=2.0, question=question, right=right, withdrawn=withdrawn)


@dataclass
class Kept:
    problem: str = ""
    given: list[tuple[str, GivenAnswer]] = field(default_factory=list)

    def keep(self, question: Question, answer: GivenAnswer) -> None:
        self.given.append((question.id, answer))


class Somebody:
    """Somebody who is asked."""

    def __init__(self, player: Player | None = None, patience: float | None = None) -> None:
        self.kept = Kept()
        self.asker = Asker(player, self.kept, patience=patience)
        self.now = 10.0

    def told(self, *entries: Posed | Decided) -> "Somebody":
        self.asker.take(Update(entries=entries, t=1.0), self.now)
        return self

    def types(self, *names: str, in_a_class: bool = False) -> "Somebody":
        for name in names:
            self.asker.key(name, self.now, in_a_class=in_a_class)
        return self

    @property
    def sees(self) -> Asking:
        seen = self.asker.shown(self.now)
        assert seen is not None
        return seen

    @property
    def sees_nothing(self) -> bool:
        return self.asker.shown(self.now) is None


# ── what keys do ──


@cases(
    "keys choice",
    {
        "a number": (["2"], 1),
        "the first": (["down", "enter"], 0),
        "down and Enter": (["down"] * 3 + ["enter"], 2),
        "further than the last": (["down"] * 7 + ["enter"], 2),
        "up from the first": (["up", "enter"], 0),
        "letters, as in vi": (["j", "j", "j", "k", "enter"], 1),
        "a number that is none of them first": (["9", "0", "4", "2"], 1),
    },
)
def test_a_choice_is_answered(keys: list[str], choice: int) -> None:
    one = Somebody().told(posed()).types(*keys, "enter")
    assert one.kept.given == [("crash.phase", GivenAnswer(choice=choice))]
    assert one.sees_nothing, "the thing happens now"


def test_who_reads_on_by_enter_has_not_answered() -> None:
    one = Somebody().told(posed()).types("enter", "enter")
    assert one.sees.stage is AskingStage.CHOOSING
    assert "a number answers it" in one.asker.message
    assert one.kept.given == []


def test_the_reason_is_typed_and_can_be_mended() -> None:
    one = Somebody().told(posed()).types("1", *"it ix", "backspace", *"s so ", "enter")
    assert one.kept.given == [("crash.phase", GivenAnswer(choice=0, reason="it is so"))]


def test_letters_of_the_reason_are_no_keys_of_the_dashboard() -> None:
    one = Somebody().told(posed()).types("1")
    assert all(one.asker.key(name, one.now) for name in "qpn?/ 12")
    assert one.sees.reason == "qpn?/ 12"


def test_esc_at_the_reason_goes_back_to_the_choices() -> None:
    one = Somebody().told(posed()).types("1", "esc", "2", "enter")
    assert one.kept.given == [("crash.phase", GivenAnswer(choice=1))]


def test_a_question_can_be_skipped_and_its_outcome_is_not_told_then() -> None:
    one = Somebody().told(posed()).types("esc")
    assert one.sees_nothing
    assert one.told(decided()).sees_nothing
    assert not one.kept.given


def test_its_outcome_is_shown_until_it_is_read() -> None:
    one = Somebody().told(posed()).types("1", "enter").told(decided())
    assert (one.sees.stage, one.sees.right, one.sees.chosen) == (AskingStage.OUTCOME, 1, 0)
    one.types("down", "down", "up")
    assert one.sees.scroll == 1
    assert one.types("enter").sees_nothing


@pytest.mark.parametrize("name", ["n", "]", "right", "left", " "])
def test_what_lets_a_replay_go_on_does_not_while_somebody_is_asked(name: str) -> None:
    one = Somebody().told(posed())
    assert one.asker.key(name, one.now)
    assert one.asker.message == FIRST


@pytest.mark.parametrize("name", ["p", "q", "?", "e", "r", "m", "tab", "/"])
def test_other_keys_are_the_dashboards(name: str) -> None:
    one = Somebody().told(posed())
    assert not one.asker.key(name, one.now)


def test_no_key_is_about_a_question_where_none_is() -> None:
    one = Somebody()
    assert not any(one.asker.key(name, one.now) for name in ("1", "enter", "esc", "n", "up"))


# ── who waits for whom ──


def test_a_replay_stands_still_until_it_is_answered_and_until_the_outcome_is_read() -> None:
    clock = Clock()
    player = Player(1.0, monotonic=clock)
    player.begin(0.0)
    player.reach(0.0, 100.0)
    one = Somebody(player).told(posed())
    clock.now += 30
    assert player.now() == 0.0
    assert player.seconds_until(5.0) is None
    one.types("1", "enter")
    clock.now += 3
    assert player.now() == pytest.approx(3.0)
    one.told(decided())
    clock.now += 30
    assert player.now() == pytest.approx(3.0)
    one.types("enter")
    clock.now += 1
    assert player.now() == pytest.approx(4.0)


def test_one_that_was_skipped_keeps_nobody_waiting() -> None:
    player = Player(1.0)
    one = Somebody(player).told(posed()).types("esc").told(decided())
    assert not player.waits
    assert one.sees_nothing


def test_two_that_are_due_at_once_come_one_after_the_other_and_so_do_their_outcomes() -> None:
    one = Somebody().told(posed(), posed(OTHER))
    assert one.sees.question == QUESTION
    one.types("1", "enter")
    assert one.sees.question == OTHER
    one.types("1", "enter").told(decided(), decided(OTHER, 0))
    assert (one.sees.question, one.sees.stage) == (QUESTION, AskingStage.OUTCOME)
    one.types("enter")
    assert (one.sees.question, one.sees.stage) == (OTHER, AskingStage.OUTCOME)
    assert one.types("enter").sees_nothing


def test_one_that_happens_before_it_is_answered_is_answered_all_the_same() -> None:
    one = Somebody().told(posed()).told(decided())
    assert one.sees.stage is AskingStage.CHOOSING
    one.types("1", "enter")
    assert (one.sees.stage, one.sees.chosen, one.sees.right) == (AskingStage.OUTCOME, 0, 1)


def test_one_that_nothing_decides_any_more_goes_away_and_that_is_said() -> None:
    one = Somebody().told(posed()).told(decided(right=-1, withdrawn="api is gone."))
    assert one.sees_nothing
    assert one.asker.message == "the question is withdrawn: api is gone."


def test_one_that_is_withdrawn_after_the_answer_says_so_in_its_place() -> None:
    one = Somebody().told(posed()).types("2", "enter")
    one.told(decided(right=-1, withdrawn="api is gone."))
    assert (one.sees.stage, one.sees.withdrawn) == (AskingStage.OUTCOME, "api is gone.")


def test_nobody_there_lets_a_live_watch_go_on_after_a_while() -> None:
    one = Somebody(patience=PATIENCE).told(posed())
    assert one.asker.due(one.now) == PATIENCE
    one.now += PATIENCE - 1
    one.types("down")
    one.now += PATIENCE - 1
    assert not one.sees_nothing, "a key says that somebody is there"
    one.now += 2
    assert one.sees_nothing
    assert one.asker.message == "nobody answered: the question is gone"


def test_a_class_that_talks_is_given_its_time() -> None:
    one = Somebody(patience=PATIENCE).told(posed())
    one.types("5", "enter", "3", "enter", "enter", in_a_class=True)
    one.now += 3600
    assert one.sees.stage is AskingStage.TALKING


def test_a_question_without_a_pod_has_its_outcome_at_once() -> None:
    one = Somebody()
    one.asker.ask(QUESTION)
    assert one.sees.stage is AskingStage.CHOOSING
    one.types("2", "enter")
    assert (one.sees.stage, one.sees.right) == (AskingStage.OUTCOME, 1)
    assert one.types("enter").sees_nothing
    one.asker.ask(OTHER)
    assert one.types("esc").sees_nothing
    assert not one.asker.waits


def test_an_outcome_that_is_not_all_seen_is_read_on_before_one_goes_on() -> None:
    one = Somebody()
    one.asker.ask(QUESTION)
    assert one.types("2", "enter").sees.stage is AskingStage.OUTCOME
    one.asker.settled(0, 5)
    assert one.types("enter").sees.scroll == 8
    one.asker.settled(5, 0)
    assert one.types("enter").sees_nothing


def test_that_answers_can_not_be_kept_is_said() -> None:
    one = Somebody().told(posed())
    one.kept.problem = "answers are not kept: forbidden"
    assert one.sees is not None
    assert one.asker.message == "answers are not kept: forbidden"
    assert not one.kept.problem


def test_where_nothing_happens_meanwhile_the_outcome_is_just_the_answer() -> None:
    of_pod = replace(QUESTION, before=Moment(concept="restarted"))
    for question, title in ((QUESTION, "The answer"), (of_pod, "What happened")):
        told = Asking(question, AskingStage.OUTCOME, chosen=0, right=1)
        lines, _, below = asked(told, 80, 20, PEN)
        assert below == 0
        assert title in lines[0].plain


# ── a class ──


def test_a_class_votes_talks_and_votes_again() -> None:
    one = Somebody().told(posed())
    one.types("1", "2", "enter", "8", "enter", "enter", in_a_class=True)
    assert (one.sees.stage, one.sees.votes) == (AskingStage.TALKING, ("12", "8", ""))
    one.types("enter", "3", "enter", "1", "7", "enter", "enter", in_a_class=True)
    assert (one.sees.stage, one.sees.again) == (AskingStage.VOTED, ("3", "17", ""))
    one.types("enter", in_a_class=True)
    assert one.sees_nothing, "it happens now"
    one.told(decided())
    assert (one.sees.stage, one.sees.votes) == (AskingStage.OUTCOME, ("12", "8", ""))
    assert not one.kept.given, "hands have no names"


def test_only_enter_counts_nobody() -> None:
    one = Somebody().told(posed()).types("enter", in_a_class=True)
    assert one.sees_nothing
    assert one.told(decided()).sees.stage is AskingStage.OUTCOME


def test_a_number_of_hands_can_be_mended_and_is_not_endless() -> None:
    one = Somebody().told(posed())
    one.types("1", "backspace", "7", "down", *"123456", "up", "0", in_a_class=True)
    assert one.sees.votes == ("70", "123", "")


def test_the_second_vote_can_be_left_out() -> None:
    one = Somebody().told(posed()).types(*"5", "enter", "enter", "enter", in_a_class=True)
    one.types("esc", in_a_class=True)
    assert (one.sees.stage, one.sees.again) == (AskingStage.VOTED, ())


def test_a_vote_that_has_begun_goes_on_where_the_screen_is_no_projector_any_more() -> None:
    one = Somebody().told(posed()).types(*"5", "enter", "enter", "enter", in_a_class=True)
    assert one.types("enter").sees.stage is AskingStage.AGAIN
    one.types("4", "enter", "enter", "enter", "enter")
    assert one.sees_nothing


# ── what stands there ──

LONG = Question(
    id="long",
    prompt="A prompt of two hundred characters. " * 6,
    choices=tuple(
        Choice(text=f"Choice {n}: " + "words " * 13, answer="An answer. " * 18, right=n == 2)
        for n in range(4)
    ),
    point="The sentence to remember. " * 4,
    often_read="The error. " * 8,
)
STAGES = {
    "asked": Asking(QUESTION),
    "at the last": Asking(QUESTION, at=2),
    "its reason": Asking(QUESTION, AskingStage.REASON, chosen=0, reason="it stopped"),
    "its outcome": Asking(QUESTION, AskingStage.OUTCOME, chosen=0, right=1),
    "withdrawn": Asking(QUESTION, AskingStage.OUTCOME, chosen=0, withdrawn="api is gone."),
    "talking": Asking(QUESTION, AskingStage.TALKING, votes=("12", "8", "")),
    "again": Asking(QUESTION, AskingStage.AGAIN, votes=("12", "8", ""), again=("3", "", "")),
    "voted": Asking(QUESTION, AskingStage.VOTED, votes=("12", "8", ""), again=("3", "17", "")),
    "outcome of votes": Asking(
        QUESTION, AskingStage.OUTCOME, votes=("12", "8", ""), again=("3", "17", ""), right=1
    ),
    "long": Asking(LONG, moved=True, at=3),
    "long reason": Asking(LONG, AskingStage.REASON, at=3, chosen=3, reason="because " * 25),
    "long outcome": Asking(LONG, AskingStage.OUTCOME, chosen=0, right=2, scroll=500),
}
SIZES = [(60, 15), (80, 24), (110, 34), (200, 60), (24, 5)]


def screen(asking: Asking, width: int, height: int, scene: Scene = Scene.TABLE) -> list[str]:
    look = ViewState(asked=asking, scene=scene)
    frame = view(board(lesson()), width, height, look)
    assert len(frame.lines) == height
    assert all(cell_len(line.plain) == width for line in frame.lines)
    return [line.plain for line in frame.lines]


@pytest.mark.parametrize("scene", [Scene.TABLE, Scene.PROJECTOR])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", STAGES)
def test_it_fits_each_screen(name: str, size: tuple[int, int], scene: Scene) -> None:
    assert screen(STAGES[name], *size, scene)


@pytest.mark.parametrize("size", [(60, 15), (80, 24)], ids=["60x15", "80x24"])
def test_prompt_and_choices_are_seen_whole(size: tuple[int, int]) -> None:
    text = " ".join(" ".join(screen(STAGES["asked"], *size)).replace("│", " ").split())
    assert QUESTION.prompt in text
    assert all(
        f"{n}  {one.text}".replace("  ", " ") in text for n, one in enumerate(QUESTION.choices, 1)
    )


def test_the_choice_at_which_one_is_is_seen_on_a_screen_that_is_too_small() -> None:
    assert any("▸ 4" in line for line in screen(STAGES["long"], 60, 15))
    assert any("because" in line for line in screen(STAGES["long reason"], 60, 15))


def test_the_end_of_a_long_outcome_can_be_reached() -> None:
    end = screen(STAGES["long outcome"], 60, 15)
    assert "The sentence to remember." in " ".join(end)
    assert any(
        "read on" in line for line in screen(Asking(LONG, AskingStage.OUTCOME, right=2), 60, 15)
    )


def test_the_outcome_says_why_each_choice_is_right_or_not() -> None:
    text = " ".join(screen(STAGES["its outcome"], 80, 40))
    assert text.index("✔ 2  Running") < text.index("1  Failed (your answer)") < text.index("3  Unk")
    assert all(one.answer in text for one in QUESTION.choices)
    assert f'often read  "{QUESTION.often_read}"' in text


def test_bars_show_both_votes() -> None:
    text = "\n".join(screen(STAGES["voted"], 80, 24, Scene.PROJECTOR))
    assert "before ▮▮▮▮▮▮▮▮▮▮▮▮ 12" in text
    assert "after ▮▮▮▮▮▮▮▮▮▮▮▮▮▮▮▮▮ 17" in text


def test_votes_are_not_shown_as_bars_before_the_class_has_talked() -> None:
    assert "▮" not in "\n".join(screen(STAGES["talking"], 80, 24, Scene.PROJECTOR)[1:])


def test_the_outcome_of_a_vote_ends_with_the_sentence_to_remember() -> None:
    text = " ".join(" ".join(screen(STAGES["outcome of votes"], 80, 24, Scene.PROJECTOR)).split())
    assert text.index(QUESTION.choices[2].answer) < text.index(QUESTION.point)


def test_names_from_a_cluster_can_not_act_on_the_terminal() -> None:
    hostile = Question(
        id="x",
        prompt="evil\x1b[2J\u202e [bold]pod[/bold]",
        choices=(Choice(text="\x07a", answer="\x1bb", right=True), Choice(text="b", answer="c")),
    )
    for stage in (AskingStage.CHOOSING, AskingStage.OUTCOME):
        for scene in (Scene.TABLE, Scene.PROJECTOR):
            text = "\n".join(screen(Asking(hostile, stage, right=0), 80, 24, scene))
            assert not set("\x1b\x07\u202e") & set(text)


def test_while_somebody_thinks_nothing_says_what_comes_next() -> None:
    now = board(lesson())
    look = ViewState(asked=STAGES["asked"])
    before = "\n".join(line.plain for line in view(now, 110, 34).lines)
    during = "\n".join(
        line.plain for line in view(replace(now, foretells=False), 110, 34, look).lines
    )
    for said in ("next    in about 37 s", "never restarts", "exit code 1 after 2 s"):
        assert said in before
        assert said not in during


# ── on the screen ──


def test_at_its_end_a_recording_waits_for_who_is_still_asked() -> None:
    player = Player(1.0)
    feed = ReplayFeed(iter(()), player, hold=True)
    player.wait(True)
    assert feed.get(0.0) is None
    player.wait(False)
    assert isinstance(feed.get(0.0), Over)


def test_a_live_screen_stands_still_while_somebody_thinks_and_shows_then_what_came() -> None:
    drawn = Drawn(lesson(), 80, 24, asker=Asker())
    drawn.frame()
    drawn.screen.show(Update(entries=(posed(),), t=1.0, board=drawn.session.freeze))
    assert "What do you think?" in drawn.press("down")
    assert "paused" in drawn.lines()[0] or "back of" in drawn.lines()[0]
    assert "Why do you think so?" in drawn.press("1")
    said = drawn.press("q", "enter")
    assert "What do you think?" not in said
    assert "paused" not in drawn.lines()[0]


def test_without_an_asker_nothing_is_asked() -> None:
    drawn = Drawn(lesson(), 80, 24)
    drawn.screen.show(Update(entries=(posed(),), t=1.0, board=drawn.session.freeze))
    assert "What do you think?" not in drawn.press("down")


OPEN = replace(
    QUESTION,
    choices=tuple(replace(one, right=False, shown_by=("ready",)) for one in QUESTION.choices),
)


def test_where_only_what_happens_tells_it_is_kept_once_it_has() -> None:
    somebody = Somebody().told(posed(OPEN))
    somebody.types("1", "enter")
    somebody.told(decided(OPEN, right=1))
    somebody.now += 20
    somebody.asker.shown(somebody.now)
    (_, first), (_, second) = somebody.kept.given
    assert (first.choice, first.right) == (0, None)
    assert (second.choice, second.right) == (0, 1)


def test_where_the_question_tells_it_is_kept_once() -> None:
    somebody = Somebody().told(posed())
    somebody.types("1", "enter")
    somebody.told(decided())
    somebody.now += 20
    somebody.asker.shown(somebody.now)
    assert [answer.right for _, answer in somebody.kept.given] == [None]
