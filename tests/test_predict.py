"""`--predict` from the outside: in a pipe, and with options that don't go together."""

import json

import pytest

from podwatch.app.predict import questions_of
from podwatch.scenarios import scenario
from tests.cases import cases
from tests.command import called

(ASKED,) = questions_of(scenario("container-fails"))


def lines_of(kind: str, *arguments: str) -> list[dict[str, object]]:
    done = called(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return [one for one in told if one["kind"] == kind]


def test_in_json_a_question_and_its_outcome_are_lines() -> None:
    arguments = ("demo", "container-fails", "--predict", "-o", "json")
    (question,) = lines_of("question", *arguments)
    (outcome,) = lines_of("outcome", *arguments)
    assert question["question"] == outcome["question"] == "container-fails.phase"
    assert question["name"] == outcome["name"] == "backup"
    assert "right" not in question
    assert outcome["right"] == ASKED.right
    choices, answers = question["choices"], outcome["answers"]
    assert isinstance(choices, list)
    assert isinstance(answers, list)
    assert len(choices) == len(answers) == 4


def test_without_it_nothing_is_asked() -> None:
    assert lines_of("question", "demo", "container-fails", "-o", "json") == []
    assert "question:" not in called("demo", "container-fails", "-o", "lines").stdout


def test_in_a_pipe_the_question_is_printed_and_the_outcome_where_it_falls() -> None:
    text = called("demo", "container-fails", "--predict", "-o", "lines").stdout
    right = f"answer: {ASKED.right + 1}. {ASKED.choices[ASKED.right].text}"
    places = [f"question: {ASKED.prompt}", "backup terminated", right]
    at = [text.index(place) for place in places]
    assert at == sorted(at)
    assert "your answer" not in text, "nobody is there who could answer"
    assert "Next:" not in text, "nothing is foretold"


@pytest.mark.parametrize("speed", ["20", "1000"])
def test_a_pace_changes_nothing_of_what_is_asked(speed: str) -> None:
    arguments = ("demo", "container-fails", "--predict", "-o", "json", "--speed", speed)
    assert len(lines_of("outcome", *arguments)) == 1


def test_any_recording_is_asked_general_questions() -> None:
    (first, *_) = lines_of("question", "demo", "overview", "--predict", "-o", "json")
    assert str(first["question"]).startswith("live.")


@cases(
    "arguments said",
    {
        "a still": (["demo", "crash-loop", "--predict", "--snapshot", "x.svg"], "--predict"),
        "a film": (["demo", "crash-loop", "--predict", "--cast", "x.cast"], "--predict"),
        "a still of now": (["ns", "--predict", "--snapshot", "x.svg"], "--predict"),
    },
)
def test_pictures_ask_nobody(arguments: list[str], said: str) -> None:
    done = called(*arguments)
    assert done.returncode == 2
    assert "nobody can be asked" in done.stderr
    assert said in done.stderr
