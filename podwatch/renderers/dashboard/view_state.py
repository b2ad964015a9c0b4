"""Look: how somebody looks at a board: what is selected, filtered, sorted, laid over it.

Responsible for the frozen state of the view and for which Pods it is about. Pure; in which order
the Pods stand is `order`, which key changes what `keymap`, and what it looks like `view`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from podwatch.core.board import Board, Row
from podwatch.core.cards import Card, of_moment, of_pod
from podwatch.core.concepts import Concept
from podwatch.core.concepts.loader import concept_of
from podwatch.core.concepts.terms import Meaning
from podwatch.core.health import Health
from podwatch.core.stream import Key, Ref, Scope
from podwatch.renderers.dashboard.asking import Asking
from podwatch.renderers.dashboard.card_texts import CardTexts
from podwatch.renderers.dashboard.tour.look import Sheet, TourLook
from podwatch.renderers.playback import ReplayProgress

GONE_STAYS = 8.0
"""For how many seconds of the stream a Pod that is gone is still shown."""


class Sort(StrEnum):
    """In which order the Pods stand; the words are shown."""

    NAME = "by name"
    TROUBLE = "trouble first"
    CHANGED = "last change first"
    AGE = "youngest first"
    RESTARTS = "most restarts first"

    @property
    def following(self) -> "Sort":
        """The next one, around in a circle."""
        all_ = list(Sort)
        return all_[(all_.index(self) + 1) % len(all_)]


class Scene(StrEnum):
    """What the screen is about."""

    TABLE = "table"
    POD = "pod"
    PROJECTOR = "projector"
    SHEET = "sheet"
    """Something to read; there is no board behind it."""


class Region(StrEnum):
    """What the main scene is made of, in the order of the focus; a Pod's boxes have none."""

    TABLE = "table"
    TIMELINE = "timeline"
    CARD = "card"
    POD = "pod"

    @property
    def following(self) -> "Region":
        """The next that can have the focus, around in a circle."""
        return {self.TABLE: Region.TIMELINE, self.TIMELINE: Region.CARD}.get(self, Region.TABLE)


class Overlay(StrEnum):
    """What covers the scene."""

    NONE = ""
    HELP = "help"
    EXPLAIN = "explain"


EntryId = tuple[int, int]
"""An entry of the timeline: the number of its row, and which of its parts it is, -1 for the row."""


@dataclass(frozen=True, slots=True)
class Past:
    """A screen that stands still: `steps` back of the `kept` ones, 0 being where it was stopped.

    `missed` is how many transitions and Events came since.
    """

    steps: int
    kept: int
    missed: int


@dataclass(frozen=True, slots=True)
class ViewState:
    """How a board is looked at. The default follows the newest card.

    `selected` is the key of a Pod, or of a group of them. `room` is how many rows the table has, 0
    if that is not known; `opened` and `shut` are the groups that somebody unfolded and folded,
    `all_shut` what was done to all of them, None for what suits the room. `card` is what is to be
    read instead of the board's newest, `slide` what is read before and after a lesson; `asked` is a
    question, or what decided it; `pages` are those that can be opened. `lines_scroll` is of the
    overlay or of the Pod that is open; `scroll` of the table, `card_scroll` of the card. `focus` is
    the region that the keys move in. In the timeline one is at an `entry`, None for the newest,
    `timeline_scroll` entries below the first that is seen. `unfolded` are the numbers of its rows
    whose parts are seen, `pod_unfolded`: those of the Pod that is open are. `speed` and `progress`
    are of a replay. Of a list that is laid over it `picked` is the entry at which one is, `query`
    what its entries have to match; `whole`: the page that is picked has the screen for itself.
    `home` is the scene that one goes back to. `tour` is where one is in the tour, `sheet` what is
    read there between two recordings.
    `in_a_class`: it is a learner's, from which Esc leads to the class; of that nothing is kept, to
    be gone back in or recorded.
    """

    selected: Key | None = None
    sort: Sort = Sort.NAME
    trouble_only: bool = False
    filter: str = ""
    typing: bool = False
    scroll: int = 0
    room: int = 0
    opened: frozenset[Key] = frozenset()
    shut: frozenset[Key] = frozenset()
    all_shut: bool | None = None
    focus: Region = Region.TABLE
    entry: EntryId | None = None
    timeline_scroll: int = 0
    card_scroll: int = 0
    unfolded: frozenset[int] = frozenset()
    pod_unfolded: bool = False
    scene: Scene = Scene.TABLE
    home: Scene = Scene.TABLE
    overlay: Overlay = Overlay.NONE
    lines_scroll: int = 0
    picked: int = 0
    query: str = ""
    whole: bool = False
    pages: tuple[Meaning, ...] = ()
    card: Card | None = None
    slide: CardTexts | None = None
    asked: Asking | None = None
    past: Past | None = None
    speed: float | None = None
    progress: ReplayProgress | None = None
    message: str = ""
    recording: bool = False
    tour: TourLook | None = None
    sheet: Sheet | None = None
    in_a_class: bool = False

    @property
    def is_asked(self) -> bool:
        """Whether somebody is to answer a question."""
        return self.asked is not None and self.asked.is_open

    @property
    def can_go_back(self) -> bool:
        """Whether Esc has something to close or to show again."""
        open_ = self.overlay is not Overlay.NONE or self.scene in {Scene.POD, Scene.PROJECTOR}
        focused = self.focus is not Region.TABLE
        return open_ or focused or bool(self.selected or self.filter or self.trouble_only)


def first_look(*, projector: bool) -> ViewState:
    """How the screen is looked at in the beginning."""
    return ViewState(scene=Scene.PROJECTOR if projector else Scene.TABLE)


def scope(board: Board, look: ViewState) -> frozenset[Key] | None:
    """The keys of the Pods that the look is about; None for all of them.

    A selection is about that Pod, or those of the group, alone; a filter, or only trouble, about
    the Pods that it leaves, those among them that are gone and remembered, too.
    """
    if look.selected:
        group = board.folds.get(look.selected)
        rows = let_through(group.rows, look) if group is not None else ()
        return frozenset(row.ref.key for row in rows) or frozenset({look.selected})
    if not hides(look):
        return None
    return frozenset(row.ref.key for row in let_through(board.rows, look))


def hides(look: ViewState) -> bool:
    """Whether there may be Pods that are not let be seen."""
    return look.trouble_only or bool(look.filter.strip())


def let_through(rows: Sequence[Row], look: ViewState) -> Sequence[Row]:
    """The rows that the filter leaves, and `f`."""
    if look.trouble_only:
        rows = [row for row in rows if row.health is Health.TROUBLE]
    if words := look.filter.lower().split():
        rows = [row for row in rows if _matches(row, words)]
    return rows


def _matches(row: Row, words: list[str]) -> bool:
    pod = row.pod
    text = " ".join(
        (row.ref.namespace, row.ref.name, row.columns.status, pod.status.phase, pod.spec.node_name)
    ).lower()
    return all(word in text for word in words)


def looks_around(look: ViewState) -> bool:
    """Whether somebody has turned to a Pod or to a part of the screen: the keys are for that."""
    turned = look.selected is not None or look.focus is not Region.TABLE
    return turned or look.scene is Scene.POD


def several_namespaces(board: Board) -> bool:
    """Whether a Pod's name alone does not say which one it is."""
    namespaces = {scope.namespace for scope in pod_scopes(board)}
    return len(namespaces) > 1 or "" in namespaces


def pod_scopes(board: Board) -> list[Scope]:
    """Where the Pods come from."""
    if board.opened is None:
        return []
    return [scope for scope in board.opened.scopes if scope.kind == "Pod"]


def titled(board: Board, ref: Ref) -> str:
    """What something is called, with its namespace where there are several."""
    return ref.path if several_namespaces(board) else ref.title


def card_shown(board: Board, look: ViewState) -> Card | None:
    """What is to be read: the row of what happened at which one is; else the newest of the selected
    Pod, or what was given to be read.
    """
    if (card := _card_at(board, look)) is not None:
        return card
    if look.selected and board.folds.get(look.selected) is None:
        return of_pod(board, look.selected)
    return look.card or of_moment(board, scope(board, look))


def _card_at(board: Board, look: ViewState) -> Card | None:
    """The row of what happened at which one is; none as long as one follows the newest."""
    if look.focus is not Region.TIMELINE or look.entry is None:
        return None
    number = look.entry[0]
    for beat in board.beats.get(look.selected, ()) if look.selected else ():
        if beat.group == number:
            return Card(beat=beat, newest=beat, refs=(beat.ref,))
    for row in reversed(board.story):
        if row.lead.group == number:
            return Card(beat=row.lead, newest=row.lead, refs=row.refs)
    return None


def row_read(board: Board, look: ViewState) -> Row | None:
    """The Pod of which the card says what is the matter with it: the selected one."""
    return selected_row(board, look) if _card_at(board, look) is None else None


def commands_shown(board: Board, look: ViewState) -> tuple[str, ...]:
    """What the card says to try; the first one is always there."""
    if look.slide is not None and look.scene is not Scene.POD:
        return look.slide.tries
    row, card = row_read(board, look), card_shown(board, look)
    known = board.diagnosis(row) if row is not None else None
    if known is not None:
        return known.tries
    return card.beat.tries if card is not None and card.aside is None else ()


def marked(board: Board, look: ViewState) -> Key | None:
    """The key of the Pod that is marked in the table: the selected one, else the card's."""
    if look.selected:
        return look.selected
    card = card_shown(board, look)
    return card.beat.ref.key if card is not None else None


def taught(board: Board, look: ViewState) -> list[Concept]:
    """The lessons on the card: what it is about, and those that stand there besides."""
    row, card = row_read(board, look), card_shown(board, look)
    known = board.diagnosis(row) if row is not None else None
    if known is not None:
        return [concept_of(one.concept) for one in known.findings if one.concept]
    if card is None:
        return []
    told = [card.concept, *(one.concept for one in (card.beat, *card.follows))]
    told += [aside.concept for aside in card.beat.asides]
    return [*{one.id: one for one in told if one is not None}.values()]


def selected_row(board: Board, look: ViewState) -> Row | None:
    """The Pod that is selected or open; none if there is none of that key any more."""
    return board.by_key.get(look.selected) if look.selected else None


def place(board: Board) -> str:
    """Which Pods are watched: `default`, `all namespaces`, `default/api`, `default app=web`."""
    scopes = pod_scopes(board)
    if not scopes:
        return ""
    named = [scope.place for scope in scopes]
    first = scopes[0]
    selector = " ".join(
        part
        for part in (first.label_selector, first.field_selector if first.selective else "")
        if part
    )
    return ", ".join(named) + (f" {selector}" if selector else "")
