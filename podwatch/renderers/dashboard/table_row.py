"""A row of the table: one Pod in kubectl's columns, its lifeline, and what else is to be said.

Responsible for what stands in each column. What a Pod waits for is the diagnosis' to say.
"""

import re

from rich.cells import cell_len
from rich.text import Text

from podwatch.core.board import Board, Row
from podwatch.core.columns import age_text, restarts_text
from podwatch.core.finding import Finding
from podwatch.core.health import Health
from podwatch.core.messages.cleaning import shortened
from podwatch.core.timeline import EXISTENCE_WORDS
from podwatch.renderers.dashboard.lanes import lifeline
from podwatch.renderers.dashboard.layout import Layout, Line, cells
from podwatch.renderers.dashboard.view_state import GONE_STAYS, ViewState
from podwatch.renderers.dashboard.widths import gap_of

INDENT = "  "
"""Before the name of a Pod that stands below its group."""
_BESIDE_REMARK = (10, 2)
"""The cells that a long lifeline keeps beside a remark; the least, where it has no room else."""
_SAYS = 18
"""A cause that is shortened to fewer cells is no news any more."""


def pod_row(
    board: Board,
    row: Row,
    sizes: dict[str, int],
    width: int,
    pen: Layout,
    *,
    here: bool,
    look: ViewState,
    within: bool = False,
) -> Text:
    """The line of a Pod, its columns of these sizes. `here`: the card is about it.

    `within`: it stands below its group.
    """
    tone: str = row.health
    calm = "dim" if tone in {Health.GONE, Health.ENDED} else ""
    if row.gone and board.t - row.gone_t > GONE_STAYS / 2:
        tone = calm = "going"
    indent = INDENT if within else ""
    name = indent + pen.fit_name(pen.say(row.ref.name), sizes["NAME"] - len(indent))
    columns = {
        "NAMESPACE": (pen.fit_name(pen.say(row.ref.namespace), sizes["NAMESPACE"]), calm),
        "NAME": (name, "strong" if here else calm),
        "READY": (pen.fit(row.columns.ready_text, sizes["READY"]), calm),
        "STATUS": (pen.fit(_status(row, pen), sizes["STATUS"]), tone),
        "PHASE": (pen.fit(pen.say(row.pod.status.phase), sizes["PHASE"]), calm),
        "RESTARTS": (pen.fit(_restarts(board, row, sizes["RESTARTS"]), sizes["RESTARTS"]), calm),
        "AGE": (pen.fit(_age(board, row, sizes["AGE"]), sizes["AGE"]), calm),
        "NODE": (pen.fit_name(pen.say(row.pod.spec.node_name), sizes["NODE"]), calm),
    }
    gap = (gap_of(width), "")
    parts: Line = [(f" {pen.symbol('here') if here else ' '}", "brand")]
    parts.append((f"{pen.symbol(row.health)} ", tone))
    for heading, part in columns.items():
        if sizes[heading]:
            parts += [part, gap]
    if room := sizes["LIFELINE"]:
        parts += _life(board, row, room, tone, pen)
    if here and look.selected:  # the bar is seen from afar; a colour in it would tear it
        return pen.text([(text, "selected") for text, _ in pen.cut(parts, width)])
    return pen.line(width, parts)


def _status(row: Row, pen: Layout) -> str:
    """STATUS; of a Pod that is gone what became of it, as kubectl has no more to say of it."""
    return EXISTENCE_WORDS.get(row.gone, row.gone) if row.gone else pen.say(row.columns.status)


def _restarts(board: Board, row: Row, size: int) -> str:
    text = restarts_text(row.columns, board.now)
    return text if len(text) <= size else str(row.columns.restarts)


def _age(board: Board, row: Row, size: int) -> str:
    age = age_text(row.pod, board.now)
    if len(age) > size and (years := re.match(r"\d+y", age)):
        return years[0]  # as kubectl says it of more than eight years
    return age


def _life(board: Board, row: Row, room: int, tone: str, pen: Layout) -> Line:
    """The lifeline, and beside it what else is to be said."""
    drawn = lifeline(row, board.t, room, pen)
    # Beside a remark a long lifeline is shortened, a short one leaves it the room.
    remark, style = "", ""
    for kept in _BESIDE_REMARK:
        if not remark:
            beside = room - min(cells(drawn), kept) - 2
            remark, style = _remark(board, row, beside, pen, shorten=kept < _BESIDE_REMARK[0])
    if row.gone and not remark:  # what it had last tells less than what became of it
        remark, style = _remark(board, row, room, pen)
        drawn = [] if remark else drawn
    elif remark:
        drawn = lifeline(row, board.t, room - cell_len(remark) - 2, pen)
        remark = f"  {remark}"
    if tone == "going":
        drawn, style = [(text, tone) for text, _ in drawn], tone
    return [*drawn, (remark, style)]


def _remark(
    board: Board, row: Row, width: int, pen: Layout, *, shorten: bool = False
) -> tuple[str, str]:
    """What else is to be said of a Pod, as much of it as there is room for, and its style.

    `shorten`: a cause that has no room is shortened.
    """
    other = row.replaced_by or row.replaces
    if other is not None:
        name = _shortened(pen.say(other.name), pen.say(row.ref.name), pen)
        verb = "replaced by" if row.replaced_by else "replaces"
        start = f"{verb} {name}"
        arrow = pen.own("→" if row.replaced_by else "←")
        texts = (f"{start}: a new Pod, other uid", start, f"{arrow} {name}")
        return _fitting(texts, width, pen), "dim"
    if row.health in _TOLD:
        fact = _told(board, row)
        known = board.diagnosis(row) if row.health is Health.DELETING else None
        if known is None or (fact and known.role != "cause"):
            ends = known.first.ends(board.now) if known is not None else ""
            return _fitting((f"{fact}; {ends}" if ends else fact, fact, ends), width, pen), ""
    if row.health not in _WAITS:
        return "", ""
    known = board.diagnosis(row)
    if known is None:
        return "", ""
    return _news(known.first, row, board, width, pen, shorten=shorten), ""


def _told(board: Board, row: Row) -> str:
    """The news that explains why it is being deleted, or how it ended."""
    kinds = {"deletion"} if row.health is Health.DELETING else {"ended", "over"}
    found = (beat for beat in reversed(board.beats_of(row.ref)) if beat.kind in kinds)
    fact = next((beat.fact for beat in found if beat.matters), "")
    return fact.removeprefix(f"{row.columns.status}: ").removeprefix(f"{row.pod.status.phase}: ")


def _news(first: Finding, row: Row, board: Board, width: int, pen: Layout, *, shorten: bool) -> str:
    """The fact and the countdown, or what there is room for; STATUS need not be said again.

    Where a cause has no room it is shortened: what it waits for would tell less.
    """
    fact, ends = first.fact.removeprefix(f"{row.columns.status}: "), first.ends(board.now)
    bare = without_term(fact)
    is_cause = first.role == "cause"
    once = _RUN.sub("", bare)
    short = _short(once, width) if is_cause and shorten else ""
    brief = f"waits for {first.waits_for}" if first.waits_for and not is_cause else ""
    both = f"{fact}; {ends}" if ends else fact
    return _fitting((both, ends, fact, bare, once, short, brief), width, pen)


_RUN = re.compile(r", \d+(?:st|nd|rd|th) run$")
"""RESTARTS says that, too."""
_NUMBER = re.compile(r"\d+")


def _short(fact: str, width: int) -> str:
    """A cause without its middle, where that leaves enough of it and all its numbers."""
    text = shortened(fact, width) if width >= _SAYS else ""
    whole = _NUMBER.findall(text) == _NUMBER.findall(fact)
    return text if len(text) >= _SAYS and whole else ""


def without_term(fact: str) -> str:
    """A fact without the term before its colon, which `e` explains and the card has.

    What speaks of that term as "it" is left out instead.
    """
    term, _, rest = fact.partition(": ")
    if rest.startswith(("it ", "its ")):
        return _OF_CONTAINER.sub("", term)
    return rest or fact


_OF_CONTAINER = re.compile(r" of \S+(?= fails$)")


_TOLD = frozenset({Health.DELETING, Health.ENDED})
"""How a Pod stands for which what happened to it is the best reason."""
_WAITS = frozenset({Health.WAITING, Health.TROUBLE, Health.DELETING})


def _fitting(texts: tuple[str, ...], width: int, pen: Layout) -> str:
    """The first of the texts that has room."""
    for text in texts:
        if text and cell_len(shown := pen.say(text)) <= width:
            return shown
    return ""


def _shortened(name: str, like: str, pen: Layout) -> str:
    """A name without the parts that it has in common with another one."""
    parts, others = name.split("-"), like.split("-")
    common = 0
    while common < min(len(parts), len(others)) - 1 and parts[common] == others[common]:
        common += 1
    return "-".join([pen.symbol("ellipsis"), *parts[common:]]) if common else name
