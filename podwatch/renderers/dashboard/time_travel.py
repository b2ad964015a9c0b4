"""Time travel: a screen that stands still, goes back to what happened, and a replay's pace.

Responsible for the moment that is shown. What it looks like is `view`; boards of the past are the
history's.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from msgspec import structs

from podwatch.core.beat import Telling
from podwatch.core.board import Board, Update
from podwatch.core.history import History
from podwatch.renderers.dashboard.view_state import Past, ViewState
from podwatch.renderers.playback import Player

SPEEDS = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
"""What + and - choose among."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """What is shown: the board of a step, and how much was told when the screen stopped."""

    board: Board
    step: int
    told: int


class TimeTravel:
    """Keys stop the screen and go through a `history` and a `playback`, where there is one.

    `newest` gives the board of now. What returns a text has something to say.
    """

    def __init__(
        self,
        newest: Callable[[], Board],
        history: History | None,
        playback: Player | None,
    ) -> None:
        self._newest = newest
        self._history = history
        self._playback = playback
        self._stopped: _Moment | None = None
        self._to_chapter = False

    @property
    def stopped(self) -> bool:
        """Whether the screen stands still."""
        return self._stopped is not None

    @property
    def speed(self) -> float | None:
        """How fast a replay plays; None of what is no replay."""
        return self._playback.speed if self._playback is not None else None

    def take(self, update: Update) -> None:
        """Something happened: a replay that was let go on until then stands still again."""
        if self._history is not None:
            self._history.mark(update)
        playback = self._playback
        if playback is not None and playback.hurries and any(map(self._is_reached, update.beats)):
            playback.hurry(False)
            self._stand_at_the_newest()

    def _is_reached(self, one: Telling) -> bool:
        """Whether a replay was let go on until this."""
        wanted = one.beat.is_chapter if self._to_chapter else one.beat.matters
        return one.told and wanted

    def stop(self) -> _Moment:
        """Stand still, at what is newest."""
        if self._playback is not None:
            self._playback.pause(True)
        steps = self._steps
        board = self._newest()
        told = board.transitions + board.notices
        self._stopped = _Moment(board, steps[-1] if steps else -1, told)
        return self._stopped

    def go_on(self) -> None:
        """Show what is newest from here on."""
        self._stopped = None
        if self._playback is not None:
            self._playback.pause(False)

    def back(self) -> str:
        """Go to the step before."""
        stopped = self._stopped or self.stop()
        before = [step for step in self._steps if step < stopped.step]
        if not before:
            return "this is as far back as podwatch keeps what happened"
        self._go_to(before[-1], stopped)
        return ""

    def forth(self) -> str:
        """Go to the next step; after the last one, let a replay bring another."""
        if self._stopped is None:
            return ""
        after = [step for step in self._steps if step > self._stopped.step]
        if after:
            self._go_to(after[0], self._stopped)
        elif self._playback is not None:
            return self.change_pace("n")
        else:
            self.stop()  # what came meanwhile without being a step, too
        return ""

    def change_pace(self, key: str) -> str:
        """Let a replay go on until something happens (n), or at another speed (+ and -)."""
        playback = self._playback
        if playback is None:
            return ""
        if key == "n":
            return self._hurry(playback, to_chapter=False)
        speed = playback.speed or 1.0
        faster = key in "+="
        later = [one for one in SPEEDS if (one > speed if faster else one < speed)]
        if later:
            playback.set_speed(later[0] if faster else later[-1])
        return f"speed {playback.speed or speed:g}"

    def chapter(self, *, forward: bool) -> str:
        """Go to the chapter before, or to the next one: a replay is let go on until then."""
        chapters = self._history.chapters if self._history is not None else ()
        if forward and self._stopped is None and self._playback is not None:
            return self._hurry(self._playback, to_chapter=True)
        stopped = self._stopped or self.stop()
        if not forward:
            before = [step for step in chapters if step < stopped.step]
            if not before:
                return "there is no earlier chapter"
            self._go_to(before[-1], stopped)
            return ""
        after = [step for step in chapters if step > stopped.step]
        if after:
            self._go_to(after[0], stopped)
            return ""
        if self._playback is None:
            return "there is no later chapter"
        return self._hurry(self._playback, to_chapter=True)

    def _hurry(self, playback: Player, *, to_chapter: bool) -> str:
        self._stand_at_the_newest()
        if playback.at_end:
            return "the recording is over"
        self._to_chapter = to_chapter
        playback.hurry(True)
        return ""

    def shown(self, board: Board, look: ViewState) -> tuple[Board, ViewState]:
        """The board that is to be drawn, this or one before, and the look with where that is."""
        look = replace(look, speed=self.speed)
        if self._playback is not None:
            look = replace(look, progress=self._playback.progress)
        stopped, steps = self._stopped, self._steps
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

    @property
    def _steps(self) -> tuple[int, ...]:
        return self._history.steps if self._history is not None else ()

    def _go_to(self, step: int, stopped: _Moment) -> None:
        assert self._history is not None
        self._stopped = replace(stopped, board=self._history.at(step), step=step)

    def _stand_at_the_newest(self) -> None:
        if self._stopped is not None and (steps := self._steps):
            self._stopped = replace(self._stopped, step=steps[-1])
