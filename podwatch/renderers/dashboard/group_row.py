"""A group's row of the table: many Pods in kubectl's columns, and what is the matter with them.

Responsible for what stands in each column for all of them together.
"""

from msgspec.structs import replace
from rich.cells import cell_len
from rich.text import Text

from podwatch.core.board import Board
from podwatch.core.columns import age_text
from podwatch.core.folds import Fold, News
from podwatch.core.health import Health
from podwatch.core.messages.cleaning import shortened
from podwatch.renderers.dashboard.layout import Layout, Line, Part, cells
from podwatch.renderers.dashboard.table_row import without_term
from podwatch.renderers.dashboard.view_state import several_namespaces
from podwatch.renderers.dashboard.widths import gap_of

_SHOWN = (Health.READY, Health.WAITING, Health.TROUBLE, Health.DELETING, Health.ENDED)
_LOOKED_AT = 1_000
"""Up to how many Pods it is looked at each of them, for a group's age and its nodes."""


def group_row(
    board: Board,
    fold: Fold,
    sizes: dict[str, int],
    width: int,
    pen: Layout,
    *,
    shut: bool,
    selected: bool,
) -> Text:
    """The line of a group, its columns of these sizes. `shut`: its Pods are no rows."""
    tone: str = fold.health
    first = fold.first
    columns: dict[str, Part] = {
        "NAMESPACE": (pen.fit_name(pen.say(_place(board, fold)), sizes["NAMESPACE"]), ""),
        "NAME": (pen.fit(_name(fold, pen, shut=shut), sizes["NAME"]), "strong"),
        "READY": (pen.fit(ready(fold, sizes["READY"]), sizes["READY"]), ""),
        "STATUS": (pen.fit(pen.say(first.columns.status), sizes["STATUS"]), tone),
        "PHASE": (pen.fit(pen.say(first.pod.status.phase), sizes["PHASE"]), ""),
        "RESTARTS": (pen.fit(str(fold.restarts), sizes["RESTARTS"]), ""),
        "AGE": (pen.fit(_age(board, fold), sizes["AGE"]), ""),
        "NODE": (pen.fit_name(_nodes(fold, pen), sizes["NODE"]), ""),
    }
    parts: Line = [(f" {pen.symbol('here') if selected else ' '}", "brand")]
    parts.append((f"{pen.symbol(fold.health)} ", tone))
    gap = (gap_of(width), "")
    for heading in ("NAMESPACE", "NAME", "READY", "STATUS"):
        if sizes[heading]:
            parts += [columns[heading], gap]
    others: Line = []
    for heading in ("PHASE", "RESTARTS", "AGE", "NODE"):
        if sizes[heading]:
            others += [columns[heading], gap]
    room = sizes["LIFELINE"]
    counts = _counts(fold, room, pen)
    remark = _remark(fold, room - cells(counts), pen)
    if fold.news and not remark:  # what is the matter says more than those columns
        wide = _counts(fold, room + cells(others), pen)
        if remark := _remark(fold, room + cells(others) - cells(wide), pen):
            counts, others = wide, []
    parts += [*others, *counts, (remark, "")]
    if selected:
        return pen.text([(text, "selected") for text, _ in pen.cut(parts, width)])
    return pen.line(width, parts)


def _name(fold: Fold, pen: Layout, *, shut: bool) -> str:
    """The workload, or how many Pods a cause is of."""
    sign = pen.symbol("folded" if shut else "unfolded")
    return f"{sign} {pen.say(fold.ref.name) if fold.ref.name else f'{fold.pods:,} Pods'}"


def _place(board: Board, fold: Fold) -> str:
    if not several_namespaces(board) or fold.ref.name:
        return fold.ref.namespace
    places = {row.ref.namespace for row in fold.rows}
    return min(places) if len(places) == 1 else f"{len(places)} of them"


def ready(fold: Fold, room: int = 0) -> str:
    """READY, without how many are wanted where there is no room for that."""
    text = fold.ready_text
    return text.partition("/")[0] if 0 < room < len(text) else text


def _age(board: Board, fold: Fold) -> str:
    """Of the oldest that is there."""
    if len(fold.rows) > _LOOKED_AT:
        return ""
    made = [(row.pod.metadata.creation_timestamp, row.pod) for row in fold.rows if not row.gone]
    known = [(at, pod) for at, pod in made if at is not None]
    return age_text(min(known, key=lambda one: one[0])[1], board.now) if known else ""


def _nodes(fold: Fold, pen: Layout) -> str:
    nodes = fold.nodes if len(fold.rows) <= _LOOKED_AT else frozenset()
    return pen.say(min(nodes)) if len(nodes) == 1 else f"{len(nodes)} nodes" if nodes else ""


def _counts(fold: Fold, room: int, pen: Layout) -> Line:
    """How many stand how, where there is room for all of it; else those in trouble."""
    if not room:
        return []
    parts: Line = []
    for health in _SHOWN:
        if number := fold.counts[health]:
            parts.append((f"{' ' if parts else ''}{pen.symbol(health)} {number}", health))
    if cells(parts) <= room:
        return parts
    return [part for part in parts if part[1] == Health.TROUBLE][:1]


def _remark(fold: Fold, room: int, pen: Layout) -> str:
    """What is the matter, with how many: as many of the causes as there is room for."""
    said, room = "", room - 2
    for one in fold.news:
        texts = [_news(one, fold, pen)]
        if not said:  # at least the worst is told
            bare = replace(one, fact=without_term(one.fact))
            texts += [_news(bare, fold, pen), _short(_news(bare, fold, pen), room)]
        start = f"{said}{pen.own(' · ')}" if said else ""
        fitting = (start + text for text in texts if text and cell_len(start + text) <= room)
        more = next(fitting, "")
        if not more:
            break
        said = more
    return f"  {said}" if said else ""


def _short(text: str, room: int) -> str:
    """A long text, which many Pods are about, without its middle; nothing if that says nothing."""
    return shortened(text, room) if room >= _SAYS else ""


_SAYS = 24
"""In fewer cells a text is no news any more."""


def _news(one: News, fold: Fold, pen: Layout) -> str:
    """A cause: of all Pods without a number, and without the STATUS that the row has."""
    fact = one.fact
    if one.first is fold.first:
        fact = fact.removeprefix(f"{fold.first.columns.status}: ")
    return pen.say(fact if one.pods == fold.pods else f"{one.pods} {fact}")
