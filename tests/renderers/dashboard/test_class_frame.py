"""What stands on the screen of a class: the board, the wall, and nothing that a learner wrote."""

import unicodedata
from collections.abc import Callable
from datetime import UTC

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from podwatch.core.board import Board
from podwatch.core.classroom.answers import Tally
from podwatch.core.classroom.rows import ClassBoard, LearnerRow, in_order
from podwatch.core.health import Health
from podwatch.renderers.dashboard.class_frame import ClassFrame, class_frame
from podwatch.renderers.dashboard.class_scene import ClassLook
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.theme import ASCII, DEFAULT, Theme
from tests.build import at
from tests.core.classroom.classes import PHASE
from tests.renderers.dashboard.test_view import HOSTILE

IMAGE = "ImagePullBackOff: docker.io has no image busybox:1.63"
ROWS = [
    LearnerRow(
        learner="anna",
        namespace="learner-anna",
        pods=1,
        pod="cart-5d9c-x",
        doing=IMAGE,
        cause=IMAGE,
        trouble=True,
        health=Health.TROUBLE,
        progress=at(0),
        stuck=720.0,
        exercise="cart-image",
        open=True,
        hints=2,
        solved=("probe-port", "job-ends"),
    ),
    LearnerRow(
        learner="ben",
        namespace="learner-ben",
        pods=2,
        pod="search-0",
        doing="ready after 2.1 s",
        health=Health.READY,
        exercise="cart-image",
        open=True,
        unchecked=True,
        stuck=60.0,
        progress=at(0),
        undone=("cart-image",),
    ),
    LearnerRow(learner="carla", namespace="learner-carla"),
]
TALLY = Tally(question=PHASE, counts=(2, 1, 4), errors=(0, 1, 4), right=0)
CLASS = ClassBoard(learners=in_order(ROWS), tally=TALLY, exercises=16, known=True, now=at(800))
BAD = LearnerRow(
    learner=HOSTILE,
    namespace=HOSTILE,
    pod=HOSTILE,
    doing=HOSTILE,
    cause=HOSTILE,
    exercise=HOSTILE,
    note=HOSTILE,
    stuck=1e12,
    progress=at(0),
    trouble=True,
    undone=(HOSTILE,),
)
WORST = replace(
    CLASS,
    learners=(BAD, replace(BAD, learner="東京-" * 20, note="", namespace="x")),
    missing=(HOSTILE,),
)
MANY = replace(
    CLASS,
    learners=tuple(replace(ROWS[0], learner=f"l{n}", namespace=f"n{n}") for n in range(40)),
)
SITUATIONS = {
    "nothing came yet": ClassBoard(),
    "no learners": ClassBoard(known=True, now=at(0)),
    "three": CLASS,
    "forty": MANY,
    "hostile": WORST,
    "some may not be read": replace(CLASS, missing=("exercises and answers are not known: no",)),
}
FIRST = ClassLook()
LOOKS = {
    "board": FIRST,
    "chosen": ClassLook(at="n39", scroll=99),
    "wall": ClassLook(wall=True),
    "answered": ClassLook(wall=True, answered=True),
}


def drawn(
    board: ClassBoard, look: ClassLook, width: int, height: int, theme: Theme = DEFAULT
) -> ClassFrame:
    return class_frame(board, look, Board(), width, height, Layout(theme, UTC))


def text(board: ClassBoard, look: ClassLook = FIRST, width: int = 80, height: int = 24) -> str:
    return "\n".join(line.plain.rstrip() for line in drawn(board, look, width, height).lines)


@pytest.mark.parametrize("theme", [DEFAULT, ASCII], ids=["unicode", "ascii"])
@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("board", SITUATIONS.values(), ids=SITUATIONS)
def test_every_size_is_filled_exactly(board: ClassBoard, look: ClassLook, theme: Theme) -> None:
    for width in (20, 60, 72, 80, 110, 150, 200):
        for height in (4, 15, 19, 24, 50):
            made = drawn(board, look, width, height, theme)
            assert len(made.lines) == height, f"at {width}x{height}"
            for line in made.lines:
                assert cell_len(line.plain) == width, f"at {width}x{height}: {line.plain!r}"
                assert theme is not ASCII or line.plain.isascii()


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_what_learners_write_acts_on_nothing(look: ClassLook) -> None:
    for line in drawn(WORST, look, 110, 34).lines:
        assert not {char for char in line.plain if unicodedata.category(char) in {"Cc", "Cf"}}


def test_a_row_says_who_is_stuck_for_how_long_on_what() -> None:
    shown = text(CLASS)
    anna = next(line for line in shown.splitlines() if "anna" in line)
    assert anna.split()[1:6] == ["✖", "anna", "12m", "2/16", "cart-image"] or "12m" in anna
    assert "docker.io has no image busybox:1.63" in anna
    assert "Pods are well, not solved yet" in shown
    assert "looks solved" not in shown
    assert "no Pods yet" in shown


def test_the_learner_at_whom_one_is_is_told_of_in_full() -> None:
    shown = text(CLASS, ClassLook(at="learner-ben"))
    assert "search-0: ready after 2.1 s" in shown
    assert "cart-image was solved here, and is not so any more" in shown
    assert "no progress for 60 s" in shown


def test_the_wrong_answer_stands_over_the_table_with_what_is_wrong_in_it() -> None:
    lines = text(CLASS).splitlines()
    assert lines[1].startswith(" ? Which phase has it?")
    assert lines[1].endswith("7 answers, 5 wrong")
    assert lines[2] == '   4× "CrashLoopBackOff": That is no phase.'
    assert '4× "CrashLoopBackOff"' in text(CLASS, width=60, height=15).splitlines()[1]


def test_an_answer_that_everybody_has_right_is_said_to_be_so() -> None:
    shown = text(replace(CLASS, tally=replace(TALLY, counts=(5, 0, 0), errors=(0, 0, 0))))
    assert "5 answers, none wrong" in shown


def test_places_for_facts_are_left_open_in_a_question() -> None:
    asked = replace(PHASE, prompt="What does {container.name} do?")
    assert "What does … do?" in text(replace(CLASS, tally=replace(TALLY, question=asked)))


def test_nobody_is_named_on_the_wall() -> None:
    for look in (LOOKS["wall"], LOOKS["answered"]):
        for width, height in ((60, 15), (80, 24), (200, 50)):
            shown = text(CLASS, look, width, height).lower()
            assert not any(row.learner in shown or row.namespace in shown for row in ROWS)
    shown = text(CLASS, LOOKS["wall"])
    assert "3 learners, 1 with a Pod in trouble" in shown
    assert "2 at it" in shown


def test_what_holds_up_several_is_counted_once_whatever_its_term_is_now() -> None:
    again = replace(ROWS[0], cause=IMAGE.replace("ImagePullBackOff", "ErrImagePull"))
    shown = text(replace(CLASS, learners=(ROWS[0], again, ROWS[0]), tally=None), LOOKS["wall"])
    assert f"  3 {IMAGE}" in shown
    assert "ErrImagePull" not in shown


def test_the_wall_shows_the_answer_only_if_it_is_asked_for() -> None:
    assert "✔" not in text(CLASS, LOOKS["wall"])
    answered = text(CLASS, LOOKS["answered"])
    assert "✔ A  Running" in answered
    assert "It is started again." in answered


def test_without_learners_it_says_how_to_make_them() -> None:
    assert "asking the cluster" in text(ClassBoard())
    shown = text(ClassBoard(known=True))
    assert "podwatch/learner" in shown
    assert "docs/workshop/learners.sh anna ben carla" in shown


def test_the_one_at_whom_one_is_is_always_seen() -> None:
    made = drawn(MANY, ClassLook(at="n39"), 80, 24)
    assert made.rows[-1] == "n39"
    assert made.row(made.top) == made.rows[0]
    assert made.row(0) == ""


def test_two_of_one_name_are_told_apart() -> None:
    same = [replace(row, learner="anna", shares_name=True) for row in ROWS]
    shown = text(replace(CLASS, learners=tuple(same)), width=110)
    assert "anna (learner-ben)" in shown
    shown = text(replace(CLASS, learners=tuple(same)), width=60, height=15)
    assert "learner-ben" in shown
    assert "learner-anna" in shown


@pytest.mark.parametrize("width", [80, 110, 200])
def test_a_whole_screen(width: int, is_golden: Callable[[str, str], None]) -> None:
    height = {80: 24, 110: 34, 200: 50}[width]
    is_golden(f"class-{width}x{height}", text(CLASS, FIRST, width, height))
