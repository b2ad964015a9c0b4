"""The terminal: the alternate screen and the keys, and everything put back as it was.

Responsible for its state, its signals, its mouse, its clipboard and its ground. All happens on the
main thread but for reading keys; a signal only puts a message into the inbox. What is drawn, and
when, is `screen`, the sequences for it are `escapes`.
"""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, Protocol

from rich.console import Console

from podwatch.renderers import TerminalSignal
from podwatch.renderers.dashboard.escapes import (
    ASK,
    BEGIN_FRAME,
    END_FRAME,
    ENTER,
    LEAVE,
    MOUSE_OFF,
    MOUSE_ON,
    clipboard,
)
from podwatch.renderers.dashboard.ground import RGB
from podwatch.renderers.dashboard.keys import Key, KeyReader, Mouse, TerminalAnswer

ANSWER_WAITS = 0.1
"""For how many seconds a terminal is waited for that was asked something."""


class KeyInbox(Protocol):
    """Where keys and what happens to the terminal are put, by whatever thread or handler."""

    def put(self, item: Key | Mouse | TerminalSignal, /) -> object:
        """Take it; has to be safe inside a signal handler, as queue.SimpleQueue is."""


class Terminal:
    """The terminal's state: what was there before, and the way back to it.

    `asks`: whether it is asked for its `ground`, which is None until it answered.
    """

    def __init__(self, console: Console, inbox: KeyInbox, keys: bool, asks: bool) -> None:
        self._console = console
        self._wants_keys = keys
        self._inbox = inbox
        self._keys_fd: int | None = None
        self._own_fd = False
        self._before: list[Any] | None = None
        self._reader: KeyReader | None = None
        self._handlers: dict[int, Any] = {}
        self._asks = asks
        self._answered = threading.Event()
        self._mouse = True
        self.ground: RGB | None = None
        self.entered = False

    def size(self) -> tuple[int, int]:
        """Columns and rows, as the terminal says now; variables such as COLUMNS are no help."""
        try:
            columns, rows = os.get_terminal_size(self._console.file.fileno())
        except (OSError, ValueError):
            columns, rows = self._console.size
        return max(columns, 20), max(rows, 4)

    def write(self, text: str) -> None:
        """Write it now."""
        self._console.file.write(text)
        self._console.file.flush()

    def enter(self) -> None:
        """Take the screen and the keys; nothing if they are taken."""
        if self.entered:
            return
        self.entered = True
        self._watch_signals()
        self._open_keys()
        self._take_keys()
        self.write(self._entering)
        if self._reader is not None and self._asks:
            self.write(ASK)
        else:
            self._answered.set()

    @property
    def waits(self) -> bool:
        """Whether it was asked and has not answered yet."""
        return self.entered and not self._answered.is_set()

    @property
    def _entering(self) -> str:
        return ENTER + (MOUSE_ON if self._mouse and self._reader is not None else "")

    @property
    def _leaving(self) -> str:
        """What undoes all that may have been done, also in the middle of a frame."""
        return END_FRAME + (MOUSE_OFF if self._reader is not None else "") + LEAVE

    def draw(self, written: str) -> None:
        """Write a frame, which is seen as a whole."""
        self.write(BEGIN_FRAME + written + END_FRAME)

    def toggle_mouse(self) -> bool:
        """Whether clicks and the wheel come to us from now on; else they are the terminal's."""
        self._mouse = not self._mouse
        if self._reader is not None:
            self.write(MOUSE_ON if self._mouse else MOUSE_OFF)
        return self._mouse

    def copy(self, text: str) -> None:
        """Put a text into the clipboard of the one at the terminal, over ssh, too (OSC 52).

        Whether it was taken is not told: some terminals don't, or only where that is allowed.
        """
        self.write(clipboard(text))

    def leave(self) -> None:
        """Give back everything. Can be called twice, and at any moment."""
        if not self.entered:
            return
        # What matters most comes first and `entered` last: a second ^C may hit us in here.
        try:
            self._wait_for_the_answer()
        finally:
            self._give_keys_back()
        with contextlib.suppress(OSError, ValueError):  # the terminal may be gone
            self.write(self._leaving)
        if self._reader is not None:
            self._reader.stop()
            self._reader = None
        if self._own_fd and self._keys_fd is not None:
            os.close(self._keys_fd)
        self._keys_fd = None
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers.clear()
        self.entered = False

    def suspend(self) -> None:
        """^Z: give the terminal back, stop, and take it again when we are continued."""
        if not self.entered:
            return
        self._wait_for_the_answer()
        self._give_keys_back()
        self.write(self._leaving)
        stop, go_on = signal.getsignal(signal.SIGTSTP), signal.getsignal(signal.SIGCONT)
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        signal.signal(signal.SIGCONT, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTSTP)  # to this thread: it stops here, not a bit later
        signal.signal(signal.SIGTSTP, stop)
        signal.signal(signal.SIGCONT, go_on)
        self._take_keys()
        self.write(self._entering)

    def resume(self) -> None:
        """Continued after a SIGSTOP, which nobody can prepare for: take it all again."""
        if self.entered:
            self._take_keys()
            self.write(self._leaving + self._entering)

    # ── keys ──

    def _open_keys(self) -> None:
        if os.name != "posix" or not self._wants_keys:
            return
        with contextlib.suppress(OSError, ValueError):
            if sys.stdin is not None and sys.stdin.isatty():
                self._keys_fd, self._own_fd = sys.stdin.fileno(), False
            else:
                # `something | podwatch ns` on a terminal: its keys still can be read, unless
                # we are in its background, where that would stop us.
                fd = os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC)
                if os.tcgetpgrp(fd) != os.getpgrp():
                    os.close(fd)
                    return
                self._keys_fd, self._own_fd = fd, True
        if self._keys_fd is not None:
            import termios

            with contextlib.suppress(termios.error):
                self._before = termios.tcgetattr(self._keys_fd)
            self._reader = KeyReader(self._keys_fd, self._take)
            self._reader.start()

    def _take(self, one: Key | Mouse | TerminalAnswer) -> None:
        """What the terminal sent, on the thread that reads it."""
        if not isinstance(one, TerminalAnswer):
            self._inbox.put(one)
            return
        self.ground = one.ground or self.ground
        if one.ground is None:  # which comes last
            self._answered.set()
        self._inbox.put(TerminalSignal.ANSWERED)

    def _wait_for_the_answer(self) -> None:
        """So that it does not come to the shell, as if it were typed."""
        if self.waits:
            self._answered.wait(ANSWER_WAITS)
            self._answered.set()

    def _take_keys(self) -> None:
        """Keys come one by one and are not echoed; ^C and ^Z stay signals."""
        if self._keys_fd is None or self._before is None:
            return
        import termios

        taken = [*self._before[:6], list(self._before[6])]
        # ^S would freeze the screen, ^\ would end us without a chance to clean up.
        taken[0] &= ~(termios.IXON | termios.ICRNL)
        taken[3] &= ~(termios.ECHO | termios.ICANON)
        taken[6][termios.VMIN], taken[6][termios.VTIME] = 1, 0
        nothing = os.fpathconf(self._keys_fd, "PC_VDISABLE") & 0xFF
        taken[6][termios.VQUIT] = bytes([nothing])
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self._keys_fd, termios.TCSANOW, taken)

    def _give_keys_back(self) -> None:
        if self._keys_fd is None or self._before is None:
            return
        import termios

        # Not TCSAFLUSH: what was typed ahead is meant for the shell.
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self._keys_fd, termios.TCSANOW, self._before)

    # ── signals ──

    def _watch_signals(self) -> None:
        if os.name != "posix":
            return
        wanted = {
            signal.SIGWINCH: self._announces(TerminalSignal.RESIZED),
            signal.SIGTSTP: self._announces(TerminalSignal.SUSPEND),
            signal.SIGCONT: self._announces(TerminalSignal.CONTINUED),
        }
        for number, handler in wanted.items():
            # An ignored SIGTSTP stays ignored.
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._handlers[number] = signal.signal(number, handler)

    def _announces(self, signal: TerminalSignal) -> Callable[[int, FrameType | None], object]:
        return lambda _number, _frame: self._inbox.put(signal)
