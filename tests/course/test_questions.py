"""The questions that the tour asks: each can be answered wrong, and learnt from.

What learners complain about, as far as it concerns texts; see also `tests/app/tour`.
"""

import re
from collections import Counter

import pytest

from podwatch.app.tour.material import questions_asked
from podwatch.core.question import Question, mistakes
from podwatch.course import FOLDER, chapters
from podwatch.scenarios import FOLDER as SCENARIOS
from tests.false_claims import claims

ASKED: list[Question] = [one for chapter in chapters() for one in questions_asked(chapter)]
of_each = pytest.mark.parametrize("one", ASKED, ids=[one.id for one in ASKED])


@of_each
def test_each_choice_has_an_answer_of_its_own_that_says_why(one: Question) -> None:
    assert mistakes(one) == []
    answers = [choice.answer for choice in one.choices]
    assert len(set(answers)) == len(answers)
    for answer in answers:
        assert len(answer.split()) >= 6, answer
        assert not re.match(r"(wrong|right|correct|no|yes)[.!]?$", answer, re.I)


@of_each
def test_there_is_a_sentence_to_remember(one: Question) -> None:
    assert one.point
    assert one.right >= 0


@of_each
def test_what_is_right_is_not_false(one: Question) -> None:
    """Wrong choices are quoted errors; nothing else of a question may be one."""
    right = one.choices[one.right]
    texts = [one.prompt, one.point, right.text, *(choice.answer for choice in one.choices)]
    assert [claims(text) for text in texts] == [[]] * len(texts)


def test_what_is_right_does_not_always_stand_in_the_same_place() -> None:
    places = Counter(one.right for one in ASKED)
    assert max(places.values()) <= 0.4 * len(ASKED)
    assert len(places) == 4


@of_each
def test_what_is_right_is_not_told_by_its_length(one: Question) -> None:
    """Who knows nothing must not find it by taking the longest."""
    lengths = sorted(len(choice.text) for choice in one.choices)
    right = len(one.choices[one.right].text)
    assert right <= 2 * lengths[-2], one.id


def test_nothing_is_named_without_a_meaning() -> None:
    files = [*FOLDER.rglob("*.toml"), *SCENARIOS.glob("*/questions.toml")]
    assert files
    for file in files:
        found = re.findall(r"\b(foo|bar|baz|qux|asdf|test-?pod|my-?pod)\b", file.read_text(), re.I)
        assert not found, file
