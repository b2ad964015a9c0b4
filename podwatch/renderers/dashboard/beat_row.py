"""Rows of what happened: a beat with its fact, a part of a beat with its sentence, a gap.

Responsible for fitting them: a fact is never cut. The Pod's name gives way in its middle, and what
is longer still goes on in another line. Which rows there are is `entries`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from rich.cells import cell_len
from rich.text import Text

from podwatch.core.beat import Beat, BeatGroup, FoundInTrouble, Part
from podwatch.core.board import Board
from podwatch.core.concepts import Explanation, Weight
from podwatch.core.durations import tenths
from podwatch.core.stream import Deed, Gap
from podwatch.core.text import capitalized
from podwatch.core.timeline import ExplainedEvent, ExplainedTransition, Stalled
from podwatch.renderers.dashboard.entries import Entry, Unfolded
from podwatch.renderers.dashboard.layout import Layout, Line, wrapped
from podwatch.renderers.dashboard.layout import Part as Piece
from podwatch.renderers.dashboard.view_state import titled
from podwatch.renderers.sanitize import visible

_TIME = 12
"""The cells of the time and of the sign behind it."""
_SINCE = 9
"""The cells of the time since the creation."""
_NAME_LEAST = 8
_SUBJECT = 24
"""The most cells of a container's name before its fact."""
_FACT = 50
"""What a fact takes as a rule."""
_SOON = 600.0
"""For how many seconds a Pod's own time is told: later it says nothing about its start."""

SIGNS = {
    "created": "waiting",
    "scheduled": "waiting",
    "pulling": "waiting",
    "running": "running",
    "init": "running",
    "ready": "ready",
    "initialized": "ended",
    "ended": "ended",
    "over": "ended",
    "deletion": "deleting",
    "disruption": "deleting",
    "deleted": "gone",
    "deed": "here",
}
"""The symbol of a kind of beat, where it is not the one of trouble; others have none."""


def name_width(entries: Sequence[Entry], board: Board, width: int) -> int:
    """The cells of the Pods' names beside facts of the usual length; 0 if all are of one Pod."""
    names = [_name(one, board) for one in entries if isinstance(one, BeatGroup)]
    sizes = [
        cell_len(visible(name)) + (len(f" ×{times:,}") if times else 0) for name, times in names
    ]
    longest = max(sizes, default=0)
    free = width - _TIME - 2 - _FACT - (_SINCE if width >= 100 else 0)
    return min(longest, max(free, _NAME_LEAST))


def entry_lines(
    entry: Entry, board: Board, width: int, names: int, pen: Layout, *, bar: bool = False
) -> list[Text]:
    """The lines of an entry, each of exactly `width` cells; `names` are those of the names.

    `bar`: it is the one at which one is.
    """
    match entry:
        case BeatGroup():
            lines = _beat(entry, board, width, names, pen)
        case Unfolded():
            lines = part_lines(entry.part, width, pen)
        case _:
            lines = _gap(entry, width, pen)
    if bar:
        lines = [[(text, f"bar {style}") for text, style in pen.cut(line, width)] for line in lines]
    return [pen.line(width, line) for line in lines]


def _beat(group: BeatGroup, board: Board, width: int, names: int, pen: Layout) -> list[Line]:
    beat = group.lead
    about = pen.say(_subject(beat, board))
    about = pen.fit_name(about, min(cell_len(about), _SUBJECT))
    still = "still " if isinstance(beat.head, Stalled) and beat.weight == Weight.TROUBLE else ""
    said = pen.say(beat.common_fact if group.pods > 1 else beat.fact)
    fact = f"{about}: {said}" if about else f"{still}{said}"
    begin: Line = [(f" {pen.time(_clock(beat))} ", "dim"), _sign(beat, pen), (" ", "")]
    size = cell_len(fact)
    if names:
        beside = width - _TIME - 3 - size  # a name of so many cells leaves the fact on its line
        if names > beside >= _NAME_LEAST or width - _TIME - 3 - names < _FACT // 2:
            names = max(min(names, beside), _NAME_LEAST)
        begin.append((f"{_fitted(group, board, names, pen)}  ", _calm(beat)))
    at = _TIME + (names + 2 if names else 0)
    first, *more = wrapped(fact, max(width - at - 1, 10)) or ("",)
    line: Line = [*begin, (first, _style(beat))]
    since = _since(group, board)
    if since and not more and at + cell_len(first) + len(since) + 3 <= width:
        line = pen.cut(line, width, [(f"{since} ", "dim")])
    return [line, *([(" " * at, ""), (text, _style(beat))] for text in more)]


def _clock(beat: Beat) -> datetime:
    """When it happened last: as it was observed, but for an Event that came late.

    An Event's own time has whole seconds, so beside others it would seem to go back in time.
    """
    late = beat.times == 1 and beat.at - beat.moment > _LATE
    return beat.moment if late else beat.at


_LATE = timedelta(seconds=3)


def _fitted(group: BeatGroup, board: Board, width: int, pen: Layout) -> str:
    """The name in exactly so many cells; how many Pods there are is not cut off."""
    name, times = _name(group, board)
    name = pen.say(name)
    if not times:
        return pen.fit_name(name, width)
    number = pen.own(f" ×{times:,}" if name else f"{times:,} Pods")
    fits = min(cell_len(name), max(width - len(number), 0))
    return pen.fit(pen.fit_name(name, fits) + number, width)


def _sign(beat: Beat, pen: Layout) -> Piece:
    if beat.weight == Weight.TROUBLE:
        return (pen.symbol("trouble"), "trouble")
    name = SIGNS.get(beat.kind, "")
    if name == "ended" and beat.explanation is not None and _is_failed(beat.explanation):
        name = ""  # it follows from what is marked as trouble, and is nothing well
    return (pen.symbol(name), "brand" if name == "here" else name) if name else (" ", "")


def _is_failed(explanation: Explanation) -> bool:
    facts = explanation.facts
    return facts.get("transition.after") == "Failed" or bool(facts.get("transition.exit_code"))


def _style(beat: Beat) -> str:
    match beat.weight:
        case _ if beat.kind == "deed":
            return "brand"
        case Weight.TROUBLE:
            return "alarm"
        case Weight.DETAIL:
            return "dim"
    return ""


def _calm(beat: Beat) -> str:
    return "dim" if beat.weight == Weight.DETAIL else ""


def _name(group: BeatGroup, board: Board) -> tuple[str, int]:
    """The Pod's name as it is shown; of several what they have in common, and how many they are."""
    if group.pods == 1:
        return visible(titled(board, group.lead.ref)), 0
    names = [visible(titled(board, ref)).split("-") for ref in group.refs[:_COMPARED]]
    common: list[str] = []
    for parts in zip(*(name[:-1] for name in names), strict=False):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    return "-".join(common), group.pods


_COMPARED = 50
"""Of how many Pods the names are compared."""


def _subject(beat: Beat, board: Board) -> str:
    """The container, of a Pod that has several."""
    if not beat.subject:
        return ""
    row = board.row(beat.ref)
    pod = row.pod if row is not None else getattr(beat.head, "pod", None)
    return beat.subject if pod is not None and len(list(pod.all_containers())) > 1 else ""


def _since(group: BeatGroup, board: Board) -> str:
    """How long after its creation it happened, where the creation was seen: in tenths."""
    if group.pods > 1 or group.lead.kind in {"created", "deed"}:
        return ""
    created = next((one for one in board.beats_of(group.lead.ref) if one.kind == "created"), None)
    seconds = group.lead.t - created.t if created is not None else -1.0
    return f"+{tenths(seconds)}" if 0 <= seconds < _SOON else ""


# ── parts ──


def part_lines(part: Part, width: int, pen: Layout) -> list[Line]:
    """A part of a beat that is unfolded: what changed, and below it the sentence."""
    change, sentence, moment = _told(part, pen)
    begin = " " * (_TIME - 2)
    lines: list[Line] = [
        [(begin, ""), (f"{pen.time(moment)}  ", "dim"), (text, "strong")]
        if not number
        else [(begin + " " * 10, ""), (text, "strong")]
        for number, text in enumerate(wrapped(change, max(width - _TIME - 9, 10)))
    ]
    said = wrapped(sentence, max(width - _TIME - 9, 10))
    return [*lines, *([(begin + " " * 10, ""), (line, "")] for line in said)]


def _told(part: Part, pen: Layout) -> tuple[str, str, datetime]:
    match part:
        case ExplainedTransition() | ExplainedEvent():
            about = f"{pen.say(part.subject)} " if part.subject else ""
            inferred = " (inferred)" if part.inferred else ""
            change = f"{about}{what_changed(part, pen)}{inferred}"
            return change, pen.say(capitalized(part.explanation.sentence)), part.moment
        case Stalled():
            return pen.own("nothing changes"), pen.say(part.wait.sentence), part.at
        case FoundInTrouble():
            return "found in trouble", pen.say(part.finding.sentence), part.at
        case Deed():
            return pen.say(part.command), "", part.at


def what_changed(one: ExplainedTransition | ExplainedEvent, pen: Layout) -> str:
    """From what to what, with the reason that the API gives."""
    if isinstance(one, ExplainedEvent):
        times = f" ×{one.event.times}" if one.event.times > 1 else ""
        return pen.own(f"event: {pen.say(one.event.reason)}{times}")
    text = pen.say(one.change)
    after = one.transition.after
    if after is not None and after.reason and after.reason not in one.change:
        text += f" ({pen.say(after.reason)})"
    return text


def _gap(gap: Gap, width: int, pen: Layout) -> list[Line]:
    symbol, since, until = pen.symbol("gap"), pen.time(gap.since), pen.time(gap.until)
    reason = f" ({pen.say(gap.reason)})" if gap.reason else ""
    missed = f"something may have been missed{reason}"
    said = f"between {since} and {until} {missed}"
    if cell_len(said) > width - _TIME - 1:
        said = f"since {since} {missed}"
    lines = wrapped(said, max(width - _TIME - 1, 10))
    begin: Line = [(f" {until} ", "dim"), (f"{symbol} ", "alarm")]
    return [
        [*(begin if not number else [(" " * _TIME, "")]), (line, "alarm")]
        for number, line in enumerate(lines)
    ]
