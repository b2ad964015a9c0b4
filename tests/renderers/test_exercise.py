"""What `podwatch exercise` says: short, true of what was found, and harmless."""

import json
from datetime import UTC, datetime, timedelta
from shlex import quote

import pytest

from podwatch.core.learning import Learner
from podwatch.course import Exercise, exercise, exercises
from podwatch.course.judged import ExerciseResult, Judged, Standing
from podwatch.renderers.exercise import (
    following,
    hints,
    instead,
    list_,
    painted_page,
    result,
    solution,
    started,
)
from podwatch.renderers.exercise_lines import list_lines, result_line

NOW = datetime.now(UTC)
CART = exercise("cart-image")
HOSTILE = "no \x1b[2J image \u202e ::error::"


def found(standing: Standing, *said: str, pod: str = "") -> ExerciseResult:
    judged = Judged(check=CART.checks[0], standing=standing, said=said, pod=pod)
    return ExerciseResult(standing=standing, judged=(judged,))


def page(got: ExerciseResult, left: int = 3, before: datetime | None = None) -> str:
    return result(CART, "anna", got, exercises()[1], left, before, " -n anna", 80)


def test_not_yet_says_what_is_wrong_and_what_to_type_next() -> None:
    said = page(found(Standing.NOT_YET, "Pod cart-1: no image", pod="cart-1"))
    assert said.startswith("✖ not yet: The cart does not start (cart-image)\n")
    assert CART.checks[0].still in said
    assert "    Pod cart-1: no image\n" in said
    assert "1 more thing will be looked at" in said
    assert "podwatch explain pod/cart-1 -n anna\n" in said
    assert "podwatch exercise hint -n anna   (3 left)\n" in said


def test_without_a_hint_left_the_solution_is_named() -> None:
    assert "podwatch exercise solution -n anna" in page(found(Standing.NOT_YET), left=0)


def test_solved_says_what_was_right_and_why_and_what_comes_next() -> None:
    said = page(found(Standing.SOLVED, "deployment/cart: ready"))
    assert "✔ deployment/cart: ready\n" in said
    assert " ".join(CART.right.split()) in " ".join(said.split())
    assert f"podwatch exercise start {exercises()[1].name} -n anna" in said


def test_solved_again_says_so() -> None:
    before = datetime.now(UTC) - timedelta(minutes=5)
    assert "it was solved before, 5 min ago" in page(found(Standing.SOLVED), before=before)


def test_what_could_not_be_checked_is_not_told_as_not_solved() -> None:
    said = page(found(Standing.UNKNOWN, "the cluster can't be reached"))
    assert "not yet" not in said
    assert CART.checks[0].still not in said
    assert "the cluster can't be reached" in said


@pytest.mark.parametrize("standing", Standing)
def test_what_comes_from_the_cluster_acts_on_nothing(standing: Standing) -> None:
    got = found(standing, HOSTILE, pod=HOSTILE)
    said = page(got) + result_line(CART, "anna", got, None, NOW).decode()
    assert not {"\x1b", "\u202e"} & set(said)


def test_all_solved_has_no_next() -> None:
    said = result(CART, "anna", found(Standing.SOLVED), None, 0, None, "", 80)
    assert "All exercises are solved." in said


def test_next_is_the_one_after_this_that_is_not_solved_else_an_earlier_one() -> None:
    first, second, *rest = exercises()
    assert following(first, exercises(), {first.name: NOW}) == second
    solved = {one.name: NOW for one in rest}
    assert following(rest[-1], exercises(), solved) == first
    assert following(first, exercises(), {one.name: NOW for one in exercises()}) is None


@pytest.mark.parametrize("one", exercises(), ids=lambda one: one.name)
@pytest.mark.parametrize("width", [60, 80])
def test_texts_keep_to_the_width(one: Exercise, width: int) -> None:
    task = started(one, "anna", "", width).split("\nlook:")[0].splitlines()[1:]
    told = hints(one, len(one.hints), "", width).splitlines()
    assert max(map(len, [*task, *told])) <= width
    assert max(map(len, list_(exercises(), None, "", width).splitlines()[:-1])) <= width


def test_hints_come_up_to_the_one_that_is_asked_for() -> None:
    assert "hint 2" not in hints(CART, 1, "", 80)
    assert "hint 1" in hints(CART, 2, "", 80)
    assert "podwatch exercise solution" in hints(CART, 3, "", 80)


def test_the_solution_is_what_changes_and_how_it_is_applied() -> None:
    said = solution(CART, "anna", 80)
    assert "+          image: busybox:1.36\n" in said
    assert f"kubectl -n anna apply -f {quote(str(CART.solution))}\n" in said
    assert "\x1b[" in painted_page(said)


def test_a_solution_that_needs_something_deleted_says_so_first() -> None:
    one = next(one for one in exercises() if one.removes)
    said = solution(one, "", 80)
    assert said.index(f"kubectl delete {one.removes[0]}") < said.index("kubectl apply")


def test_the_list_counts_and_marks() -> None:
    known = Learner(exercise="checkout-probe", solved={"cart-image": NOW})
    said = list_(exercises(), known, "", 80)
    assert "✔ cart-image" in said
    assert "▸ checkout-probe" in said
    assert f"1 of {len(exercises())} exercises solved" in said
    assert "go on: podwatch exercise check" in said


def test_what_ends_with_a_start_is_said_before_it() -> None:
    assert instead(None, "cart-image") == ""
    started = datetime.now(UTC) - timedelta(minutes=4)
    begun = Learner(exercise="cart-image", started={"cart-image": started})
    assert "begun 4 min ago" in instead(begun, "checkout-probe")
    assert "anew" in instead(begun, "cart-image")


def test_the_lines_have_what_is_kept_or_null() -> None:
    known = Learner(exercise="cart-image", solved={"cart-image": NOW}, hints={"cart-image": 2})
    first = json.loads(next(list_lines(exercises(), known, NOW)))
    assert (first["underWay"], first["hints"], first["started"]) == (True, 2, None)
    first = json.loads(next(list_lines(exercises(), None, NOW)))
    assert (first["underWay"], first["hints"], first["solved"]) == (None, None, None)


def test_the_line_of_a_check_has_its_outcome_and_what_was_said() -> None:
    got = found(Standing.NOT_YET, "no image", pod="cart-1")
    line = json.loads(result_line(CART, "anna", got, exercises()[1], NOW))
    assert (line["kind"], line["outcome"], line["of"]) == ("checked", "not yet", 2)
    assert line["checks"] == [
        {
            "still": CART.checks[0].still,
            "outcome": "not yet",
            "said": ["no image"],
            "pod": "cart-1",
        }
    ]
    assert line["right"] == ""
