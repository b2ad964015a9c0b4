"""The class on a terminal: the board of all, a learner's dashboard, the wall.

Responsible for which of the three is drawn, and for the keys that lead from one to another. A
learner's dashboard is the one of `podwatch ns`, with its keys; a class is not recorded, so it keeps
no history either.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from msgspec import structs

from podwatch.core.board import Board, Update
from podwatch.core.classroom.rows import ClassBoard
from podwatch.core.classroom.within import board_within
from podwatch.renderers.dashboard.bindings import canonical
from podwatch.renderers.dashboard.class_frame import ClassFrame, class_frame
from podwatch.renderers.dashboard.class_scene import ClassLook, here
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.pointer import WHEEL
from podwatch.renderers.dashboard.reader import Reader
from podwatch.renderers.dashboard.screen import Screen
from podwatch.renderers.dashboard.view import Frame
from podwatch.renderers.dashboard.view_state import ViewState

SECOND = 1.0
"""How often it is drawn though nothing came: it says for how long somebody is stuck."""
_NO_USE = "this key does nothing here; the last line has those that do"


class ClassScreen(Screen):
    """A screen of a class; `room` says how it stands at the moment of a board."""

    def __init__(
        self, room: Callable[[Board], ClassBoard], *arguments: Any, wall: bool = False, **more: Any
    ) -> None:
        super().__init__(*arguments, **more)
        self._room = room
        self._whole = Update()
        self._class_look = ClassLook(wall=wall)
        self._class = ClassBoard()
        self._class_frame: ClassFrame | None = None
        self._opened = ""
        self._seen_at = 0.0

    def show(self, update: Update) -> None:
        """Something may have changed: of what is open, only that is looked at."""
        self._whole = update
        namespace = self._opened
        if namespace:
            update = structs.replace(
                update, board=lambda: board_within(self._whole.board(), namespace)
            )
        super().show(update)

    def key(self, name: str) -> None:
        """Act on a key."""
        if not self._opened:
            self._of_the_class(canonical(name))
        elif name == "esc" and not (self._look.can_go_back or self._look.typing or self._stands):
            self._open("")
        else:
            super().key(name)

    def click(self, action: str, x: int, y: int) -> None:
        """Act on the mouse."""
        if self._opened:
            super().click(action, x, y)
        elif action in WHEEL:
            self.key(WHEEL[action])
        elif self._class_frame is not None and (row := self._class_frame.row(y)):
            if row == self._class_look.at:
                self._open(row)
            self._look_at(at=row)

    def _of_the_class(self, name: str) -> None:
        look = self._class_look
        self._look = replace(self._look, message="")
        self._dirty = True
        one = here(self._class, look)
        match name:
            case "q":
                self.done = True
            case "p":
                self._look_at(wall=not look.wall, answered=False)
            case "esc" if look.wall:
                self._look_at(wall=False, answered=False)
            case "a" if look.wall:
                self._look_at(answered=not look.answered)
            case "esc":
                self._look_at(at="", scroll=0)
            case "enter" if one is not None and not look.wall:
                self._open(one.namespace)
            case "up" | "down" | "pageup" | "pagedown" | "home" | "end" if not look.wall:
                self._move_by(name)
            case _:
                self._say(_NO_USE)

    def _move_by(self, name: str) -> None:
        """Go to another learner, from the first one on."""
        there, one = self._class.learners, here(self._class, self._class_look)
        if one is None:
            return
        page = max(len(self._class_frame.rows) - 1, 1) if self._class_frame is not None else 1
        last = len(there) - 1
        steps = {"up": -1, "down": 1, "pageup": -page, "pagedown": page, "home": -last, "end": last}
        number = there.index(one) + steps[name]
        self._look_at(at=there[min(max(number, 0), last)].namespace)

    def _look_at(self, **changes: Any) -> None:
        self._class_look = replace(self._class_look, **changes)
        self._dirty = True

    def _open(self, namespace: str) -> None:
        """Open a learner's dashboard, or go back to the class with ""."""
        self._opened = namespace
        if namespace:
            self._look_at(at=namespace)
        self._look, self._board, self._canvas.drawn = ViewState(in_a_class=True), None, ()
        self._reader = Reader()
        self.show(self._whole)

    @property
    def _stands(self) -> bool:
        return self._travel.stopped

    def _due(self, now: float) -> float | None:
        due = super()._due(now)
        if self._opened:
            return due
        second = max(self._seen_at + SECOND - now, 0.0)
        return second if due is None else min(due, second)

    def _picture(self, board: Board, width: int, height: int, look: ViewState) -> Frame:
        if self._opened:
            return super()._picture(board, width, height, look)
        self._seen_at = self._monotonic()
        self._class = self._room(board)
        pen = Layout(self._canvas.theme, self._tz)
        made = class_frame(self._class, self._class_look, board, width, height, pen, look.message)
        self._class_frame = made
        self._class_look = replace(self._class_look, scroll=made.scroll)
        return Frame(tuple(made.lines), len(made.rows), 0, {})
