"""A row of the class board: one learner, in columns that give way where there is no room.

Responsible for what stands in each column and how wide it is.
"""

from rich.cells import cell_len
from rich.text import Text

from podwatch.core.classroom.rows import ClassBoard, LearnerRow
from podwatch.core.durations import human_duration
from podwatch.renderers.dashboard.layout import Layout, Line
from podwatch.renderers.dashboard.table_row import without_term

_WIDE = 150
"""From how many columns on what the newest Pod does stands beside what is wrong."""
_MIDDLE, _NARROW = 100, 72
"""From how many columns on names are whole, and up to how many the exercise has no column."""
_GAP = "  "
_MARGIN = 4

Sizes = dict[str, int]


def columns(board: ClassBoard, width: int) -> Sizes:
    """How wide each column is; 0 for one that has no room."""
    longest = max((len(one.title) for one in board.learners), default=0)
    most = 28 if width >= _MIDDLE else 20 if width > _NARROW else 13
    sizes = {"LEARNER": min(max(longest, 8), most), "STUCK": 6, "SOLVED": 6, "EXERCISE": 0}
    if width > _NARROW and (known := max(len(one.exercise) for one in board.learners)):
        sizes["EXERCISE"] = min(max(known, 8), 20 if width >= _MIDDLE else 14)
    used = _MARGIN + sum(size + len(_GAP) for size in sizes.values() if size)
    rest = max(width - used, 0)
    beside = rest // 2 if width >= _WIDE else 0
    return sizes | {"WHAT": max(rest - beside, 0), "NEWEST POD": max(beside - len(_GAP), 0)}


def heading(sizes: Sizes, pen: Layout) -> str:
    """The names of the columns."""
    named = "STUCK ON" if sizes["NEWEST POD"] else "WHAT"
    return (
        " " * _MARGIN
        + _GAP.join(
            pen.fit(named if name == "WHAT" else name, size) for name, size in sizes.items() if size
        )
    ).rstrip()


def class_row(
    row: LearnerRow,
    board: ClassBoard,
    sizes: Sizes,
    width: int,
    pen: Layout,
    *,
    here: bool,
    chosen: bool,
) -> Text:
    """The line of a learner. `here`: one is at them; `chosen`: by a key, not by default."""
    sign, wide = sign_of(row), bool(sizes["NEWEST POD"])
    said = {
        "LEARNER": _name(row, sizes["LEARNER"], pen),
        "STUCK": human_duration(row.stuck) if row.stuck is not None else "",
        "SOLVED": f"{len(row.solved)}/{board.exercises}" if board.exercises else "",
        "EXERCISE": pen.say(row.exercise),
        "WHAT": pen.say((row.note or row.cause) if wide else what(row)),
        "NEWEST POD": pen.say(row.doing),
    }
    parts: Line = [
        (f" {pen.symbol('here') if here else ' '}", "brand"),
        (f"{pen.symbol(sign)} ", sign),
    ]
    for name, text in said.items():
        if sizes[name]:
            style = "strong" if here and name == "LEARNER" else ""
            parts += [(pen.fit(_brief(text, sizes[name]), sizes[name]), style), (_GAP, "")]
    if here and chosen:
        return pen.text([(text, "selected") for text, _ in pen.cut(parts, width)])
    return pen.line(width, parts)


def _name(row: LearnerRow, room: int, pen: Layout) -> str:
    """What a learner is called; of two who are called the same, what tells them apart."""
    name = pen.say(row.title)
    if row.shares_name and cell_len(name) > room:
        name = pen.say(row.namespace)
    return pen.fit_name(name, room)


def _brief(text: str, room: int) -> str:
    """A fact without its term where the whole has no room and the rest has."""
    rest = without_term(text)
    return rest if cell_len(text) > room >= cell_len(rest) else text


def sign_of(row: LearnerRow) -> str:
    """The symbol of how a learner stands."""
    if row.note:
        return "gone"
    if row.trouble:
        return "trouble"
    if row.open and not row.unchecked:
        return "waiting"
    return row.health or "unseen"


def what(row: LearnerRow) -> str:
    """What is most worth knowing: what is wrong, else what the newest Pod does."""
    if row.note or row.cause:
        return row.note or row.cause
    if row.unchecked:
        return "Pods are well, not solved yet"
    return row.doing or "no Pods yet"
