"""The circuit breaker, by a virtual clock; and with threads, where it must let go."""

import random
import threading
from itertools import pairwise
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podwatch.sources.api import ApiError, Failure, Stopped, Unreachable
from podwatch.sources.circuit_breaker import OVERDUE, Circuit, CircuitBreaker

NINE = [f"stream {n}" for n in range(9)]
DOWN = Unreachable("the server refused the connection")
MINUTE = 60.0


def new(rand: float = 0.5) -> Circuit:
    return Circuit(lambda: rand)


def ignored(cause: Failure) -> None:
    """Who waits here does not want to know why."""


def asking(circuit: Circuit, streams: list[str], failure: Failure, until: float) -> list[float]:
    """When a request is made, if all streams want to ask from the beginning and all fail."""
    t, asked = 0.0, []
    while t <= until:
        waits = {who: circuit.wait(who, t) for who in streams}
        ready = [who for who, seconds in waits.items() if seconds == 0]
        for who in ready:
            asked.append(t)
            circuit.failed(who, failure, t)
        if not ready:
            t += min(waits.values())
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
        for who in NINE:
            circuit.answered(who, live=True)
        for who in NINE:
            circuit.lost(who)
    assert len(asking(circuit, NINE, failure, MINUTE)) <= 12


@pytest.mark.parametrize("rand", [0.0, 1.0], ids=["shortest", "longest"])
def test_twelve_are_enough_with_the_pauses(rand: float) -> None:
    asked = asking(new(rand), NINE, DOWN, MINUTE)
    assert 7 <= len(asked) <= 12


def test_what_the_server_asks_for_is_the_least_pause() -> None:
    asked = asking(new(), NINE, ApiError(503, retry_after=9.0), MINUTE)
    assert min(b - a for a, b in pairwise(asked)) >= 9


def test_all_may_ask_once_one_was_answered() -> None:
    circuit = new()
    assert [circuit.wait(who, 0) for who in NINE] == [0.0] + [OVERDUE] * 8
    circuit.answered(NINE[0])
    assert [circuit.wait(who, 0) for who in NINE] == [0.0] * 9


def test_the_others_take_their_turns() -> None:
    circuit = new()
    circuit.wait("a", 0)
    circuit.wait("b", 0)
    circuit.failed("a", DOWN, 0)
    assert circuit.wait("a", 0) == inf
    assert circuit.wait("b", 0) == 0


def test_after_a_lost_watch_one_tries_for_all_and_the_others_follow() -> None:
    circuit = new()
    for who in "abc":
        circuit.answered(who, live=True)
    for who in "abc":
        circuit.lost(who)
    assert [circuit.wait(who, 0) for who in "abc"] == [0.0, OVERDUE, OVERDUE]
    circuit.answered("a", live=True)
    assert [circuit.wait(who, 0) for who in "bc"] == [0.0, 0.0]


def test_a_request_that_hangs_keeps_the_others_waiting_only_for_a_while() -> None:
    circuit = new()
    assert [circuit.wait(who, 0) for who in "abc"] == [0.0, OVERDUE, OVERDUE]
    assert [circuit.wait(who, 4) for who in "bc"] == [OVERDUE - 4] * 2
    assert [circuit.wait(who, OVERDUE) for who in "bc"] == [0.0, OVERDUE]
    circuit.failed("a", DOWN, 12)  # too late to be news
    assert circuit.cause is None
    circuit.answered("b")
    assert circuit.wait("c", 12) == 0


@pytest.mark.parametrize("code", [429, 502, 503])
def test_a_watch_that_outlives_its_server_costs_no_more_requests(code: int) -> None:
    circuit = new()
    for who in NINE:
        circuit.answered(who, live=True)
    for who in NINE[1:]:
        circuit.lost(who)
    assert len(asking(circuit, NINE[1:], ApiError(code), MINUTE)) <= 12


@pytest.mark.parametrize("code", [401, 403, 404, 410])
def test_a_refusal_is_an_answer(code: int) -> None:
    circuit = new()
    circuit.wait("a", 0)
    circuit.failed("a", ApiError(code), 0)
    assert circuit.wait("b", 0) == 0
    assert circuit.cause is None


def test_an_error_about_one_kind_keeps_no_other_waiting() -> None:
    circuit = new()
    circuit.answered("pods", live=True)
    circuit.wait("events", 0)
    circuit.failed("events", ApiError(500, message="can't decode"), 0)
    circuit.lost("pods")
    assert circuit.wait("pods", 0) == 0


def test_a_stream_that_ends_keeps_no_other_waiting() -> None:
    circuit = new()
    circuit.wait("a", 0)
    circuit.wait("b", 0)
    circuit.left("a")
    assert circuit.wait("b", 0) == 0


# ── threads ──


def test_who_waits_is_told_why_and_gives_up_in_time() -> None:
    seconds = [0.0]
    breaker = CircuitBreaker(lambda: 0.5, lambda: seconds[0])
    breaker.enter("a", print, lambda: inf)
    breaker.failed("a", DOWN)
    breaker.enter("a", print, lambda: inf)
    breaker.failed("a", DOWN)
    told: list[Failure] = []
    with pytest.raises(Unreachable) as raised:
        breaker.enter("b", told.append, lambda: 0.0)
    assert told == [DOWN]
    assert raised.value is DOWN


def test_stopping_ends_all_who_wait() -> None:
    breaker = CircuitBreaker(lambda: 0.5, lambda: 0.0)
    breaker.enter("a", print, lambda: inf)
    stopped: list[str] = []

    def wait(who: str) -> None:
        try:
            breaker.enter(who, ignored, lambda: inf)
        except Stopped:
            stopped.append(who)

    threads = [threading.Thread(target=wait, args=(who,)) for who in "bc"]
    for thread in threads:
        thread.start()
    breaker.stop()
    for thread in threads:
        thread.join(5)
    assert sorted(stopped) == ["b", "c"]


def test_who_was_told_why_waits_for_the_next_one_who_asks() -> None:
    """Told of a failure, then the server answers and is lost: others ask again meanwhile."""
    asked = []

    def seconds() -> float:
        asked.append(threading.current_thread().name)
        if len(asked) > 1_000:
            breaker.stop()
        return 0.0

    breaker = CircuitBreaker(lambda: 0.5, seconds)
    breaker.enter("a", print, lambda: inf)
    breaker.failed("a", DOWN)
    breaker.enter("a", print, lambda: inf)
    breaker.failed("a", DOWN)

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
    breaker.enter("a", print, lambda: inf)
    passed: list[str] = []

    def wait(who: str) -> None:
        breaker.enter(who, ignored, lambda: inf)
        passed.append(who)

    threads = [threading.Thread(target=wait, args=(who,)) for who in "bc"]
    for thread in threads:
        thread.start()
    breaker.answered("a")
    for thread in threads:
        thread.join(5)
    assert sorted(passed) == ["b", "c"]
