"""What a learner has done, kept in a ConfigMap: written, read, and hostile."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podwatch.core.learning import GivenAnswer, Learner, changes, from_data, to_data

TEN = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
LEARNER = Learner(
    exercise="cart-image",
    started={"cart-image": TEN},
    solved={"checkout-probe": TEN},
    hints={"cart-image": 2},
    answers={"crash-loop.phase": GivenAnswer(choice=1, again=0, reason="it restarts", at=TEN)},
)


def test_what_is_written_is_read() -> None:
    assert from_data(to_data(LEARNER)) == LEARNER


def test_what_came_true_is_read_too() -> None:
    answers = {"live.ended": GivenAnswer(choice=1, right=0, at=TEN)}
    assert from_data(to_data(Learner(answers=answers))).answers == answers


def test_the_keys_are_those_that_are_documented() -> None:
    assert to_data(LEARNER) == {
        "exercise": "cart-image",
        "started.cart-image": "2026-11-28T10:00:00Z",
        "solved.checkout-probe": "2026-11-28T10:00:00Z",
        "hints.cart-image": "2",
        "answer.crash-loop.phase": '{"choice":1,"again":0,"reason":"it restarts",'
        '"at":"2026-11-28T10:00:00Z"}',
    }


def test_the_last_answer_is_that_after_talking() -> None:
    assert GivenAnswer(choice=1).last == 1
    assert GivenAnswer(choice=1, again=0).last == 0


def test_only_what_changed_is_written() -> None:
    after = Learner(exercise="checkout-probe", started=LEARNER.started, hints={"cart-image": 3})
    assert changes(LEARNER, after) == {
        "exercise": "checkout-probe",
        "hints.cart-image": "3",
        "solved.checkout-probe": None,
        "answer.crash-loop.phase": None,
    }


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("exercise", "\x1b[2J"),
        ("exercise", "../../etc"),
        ("started.cart-image", "yesterday"),
        ("started.cart-image", "2026-11-28T10:00:00"),
        ("started.cart-image", "0001-01-01T00:00:00+23:59"),
        ("started.\x1b[2J", "2026-11-28T10:00:00Z"),
        ("solved.", "2026-11-28T10:00:00Z"),
        ("hints.cart-image", "-1"),
        ("hints.cart-image", "9" * 5000),
        ("hints.cart-image", "²"),
        ("answer.crash-loop.phase", "1"),
        ("answer.crash-loop.phase", '{"choice":-1}'),
        ("answer.crash-loop.phase", '{"choice":99999999999999999999999}'),
        ("answer.crash-loop.phase", '{"choice":0,"again":-1}'),
        ("answer.crash-loop.phase", "[" * 100_000),
        ("answer.crash-loop.phase", '{"choice":"\ud800"}'),
        ("something", "else"),
    ],
)
def test_what_cant_be_read_is_left_out(key: str, value: str) -> None:
    assert from_data({key: value}) == Learner()


def test_a_long_reason_is_cut() -> None:
    read = from_data({"answer.a.b": '{"choice":0,"reason":"' + "x" * 100_000 + '"}'})
    assert len(read.answers["a.b"].reason) == 300


@given(st.dictionaries(st.text(), st.text()))
def test_whatever_is_read_can_be_written_and_read_again(data: dict[str, str]) -> None:
    read = from_data(data)
    assert from_data(to_data(read)) == read
