"""The terminal: what is written to it, when, and that it is left as it was found."""

import fcntl
import io
import os
import pty
import queue
import re
import select
import shutil
import signal
import subprocess
import sys
import termios
import time
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC
from pathlib import Path
from struct import pack
from typing import Any

import pyte
import pytest
from rich.console import Console

from podwatch.errors import ExitCode, PodwatchError
from podwatch.renderers.keys import Key
from podwatch.renderers.screen import Screen, snapshot
from podwatch.session import Step
from podwatch.stream import StreamItem, Tick
from tests.renderers.boards import board, connected, lesson, many, opened, session
from tests.renderers.test_view import HOSTILE_ITEMS

ENTER, LEAVE = "\x1b[?1049h", "\x1b[?1049l"
ALLOWED = re.compile(
    r"\x1b\[\?(?:1049|25|7)[hl]|\x1b\[2[JK]|\x1b\[\d+;1H|\x1b\[[0-9;]*m"
    r"|\x1b\]8;;(?:https://kubernetes\.io/[!-~]*)?\x1b\\"
)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Drawn:
    """A screen that draws into a string."""

    def __init__(self, items: Iterable[StreamItem], width: int = 110, height: int = 34) -> None:
        self.session = session(items)
        self.clock = Clock()
        self.inbox: queue.SimpleQueue[Key] = queue.SimpleQueue()
        self.file = io.StringIO()
        self.console = Console(
            file=self.file,
            width=width,
            height=height,
            force_terminal=True,
            color_system="truecolor",
            legacy_windows=False,
        )
        self.screen = Screen(self.inbox, self.console, keys=False, monotonic=self.clock, tz=UTC)
        self.pyte = pyte.Screen(width, height)
        self.stream = pyte.Stream(self.pyte)
        self.read = 0

    def frame(self) -> tuple[float | None, str]:
        """What frame() returned, and what it wrote."""
        wait = self.screen.frame(self.session)
        written = self.file.getvalue()[self.read :]
        self.read += len(written)
        self.stream.feed(re.sub(r"\x1b\]8;.*?\x1b\\", "", written))
        return wait, written

    def feed(self, item: StreamItem) -> None:
        self.screen.show(self.session.feed(item), self.session)

    def lines(self) -> list[str]:
        return list(self.pyte.display)


@pytest.fixture
def drawn() -> Iterator[Drawn]:
    made = Drawn(lesson())
    with made.screen:
        yield made


def test_the_first_frame_is_drawn_at_once(drawn: Drawn) -> None:
    wait, written = drawn.frame()
    assert wait is None
    assert written.startswith(ENTER)
    assert drawn.lines()[0].startswith(" podwatch  kind-demo · default")


def test_nothing_is_written_when_nothing_visible_changed(drawn: Drawn) -> None:
    drawn.frame()
    drawn.clock.now += 1
    assert drawn.frame() == (None, "")
    drawn.screen.show(Step(), drawn.session)
    assert drawn.frame() == (None, "")


def test_only_the_lines_that_changed_are_written(drawn: Drawn) -> None:
    drawn.frame()
    drawn.clock.now += 1
    drawn.feed(connected(45, "reconnecting", "no answer"))
    drawn.frame()
    drawn.clock.now += 1
    drawn.feed(connected(45.1, "reconnecting", "no answer yet"))
    _, written = drawn.frame()
    assert re.findall(r"\x1b\[(\d+);1H", written) == ["2"]
    assert drawn.lines()[1].rstrip().endswith("no answer yet")


def test_it_draws_at_most_ten_times_a_second(drawn: Drawn) -> None:
    drawn.frame()
    drawn.clock.now += 0.04
    drawn.feed(connected(45, "reconnecting", "no answer"))
    wait, written = drawn.frame()
    assert wait == pytest.approx(0.06)
    assert not written
    drawn.clock.now += 0.06
    wait, written = drawn.frame()
    assert wait is None
    assert "no answer" in written


def test_ages_go_on_while_nothing_happens(drawn: Drawn) -> None:
    drawn.frame()
    drawn.clock.now += 1
    drawn.feed(Tick(t=45.5))
    _, written = drawn.frame()
    assert "107s" in written


def test_keys_scroll_and_stop_at_the_ends() -> None:
    made = Drawn(many(60), 80, 24)

    def first_row(*keys: str) -> str:
        for name in keys:
            assert not made.screen.key(name, made.session)
        made.clock.now += 1
        made.frame()
        return made.lines()[2][19:24]

    with made.screen:
        assert first_row() == "00000"
        assert first_row("up", "k") == "00000"
        assert first_row("down", "j") == "00002"
        assert first_row("pagedown") == "00007"
        assert first_row("pageup", "up") == "00001"
        last = first_row("end")
        assert "00059" in "".join(made.lines())
        assert first_row("down", "pagedown") == last
        assert first_row("esc") == "00000"
        assert first_row("G", "home") == "00000"


def test_q_ends_the_watch_and_other_keys_do_not(drawn: Drawn) -> None:
    drawn.frame()
    assert drawn.screen.key("q", drawn.session)
    assert not any(drawn.screen.key(name, drawn.session) for name in ("x", "left", "enter", "é"))


def test_a_resize_draws_everything_anew(drawn: Drawn) -> None:
    drawn.frame()
    drawn.console.size = (80, 24)
    drawn.screen.key("resize", drawn.session)
    _, written = drawn.frame()
    assert "\x1b[2J" in written
    assert re.findall(r"\x1b\[(\d+);1H", written) == [str(row) for row in range(1, 25)]


def test_a_changed_window_size_is_a_key(drawn: Drawn) -> None:
    drawn.frame()
    signal.raise_signal(signal.SIGWINCH)
    assert drawn.inbox.get(timeout=1).name == "resize"


def test_closing_leaves_the_screen_and_sums_up_once(drawn: Drawn) -> None:
    before = signal.getsignal(signal.SIGWINCH)
    drawn.frame()
    drawn.screen.close(drawn.session)
    drawn.screen.close(drawn.session)
    assert drawn.frame()[0] is None
    everything = drawn.file.getvalue()
    assert everything.count(ENTER) == everything.count(LEAVE) == 1
    after = everything[everything.index(LEAVE) + len(LEAVE) :]
    assert after.startswith("watched 44 s: 10 transitions, 1 event, 1 gap; 5 Pods there")
    assert after.count("\n") == 2
    assert "read more: kubernetes.io/docs/" in after
    assert signal.getsignal(signal.SIGWINCH) == before or before is None


def test_nothing_is_summed_up_before_anything_was_opened() -> None:
    made = Drawn([])
    with made.screen:
        made.frame()
        made.screen.close(made.session)
    assert made.file.getvalue().endswith(LEAVE)


def test_a_terminal_that_is_gone_does_not_stop_the_end(drawn: Drawn) -> None:
    drawn.frame()

    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(5, "Input/output error")

    drawn.console.file = Gone()
    drawn.screen.close(drawn.session)


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (200, 50)], ids=str)
def test_hostile_texts_write_allowed_sequences_only(size: tuple[int, int]) -> None:
    made = Drawn(HOSTILE_ITEMS, *size)
    with made.screen:
        made.frame()
        made.screen.close(made.session)
    screen, summary = made.file.getvalue().split(LEAVE)
    rest = ALLOWED.sub("", screen)
    assert not {char for char in rest if unicodedata.category(char) in {"Cc", "Cf"}}
    assert {char for char in summary if unicodedata.category(char) in {"Cc", "Cf"}} == {"\n"}


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    made = Drawn(lesson())
    with made.screen:
        _, written = made.frame()
    assert not re.search(r"\x1b\[[0-9;]*[34]8;", written)
    assert "✖ 2 in trouble" in ALLOWED.sub("", written)


# ── on a terminal of its own ──


class Pty:
    """The driver on a pseudo terminal that it controls."""

    def __init__(self, command: list[str]) -> None:
        self.ours, self.theirs = pty.openpty()
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, pack("HHHH", 24, 80, 0, 0))
        self.before = termios.tcgetattr(self.theirs)
        self.process = subprocess.Popen(
            command,
            stdin=self.theirs,
            stdout=self.theirs,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
            cwd=Path(__file__).parents[2],
            env={**os.environ, "TERM": "xterm-256color", "PS1": "shell> "},
        )
        self.written = b""

    def until(self, text: str, within: float = 20) -> None:
        """Read until a text came that was not there before."""
        deadline = time.monotonic() + within
        start = len(self.written)
        while text.encode() not in self.written[start:]:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.ours], [], [], left)[0]:
                raise AssertionError(f"{text!r} did not come: {self.written[start:]!r}")
            self.written += os.read(self.ours, 65536)

    def type(self, keys: bytes) -> None:
        os.write(self.ours, keys)

    def end(self) -> int:
        """The exit code, once everything that was written is read."""
        code = self.process.wait(20)
        while select.select([self.ours], [], [], 0.1)[0]:
            self.written += os.read(self.ours, 65536)
        return code

    def is_as_before(self) -> bool:
        return termios.tcgetattr(self.theirs) == self.before

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.ours)
        os.close(self.theirs)


@pytest.fixture
def started() -> Iterator[Any]:
    ptys: list[Pty] = []

    def start(*arguments: str, command: list[str] | None = None) -> Pty:
        driver = [sys.executable, "-m", "tests.renderers.driver", *arguments]
        ptys.append(Pty(command or driver))
        return ptys[-1]

    yield start
    for one in ptys:
        one.close()


WAYS_OUT = {
    "q": (b"q", None, 0),
    "^C": (b"\x03", None, 130),
    "SIGINT": (b"", signal.SIGINT, 130),
    "SIGTERM": (b"", signal.SIGTERM, 143),
    "SIGHUP": (b"", signal.SIGHUP, 143),
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_every_way_out_leaves_the_terminal_as_it_was(started: Any, way: str) -> None:
    keys, number, code = WAYS_OUT[way]
    for last_try in (False, True):
        on: Pty = started()
        on.until("q\x1b[0m\x1b[2m quit")
        assert not on.is_as_before()
        if keys:
            on.type(keys)
        if number is not None:
            on.process.send_signal(number)
        # Seen once in about a thousand runs on a busy machine, and never again: exit code 1.
        # If it is not by chance, it comes twice, and what was written says why.
        ended = on.end()
        if ended == code or last_try:
            break
    assert ended == code, on.written[-2000:]
    assert on.is_as_before()
    assert on.written.count(ENTER.encode()) == on.written.count(LEAVE.encode()) == 1
    assert on.written.count(b"\x1b[?25h") == on.written.count(b"\x1b[?7h") == 1
    assert b"watched 44 s" in on.written.split(LEAVE.encode())[1]


def test_a_crash_leaves_the_terminal_as_it_was(started: Any) -> None:
    on: Pty = started("crash")
    assert on.end() == 1
    assert on.is_as_before()
    assert b"on purpose" in on.written.split(LEAVE.encode())[1]


def test_keys_that_mean_nothing_do_nothing(started: Any) -> None:
    on: Pty = started()
    on.until(" quit")
    on.type(b"\x1b\x1c\x13\x1b[A\x1b[200~x\x1b[201~")  # Esc, ^\, ^S, an arrow, a paste
    time.sleep(0.3)
    assert on.process.poll() is None
    on.type(b"q")
    assert on.end() == 0


def test_a_new_window_size_is_drawn(started: Any) -> None:
    on: Pty = started()
    on.until(" quit")
    fcntl.ioctl(on.theirs, termios.TIOCSWINSZ, pack("HHHH", 30, 100, 0, 0))
    on.until("\x1b[30;1H")
    on.type(b"q")
    assert on.end() == 0


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs a shell with job control")
def test_suspending_gives_the_terminal_to_the_shell_and_back(started: Any) -> None:
    on: Pty = started(command=["bash", "--norc", "--noediting", "-i"])
    on.until("shell> ")
    on.type(f"{sys.executable} -m tests.renderers.driver\n".encode())
    on.until(" quit")
    on.type(b"\x1a")
    on.until("Stopped")
    assert on.is_as_before()
    assert on.written.count(ENTER.encode()) == on.written.count(LEAVE.encode()) == 1
    on.type(b"fg\n")
    on.until(" quit")
    assert not on.is_as_before()
    on.type(b"q")
    on.until("watched 44 s")
    on.type(b"exit\n")
    on.end()
    assert on.is_as_before()
    assert on.written.count(ENTER.encode()) == on.written.count(LEAVE.encode()) == 2


def test_without_a_terminal_to_read_there_are_no_keys_but_a_picture() -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.renderers.driver"],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TERM": "xterm-256color"},
    )
    written = b""
    while b" quit" not in written:
        assert select.select([ours], [], [], 20)[0]
        written += os.read(ours, 65536)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
    os.close(ours)
    os.close(theirs)


# ── stills ──


@pytest.mark.parametrize("kind", ["svg", "html", "txt"])
def test_a_still_shows_the_board_and_is_the_same_each_time(tmp_path: Path, kind: str) -> None:
    of = board([*lesson(), *HOSTILE_ITEMS[1:3]])
    for name in ("one", "two"):
        snapshot(of, tmp_path / f"{name}.{kind}", 110, 34)
    one, two = ((tmp_path / f"{name}.{kind}").read_text("utf-8") for name in ("one", "two"))
    assert one == two
    assert "CrashLoopBackOff" in one
    assert "\x1b" not in one


def test_a_still_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "still.svg"
    snapshot(board(lesson()), path, 110, 34)
    assert "@font-face" not in path.read_text("utf-8")
    assert "url(http" not in path.read_text("utf-8")


def test_a_still_is_drawn_in_colour_whatever_the_variables_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot(board(lesson()), tmp_path / "one.svg", 110, 34)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    snapshot(board(lesson()), tmp_path / "two.svg", 110, 34)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_an_unknown_kind_of_still_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(PodwatchError) as raised:
        snapshot(board([opened()]), tmp_path / "still.png", 80, 24)
    assert raised.value.exit_code == ExitCode.USAGE
    assert ".svg, .html or .txt" in raised.value.hint


def test_a_still_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(PodwatchError, match="can't be written"):
        snapshot(board([opened()]), tmp_path / "missing" / "still.svg", 80, 24)
