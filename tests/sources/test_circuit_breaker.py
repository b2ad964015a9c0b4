"""The circuit breaker, by a virtual clock; and with threads, where it must let go."""

import random
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podwatch.sources.api import ApiError, Failure, Stopped, Unreachable
from podwatch.sources.circuit_breaker import OVERDUE, CircuitBreaker

NINE = [f"stream {n}" for n in range(9)]
DOWN = Unreachable("the server refused the connection")
MINUTE = 60.0


class Circuit(CircuitBreaker):
    """By a clock that stands still until it is set."""

    def __init__(self, rand: Callable[[], float] = lambda: 0.5) -> None:
        super().__init__(rand, lambda: self.seconds)
        self.seconds = 0.0

    def lose(self, streams: Iterable[str]) -> None:
        """All were live, and all are lost."""
        for who in streams:
            self.answered(who, live=True)
        for who in streams:
            self.lost(who)


def ignored(cause: Failure) -> None:
    """Who waits here does not want to know why."""


def asking(circuit: Circuit, streams: list[str], failure: Failure, until: float) -> list[float]:
    """When a request is made, if all streams want to ask from the beginning and all fail."""
    asked = []
    while circuit.seconds <= until:
        waits = {who: circuit.wait(who) for who in streams}
        ready = [who for who, seconds in waits.items() if seconds == 0]
        for who in ready:
            asked.append(circuit.seconds)
            circuit.failed(who, failure)
        if not ready:
            circuit.seconds += min(waits.values())
    return asked


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(DOWN, id="is unreachable"),
        pytest.param(ApiError(503, message="shutting down"), id="answers 503"),
        pytest.param(ApiError(500, message="etcd has no leader"), id="has no leader"),
        pytest.param(ApiError(429, message="busy"), id="is busy"),
    ],
)
@pytest.mark.parametrize("before", ["from the start", "with nine watches"])
@given(seed=st.integers())
def test_nine_streams_make_at_most_twelve_requests_in_a_minute_if_the_server(
    failure: Failure, before: str, seed: int
) -> None:
    circuit = Circuit(random.Random(seed).random)
    if before == "with nine watches":
        circuit.lose(NINE)
    assert len(asking(circuit, NINE, failure, MINUTE)) <= 12


@pytest.mark.parametrize("rand", [0.0, 1.0], ids=["shortest", "longest"])
def test_twelve_are_enough_with_the_pauses(rand: float) -> None:
    asked = asking(Circuit(lambda: rand), NINE, DOWN, MINUTE)
    assert 7 <= len(asked) <= 12


def test_what_the_server_asks_for_is_the_least_pause() -> None:
    asked = asking(Circuit(), NINE, ApiError(503, retry_after=9.0), MINUTE)
    assert min(b - a for a, b in pairwise(asked)) >= 9


def test_all_may_ask_once_one_was_answered() -> None:
    circuit = Circuit()
    assert [circuit.wait(who) for who in NINE] == [0.0] + [OVERDUE] * 8
    circuit.answered(NINE[0])
    assert [circuit.wait(who) for who in NINE] == [0.0] * 9


def test_the_others_take_their_turns() -> None:
    circuit = Circuit()
    circuit.wait("a")
    circuit.wait("b")
    circuit.failed("a", DOWN)
    assert circuit.wait("a") == inf
    assert circuit.wait("b") == 0


def test_after_a_lost_watch_one_tries_for_all_and_the_others_follow() -> None:
    circuit = Circuit()
    circuit.lose("abc")
    assert [circuit.wait(who) for who in "abc"] == [0.0, OVERDUE, OVERDUE]
    circuit.answered("a", live=True)
    assert [circuit.wait(who) for who in "bc"] == [0.0, 0.0]


def test_a_request_that_hangs_keeps_the_others_waiting_only_for_a_while() -> None:
    circuit = Circuit()
    assert [circuit.wait(who) for who in "abc"] == [0.0, OVERDUE, OVERDUE]
    circuit.seconds = 4
    assert [circuit.wait(who) for who in "bc"] == [OVERDUE - 4] * 2
    circuit.seconds = OVERDUE
    assert [circuit.wait(who) for who in "bc"] == [0.0, OVERDUE]
    circuit.seconds = 12
    circuit.failed("a", DOWN)  # too late to be news
    assert circuit.cause is None
    circuit.answered("b")
    assert circuit.wait("c") == 0


@pytest.mark.parametrize("code", [429, 502, 503])
def test_a_watch_that_outlives_its_server_costs_no_more_requests(code: int) -> None:
    circuit = Circuit()
    circuit.answered(NINE[0], live=True)
    circuit.lose(NINE[1:])
    assert len(asking(circuit, NINE[1:], ApiError(code), MINUTE)) <= 12


@pytest.mark.parametrize("code", [401, 403, 404, 410])
def test_a_refusal_is_an_answer(code: int) -> None:
    circuit = Circuit()
    circuit.wait("a")
    circuit.failed("a", ApiError(code))
    assert circuit.wait("b") == 0
    assert circuit.cause is None


def test_an_error_about_one_kind_keeps_no_other_waiting() -> None:
    circuit = Circuit()
    circuit.answered("pods", live=True)
    circuit.wait("events")
    circuit.failed("events", ApiError(500, message="can't decode"))
    circuit.lost("pods")
    assert circuit.wait("pods") == 0


def test_a_stream_that_ends_keeps_no_other_waiting() -> None:
    circuit = Circuit()
    circuit.wait("a")
    circuit.wait("b")
    circuit.left("a")
    assert circuit.wait("b") == 0


# ── threads ──


def down(seconds: Callable[[], float] = lambda: 0.0) -> CircuitBreaker:
    """One whose stream `a` has tried twice, and failed."""
    breaker = CircuitBreaker(lambda: 0.5, seconds)
    for _ in range(2):
        breaker.enter("a", ignored, lambda: inf)
        breaker.failed("a", DOWN)
    return breaker


@contextmanager
def waiting(breaker: CircuitBreaker) -> Iterator[dict[str, bool]]:
    """Who waits for `a`, which has asked: whether they were let pass, once the block has ended."""
    breaker.enter("a", ignored, lambda: inf)
    passed: dict[str, bool] = {}

    def wait(who: str) -> None:
        try:
            breaker.enter(who, ignored, lambda: inf)
            passed[who] = True
        except Stopped:
            passed[who] = False

    threads = [threading.Thread(target=wait, args=(who,)) for who in "bc"]
    for thread in threads:
        thread.start()
    yield passed
    for thread in threads:
        thread.join(5)


def test_who_waits_is_told_why_and_gives_up_in_time() -> None:
    told: list[Failure] = []
    with pytest.raises(Unreachable) as raised:
        down().enter("b", told.append, lambda: 0.0)
    assert told == [DOWN]
    assert raised.value is DOWN


def test_stopping_ends_all_who_wait() -> None:
    breaker = CircuitBreaker(lambda: 0.5, lambda: 0.0)
    with waiting(breaker) as passed:
        breaker.stop()
    assert passed == {"b": False, "c": False}


def test_stopping_ends_a_pause_however_long_a_server_has_asked_for() -> None:
    breaker = CircuitBreaker(lambda: 0.5, lambda: 0.0)
    threading.Timer(0.05, breaker.stop).start()
    with pytest.raises(Stopped):
        breaker.pause(1e12)


def test_who_was_told_why_waits_for_the_next_one_who_asks() -> None:
    """Told of a failure, then the server answers and is lost: others ask again meanwhile."""
    asked = []

    def seconds() -> float:
        asked.append(threading.current_thread().name)
        if len(asked) > 1_000:
            breaker.stop()
        return 0.0

    breaker = down(seconds)

    def told(_: Failure) -> None:
        breaker.answered("a", live=True)
        breaker.lost("a")
        breaker.enter("c", ignored, lambda: inf)
        threading.Timer(0.2, breaker.stop).start()

    with pytest.raises(Stopped):
        breaker.enter("b", told, lambda: inf)
    assert len(asked) < 1_000


def test_an_answer_lets_all_who_wait_pass() -> None:
    breaker = CircuitBreaker(lambda: 0.5, lambda: 0.0)
    with waiting(breaker) as passed:
        breaker.answered("a")
    assert passed == {"b": True, "c": True}
