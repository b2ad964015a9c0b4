"""The lead: which keys lead through the tour, from a sheet or from a recording.

Responsible for what Enter does next, and for noting that somebody has decided where to go. What a
decision means is `podwatch.app.tour`'s.
"""

from collections.abc import Callable
from dataclasses import replace
from enum import Enum, auto

from podwatch.core.beat import Beat
from podwatch.core.board import Board
from podwatch.core.cards import Card
from podwatch.renderers.dashboard.asking import Asking, AskingStage
from podwatch.renderers.dashboard.playing import later
from podwatch.renderers.dashboard.tour.look import Ahead, TourLook
from podwatch.renderers.dashboard.tour.sheets import CONTENTS_HEAD
from podwatch.renderers.dashboard.view_state import Overlay, ViewState, looks_around
from podwatch.renderers.playback import Player

ON = frozenset({"enter", " ", "right"})
_BACK = frozenset({"left", "backspace"})
_ALWAYS = {"[": "[", "]": "]", "r": "r", "c": "c", "q": "q", "Q": "q"}


class Led(Enum):
    """What a key of the tour asks the screen for."""

    NOTHING = auto()
    """It is no key of the tour."""
    PICKED = auto()
    """Another chapter of the list, which has to be seen."""
    BEGIN = auto()
    """The recording plays from now on."""
    MORE = auto()
    """To scroll a sheet by a page."""
    NEXT = auto()
    """To take what is on the card as read."""
    DECIDED = auto()


class Lead:
    """Tell it which keys came. `chosen` is the key by which somebody has decided where to go.

    `playback` is a recording that waits until somebody lets it play, and is held at its end, with
    the beat on the card that `held_at` finds; without it the newest one. `picks` is the number of
    chapters in a list of them, of which `picked` is one. `waits`: it goes on by itself,
    and not by Enter.
    """

    def __init__(
        self,
        tour: TourLook,
        playback: Player | None = None,
        *,
        held_at: Callable[[Board], Beat | None] | None = None,
        picks: int = 0,
        picked: int = 0,
        waits: bool = False,
    ) -> None:
        self._tour = tour
        self._playback = playback
        self._begun = playback is None
        self._held_at = held_at
        self._picks = picks
        self._waits = waits
        self._met = tour.strip[0] if tour.strip is not None else frozenset[str]()
        self.picked = picked
        self.chosen = ""
        if playback is not None:
            playback.pause(True)

    def key(self, name: str, look: ViewState, *, below: int, unread: bool) -> Led:
        """What a key asks for.

        `below` lines of a sheet are not seen yet; `unread`: a card waits to be read.
        """
        if look.overlay is not Overlay.NONE:
            return Led.NOTHING
        if self._picks and (step := _STEPS.get(name)):
            self.picked = min(max(self.picked + step, 0), self._picks - 1)
            return Led.PICKED
        if self._picks and name == "esc":
            self.chosen = "esc"
        elif name in _ALWAYS:
            self.chosen = _ALWAYS[name]
        elif looks_around(look):
            return Led.NOTHING
        elif name in _BACK:
            self.chosen = "left"
        elif name in ON and (below or not self._waits):
            return self._on(below=below, unread=unread)
        return Led.DECIDED if self.chosen else Led.NOTHING

    def _on(self, *, below: int, unread: bool) -> Led:
        playback = self._playback
        if below and not self._picks:
            return Led.MORE
        if not self._begun and playback is not None:
            self._begun = True
            playback.pause(False)
            return Led.BEGIN
        if playback is not None and (not playback.at_end or (unread and self._held_at is None)):
            return Led.NEXT
        self.chosen = "enter"
        return Led.DECIDED

    def card(self, board: Board) -> Card | None:
        """The card with which a recording is held; None while it plays."""
        if self._held_at is None or self._playback is None or not self._playback.at_end:
            return None
        beat = self._held_at(board)
        return Card(beat=beat, newest=beat, refs=(beat.ref,)) if beat is not None else None

    def scroll(self, page: int) -> int:
        """The first line of the list that is seen, of which `page` are."""
        return max(self.picked + CONTENTS_HEAD + 2 - page, 0)

    def look(self, board: Board) -> TourLook:
        """Where one is, and what Enter does now."""
        playback, tour = self._playback, self._tour
        ahead = Ahead.ON
        if self._waits:
            ahead = Ahead.WAIT
        elif self._picks:
            ahead = Ahead.PICK
        elif not self._begun:
            ahead = Ahead.PLAY
        elif playback is not None and not playback.at_end:
            ahead = Ahead.NEXT
        strip = tour.strip
        if strip is not None and playback is not None:
            now = frozenset(row.pod.status.phase for row in board.rows if not row.gone)
            self._met |= now
            strip = (self._met, now)
        leapt = playback.progress.leapt if playback is not None and self._begun else 0.0
        return replace(tour, ahead=ahead, strip=strip, later=later(leapt) if leapt else "")


def in_a_tour(name: str, asking: Asking | None) -> str:
    """The key as a question of the tour takes it: what leads on there reads an outcome, too.

    Empty for one that leads away from a question that nobody has answered yet.
    """
    stage = asking.stage if asking is not None else AskingStage.OUTCOME
    if stage is AskingStage.OUTCOME and name in ON:
        return "enter"
    return "" if stage is AskingStage.CHOOSING and name in {"left", "[", "]"} else name


_STEPS = {"up": -1, "k": -1, "down": 1, "j": 1, "home": -1_000, "end": 1_000}
