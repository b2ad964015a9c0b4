"""The terminal: the alternate screen and the keys, and everything put back as it was.

Responsible for its state, its signals and the escape codes of a line. Everything happens on the
main thread but for reading keys; a signal only puts a message into the inbox. What is drawn, and
when, is `screen`.
"""

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from functools import lru_cache
from types import FrameType
from typing import Any, Protocol

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from rich.style import Style
from rich.text import Text

from podwatch.renderers import TerminalSignal
from podwatch.renderers.dashboard.keys import Key, KeyReader

# Without autowrap a line that a terminal draws wider than we measured stays on its line.
_ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J"
_LEAVE = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"


class KeyInbox(Protocol):
    """Where keys and what happens to the terminal are put, by whatever thread or handler."""

    def put(self, item: Key | TerminalSignal, /) -> object:
        """Take it; has to be safe inside a signal handler, as queue.SimpleQueue is."""


class Terminal:
    """The terminal's state: what was there before, and the way back to it."""

    def __init__(self, console: Console, inbox: KeyInbox, keys: bool) -> None:
        self._console = console
        self._wants_keys = keys
        self._inbox = inbox
        self._keys_fd: int | None = None
        self._own_fd = False
        self._before: list[Any] | None = None
        self._reader: KeyReader | None = None
        self._handlers: dict[int, Any] = {}
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
        self.write(_ENTER)

    def leave(self) -> None:
        """Give back everything. Can be called twice, and at any moment."""
        if not self.entered:
            return
        # What matters most comes first and `entered` last: a second ^C may hit us in here.
        self._give_keys_back()
        with contextlib.suppress(OSError, ValueError):  # the terminal may be gone
            self.write(_LEAVE)
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
        self._give_keys_back()
        self.write(_LEAVE)
        stop, go_on = signal.getsignal(signal.SIGTSTP), signal.getsignal(signal.SIGCONT)
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        signal.signal(signal.SIGCONT, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTSTP)  # to this thread: it stops here, not a bit later
        signal.signal(signal.SIGTSTP, stop)
        signal.signal(signal.SIGCONT, go_on)
        self._take_keys()
        self.write(_ENTER)

    def resume(self) -> None:
        """Continued after a SIGSTOP, which nobody can prepare for: take it all again."""
        if self.entered:
            self._take_keys()
            self.write(_LEAVE + _ENTER)

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
            self._reader = KeyReader(self._keys_fd, lambda name: self._inbox.put(Key(name)))
            self._reader.start()

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


def codes(line: Text, console: Console) -> str:
    """A line with the escape sequences for its styles.

    Not by rich's own way, which allows for styles on top of each other: ours follow each other.
    """
    plain, made, at = line.plain, "", 0
    system = COLOR_SYSTEMS.get(console.color_system or "")
    for start, end, style in line.spans:
        if isinstance(style, Style) and start >= at:
            made += plain[at:start] + _styled(plain[start:end], style, system, console.no_color)
            at = end
    return (made + plain[at:]).rstrip(" ")


@lru_cache(maxsize=4096)
def _styled(text: str, style: Style, system: ColorSystem | None, no_color: bool) -> str:
    # A copy, as a Style keeps the codes of the colour system that it was first rendered for.
    style = style.without_color if no_color else style.copy()
    if not style.link:
        return style.render(text, color_system=system)
    # Not by rich, which invents another id each time: no frame would equal the last.
    shown = style.update_link(None).render(text, color_system=system)
    return f"\x1b]8;;{style.link}\x1b\\{shown}\x1b]8;;\x1b\\"
