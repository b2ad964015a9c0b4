"""A terminal of its own: it is left as it was found, whatever happens."""

import fcntl
import os
import pty
import select
import shlex
import shutil
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from struct import pack
from typing import Any

import pytest

from podwatch.sources.recording import read
from tests.command import PODWATCH
from tests.renderers.dashboard.boards import session
from tests.renderers.dashboard.drawn import ENTER, LEAVE, MOUSE_OFF, MOUSE_ON, Emulated


class Pty:
    """The driver on a pseudo terminal that it controls."""

    def __init__(self, command: list[str], cwd: Path, **environment: str) -> None:
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
            cwd=cwd,
            env={**os.environ, "TERM": "xterm-256color", "PS1": "shell> ", **environment},
        )
        self.written = b""

    def until(self, text: str, within: float = 20) -> None:
        """Read until a text came that was not there before, and the rest of its frame."""
        deadline = time.monotonic() + within
        start = len(self.written)
        while text.encode() not in self.written[start:]:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.ours], [], [], left)[0]:
                raise AssertionError(f"{text!r} did not come: {self.written[start:]!r}")
            self.written += os.read(self.ours, 65536)
        self._drain()

    def type(self, keys: bytes) -> None:
        os.write(self.ours, keys)

    def end(self) -> int:
        """The exit code, once everything that was written is read."""
        code = self.process.wait(20)
        self._drain()
        return code

    def leave(self, way: str) -> int:
        """The exit code after one of the ways out."""
        keys, number, _ = WAYS_OUT[way]
        self.type(keys)
        if number is not None:
            self.process.send_signal(number)
        return self.end()

    def _drain(self) -> None:
        while select.select([self.ours], [], [], 0.05)[0]:  # half of the pause between frames
            self.written += os.read(self.ours, 65536)

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

    def start(
        *arguments: str,
        command: list[str] | None = None,
        cwd: Path | None = None,
        truecolor: bool = False,
    ) -> Pty:
        more = {"COLORTERM": "truecolor"} if truecolor else {}
        driver = [sys.executable, "-m", "tests.renderers.dashboard.driver", *arguments]
        ptys.append(Pty(command or driver, cwd or Path(__file__).parents[3], **more))
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
    code = WAYS_OUT[way][2]
    for last_try in (False, True):
        on: Pty = started()
        on.until(" quit")
        assert not on.is_as_before()
        # Seen once in about a thousand runs on a busy machine, and never again: exit code 1.
        # If it is not by chance, it comes twice, and what was written says why.
        ended = on.leave(way)
        if ended == code or last_try:
            break
    assert ended == code, on.written[-2000:]
    assert on.is_as_before()
    assert on.written.count(ENTER.encode()) == on.written.count(LEAVE.encode()) == 1
    assert on.written.count(b"\x1b[?25h") == on.written.count(b"\x1b[?7h") == 1
    assert on.written.count(MOUSE_ON.encode()) == on.written.count(MOUSE_OFF.encode()) == 1
    assert b"watched 44 s" in on.written.split(LEAVE.encode())[1]


def test_a_crash_leaves_the_terminal_as_it_was(started: Any) -> None:
    on: Pty = started("crash")
    assert on.end() == 1
    assert on.is_as_before()
    assert on.written.count(MOUSE_ON.encode()) == on.written.count(MOUSE_OFF.encode()) == 1
    assert b"on purpose" in on.written.split(LEAVE.encode())[1]


def test_a_broken_pipe_leaves_the_terminal_as_it_was(started: Any) -> None:
    on: Pty = started("pipe")
    assert on.end() == 141
    assert on.is_as_before()


def test_keys_that_mean_nothing_do_nothing(started: Any) -> None:
    on: Pty = started()
    on.until(" quit")
    on.type(b"\x1b\x1c\x13\x1b[A\x1b[200~x\x1b[201~")  # Esc, ^\, ^S, an arrow, a paste
    time.sleep(0.3)
    assert on.process.poll() is None
    assert on.leave("q") == 0


DEMO = [PODWATCH, "demo", "overview", "--speed", "20"]
CRASH_LOOP = [PODWATCH, "demo", "crash-loop", "--speed", "20"]


@pytest.mark.parametrize(
    ("way", "key"),
    [("q", b""), ("^C", b"\r"), ("SIGTERM", b"p"), ("SIGHUP", b"?")],
    ids=["q-the table", "^C-one Pod", "SIGTERM-the projector", "SIGHUP-the help"],
)
def test_the_demo_gives_the_terminal_back(started: Any, way: str, key: bytes) -> None:
    on: Pty = started(command=CRASH_LOOP)
    on.until("CrashLoopBackOff")
    assert not on.is_as_before()
    if key:
        on.type(key)
        on.until("back")
    assert on.leave(way) == WAYS_OUT[way][2], on.written[-2000:]
    assert on.is_as_before()
    assert on.written.count(ENTER.encode()) == on.written.count(LEAVE.encode()) == 1
    assert b"Traceback" not in on.written


def test_the_projector_can_be_begun_with(started: Any) -> None:
    on: Pty = started(command=[*CRASH_LOOP, "--projector"])
    on.until("██")
    assert on.leave("q") == 0
    assert on.is_as_before()


def test_every_key_works_on_a_real_terminal(started: Any, tmp_path: Path) -> None:
    on: Pty = started(command=DEMO, cwd=tmp_path)
    on.until("report-")
    for keys, answer in (
        (b"p", "██"),
        (b"p", "LIFELINE"),
        (b" ", " paused "),
        (b"\x1b[D", " back of "),
        (b"\x1b[D", " back of "),
        (b"\x1b[C", " back of "),
        (b"j", "\x1b[1;7m"),  # a name in reverse
        (b"k", "\x1b[1;7m"),
        (b"\x1bOB", "\x1b[1;7m"),
        (b"\r", "conditions"),
        (b"\x1b", "LIFELINE"),
        (b"?", "Keys"),
        (b"\x1b", "LIFELINE"),
        (b"e", "kubernetes.io/docs"),
        (b"e", "LIFELINE"),
        (b"m", "the mouse is the terminal's"),
        (b"m", "the mouse selects Pods"),
        (b"s", "trouble first"),
        (b"f", "trouble only"),
        (b"\x1b", "trouble first"),  # where all are in trouble, the table stays as it is
        (b"/", "all"),
        (b"web", "Pods   "),
        (b"\r", " /web "),
        (b"r", "recording to podwatch-"),
        (b"n", " paused "),
        (b"r", "podwatch replay podwatch-"),
        (b"+", "speed 50"),
        (b"-", "speed 20"),
        (b" ", "▸ 0:"),
    ):
        on.type(keys)
        on.until(answer)
    assert on.leave("q") == 0
    assert on.is_as_before()
    (recorded,) = tmp_path.glob("podwatch-*.jsonl")
    assert session(read(recorded)).board.rows


def test_an_end_from_outside_keeps_the_recording_and_the_terminal(
    started: Any, tmp_path: Path
) -> None:
    on: Pty = started(command=DEMO, cwd=tmp_path)
    on.until("report-")
    on.type(b"r")
    on.until("recording to")
    on.type(b"?")
    on.until("Keys")
    on.process.send_signal(signal.SIGHUP)
    assert on.end() == 143
    assert on.is_as_before()
    assert on.written.count(ENTER.encode()) == on.written.count(LEAVE.encode()) == 1
    (recorded,) = tmp_path.glob("podwatch-*.jsonl")
    assert session(read(recorded)).board.rows


WHITE = b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\"
ATTRIBUTES = b"\x1b[?62;22c"
ASKED = "\x1b]11;?\x1b\\\x1b[c"
LIGHT_VOICE, DARK_VOICE = "\x1b[1;38;2;0;105;92m podwatch", "\x1b[1;38;2;92;200;180m podwatch"


def test_a_terminal_is_asked_for_its_ground_and_no_key_is_lost(started: Any) -> None:
    on: Pty = started(truecolor=True)
    on.until(ASKED)
    on.type(b"?" + WHITE + b"qui" + ATTRIBUTES + b"t")
    on.until("find ")
    assert b"quit\x1b" in on.written
    assert LIGHT_VOICE.encode() in on.written
    assert DARK_VOICE.encode() not in on.written
    on.type(b"\r")
    assert on.end() == 0


def test_an_answer_that_comes_late_counts(started: Any) -> None:
    on: Pty = started(truecolor=True)
    on.until(" quit")
    on.type(WHITE)
    on.until(LIGHT_VOICE)
    on.type(ATTRIBUTES)
    assert on.leave("q") == 0


def test_an_answer_is_not_left_to_the_shell(started: Any) -> None:
    on: Pty = started(truecolor=True)
    on.until(" quit")
    on.process.send_signal(signal.SIGSTOP)  # the terminal is slower than the one who quits
    on.type(b"q")
    on.process.send_signal(signal.SIGCONT)
    on.type(WHITE + ATTRIBUTES)
    assert on.end() == 0
    assert on.is_as_before()
    assert not select.select([on.theirs], [], [], 0)[0]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_terminal_whose_theme_is_named_is_asked_nothing(started: Any, theme: str) -> None:
    on: Pty = started(command=[*CRASH_LOOP, "--theme", theme], truecolor=True)
    on.until(" quit")
    assert on.leave("q") == 0
    assert ASKED.encode() not in on.written
    assert (LIGHT_VOICE if theme == "light" else DARK_VOICE).encode() in on.written


def test_a_click_selects_and_the_wheel_moves_on(started: Any) -> None:
    on: Pty = started()
    on.until(" quit")
    terminal = Emulated(80, 24)
    terminal.feed(on.written.decode())
    row = next(n for n, line in enumerate(terminal.lines(), 1) if "report" in line)
    on.type(f"\x1b[<0;20;{row}M\x1b[<0;20;{row}m".encode())
    on.until("report")
    on.type(f"\x1b[<0;20;{row}M\x1b[<0;20;{row}m".encode())
    on.until("conditions")
    assert on.leave("q") == 0


def test_a_window_that_changes_its_size_while_much_happens_is_filled_in_the_end(
    started: Any,
) -> None:
    on: Pty = started(command=DEMO)
    on.until("LIFELINE")
    for rows, columns in ((15, 60), (45, 140), (4, 20), (30, 100)):
        fcntl.ioctl(on.theirs, termios.TIOCSWINSZ, pack("HHHH", rows, columns, 0, 0))
        on.until(f"\x1b[{rows};1H")
    assert on.leave("q") == 0
    drawn, _ = on.written.decode().split(LEAVE)
    terminal = Emulated(100, 30)
    terminal.feed(drawn[drawn.rindex("\x1b[2J") :])
    shown = terminal.lines()
    assert shown[0].startswith(" podwatch")
    assert shown[29].rstrip().endswith("q quit")
    assert sum(line.startswith(("╭", "┏")) for line in shown) == 3


def test_a_new_window_size_is_drawn(started: Any) -> None:
    on: Pty = started()
    on.until(" quit")
    fcntl.ioctl(on.theirs, termios.TIOCSWINSZ, pack("HHHH", 30, 100, 0, 0))
    on.until("\x1b[30;1H")
    assert on.leave("q") == 0


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs a shell with job control")
def test_suspending_gives_the_terminal_to_the_shell_and_back(started: Any) -> None:
    on: Pty = started(command=["bash", "--norc", "--noediting", "-i"])
    on.until("shell> ")
    on.type(f"{shlex.quote(sys.executable)} -m tests.renderers.dashboard.driver\n".encode())
    on.until(" quit")
    on.type(b"\x1a")
    on.until("Stopped")
    assert on.is_as_before()
    assert on.written.rindex(MOUSE_OFF.encode()) > on.written.rindex(MOUSE_ON.encode())
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
        [sys.executable, "-m", "tests.renderers.dashboard.driver"],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        cwd=Path(__file__).parents[3],
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
