"""The Pod view: everything about one Pod on one screen.

Responsible for what stands where and what is left out where there is no room. The box of its
containers is `anatomy`, their states over time are `lanes`, the stages of its start come from
`podwatch.core.startup`.
"""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from podwatch.core.board import Board, Row, standing
from podwatch.core.columns import age_text, restarts_text
from podwatch.core.concepts import Weight
from podwatch.core.durations import human_duration, measured
from podwatch.core.kube import Pod, PodCondition
from podwatch.core.startup import ALREADY_THERE, Progress, Stage, StageName, Waterfall, waterfall
from podwatch.core.stream import Gap
from podwatch.core.text import capitalized
from podwatch.core.timeline import Explained, ExplainedEvent, ExplainedTransition
from podwatch.renderers.dashboard.anatomy import anatomy
from podwatch.renderers.dashboard.lanes import STATES, lanes
from podwatch.renderers.dashboard.layout import Layout, Part, cells, text_of, wrapped
from podwatch.renderers.dashboard.timeline import moment, what_changed
from podwatch.renderers.wording import subject

_ORDER = (
    "PodScheduled",
    "PodReadyToStartContainers",
    "Initialized",
    "ContainersReady",
    "Ready",
)
"""The conditions of every Pod in the order in which they become True."""
_CONDITIONS = 38
_BESIDE = 78
"""From how many columns on the conditions and the start stand side by side."""
_WIDE = 126
"""From how many columns on they stand beside the anatomy."""
_TIMELINE = 3
"""How many lines of the timeline are seen at least, if anything happened."""


def pod_view(
    board: Board, row: Row, width: int, height: int, pen: Layout, scroll: int = 0
) -> list[Text]:
    """`height` lines of exactly `width` cells. What has no room is below, `scroll` lines down."""
    top = _header(board, row, width, pen)[:height]
    room = height - len(top)
    body = _body(board, row, width, room, pen) if room else []
    if len(body) > room:
        first = max(min(scroll, len(body) - room + 1), 0)
        shown = body[first : first + room - 1]
        more = len(body) - first - len(shown)
        said = f" {pen.theme.symbol('down')} {more} more lines" if more else ""
        body = [*shown, pen.line(width, [(said, pen.style("dim"))])]
    lines = [*top, *body]
    return lines + [pen.blank(width)] * (height - len(lines))


def last_scroll(board: Board, row: Row, width: int, height: int, pen: Layout) -> int:
    """The greatest `scroll` at which there is something more to see."""
    top = _header(board, row, width, pen)
    room = height - len(top)
    return max(len(_body(board, row, width, room, pen)) - room + 1, 0) if room > 0 else 0


def _body(board: Board, row: Row, width: int, room: int, pen: Layout) -> list[Text]:
    """All below the header; longer than the room if it has to be."""
    inner = width - 2
    happened = _timeline(board, row, width, pen)
    least = min(len(happened), _TIMELINE)
    start = _start(waterfall(board, row.pod), row.pod, 26 if width >= 100 else 20, pen)
    lived = [pen.line(width, [(" ", None), *line]) for line in lanes(board, row, inner - 1, pen)]
    if lived:
        lived.insert(0, _titled("containers over time", width, pen, _legend(pen)))
    for airy in (True, False):
        facts = _facts(row.pod, start, width, pen, airy)
        blank = [pen.blank(width)] if airy else []
        blocks = [*blank, *facts, *blank, *lived, *blank]
        if len(blocks) + least + 1 <= room:
            break
    else:
        # The anatomy changes least: it comes last if not all has room.
        facts = [
            *_beside(_conditions(row.pod, pen), start, width, pen),
            *lived,
        ]
        rest = max(room - len(facts) - 1, _TIMELINE)
        return [*facts, *_named_timeline(happened[:rest], width, pen), *_box(row.pod, width, pen)]
    return [*blocks, *_named_timeline(happened[: room - len(blocks) - 1], width, pen)]


def _facts(pod: Pod, start: list["_Line"], width: int, pen: Layout, airy: bool) -> list[Text]:
    """The anatomy, the conditions and the start."""
    conditions = _conditions(pod, pen)
    if width < _WIDE:
        box = _box(pod, width, pen)
        blank = [pen.blank(width)] if airy else []
        return [*box, *blank, *_beside(conditions, start, width, pen)]
    left_width = min(width * 54 // 100, 96)
    right_width = width - left_width - 3
    left = anatomy(pod, left_width, pen)
    right = [line.drawn(right_width, pen) for line in [*conditions, _Line(), *start]]
    lines: list[Text] = []
    for number in range(max(len(left), len(right))):
        line = Text(" ", no_wrap=True, end="")
        line.append_text(left[number] if number < len(left) else pen.blank(left_width))
        line.append("  ")
        line.append_text(right[number] if number < len(right) else pen.blank(right_width))
        lines.append(line)
    return lines


def _box(pod: Pod, width: int, pen: Layout) -> list[Text]:
    lines = []
    for line in anatomy(pod, width - 2, pen):
        whole = Text(" ", no_wrap=True, end="")
        whole.append_text(line)
        whole.append(" ")
        lines.append(whole)
    return lines


def _beside(left: list["_Line"], right: list["_Line"], width: int, pen: Layout) -> list[Text]:
    """The conditions and the start next to each other, or one below the other."""
    if width < _BESIDE:
        return [
            pen.line(width, [(" ", None), *line.parts_in(width - 2, pen)])
            for line in [*left, *right]
        ]
    right_width = width - _CONDITIONS - 4
    lines = []
    for number in range(max(len(left), len(right))):
        one = left[number] if number < len(left) else _Line()
        other = right[number] if number < len(right) else _Line()
        parts = [*one.parts_in(_CONDITIONS, pen), ("  ", None)]
        lines.append(pen.line(width, [(" ", None), *parts, *other.parts_in(right_width, pen)]))
    return lines


class _Line:
    """Parts that get their width later; `bar` is drawn into what is left."""

    def __init__(
        self,
        left: Sequence[Part] = (),
        right: Sequence[Part] = (),
        bar: tuple[float, float, str] | None = None,
    ) -> None:
        self.left = left
        self.right = right
        self.bar = bar

    def parts_in(self, width: int, pen: Layout) -> list[Part]:
        """In exactly so many cells."""
        if self.bar is None:
            if cells(self.right) + 1 > width:
                return pen.cut(self.right, width)
            return [*pen.cut(self.left, width - cells(self.right)), *self.right]
        free = width - cells(self.left) - cells(self.right)
        begin, end, style = self.bar
        bar: list[Part] = [(_bar(begin, end, free, pen), pen.style(style))] if free >= 4 else []
        return pen.cut([*self.left, *bar, *self.right], width)

    def drawn(self, width: int, pen: Layout) -> Text:
        """As text of exactly so many cells."""
        return text_of(self.parts_in(width, pen))


_EIGHTHS = " ▏▎▍▌▋▊▉█"


def _bar(begin: float, end: float, width: int, pen: Layout) -> str:
    """A bar from one share of the width to another; never nothing."""
    first = min(int(begin * width), width - 1)
    if pen.theme.ascii:
        cells_ = max(min(round((end - begin) * width), width - first), 1)
        return (" " * first + "=" * cells_).ljust(width)
    eighths = max(min(round((end - begin) * width * 8), (width - first) * 8), 1)
    whole, part = divmod(eighths, 8)
    return (" " * first + "█" * whole + (_EIGHTHS[part] if part else "")).ljust(width)


# ── header ──


def _header(board: Board, row: Row, width: int, pen: Layout) -> list[Text]:
    pod, strong, dim = row.pod, pen.style("strong"), pen.style("dim")
    tone = pen.style(standing(row))
    uid = row.ref.uid if width >= 150 else row.ref.uid[:8]
    node = pod.spec.node_name or "no node yet"
    about = [row.ref.namespace, node, pod.status.pod_ip or "no IP yet", f"uid {uid}"]
    name = pen.say(row.ref.name)
    while about and cell_len(name) + 6 + cell_len(" · ".join(map(pen.say, about))) > width:
        about.pop()
    right: list[Part] = [(pen.own(" · ").join(map(pen.say, about)) + " ", dim)] if about else []
    left: list[Part] = [
        (f" {pen.theme.symbol(standing(row))} ", tone),
        (pen.fit_name(name, min(cell_len(name), max(width - 5 - cells(right), 8))), strong),
    ]
    lines = [pen.line(width, left, right)]
    lines.append(pen.line(width, [("   ", None), *_three_answers(board, row, width - 3, pen)]))
    lines.append(pen.line(width, [("   " + pen.say(_origin(row)), dim)]))
    wait = board.wait(row)
    if wait is not None and board.now is not None:
        said = capitalized(wait.sentence)
        if wait.until is not None:
            said = f"{wait.short(board.now)}: {wait.sentence}"
        said, room = pen.say(said), max(width - 4, 8)
        first, *more = wrapped(said, room)
        rest = " ".join(more)
        for line in (first, pen.fit(rest, room)) if rest else (first,):
            lines.append(pen.line(width, [("   " + line, strong)]))
    return lines


def _three_answers(board: Board, row: Row, width: int, pen: Layout) -> list[Part]:
    """Phase, STATUS and Ready next to each other: three different things."""
    pod, columns = row.pod, row.columns
    ready = pod.condition("Ready")
    restarts = restarts_text(columns, board.now) if board.now is not None else ""
    bare = str(columns.restarts)
    facts = [
        ("phase", pod.status.phase or "none yet", None),
        ("STATUS", columns.status, standing(row)),
        ("Ready", ready.status if ready is not None else "not yet", None),
        ("READY", columns.ready_text, None),
        ("RESTARTS", restarts or bare, None),
        *([("RESTARTS", bare, None)] if restarts not in {"", bare} else []),
        ("AGE", age_text(pod, board.now) if board.now is not None else "", None),
    ]
    parts: list[Part] = []
    for label, value, style in facts:
        fact: list[Part] = [
            ("   " if parts else "", None),
            (f"{label} ", pen.style("label")),
            (pen.say(value), pen.style(style) if style else None),
        ]
        told = any(text == f"{label} " for text, _ in parts)  # in more words already
        if not told and cells(parts) + cells(fact) <= width:
            parts += fact
    return parts


def _origin(row: Row) -> str:
    """Who made it, what it replaces and what became of it."""
    meta = row.pod.metadata
    said = []
    controller = meta.controller
    if controller is not None:
        said.append(f"controlled by {controller.kind} {controller.name}")
    elif meta.annotations.config_mirror:
        said.append("a static Pod: the kubelet made it from a file on its node")
    else:
        said.append("a bare Pod: no controller replaces it")
    if row.replaces:
        said.append(f"replaces {row.replaces.name}")
    if row.gone:
        said.append(
            f"replaced by {row.replaced_by.name}" if row.replaced_by else f"it is {row.gone} now"
        )
    elif row.replaced_by:
        said.append(f"replaced by {row.replaced_by.name}")
    if meta.deletion_timestamp is not None and not row.gone:
        said.append("deletion requested")
    return "; ".join(said)


# ── conditions ──


def _conditions(pod: Pod, pen: Layout) -> list[_Line]:
    """The conditions in the order of a start, then the others; readiness gates too."""
    known = {condition.type: condition for condition in pod.status.conditions}
    gates = [gate.condition_type for gate in pod.spec.readiness_gates]
    types = dict.fromkeys((*_ORDER[:-1], *gates, _ORDER[-1], *known))
    lines = [_Line([("conditions", pen.style("heading"))])]
    for type_ in types:
        standard = type_ in _ORDER or type_ in gates
        lines.append(_condition_line(type_, known.get(type_), pod, pen, standard=standard))
    return lines


def _condition_line(
    type_: str, condition: PodCondition | None, pod: Pod, pen: Layout, *, standard: bool
) -> _Line:
    dim = pen.style("dim")
    name = pen.say(type_)
    if condition is None:
        return _Line([(f"{pen.theme.symbol('unseen')} {name}", dim)], [(" not set yet", dim)])
    met = condition.status == "True"
    symbol = ("ended" if met else "waiting") if standard else "dot"
    since = _since(condition, pod)
    word = "" if met and standard else f" {pen.say(condition.status)}"
    reason = f" {pen.say(condition.reason)}" if condition.reason and not met else ""
    return _Line(
        [
            (f"{pen.theme.symbol(symbol)} ", pen.style("ready") if met and standard else None),
            (name, None),
            (word, pen.style("strong")),
            (reason, dim),
        ],
        [(f" {since}", dim)] if since else [],
    )


def _since(condition: PodCondition, pod: Pod) -> str:
    """Since when, counted from the creation; both have whole seconds."""
    created, changed = pod.metadata.creation_timestamp, condition.last_transition_time
    if created is None or changed is None:
        return ""
    return f"+{human_duration(max((changed - created).total_seconds(), 0.0))}"


# ── the start ──

_LABELS = {
    StageName.SCHEDULED: "scheduled",
    StageName.SANDBOX: "sandbox, network",
    StageName.PULLED: "image",
    StageName.RAN: "ran",
    StageName.STARTED: "started",
    StageName.READY: "ready",
}


def _start(of: Waterfall, pod: Pod, limit: int, pen: Layout) -> list[_Line]:
    """The stages of the start with a bar each, and which took longest."""
    dim = pen.style("dim")
    several = len(pod.spec.containers) + len(pod.spec.init_containers) > 1
    labels = [pen.say(_label(stage, several)) for stage in of.stages]
    room = min(max(map(cell_len, labels)), limit)
    total = max((one.begin or 0.0) + (one.seconds or 0.0) for one in of.stages)
    lines = [_Line(_start_title(of, several, pen))]
    for label, stage in zip(labels, of.stages, strict=True):
        left: list[Part] = [(pen.fit_name(label, room) + "  ", None)]
        slowest = stage is of.slowest
        if stage.begin is None or stage.seconds is None or total <= 0:
            lines.append(_Line([(left[0][0], dim), (_without_bar(stage, pen), dim)]))
            continue
        if stage.note == ALREADY_THERE:
            said = "was there"
        else:
            said = f"{measured(stage.seconds, whole=stage.whole_seconds)} "
            said += pen.own("◀") if slowest else " "
        under_way = stage.progress is Progress.UNDER_WAY
        style = "alarm" if slowest else "strong" if under_way else "ready"
        right: list[Part] = [(said.rjust(11), pen.style("alarm") if slowest else None)]
        end = stage.begin + stage.seconds
        lines.append(_Line(left, right, (stage.begin / total, end / total, style)))
    return lines


def _start_title(of: Waterfall, several: bool, pen: Layout) -> list[Part]:
    dim = pen.style("dim")
    title: list[Part] = [("start", pen.style("heading")), ("  ", None)]
    under_way = [one for one in of.stages if one.progress is Progress.UNDER_WAY]
    if of.seconds is not None:
        title += [(measured(of.seconds, whole=of.whole_seconds), None), (" to Ready", dim)]
    elif under_way:
        title += [("under way: ", dim), (pen.say(_label(under_way[0], several)), None)]
    elif of.stages[-1].progress is Progress.DONE:
        title += [("Ready", dim)]
    else:
        title += [("when it was Ready is not known", dim)]
    if of.slowest is not None and of.slowest not in under_way:
        title += [(", slowest: ", dim), (pen.say(_label(of.slowest, several)), pen.style("alarm"))]
    if any(one.whole_seconds for one in of.stages):
        title += [(" (in whole seconds)", dim)]
    return title


def _without_bar(stage: Stage, pen: Layout) -> str:
    match stage.progress:
        case Progress.UNKNOWN:
            return "over; nothing tells when"
        case Progress.NEVER:
            return "not reached"
        case Progress.UNDER_WAY:
            return "under way"
        case Progress.DONE:
            return "over; nothing tells how long it took"
        case Progress.AHEAD:
            return pen.theme.symbol("unseen")


def _label(stage: Stage, several: bool) -> str:
    label = _LABELS[stage.name]
    return f"{stage.container} {label}" if stage.container and several else label


# ── what happened ──


def _titled(title: str, width: int, pen: Layout, right: Sequence[Part] = ()) -> Text:
    fits = cell_len(title) + 3 + cells(right) <= width
    return pen.line(width, [(f" {title}", pen.style("heading"))], right if fits else ())


def _legend(pen: Layout) -> list[Part]:
    parts: list[Part] = []
    for name, word in STATES.items():
        parts += [(f"{pen.theme.symbol(name)} ", pen.style(name)), (f"{word}  ", pen.style("dim"))]
    return parts


def _named_timeline(lines: list[Text], width: int, pen: Layout) -> list[Text]:
    return [_titled("what happened, newest first", width, pen), *lines] if lines else []


def _timeline(board: Board, row: Row, width: int, pen: Layout) -> list[Text]:
    """The Pod's transitions and Events, the newest first, Events at their own time."""
    own = [one for one in board.timeline if not isinstance(one, Gap) and one.ref.uid == row.ref.uid]
    return [_happened(one, width, pen) for one in reversed(own)]


def _happened(one: Explained, width: int, pen: Layout) -> Text:
    dim = pen.style("dim")
    trouble = one.explanation.weight == Weight.TROUBLE
    about = (
        pen.say(one.event.container)
        if isinstance(one, ExplainedEvent)
        else pen.say(subject(one.transition))
    )
    inferred = (
        " (inferred)" if isinstance(one, ExplainedTransition) and one.transition.inferred else ""
    )
    what = min(max(width * 45 // 100, 30), 52)
    parts: list[Part] = [
        (f" {moment(one, pen)} ", dim),
        (f"{pen.theme.symbol('trouble') if trouble else ' '} ", pen.style("alarm")),
        *pen.cut(
            [(f"{about} " if about else "", dim), (what_changed(one, pen) + inferred, None)], what
        ),
        ("  ", None),
    ]
    sentence = pen.say(one.explanation.sentence)
    return pen.line(width, [*parts, (pen.fit(sentence, max(width - cells(parts) - 1, 0)), dim)])
