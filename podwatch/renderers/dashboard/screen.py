"""The terminal: the alternate screen, frames, keys, and everything put back as it was.

Responsible for what is written to a terminal and when. What stands on the screen is `view`.
Only lines that changed are written, at most ten times a second. Everything happens on the
main thread but for reading keys; a signal only puts a message into the inbox.
"""

import contextlib
import io
import os
import queue
import re
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from functools import lru_cache
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Protocol

from msgspec import structs
from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from podwatch.core.board import Board
from podwatch.core.history import History
from podwatch.core.lessons import Lessons, weightiest
from podwatch.core.timeline import Explained
from podwatch.core.update import Update
from podwatch.errors import ExitCode, PodwatchError, cant_write
from podwatch.renderers import Playback, Renderer, Tape, TerminalSignal
from podwatch.renderers.dashboard.keymap import moved
from podwatch.renderers.dashboard.keys import Key, KeyReader
from podwatch.renderers.dashboard.theme import DEFAULT, STILL, Theme, suited
from podwatch.renderers.dashboard.view import FIRST_LOOK, Picture, view
from podwatch.renderers.dashboard.view_state import Overlay, Past, Scene, ViewState
from podwatch.renderers.lines import summary
from podwatch.renderers.wording import page

FRAME = 0.1
"""At least so many seconds between two frames."""

# Without autowrap a line that a terminal draws wider than we measured stays on its line.
_ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J"
_LEAVE = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"


MESSAGE_STAYS = 6.0
"""For how many seconds a message takes the place of the keys."""
SPEEDS = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
"""What + and - choose among."""


@dataclass(frozen=True, slots=True)
class _Stopped:
    """A screen that stands still: the board of a step, and how much was told when it stopped."""

    board: Board
    lesson: Explained | None
    step: int
    told: int


class KeyInbox(Protocol):
    """Where keys and what happens to the terminal are put, by whatever thread or handler."""

    def put(self, item: Key | TerminalSignal, /) -> object:
        """Take it; has to be safe inside a signal handler, as queue.SimpleQueue is."""


class Screen(Renderer):
    """A renderer that draws the dashboard on the terminal that `console` writes to.

    Keys are put into `inbox`, to come back through `key()`; `keys` False reads none and
    leaves the terminal's input alone. `tz` None is the local zone. Keys go back in a `history`,
    change the pace of a `playback` and record to a `tape` where there is one.
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
        history: History | None = None,
        playback: Playback | None = None,
        tape: Tape | None = None,
        look: ViewState = FIRST_LOOK,
    ) -> None:
        self._history = history
        self._playback = playback
        self._tape = tape
        self._inbox: KeyInbox = inbox if inbox is not None else queue.SimpleQueue()
        self._console = console if console is not None else Console(highlight=False)
        self._monotonic = monotonic
        self._tz = tz
        self._recorded = recorded
        self._theme = theme or suited(self._console.encoding, os.environ)
        self._terminal = _Terminal(self._console, self._inbox, keys)
        self._look = look
        self._lessons = Lessons()
        self._away_since: float | None = None
        self._stopped: _Stopped | None = None
        self._update = Update()
        self._board: Board | None = None
        self._message_until = 0.0
        self._picture: Picture | None = None
        self._drawn: Sequence[Text] = ()
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

    def show(self, update: Update) -> None:
        """Something may have changed: the next frame looks."""
        self._dirty = True
        self._update = update
        told = [news for news in update.news if isinstance(news, Explained)]
        if not told:
            return
        if self._history is not None:
            self._history.mark(update)
        for one in told:
            self._lessons.add(one, self._monotonic())
        if self._playback is not None and self._playback.hurries:
            self._playback.hurry(False)
            self._stand_at_the_newest()
            if self._stopped is not None:
                self._stopped = replace(self._stopped, lesson=weightiest(told))

    def frame(self) -> float | None:
        """Draw if it is due; seconds until a frame that had to wait, None if none does."""
        if self._closed:
            return None
        now = self._monotonic()
        if self._due(now) == 0.0:
            self._dirty = True
        if self._dirty and now >= self._next_frame:
            self._terminal.enter()
            self._draw(now)
            self._dirty = False
            self._next_frame = now + FRAME
        due = self._due(now)
        if self._dirty:
            return self._next_frame - now
        return None if due is None else max(due, self._next_frame - now)

    def _due(self, now: float) -> float | None:
        """In how many seconds the picture changes by itself: another lesson, no message more."""
        waits = [self._message_until - now] if self._look.message else []
        if not self._look.selected and not self._is_away:
            lesson = self._lessons.due(now)
            waits += [lesson] if lesson is not None else []
        return max(min(waits), 0.0) if waits else None

    def signal(self, signal: TerminalSignal) -> None:
        """Draw anew, after what the signal asks for."""
        match signal:
            case TerminalSignal.SUSPEND:
                self._terminal.suspend()
            case TerminalSignal.CONTINUED:
                self._terminal.resume()
        self._redraw()

    def key(self, name: str) -> None:
        """Act on a key."""
        self._look = replace(self._look, message="")
        if not self._look.typing:
            match name:
                case "q" | "Q":
                    self.done = True
                case " " if self._stopped is None:
                    self._stop(back=False)
                case "left":
                    self._step_back()
                case "right":
                    self._step_forth()
                case " ":
                    self._go_on()
                case "esc" if self._stopped is not None and self._nothing_to_leave:
                    self._go_on()
                case "r" if self._tape is not None:
                    self._say(self._tape.toggle())
                case "n" | "+" | "-" | "=" if self._playback is not None:
                    self._change_pace(name, self._playback)
                case _:
                    self._move(name)
        else:
            self._move(name)
        self._dirty = True

    @property
    def _nothing_to_leave(self) -> bool:
        """Whether Esc has nothing to close or to undo first."""
        look = self._look
        open_ = look.overlay or look.scene is not Scene.TABLE
        return not (open_ or look.selected or look.filter or look.trouble_only)

    def _move(self, name: str) -> None:
        board = self._board or self._update.board()
        look = self._with_lesson(self._monotonic())
        moved_ = moved(look, name, board, self._picture.page if self._picture else 1)
        self._look = replace(moved_, lesson=None, behind=0)
        if moved_.message != look.message:
            self._say(moved_.message)

    def _say(self, message: str) -> None:
        """Show a message for a while, instead of the keys."""
        self._look = replace(self._look, message=message)
        self._message_until = self._monotonic() + MESSAGE_STAYS

    # ── standing still, and going back ──

    def _stop(self, *, back: bool) -> None:
        if self._playback is not None:
            self._playback.pause(True)
        steps = self._history.steps if self._history is not None else ()
        board = self._update.board()
        lesson = self._lessons.shown(self._monotonic())
        newest = steps[-1] if steps else -1
        self._stopped = _Stopped(board, lesson, newest, board.transitions + board.notices)
        if back:
            self._step_back()

    def _go_on(self) -> None:
        self._stopped = None
        if self._playback is not None:
            self._playback.pause(False)

    def _step_back(self) -> None:
        if self._stopped is None:
            self._stop(back=True)
            return
        before = [step for step in self._steps() if step < self._stopped.step]
        if before:
            self._go_to(before[-1])
        else:
            self._say("this is as far back as podwatch keeps what happened")

    def _step_forth(self) -> None:
        stopped = self._stopped
        if stopped is None:
            return
        after = [step for step in self._steps() if step > stopped.step]
        if after:
            self._go_to(after[0])
        elif self._playback is not None:
            self._change_pace("n", self._playback)
        else:
            self._stop(back=False)  # what came meanwhile without being a step, too

    def _steps(self) -> tuple[int, ...]:
        return self._history.steps if self._history is not None else ()

    def _go_to(self, step: int) -> None:
        assert self._history is not None
        assert self._stopped is not None
        board, lesson = self._history.at(step)
        self._stopped = replace(self._stopped, board=board, lesson=lesson, step=step)

    def _stand_at_the_newest(self) -> None:
        if self._stopped is not None and (steps := self._steps()):
            self._stopped = replace(self._stopped, step=steps[-1])

    def _change_pace(self, key: str, playback: Playback) -> None:
        if key == "n":
            self._stand_at_the_newest()
            if playback.at_end:
                self._say("the recording is over")
            else:
                playback.hurry(True)
            return
        speed = playback.speed or 1.0
        faster = key in "+="
        later = [one for one in SPEEDS if (one > speed if faster else one < speed)]
        if later:
            playback.set_speed(later[0] if faster else later[-1])
        self._say(f"speed {playback.speed or speed:g}")

    def close(self) -> None:
        """Put the terminal back as it was, then say what there was. Can be called twice."""
        was_open = self._terminal.entered
        self._closed = True
        self._terminal.leave()
        board = self._update.board()
        if not was_open or board.opened is None:
            return
        said = summary(board)
        lesson = board.lesson
        if lesson is not None and lesson.explanation.docs:
            said += f"\nread more: {page(lesson.explanation.docs)}"
        with contextlib.suppress(OSError):
            self._console.file.write(self._theme.text(said) + "\n")
            self._console.file.flush()

    def _redraw(self) -> None:
        self._drawn = ()
        self._dirty = True
        self._next_frame = 0.0

    def _with_lesson(self, now: float) -> ViewState:
        """The look, with the lesson that the reader has got to."""
        look = self._look
        if self._is_away and self._away_since is None:
            self._away_since = now
        elif not self._is_away and self._away_since is not None:
            self._lessons.looked_away(self._away_since, now)
            self._away_since = None
        if self._stopped is not None:
            return replace(look, lesson=self._stopped.lesson, behind=0)
        if look.selected:
            return look
        lesson = self._lessons.current if self._is_away else self._lessons.shown(now)
        return replace(look, lesson=lesson, behind=self._lessons.behind)

    @property
    def _is_away(self) -> bool:
        """Whether nobody reads what comes: the screen stands still, or a page covers the card."""
        return self._stopped is not None or self._look.overlay is not Overlay.NONE

    def _seen(self, now: float) -> tuple[Board, ViewState]:
        """The board that is to be drawn, and how it is looked at."""
        if self._look.message and now >= self._message_until:
            self._look = replace(self._look, message="")
        if self._tape is not None:
            if self._tape.problem:
                self._say(self._tape.problem)
                self._tape.problem = ""
            self._look = replace(self._look, recording=bool(self._tape.name))
        if self._playback is not None:
            self._look = replace(self._look, speed=self._playback.speed)
        board, stopped, steps = self._update.board(), self._stopped, self._steps()
        look = self._with_lesson(now)
        if stopped is None:
            return board, look
        back = sum(step > stopped.step for step in steps)
        if self._playback is not None and not back:
            # A replay's time stands still itself; n lets it go on for a moment.
            return board, replace(look, past=Past(0, len(steps), 0))
        missed = 0 if self._playback else board.transitions + board.notices - stopped.told
        # Whatever moment is shown: how the connection is now has to be seen.
        then = structs.replace(stopped.board, connections=board.connections, silent=board.silent)
        return then, replace(look, past=Past(back, len(steps), missed))

    def _draw(self, now: float) -> None:
        size = self._terminal.size()
        if size != self._size:
            self._size, self._drawn = size, ()
        width, height = size
        board, look = self._seen(now)
        self._board = board
        picture = view(
            board,
            width,
            height,
            look,
            theme=self._theme,
            tz=self._tz,
            recorded=self._recorded,
        )
        self._picture = picture
        self._look = replace(self._look, scroll=picture.scroll, lines_scroll=picture.lines_scroll)
        out = [] if self._drawn else ["\x1b[2J"]
        for number, line in enumerate(picture.lines):
            # Compared before it is encoded: most lines are those of the frame before.
            if number >= len(self._drawn) or self._drawn[number] != line:
                out.append(f"\x1b[{number + 1};1H\x1b[2K{_codes(line, self._console)}")
        self._drawn = picture.lines
        if out:
            self._terminal.write("".join(out))


def _codes(line: Text, console: Console) -> str:
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


class _Terminal:
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
    look: ViewState = FIRST_LOOK,
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
    picture = view(board, width, height, look, theme=DEFAULT, tz=tz, recorded=recorded)
    console.print(_InPlace(picture) if kind == ".svg" else picture, end="")
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
        raise cant_write(f"the still {path}", error) from error


@dataclass(frozen=True, slots=True)
class _InPlace:
    """A picture whose words keep their columns in any font: gaps are pieces of their own.

    An SVG places each piece; of one that begins with blanks some viewers drop them.
    """

    picture: Picture

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The same segments, in more pieces."""
        for segment in self.picture.__rich_console__(console, options):
            if not isinstance(segment, Segment) or segment.text == "\n":
                yield segment
                continue
            for piece in _GAPS.split(segment.text):
                if piece:
                    yield Segment(piece, segment.style)


_GAPS = re.compile(r"(^ +| {2,}| +$)")

_FONT_FROM_THE_NET = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""A still must not load anything from elsewhere when it is looked at."""
