"""The last question of a class, and its most common wrong answer."""

from msgspec.structs import replace

from podwatch.core.classroom.answers import tally
from podwatch.core.learning import GivenAnswer
from tests.build import at
from tests.core.classroom.classes import PHASE, Room, kept, namespace

LATER = replace(PHASE, id="later")
OPEN = replace(PHASE, id="open", choices=tuple(replace(one, right=False) for one in PHASE.choices))
KNOWN = {one.id: one for one in (PHASE, LATER, OPEN)}


def answer(choice: int, t: float = 0.0, again: int | None = None) -> GivenAnswer:
    return GivenAnswer(choice=choice, again=again, at=at(t))


def test_the_most_common_wrong_answer_is_told_with_its_count() -> None:
    made = tally([{"phase": answer(n)} for n in (0, 1, 2, 2)], KNOWN)
    assert made is not None
    assert (made.answered, made.wrong, made.counts) == (4, 3, (1, 1, 2))
    assert made.common == (PHASE.choices[2], 2)


def test_what_was_chosen_after_talking_counts() -> None:
    made = tally([{"phase": answer(1, again=0)}], KNOWN)
    assert made is not None
    assert (made.wrong, made.common) == (0, None)


def test_one_learner_who_is_ahead_does_not_change_the_question() -> None:
    both = [{"phase": answer(1, 10), "later": answer(1, 90)}, {"phase": answer(0, 20)}]
    made = tally(both, KNOWN)
    assert made is not None
    assert made.question is PHASE
    both[1]["later"] = answer(0, 95)
    made = tally(both, KNOWN)
    assert made is not None
    assert made.question is LATER


def test_an_unknown_question_and_a_choice_that_is_none_do_not_count() -> None:
    assert tally([{"nobody": answer(0)}, {"phase": answer(9)}, {}], KNOWN) is None


def test_where_only_what_happens_tells_each_is_judged_by_what_came_to_pass() -> None:
    def told(choice: int, right: int | None) -> dict[str, GivenAnswer]:
        return {"open": replace(answer(choice), right=right)}

    made = tally([told(1, 0), told(1, None), told(0, 0), told(2, 0)], KNOWN)
    assert made is not None
    assert (made.counts, made.errors, made.right) == ((1, 2, 1), (0, 1, 1), 0)
    assert made.common == (OPEN.choices[1], 1)
    made = tally([told(1, 0), told(1, 1)], KNOWN)
    assert made is not None
    assert (made.errors, made.right) == ((0, 1, 0), -1)


def test_before_anything_came_to_pass_nothing_is_wrong() -> None:
    made = tally([{"open": answer(1)}], KNOWN)
    assert made is not None
    assert (made.answered, made.wrong, made.common, made.right) == (1, 0, None, -1)


def test_answers_come_from_the_config_maps() -> None:
    said = f'{{"choice": 1, "at": "{at(3).isoformat()}"}}'
    room = Room(namespace("one"), kept("one", answer__phase=said), kept("else", answer__phase=said))
    made = room.board(1).tally
    assert made is not None
    assert made.answered == 1
