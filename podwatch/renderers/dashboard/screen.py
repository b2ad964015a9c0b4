"""The screen: the dashboard's frames, and what its keys do.

Responsible for what is drawn when: only lines that changed, at most ten times a second. What
stands on the screen is `view`, which moment is shown `time_travel`, how it is written `terminal`.
"""

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import tzinfo

from rich.console import Console

from podwatch.core.board import Board, Update
from podwatch.core.cards import of_moment
from podwatch.core.history import History
from podwatch.core.text import page
from podwatch.renderers import RecordingKey, Renderer, TerminalSignal
from podwatch.renderers.cue import Cue
from podwatch.renderers.dashboard.asking import Asker
from podwatch.renderers.dashboard.bindings import without_use
from podwatch.renderers.dashboard.canvas import Canvas
from podwatch.renderers.dashboard.card_texts import CardTexts
from podwatch.renderers.dashboard.keymap import moved
from podwatch.renderers.dashboard.palette import chosen
from podwatch.renderers.dashboard.pointer import WHEEL, clicked, turned
from podwatch.renderers.dashboard.reader import Reader
from podwatch.renderers.dashboard.terminal import ANSWER_WAITS, KeyInbox
from podwatch.renderers.dashboard.theme import Theme
from podwatch.renderers.dashboard.time_travel import TimeTravel
from podwatch.renderers.dashboard.tour.lead import Lead, Led, in_a_tour
from podwatch.renderers.dashboard.view import FIRST_LOOK, Frame, view
from podwatch.renderers.dashboard.view_state import Overlay, Scene, ViewState, commands_shown
from podwatch.renderers.lines import summary
from podwatch.renderers.playback import Lesson, Player
from podwatch.renderers.sanitize import visible

FRAME = 0.1
"""At least so many seconds between two frames."""

MESSAGE_STAYS = 6.0
"""For how many seconds a message takes the place of the keys."""


_MOUSE_ON = "the mouse selects Pods and scrolls; m leaves it to the terminal"
_MOUSE_OFF = "the mouse is the terminal's: it selects text; m takes it again"


class Screen(Renderer):
    """A renderer that draws the dashboard on the terminal that `console` writes to.

    Keys are put into `inbox`, to come back through `key()`; `keys` False reads none and
    leaves the terminal's input alone. `tz` None is the local zone. Keys go back in a `history`,
    change the pace of a `playback`, go on at a `cue`, record to a `recording_key`, answer the
    questions of an `asker` and follow a `lead` through the tour where there is one. `canvas` is a
    terminal that stays taken when this screen is closed; `before` is read before a recording plays.
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
        playback: Player | None = None,
        lesson: Lesson | None = None,
        cue: Cue | None = None,
        recording_key: RecordingKey | None = None,
        asker: Asker | None = None,
        canvas: Canvas | None = None,
        lead: Lead | None = None,
        before: CardTexts | None = None,
        look: ViewState = FIRST_LOOK,
    ) -> None:
        self._recording_key = recording_key
        self._asker = asker
        self._held = False
        self._lead = lead
        self._owns = canvas is None
        self._canvas = canvas or Canvas(inbox, console, keys=keys, theme=theme)
        self._terminal = self._canvas.terminal
        self._monotonic = monotonic
        self._tz = tz
        self._recorded = recorded
        self._look = look
        self._cue = cue
        self._reader = Reader(playback, lesson, cue, before, asides=lead is None)
        self._travel = TimeTravel(self._newest, history, playback)
        self._update = Update()
        self._board: Board | None = None
        self._message_until = 0.0
        self._frame: Frame | None = None
        self._drawn_look = look
        self._dirty = True
        self._next_frame = 0.0
        self._closed = False

    def __enter__(self) -> "Screen":
        return self

    def __exit__(self, *_: object) -> None:
        self._leave()

    def _leave(self) -> None:
        self._closed = True
        if self._owns:
            self._terminal.leave()

    def show(self, update: Update) -> None:
        """Something may have changed: the next frame looks."""
        self._dirty = True
        self._update = update
        self._travel.take(update)
        self._reader.take(update, self._newest, self._look, self._monotonic())
        if self._asker is not None:
            self._asker.take(update, self._monotonic())
            self._hold()

    def frame(self) -> float | None:
        """Draw if it is due; seconds until a frame that had to wait, None if none does."""
        if self._closed:
            return None
        now = self._monotonic()
        if self._due(now) == 0.0:
            self._dirty = True
        if self._dirty and now >= self._next_frame:
            if not self._terminal.entered:
                self._terminal.enter()
                if self._terminal.waits:  # or the first frame would be in other colours
                    self._next_frame = now + ANSWER_WAITS
                    return ANSWER_WAITS
            self._draw(now)
            self._dirty = False
            self._next_frame = now + FRAME
        due = self._due(now)
        if self._dirty:
            return self._next_frame - now
        return None if due is None else max(due, self._next_frame - now)

    def _due(self, now: float) -> float | None:
        """In how many seconds the frame changes by itself: another card, no message more."""
        waits = [self._message_until - now] if self._look.message else []
        if not self._look.selected and not self._travel.stopped:
            reading = self._reader.due(now)
            waits += [reading] if reading is not None else []
        if self._asker is not None and (asked := self._asker.due(now)) is not None:
            waits.append(asked)
        return max(min(waits), 0.0) if waits else None

    def signal(self, signal: TerminalSignal) -> None:
        """Draw anew, after what the signal asks for."""
        self._canvas.signal(signal)
        self._dirty = True
        self._next_frame = 0.0

    def click(self, action: str, x: int, y: int) -> None:
        """Act on the mouse."""
        if self._frame is None or self._board is None:
            return
        if action in WHEEL:
            self._look = turned(self._look, x, y, self._frame.areas)
            self.key(WHEEL[action])
        elif self._frame.over is not None:
            entry = self._frame.over.entry(x, y)
            if entry == self._look.picked:
                self.key("enter")
            elif entry is not None:
                self._look, self._dirty = replace(self._look, picked=entry), True
        else:
            look = replace(self._look, message="")
            self._look = clicked(look, x, y, self._frame.areas, self._board)
            self._dirty = True

    def key(self, name: str) -> None:
        """Act on a key."""
        look = self._look = replace(self._look, message="", speed=self._travel.speed)
        self._dirty = True
        if look.typing:
            self._move(name)
            return
        if self._asks(name, look) or self._goes(name, look):
            return
        if look.overlay is Overlay.HELP:
            does = chosen(look) if name == "enter" else ""
            self._move(name)
            if does:
                self.key(does)
            return
        if said := without_use(name, look):
            self._say(said)
            return
        match name:
            case "q" | "Q":
                self.done = True
            case "enter" | "n" if self._cue is not None and self._cue.skip():
                pass
            case " " if not self._travel.stopped:
                self._travel.stop()
            case "left":
                self._say(self._travel.back())
            case "right":
                self._say(self._travel.forth())
            case " ":
                self._travel.go_on()
            case "esc" if self._travel.stopped and not self._look.can_go_back:
                self._travel.go_on()
            case "r" if self._recording_key is not None:
                self._say(self._recording_key.toggle())
            case "m":
                mouse = self._terminal.toggle_mouse()
                self._say(_MOUSE_ON if mouse else _MOUSE_OFF)
            case "y":
                self._copy()
            case "n" if not self._travel.stopped and self._reader.skip(self._monotonic()):
                self._reader.wait(self._newest, self._look, self._monotonic())
            case "[" | "]":
                self._reader.skip(self._monotonic())
                self._say(self._travel.chapter(forward=name == "]"))
            case "n" | "+" | "-" | "=":
                self._say(self._travel.change_pace(name))
            case _:
                self._move(name)

    def _asks(self, name: str, look: ViewState) -> bool:
        """Whether the key was about a question."""
        asker = self._asker
        if asker is None or look.overlay is not Overlay.NONE:
            return False
        if self._lead is not None:
            name = in_a_tour(name, asker.current)
            if not name:
                return False
        in_a_class = look.scene is Scene.PROJECTOR
        is_its = asker.key(name, self._monotonic(), in_a_class=in_a_class)
        self._hold()
        if self._lead is not None and look.home is Scene.SHEET and not asker.waits:
            self._lead.chosen, self.done = "enter", True  # nothing else is there
        return is_its

    def _hold(self) -> None:
        """Let a live screen stand still while somebody is asked: what comes would tell."""
        assert self._asker is not None
        self._say(self._asker.message)
        self._asker.message = ""
        asks = self._asker.asks
        live = self._travel.speed is None and self._look.home is not Scene.SHEET
        if live and asks is not self._held:
            self._held = asks
            if asks:
                self._travel.stop()
            else:
                self._travel.go_on()

    def _goes(self, name: str, look: ViewState) -> bool:
        """Whether the key leads through the tour."""
        if self._lead is None:
            return False
        now, below = self._monotonic(), self._frame.below if self._frame is not None else 0
        unread = self._reader.follows(now)
        match self._lead.key(name, look, below=below, unread=unread):
            case Led.NOTHING:
                return False
            case Led.PICKED:
                page = self._frame.page if self._frame is not None else 1
                self._look = replace(self._look, lines_scroll=self._lead.scroll(page))
            case Led.BEGIN:
                self._reader.skip(now)
            case Led.MORE:
                self._move("pagedown")
            case Led.NEXT if self._reader.skip(now):
                self._reader.wait(self._newest, look, now)
            case Led.NEXT:
                self._say(self._travel.change_pace("n"))
            case Led.DECIDED:
                self.done = True
        return True

    def _move(self, name: str) -> None:
        board = self._board or self._update.board()
        look = self._with_card(board, self._look, self._monotonic())
        page = self._frame.page if self._frame is not None else 1
        moved_ = moved(look, name, board, page, [line.plain for line in self._canvas.drawn])
        self._look = replace(moved_, card=None, slide=None)
        if moved_.message != look.message:
            self._say(moved_.message)

    def _copy(self) -> None:
        """Copy the command that the card shows, as it is shown: it may come from the cluster."""
        commands = commands_shown(self._board or self._update.board(), self._drawn_look)
        if not commands:
            self._say("nothing to copy: no command is shown")
            return
        command = visible(commands[0])
        self._terminal.copy(command)
        self._say(f"copied: {command}")

    def _say(self, message: str) -> None:
        """Show a message, if there is one, for a while instead of the keys."""
        if message:
            self._look = replace(self._look, message=message)
            self._message_until = self._monotonic() + MESSAGE_STAYS

    def close(self) -> None:
        """Put the terminal back as it was, then say what there was. Can be called twice."""
        was_open = self._terminal.entered and self._owns
        self._leave()
        board = self._update.board()
        if not was_open or board.opened is None:
            return
        said = summary(board)
        card = of_moment(board)
        if card is not None and card.docs:
            said += f"\nread more: {page(card.docs)}"
        with contextlib.suppress(OSError):
            self._terminal.write(self._canvas.theme.text(said) + "\n")

    def _newest(self) -> Board:
        return self._update.board()

    def _with_card(self, board: Board, look: ViewState, now: float) -> ViewState:
        """The look, with the card that the reader has got to."""
        read = self._reader.reads(board, look, now, stopped=self._travel.stopped)
        held = self._lead.card(board) if self._lead is not None else None
        return read if held is None or self._travel.stopped else replace(read, card=held)

    def _seen(self, now: float) -> tuple[Board, ViewState]:
        """The board that is to be drawn, and how it is looked at."""
        if self._look.message and now >= self._message_until:
            self._look = replace(self._look, message="")
        if self._recording_key is not None:
            if self._recording_key.problem:
                self._say(self._recording_key.problem)
                self._recording_key.problem = ""
            self._look = replace(self._look, recording=bool(self._recording_key.name))
        if self._asker is not None:
            self._look = replace(self._look, asked=self._asker.shown(now))
        board, look = self._travel.shown(self._update.board(), self._look)
        if self._lead is not None:
            look = replace(look, tour=self._lead.look(board))
        return board, self._with_card(board, look, now)

    def _picture(self, board: Board, width: int, height: int, look: ViewState) -> Frame:
        """What stands on the screen."""
        theme = self._canvas.theme
        return view(board, width, height, look, theme=theme, tz=self._tz, recorded=self._recorded)

    def _draw(self, now: float) -> None:
        width, height = self._canvas.size()
        board, look = self._seen(now)
        self._board, self._drawn_look = board, look
        frame = self._picture(board, width, height, look)
        self._frame = frame
        self._look = frame.settled(self._look)
        if self._asker is not None:
            self._asker.settled(frame.asked_scroll, frame.asked_below)
        self._canvas.draw(frame.lines)
