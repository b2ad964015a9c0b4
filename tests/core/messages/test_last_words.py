"""Which line of a program's message is quoted, and what it blames."""

import tomllib
from pathlib import Path

import pytest

from podwatch.core.messages.last_words import known_words, last_words
from podwatch.core.messages.rules import check_patterns
from podwatch.core.present.states import present_states

ENDS = tomllib.loads(Path(__file__).with_name("last-words.toml").read_text("utf-8"))["end"]
NAMES = {name for _, name in known_words().patterns} - {"vague", "for-a-controller"}


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end["quotes"])
def test_the_line_that_names_the_error_is_quoted_and_says_what_is_to_blame(
    end: dict[str, str],
) -> None:
    line, blames = last_words(end["text"])
    assert end["quotes"] in line
    assert blames == end["blames"]


def test_every_table_is_shown_and_has_a_state() -> None:
    tests = [
        test
        for state in present_states().states
        for test in state.when.tests
        if test.name == "run.blames"
    ]
    assert {value for test in tests for value in test.values} == NAMES
    assert {end["blames"] for end in ENDS} >= NAMES


def test_every_pattern_is_a_regular_expression() -> None:
    check_patterns(one for one, _ in known_words().patterns)
