"""The tour in plain lines: for a pipe, and with somebody who answers."""

import os
import subprocess
import sys
from collections.abc import Iterable
from io import StringIO

import pytest

from podwatch.app.tour import Tour
from podwatch.app.tour.in_lines import LinesGuide, Passage, Person
from podwatch.app.tour.kept import Keeper
from podwatch.course import Ask, Chapter, Page, Play, chapters
from podwatch.renderers.course_text import WIDTH, CourseText
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.theme import ASCII, DEFAULT, Theme
from tests.command import ENVIRONMENT, PODWATCH, called

FIRST = chapters()[:1]


def told(
    course: list[Chapter] = FIRST, typed: str | None = None, theme: Theme = DEFAULT
) -> tuple[str, Tour]:
    """What is told of these chapters to somebody who types this; None: there is nobody."""
    out, pen = StringIO(), Layout(theme, None)

    def write(_: Passage, lines: Iterable[str]) -> None:
        out.writelines(f"{line}\n" for line in lines)

    tour = Tour(course, Keeper(None))
    person = Person(None if typed is None else StringIO(typed), out)
    tour.tell(LinesGuide(write, person, tour.answered, pen, CourseText(pen)))
    return out.getvalue(), tour


def test_a_chapter_is_told_from_its_opening_to_its_summary() -> None:
    text, _ = told()
    places = [text.index(one) for one in ("What a Pod is", "Watch for", "question", "In short")]
    assert places == sorted(places)
    assert all(sentence.split()[0] in text for sentence in FIRST[0].summary)


def test_it_is_the_same_each_time_and_nothing_is_wider_than_it_shall_be() -> None:
    text, _ = told()
    assert told()[0] == text
    assert max(map(len, text.splitlines())) <= WIDTH


def test_it_can_be_told_in_ascii() -> None:
    text, _ = told(theme=ASCII)
    assert text.isascii()


def test_without_anybody_a_question_is_printed_and_its_outcome_where_it_falls() -> None:
    text, tour = told()
    asked = text.index("The Pod object is there. What happens next?")
    shown = text.index("PodScheduled: the scheduler chose node")
    assert asked < shown < text.index("answer: 1. It gets a node.")
    assert "Your answer" not in text
    assert not tour.state.answers


def test_a_play_goes_on_where_it_was_held() -> None:
    text, _ = told()
    assert text.count("hello created:") == 1
    assert text.count("Here it is held.") == 2


def test_who_is_there_is_asked_and_told_how_the_answer_was() -> None:
    """On: the page; an answer and a reason; on."""
    text, tour = told(typed="\n3\nit sounds like it\n\n")
    assert "You said 3: not right." in text
    answer = tour.state.answers["what-a-pod-is.wrapper"]
    assert (answer.choice, answer.reason) == (2, "it sounds like it")


@pytest.mark.parametrize(
    "typed", ["0", "5", "two", "²", "1 2", "9" * 5000, "-1", "\x1b[31m"], ids=repr
)
def test_an_answer_that_is_no_choice_is_said_so_and_asked_again(typed: str) -> None:
    text, tour = told(typed=f"\n{typed}\n2\n\n\n")
    assert "is no choice" in text
    assert "You said 2: right." in text
    assert "\x1b" not in text
    assert tour.state.answers["what-a-pod-is.wrapper"].choice == 1


def test_a_question_can_be_skipped() -> None:
    text, tour = told(typed="\n\n\n")
    assert "answer: 2. A wrapper around its container." in text
    assert "You said" not in text
    assert not tour.state.answers


def test_the_end_of_the_input_ends_the_asking_and_not_the_tour() -> None:
    text, _ = told(typed="\n")
    assert text.count("Your answer") == 1
    assert "In short" in text


def test_who_is_there_can_leave_go_back_and_go_on_with_the_next_chapter() -> None:
    left, _ = told(typed="q\n")
    assert "Your answer" not in left
    back, _ = told(typed="\n\nb\n\n\nq\n")
    assert back.count("question: What is the Pod hello?") == 2
    on, _ = told(chapters()[:2], typed="n\nq\n")
    assert "Chapter 2 of 2" in on
    odd, _ = told(typed="what\nq\n")
    assert "what is no answer." in odd


def test_all_that_a_course_can_have_is_told() -> None:
    """Each scene, each kind of picture, commands, links and quotes."""
    text, _ = told(chapters())
    for chapter in chapters():
        assert chapter.title in text
        for scene in chapter.scenes:
            match scene:
                case Page(title=title, commands=commands, links=links):
                    assert title in text
                    assert all(one in text for one in commands)
                    assert all(f"kubernetes.io{one.page}" in text for one in links)
                case Play(see=see):
                    assert f"Now: {see[:40]}"[:40] in text
                case Ask(question=question):
                    assert question.prompt[:40] in text
    assert "is withdrawn" not in text
    assert "cut off, or older" not in text


def test_nothing_goes_on_by_itself_and_what_was_right_can_be_read() -> None:
    """After each page, play, question and chapter somebody has to say so."""
    scenes = len(FIRST[0].scenes)
    text, _ = told(typed="\n" * 100)
    assert text.count("Enter goes on") == scenes + 1
    asked, outcome = text.index("Your answer"), text.index("answer: 2. A wrapper")
    assert asked < outcome < text.index("Enter goes on", outcome) < text.index("Now: ")


def test_what_comes_next_is_not_said_where_it_is_asked() -> None:
    text, _ = told()
    assert "Next: the scheduler picks a node" not in text


def test_a_lesson_is_told_once_the_questions_that_it_may_answer_are_decided() -> None:
    """Who is to say who answers at localhost is not told so before."""
    text, _ = told(chapters()[1:2])
    asked = text.index("Who answers?")
    lesson = text.index("One network for all containers of a Pod")
    assert asked < text.index("answer: 4.") < lesson
    texts = [(one.title, told([one])[0]) for one in chapters()]
    for title, whole in texts:
        for play in whole.split("\nNow: ")[1:]:
            before = play.split("Here it is held.")[0].rpartition("\nquestion: ")[0]
            assert " * " not in before, title


# ── as a command ──


def test_in_a_pipe_it_is_told_at_once_the_same_for_everybody() -> None:
    piped = called("tour", "1", given="3\n", COLUMNS="200").stdout
    assert piped.startswith("Chapter 1 of 13: What a Pod is\n====")
    assert max(map(len, piped.splitlines())) <= WIDTH
    assert "Your answer" not in piped
    assert called("tour", "1", "-o", "lines", TERM="dumb", TZ="Asia/Tokyo").stdout == piped


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
@pytest.mark.parametrize("columns", [60, 80, 200])
def test_on_a_terminal_somebody_is_asked_and_it_is_as_wide_as_that(columns: int) -> None:
    import pty

    ours, theirs = pty.openpty()
    env = {**ENVIRONMENT, "COLUMNS": str(columns), "TERM": "dumb"}
    os.write(ours, b"\n2\n\nq\n")
    subprocess.run(
        [PODWATCH, "tour", "1"], stdin=theirs, stdout=theirs, env=env, check=True, timeout=60
    )
    os.close(theirs)
    text = os.read(ours, 65536).decode()
    os.close(ours)
    assert "You said 2: right." in text
    assert "podwatch tour goes on there" in text
    told = text.split("Enter goes on")[0].splitlines()
    assert max(map(len, told)) <= min(columns, WIDTH)
