"""Look: how somebody looks at a board: what is selected, filtered, sorted, laid over it.

Responsible for the frozen state of the view and for which Pods it lets be seen, in which order.
Pure; which key changes what is `keymap`, and what it looks like is `view`.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from podwatch.core.board import Board, Row, by_name
from podwatch.core.concepts import Concept
from podwatch.core.health import Health
from podwatch.core.stream import Gap, Key, Ref, Scope
from podwatch.core.timeline import Explained
from podwatch.renderers.playback import Progress

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
    """How a board is looked at. The default follows the newest lesson.

    `selected` is a Pod's key. `lesson` is what the card shows instead of the board's, `behind`
    how many wait after it; `concept` is the page that is open. `lines_scroll` is of the overlay
    or of the Pod that is open; `scroll` of the table, `timeline_scroll` and `card_scroll` of the
    others. `focus` is the region that the keys move in. `speed` and `progress` are of a replay. Of
    a list that is laid over it `picked` is the entry at which one is, `query` what its entries have
    to match.
    """

    selected: Key | None = None
    sort: Sort = Sort.NAME
    trouble_only: bool = False
    filter: str = ""
    typing: bool = False
    scroll: int = 0
    focus: Region = Region.TABLE
    timeline_scroll: int = 0
    card_scroll: int = 0
    scene: Scene = Scene.TABLE
    overlay: Overlay = Overlay.NONE
    lines_scroll: int = 0
    picked: int = 0
    query: str = ""
    concept: Concept | None = None
    lesson: Explained | None = None
    behind: int = 0
    past: Past | None = None
    speed: float | None = None
    progress: Progress | None = None
    message: str = ""
    recording: bool = False

    @property
    def can_go_back(self) -> bool:
        """Whether Esc has something to close or to show again."""
        open_ = self.overlay is not Overlay.NONE or self.scene is not Scene.TABLE
        focused = self.focus is not Region.TABLE
        return open_ or focused or bool(self.selected or self.filter or self.trouble_only)


def first_look(*, projector: bool) -> ViewState:
    """How the screen is looked at in the beginning."""
    return ViewState(scene=Scene.PROJECTOR if projector else Scene.TABLE)


def arranged(board: Board, look: ViewState) -> Sequence[Row]:
    """The rows that are to be seen, in their order; a replacement next to what it replaces.

    By name and with no filter only what is leaving is looked at: there may be thousands of Pods.
    """
    over = [row for row in board.leaving if row.gone and row.gone_t <= board.t - GONE_STAYS]
    found = _let_through(_without(board.rows, over) if over else board.rows, look)
    if look.sort is not Sort.NAME:  # in which they are
        found = sorted(found, key=_KEYS[look.sort])
    replaced = sum(bool(row.replaced_by) for row in board.leaving)
    replaced -= sum(bool(row.replaced_by) for row in over)
    return _side_by_side(found) if replaced else found


def scope(board: Board, look: ViewState) -> frozenset[Key] | None:
    """The keys of the Pods that the look is about; None for all of them.

    A selection is about that Pod alone; a filter, or only trouble, about the Pods that it leaves,
    those among them that are gone and remembered, too.
    """
    if look.selected:
        return frozenset({look.selected})
    if not hides(look):
        return None
    return frozenset(row.ref.key for row in _let_through(board.rows, look))


def hides(look: ViewState) -> bool:
    """Whether there may be Pods that are not let be seen."""
    return look.trouble_only or bool(look.filter.strip())


def _let_through(rows: Sequence[Row], look: ViewState) -> Sequence[Row]:
    """The rows that the filter leaves, and `f`."""
    if look.trouble_only:
        rows = [row for row in rows if row.health is Health.TROUBLE]
    if words := look.filter.lower().split():
        rows = [row for row in rows if _matches(row, words)]
    return rows


def _without(rows: Sequence[Row], some: Iterable[Row]) -> list[Row]:
    left = list(rows)
    for row in some:
        at = bisect_left(left, row.ref, key=by_name)
        del left[at]
    return left


def _matches(row: Row, words: list[str]) -> bool:
    pod = row.pod
    text = " ".join(
        (row.ref.namespace, row.ref.name, row.columns.status, pod.status.phase, pod.spec.node_name)
    ).lower()
    return all(word in text for word in words)


_TROUBLE_FIRST = ("trouble", "waiting", "deleting", "gone", "ready", "ended")


def _created(row: Row) -> float:
    created = row.pod.metadata.creation_timestamp
    return created.timestamp() if created is not None else 0.0


_KEYS: dict[Sort, Callable[[Row], float]] = {
    Sort.TROUBLE: lambda row: _TROUBLE_FIRST.index(row.health),
    Sort.CHANGED: lambda row: -row.changed_t,
    Sort.AGE: lambda row: -_created(row),
    Sort.RESTARTS: lambda row: -row.columns.restarts,
}


def _side_by_side(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows, each once, with each replacement right below the Pod that it replaces.

    Which Pod is which is said by the key alone: a StatefulSet's Pod is replaced by one of its name.
    """
    shown = {row.ref.key for row in rows}
    following = {row.replaces.key: row for row in rows if row.replaces}
    made: dict[Key, Row] = {}
    for row in rows:
        if row.replaces and row.replaces.key in shown:
            continue  # it comes with the Pod that it replaces
        after: Row | None = row
        while after is not None and after.ref.key not in made:  # a replacement is replaced, too
            made[after.ref.key] = after
            after = following.get(after.ref.key)
    return list((made | {row.ref.key: row for row in rows if row.ref.key not in made}).values())


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
    return f"{ref.namespace}/{ref.title}" if several_namespaces(board) else ref.title


def lesson_shown(board: Board, look: ViewState) -> Explained | None:
    """What the card is about: the newest of the selected Pod, else what was given to be read."""
    if not look.selected:
        return look.lesson or board.lesson
    return next(
        (
            one
            for one in reversed(board.timeline)
            if not isinstance(one, Gap) and one.ref.key == look.selected
        ),
        None,
    )


def commands_shown(board: Board, look: ViewState) -> tuple[str, ...]:
    """What the card says to try; the first one is always there."""
    lesson = lesson_shown(board, look)
    return lesson.explanation.try_ if lesson is not None else ()


def marked(board: Board, look: ViewState) -> Key | None:
    """The key of the Pod that is marked in the table: the selected one, else the lesson's."""
    lesson = lesson_shown(board, look)
    return look.selected or (lesson.ref.key if lesson is not None else None)


def selected_row(board: Board, look: ViewState) -> Row | None:
    """The Pod that is selected or open; none if there is none of that key any more."""
    rows = board.rows if look.selected else ()
    return next((row for row in rows if row.ref.key == look.selected), None)


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
