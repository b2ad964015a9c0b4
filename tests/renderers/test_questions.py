"""Questions in plain lines: printed, asked on standard input, and answered."""

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from podwatch.core.board import Update
from podwatch.core.learning import GivenAnswer
from podwatch.core.question import Choice, Question
from podwatch.core.stream import Posed
from podwatch.core.timeline import Decided
from podwatch.renderers.lines import Lines
from podwatch.renderers.playback import Player
from podwatch.renderers.questions import LineQuestions
from tests import build
from tests.cases import cases

QUESTION = Question(
    id="crash.phase",
    prompt="In which phase is the Pod then?",
    choices=(
        Choice(text="Failed", answer="It has not stopped for good."),
        Choice(text="Running", answer="It is started again.", right=True),
    ),
    point="Failed: all containers have stopped for good.",
    often_read="One failing container makes a Pod Failed.",
)
POSED = Posed(at=build.at(1), t=1.0, question=QUESTION)
DECIDED = Decided(at=build.at(2), t=2.0, question=QUESTION, right=1)


class Typist:
    """Types these lines, then nothing more; and takes what is written and kept."""

    def __init__(self, *typed: str, player: Player | None = None) -> None:
        self._typed = iter(typed)
        self.written: list[str] = []
        self.given: list[GivenAnswer] = []
        self.problem = ""
        self.stood_still: list[bool] = []
        self._player = player
        self.questions = LineQuestions(self.written.append, lambda: None, self.types, player, self)

    def types(self) -> str:
        if self._player is not None:
            self.stood_still.append(self._player.waits)
        return next(self._typed, "")

    def keep(self, _: Question, answer: GivenAnswer) -> None:
        self.given.append(answer)

    def told(self, *entries: Posed | Decided) -> str:
        for one in entries:
            self.questions.take(one)
        return "".join(self.written)


@cases(
    "typed answers",
    {
        "a number and why": (
            ["2\n", "it restarts\n"],
            [GivenAnswer(choice=1, reason="it restarts")],
        ),
        "no reason": (["1\n", "\n"], [GivenAnswer(choice=0)]),
        "skipped": (["\n"], []),
        "no choice first": (
            ["0\n", "3\n", "two\n", "²\n", "9" * 5000 + "\n", "2\n", "\n"],
            [GivenAnswer(choice=1)],
        ),
        "the end of the input": ([], []),
        "the end at the reason": (["2\n"], [GivenAnswer(choice=1)]),
        "blanks around it": (["  2 \n", " why \n"], [GivenAnswer(choice=1, reason="why")]),
    },
)
def test_an_answer_is_read(typed: Iterable[str], answers: list[GivenAnswer]) -> None:
    one = Typist(*typed)
    one.told(POSED)
    assert one.given == answers


def test_what_is_no_choice_is_said_and_asked_again() -> None:
    text = Typist("\x1b[2Jseven\n", "2\n", "\n").told(POSED)
    assert '"␛[2Jseven" is no choice' in text
    assert text.count("your answer, 1 to 2") == 2


def test_the_outcome_says_what_was_answered() -> None:
    assert "answer, as you said: 2. Running." in Typist("2\n", "\n").told(POSED, DECIDED)
    text = Typist("1\n", "\n").told(POSED, DECIDED)
    assert "answer: 2. Running. It is started again." in text
    assert '  1. wrong, your answer, "Failed": It has not stopped for good.' in text
    assert (
        '  often read: "One failing container makes a Pod Failed."\n  in fact: Failed: all' in text
    )


def test_after_the_end_of_the_input_questions_are_only_printed() -> None:
    one = Typist()
    text = one.told(POSED, DECIDED, POSED)
    assert text.count("your answer") == 1
    assert text.count("question: In which phase") == 2


def test_one_that_is_withdrawn_says_why() -> None:
    gone = Decided(at=build.at(2), t=2.0, question=QUESTION, withdrawn="api is gone.")
    assert "the question is withdrawn: api is gone." in Typist("2\n", "\n").told(POSED, gone)


def test_a_replay_stands_still_meanwhile() -> None:
    player = Player(1.0)
    one = Typist("2\n", "\n", player=player)
    one.told(POSED)
    assert one.stood_still == [True, True]
    assert not player.waits


def test_it_goes_on_where_somebody_interrupts() -> None:
    player = Player(1.0)
    one = Typist(player=player)

    def interrupted() -> str:
        raise KeyboardInterrupt

    questions = LineQuestions(one.written.append, lambda: None, interrupted, player)
    with pytest.raises(KeyboardInterrupt):
        questions.take(POSED)
    assert not player.waits
    assert one.written[-1] == "\n"


def test_that_answers_can_not_be_kept_is_said_once() -> None:
    one = Typist()
    one.problem = "answers are not kept: forbidden"
    assert one.told(DECIDED, DECIDED).count("answers are not kept: forbidden") == 1


def test_lines_foretell_nothing_where_questions_are_asked() -> None:
    for questions, foretells in ((None, True), (Typist().questions, False)):
        written: list[str] = []
        lines = Lines(written.append, lambda: None, questions=questions)
        lines.show(Update(entries=(POSED,), t=1.0))
        assert lines._tell._foretells is foretells


def test_where_only_what_happens_tells_it_is_kept_once_it_has() -> None:
    choices = tuple(replace(one, right=False, shown_by=("ready",)) for one in QUESTION.choices)
    question = replace(QUESTION, choices=choices)
    typist = Typist("1\n", "\n")
    typist.told(replace(POSED, question=question), replace(DECIDED, question=question))
    assert typist.given == [GivenAnswer(choice=0), GivenAnswer(choice=0, right=1)]
