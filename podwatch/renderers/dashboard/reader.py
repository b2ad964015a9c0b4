"""The reader: what is to be read now, and what a replay waits for.

Responsible for the cards before and after a lesson, and for holding a paced replay until its reader
is through. Which beat is on the card is decided by `podwatch.core.cards`.
"""

from collections.abc import Callable
from dataclasses import replace

from podwatch.core.board import Board, Update
from podwatch.core.cards import Cards, of_moment, time_to_read
from podwatch.core.timeline import Listed
from podwatch.renderers.cue import Cue
from podwatch.renderers.dashboard.card_texts import CardTexts
from podwatch.renderers.dashboard.playing import announced, ending, opening
from podwatch.renderers.dashboard.view_state import ViewState, scope
from podwatch.renderers.playback import Lesson, Player


class Reader:
    """Tell it what happened and ask it what is to be read; times are the reader's, in seconds.

    `before` is read before a recording that plays for something else than its lesson. `asides`:
    whether lessons that are demonstrated besides are read, too.
    """

    def __init__(
        self,
        playback: Player | None = None,
        lesson: Lesson | None = None,
        cue: Cue | None = None,
        before: CardTexts | None = None,
        *,
        asides: bool = True,
    ) -> None:
        self._playback = playback
        self._cue = cue
        lesson = cue.lesson if cue is not None else lesson
        self._lesson = lesson
        self._paced = playback is not None and playback.paced
        self._cards = Cards(waited_for=self._paced, asides=asides)
        self._begun = False
        self._before = opening(lesson) if lesson is not None else before
        self._after = ending(lesson) if lesson is not None else None
        self._slide: CardTexts | None = None

    def take(self, update: Update, board: Callable[[], Board], look: ViewState, now: float) -> None:
        """Something happened: a paced replay goes on once that is read."""
        playback = self._playback
        if playback is None:
            return
        if any(one.told for one in update.beats):
            self._begun = True
            playback.tell(update.t)
            self.wait(board, look, now)
        elif not self._begun and self._lesson is not None and _lists(update):
            lesson = self._lesson
            playback.hold(time_to_read(lesson.title, lesson.summary, lesson.watch_for))

    def wait(self, board: Callable[[], Board], look: ViewState, now: float) -> None:
        """Let a paced replay stand still until what is on the card is read."""
        if self._paced:
            self._card(board(), look, now)

    def follows(self, now: float) -> bool:
        """Whether another card follows without anything happening."""
        return self._cards.due(now) is not None

    def skip(self, now: float) -> bool:
        """What is on the card is read; whether another card follows without anything happening."""
        follows = self.follows(now)
        self._cards.skip()
        return follows

    def reads(self, board: Board, look: ViewState, now: float, *, stopped: bool) -> ViewState:
        """The look, with what is to be read. `stopped`: at a moment that is looked at longer."""
        if look.selected and board.folds.get(look.selected) is None and not self._paced:
            return look  # its card is about now
        if stopped:
            return replace(look, card=of_moment(board, scope(board, look)))
        look = self._card(board, look, now)
        self._slide = self._slide_now(now)
        looks_back = look.selected is not None or look.entry is not None
        return look if looks_back else replace(look, slide=self._slide)

    def due(self, now: float) -> float | None:
        """In how many seconds there is something else to be read without anything happening."""
        if self._slide_now(now) != self._slide:
            return 0.0
        waits = [self._cards.due(now)]
        if self._at_end and self._slide is None and self._after is not None:
            waits.append(self._cards.unread(now))
        return min((wait for wait in waits if wait is not None), default=None)

    def _card(self, board: Board, look: ViewState, now: float) -> ViewState:
        seen = (look.filter, look.trouble_only, look.selected)
        card = self._cards.shown(board, now, scope(board, look), seen)
        if self._playback is not None and self._begun and (unread := self._cards.unread(now)) > 0.0:
            self._playback.hold(unread)
        return replace(look, card=card)

    def _slide_now(self, now: float) -> CardTexts | None:
        """What is read before a lesson begins, or after its last card."""
        if self._cue is not None and self._cue.step is not None:
            return announced(self._cue.step)
        if self._is_before:
            return self._before
        return self._after if self._at_end and self._cards.unread(now) <= 0.0 else None

    @property
    def _is_before(self) -> bool:
        if self._cue is not None:
            return self._cue.part == "before"
        return self._paced and not self._begun

    @property
    def _at_end(self) -> bool:
        if self._cue is not None:
            return self._cue.part == "after"
        return self._playback is not None and self._playback.over


def _lists(update: Update) -> bool:
    """Whether it says which Pods there are."""
    return any(isinstance(one, Listed) for one in update.entries)
