"""A container that ends while an exercise is checked does not stay up."""

from podwatch.app.exercise.uptime import Uptime
from podwatch.core.kube import Pod
from podwatch.course.checks import ExerciseCheck
from podwatch.sources.api import ApiError
from tests.build import pod, running, status

CHECK = ExerciseCheck(still="The cart is not ready.", target="-l app=cart", expect="ready")


def cart(restarts: int, uid: str = "1") -> Pod:
    return pod(status(running(), name="cart", restarts=restarts), name="cart", uid=uid)


def between(before: list[Pod], after: list[Pod]) -> tuple[str, ...]:
    """What is said where these were there at the check, and those at the end."""
    answers = [before, after]
    runs = Uptime(lambda _: answers.pop(0))
    runs.note(CHECK, "app=cart")
    ended = runs.ended()
    return ended.said if ended is not None else ()


def test_a_container_that_was_started_again_meanwhile_did_not_stay_up() -> None:
    assert between([cart(0)], [cart(1)]) == (
        "container cart of Pod cart ended while it was checked",
    )


def test_what_was_restarted_before_is_no_matter() -> None:
    assert between([cart(3)], [cart(3)]) == ()


def test_a_pod_that_took_anothers_place_is_another_one() -> None:
    assert between([cart(0, "1")], [cart(1, "2")]) == ()


def test_what_can_not_be_asked_is_left_to_the_checks() -> None:
    def refuses(selector: str) -> list[Pod]:
        raise ApiError(403, "Forbidden", f"no pods with {selector}")

    runs = Uptime(refuses)
    runs.note(CHECK, "app=cart")
    assert runs.ended() is None
