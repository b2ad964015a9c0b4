"""The command itself on a terminal of its own: however it ends, the terminal is as before."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.renderers.dashboard.drawn import ENTER, LEAVE
from tests.renderers.dashboard.test_terminal import Pty

PODWATCH = str(Path(sys.executable).with_name("podwatch"))
WAYS = {
    "q": (b"q", None, 0),
    "^C": (b"\x03", None, 130),
    "SIGTERM": (b"", signal.SIGTERM, 143),
    "SIGHUP": (b"", signal.SIGHUP, 143),
}
PLACES = {"the table": b"", "one Pod": b"\r", "the projector": b"p", "the help": b"?"}


@pytest.fixture
def started() -> Iterator[Any]:
    ptys: list[Pty] = []

    def start(command: list[str]) -> Pty:
        ptys.append(Pty(command, Path(__file__).parents[3]))
        return ptys[-1]

    yield start
    for one in ptys:
        one.close()


@pytest.mark.parametrize(("way", "place"), list(zip(WAYS, PLACES, strict=True)), ids=str)
def test_the_demo_gives_the_terminal_back(started: Any, way: str, place: str) -> None:
    keys, number, code = WAYS[way]
    on: Pty = started([PODWATCH, "demo", "crash-loop", "--speed", "20"])
    on.until("CrashLoopBackOff")
    assert not on.is_as_before()
    if PLACES[place]:
        on.type(PLACES[place])
        on.until("back")
    if keys:
        on.type(keys)
    if number is not None:
        on.process.send_signal(number)
    assert on.end() == code, on.written[-2000:]
    assert on.is_as_before()
    assert on.written.count(ENTER.encode()) == on.written.count(LEAVE.encode()) == 1
    assert b"Traceback" not in on.written


def test_a_broken_pipe_leaves_the_terminal_as_it_was(started: Any) -> None:
    on: Pty = started([sys.executable, "-m", "tests.renderers.dashboard.driver", "pipe"])
    assert on.end() == 141
    assert on.is_as_before()


def test_the_projector_can_be_begun_with(started: Any) -> None:
    on: Pty = started([PODWATCH, "demo", "crash-loop", "--speed", "20", "--projector"])
    on.until("██")
    on.type(b"q")
    assert on.end() == 0
    assert on.is_as_before()
