"""The terminal: the alternate screen, frames, keys, and everything put back as it was.

Responsible for what is written to a terminal and when. What stands on the screen is `view`.
Only lines that changed are written, at most ten times a second. Everything happens on the
main thread but for reading keys; signals only put a key into the inbox.
"""

import contextlib
import io
import os
import queue
import re
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, tzinfo
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Protocol

from rich.console import COLOR_SYSTEMS, Console
from rich.segment import Segment
from rich.text import Text

from podwatch.board import Board
from podwatch.errors import ExitCode, PodwatchError
from podwatch.renderers.keys import Key, KeyReader
from podwatch.renderers.lines import summary
from podwatch.renderers.theme import DEFAULT, STILL, Theme, suited
from podwatch.renderers.view import Picture, view
from podwatch.renderers.wording import page
from podwatch.session import Session, Step

FRAME = 0.1
"""At least so many seconds between two frames."""

# Without autowrap a line that a terminal draws wider than we measured stays on its line.
_ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J"
_LEAVE = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"


class KeyInbox(Protocol):
    """Where keys are put, by whatever thread or signal."""

    def put(self, item: Key, /) -> object:
        """Take it; has to be safe inside a signal handler, as queue.SimpleQueue is."""


class Screen:
    """A renderer that draws the dashboard on the terminal that `console` writes to.

    Keys are put into `inbox`, to come back through `key()`; `keys` False reads none and
    leaves the terminal's input alone. `tz` None is the local zone.
    """

    def __init__(
        self,
        inbox: KeyInbox | None = None,
        console: Console | None = None,
        *,
        keys: bool = True,
        monotonic: Callable[[], float] = time.monotonic,
        tz: tzinfo | None = None,
        theme: Theme | None = None,
        recorded: bool = False,
    ) -> None:
        self._inbox: KeyInbox = inbox if inbox is not None else queue.SimpleQueue()
        self._console = console if console is not None else Console(highlight=False)
        self._monotonic = monotonic
        self._tz = tz
        self._recorded = recorded
        self._theme = theme or suited(self._console.encoding, os.environ.get("TERM", ""))
        self._terminal = _Terminal(self._console, self._press, keys)
        self._scroll = 0
        self._picture: Picture | None = None
        self._drawn: list[str] = []
        self._size = (0, 0)
        self._dirty = True
        self._next_frame = 0.0
        self._closed = False

    def __enter__(self) -> "Screen":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closed = True
        self._terminal.leave()

    def show(self, step: Step, session: Session) -> None:  # noqa: ARG002
        """Something may have changed: the next frame looks."""
        self._dirty = True

    def frame(self, session: Session) -> float | None:
        """Draw if it is due; seconds until a frame that had to wait, None if none does."""
        if not self._dirty or self._closed:
            return None
        now = self._monotonic()
        if now < self._next_frame:
            return self._next_frame - now
        self._terminal.enter()
        self._draw(session.board)
        self._dirty = False
        self._next_frame = now + FRAME
        return None

    def key(self, name: str, session: Session) -> bool:  # noqa: ARG002
        """Act on a key, or on what a signal put into the inbox; True ends the watch."""
        rows = max((self._picture.page if self._picture else 1) - 1, 1)
        match name:
            case "q" | "Q":
                return True
            case "up" | "k":
                self._scroll_to(self._scroll - 1)
            case "down" | "j":
                self._scroll_to(self._scroll + 1)
            case "pageup":
                self._scroll_to(self._scroll - rows)
            case "pagedown" | " ":
                self._scroll_to(self._scroll + rows)
            case "home" | "g" | "esc":
                self._scroll_to(0)
            case "end" | "G":
                self._scroll_to(self._picture.rows if self._picture else 0)
            case "resize":
                self._redraw()
            case "suspend":
                self._terminal.suspend()
                self._redraw()
            case "continue":
                self._terminal.resume()
                self._redraw()
        return False

    def close(self, session: Session) -> None:
        """Put the terminal back as it was, then say what there was. Can be called twice."""
        was_open = self._terminal.entered
        self._closed = True
        self._terminal.leave()
        if not was_open or session.board.opened is None:
            return
        said = summary(session)
        lesson = session.board.lesson
        if lesson is not None and lesson.explanation.docs:
            said += f"\nread more: {page(lesson.explanation.docs)}"
        with contextlib.suppress(OSError):
            self._console.file.write(self._theme.text(said) + "\n")
            self._console.file.flush()

    def _press(self, name: str) -> None:
        self._inbox.put(Key(name))

    def _scroll_to(self, row: int) -> None:
        last = self._picture.rows - self._picture.page if self._picture else 0
        self._scroll = max(min(row, last), 0)
        self._dirty = True

    def _redraw(self) -> None:
        self._drawn = []
        self._dirty = True
        self._next_frame = 0.0

    def _draw(self, board: Board) -> None:
        size = self._terminal.size()
        if size != self._size:
            self._size, self._drawn = size, []
        width, height = size
        picture = view(
            board,
            width,
            height,
            self._scroll,
            theme=self._theme,
            tz=self._tz,
            recorded=self._recorded,
        )
        self._picture = picture
        self._scroll = picture.scroll
        lines = [_codes(line, self._console) for line in picture.lines]
        out = [] if self._drawn else ["\x1b[2J"]
        for number, line in enumerate(lines):
            if number >= len(self._drawn) or self._drawn[number] != line:
                out.append(f"\x1b[{number + 1};1H\x1b[2K{line}")
        self._drawn = lines
        if out:
            self._terminal.write("".join(out))


def _codes(line: Text, console: Console) -> str:
    """A line with the escape sequences for its styles."""
    segments = line.render(console)
    if console.no_color:
        segments = Segment.remove_color(segments)
    system = COLOR_SYSTEMS.get(console.color_system or "")
    made = ""
    for segment in segments:
        style = segment.style
        if style is None:
            made += segment.text
        elif style.link:
            # Not by rich, which invents another id each time: no frame would equal the last.
            text = style.update_link(None).render(segment.text, color_system=system)
            made += f"\x1b]8;;{style.link}\x1b\\{text}\x1b]8;;\x1b\\"
        else:
            made += style.render(segment.text, color_system=system)
    return made.rstrip(" ")


class _Terminal:
    """The terminal's state: what was there before, and the way back to it."""

    def __init__(self, console: Console, press: Callable[[str], None], keys: bool) -> None:
        self._console = console
        self._wants_keys = keys
        self._press = press
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
            self._reader = KeyReader(self._keys_fd, self._press)
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
            signal.SIGWINCH: self._presses("resize"),
            signal.SIGTSTP: self._presses("suspend"),
            signal.SIGCONT: self._presses("continue"),
        }
        for number, handler in wanted.items():
            # An ignored SIGTSTP stays ignored.
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._handlers[number] = signal.signal(number, handler)

    def _presses(self, name: str) -> Callable[[int, FrameType | None], None]:
        return lambda _number, _frame: self._press(name)


# ── stills ──


def kind_of_still(path: Path) -> str:
    """What the end of a still's name says: .svg, .html or .txt."""
    kind = path.suffix.lower()
    if kind not in {".svg", ".html", ".txt"}:
        raise PodwatchError(
            f'"{path.name}" does not say what kind of still to write',
            "end the name with .svg, .html or .txt",
            ExitCode.USAGE,
        )
    return kind


def snapshot(
    board: Board,
    path: Path,
    width: int,
    height: int,
    *,
    tz: tzinfo | None = UTC,
    recorded: bool = True,
) -> None:
    """Write a still of the board: .svg, .html or .txt. The same board gives the same bytes."""
    kind = kind_of_still(path)
    console = Console(
        file=io.StringIO(),
        width=width,
        height=height,
        record=True,
        force_terminal=True,
        color_system="truecolor",
        no_color=False,
        legacy_windows=False,
    )
    console.print(view(board, width, height, theme=DEFAULT, tz=tz, recorded=recorded), end="")
    if kind == ".svg":
        text = console.export_svg(title="podwatch", theme=STILL, unique_id="podwatch")
        text = _FONT_FROM_THE_NET.sub("", text, count=2)
    elif kind == ".html":
        text = console.export_html(theme=STILL, inline_styles=True)
    else:
        text = "\n".join(line.rstrip() for line in console.export_text().splitlines()) + "\n"
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise PodwatchError(
            f"the still {path} can't be written: {error.strerror or error}",
            "name a file in a directory that exists and that you may write to",
            ExitCode.UNREADABLE,
        ) from error


_FONT_FROM_THE_NET = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""A still must not load anything from elsewhere when it is looked at."""
