"""The chart of a Pod's start: its stages with a bar each, and which took longest.

Responsible for the drawing; the stages come from `podwatch.core.startup`.
"""

from rich.cells import cell_len

from podwatch.core.durations import measured
from podwatch.core.kube import Pod
from podwatch.core.startup import ALREADY_THERE, Progress, Stage, StageName, Waterfall
from podwatch.renderers.dashboard.layout import Layout, Line

_LABELS = {
    StageName.SCHEDULED: "scheduled",
    StageName.SANDBOX: "sandbox, network",
    StageName.PULLED: "image",
    StageName.RAN: "ran",
    StageName.STARTED: "started",
    StageName.READY: "ready",
}
_WITHOUT_BAR = {
    Progress.UNKNOWN: "over; nothing tells when",
    Progress.NEVER: "not reached",
    Progress.UNDER_WAY: "under way",
    Progress.DONE: "over; nothing tells how long it took",
}
"""What is said of a stage whose times are not known; of one that is ahead, nothing."""


def startup_chart(of: Waterfall, pod: Pod, width: int, limit: int, pen: Layout) -> list[Line]:
    """The stages of the start with a bar each, and which took longest: lines of `width` cells.

    The stages' names take `limit` cells at most.
    """
    several = len(pod.spec.containers) + len(pod.spec.init_containers) > 1
    labels = [pen.say(_label(stage, several)) for stage in of.stages]
    room = min(max(map(cell_len, labels)), limit)
    total = max((one.begin or 0.0) + (one.seconds or 0.0) for one in of.stages)
    lines = [pen.cut(_start_title(of, several, pen), width)]
    for label, stage in zip(labels, of.stages, strict=True):
        name = pen.fit_name(label, room) + "  "
        slowest = stage is of.slowest
        if stage.begin is None or stage.seconds is None or total <= 0:
            said = _WITHOUT_BAR.get(stage.progress) or pen.symbol("unseen")
            lines.append(pen.cut([(name + said, "dim")], width))
            continue
        if stage.note == ALREADY_THERE:
            said = "was there"
        else:
            said = f"{measured(stage.seconds, whole=stage.whole_seconds)} "
            said += pen.own("◀") if slowest else " "
        under_way = stage.progress is Progress.UNDER_WAY
        style = "alarm" if slowest else "strong" if under_way else "ready"
        said = said.rjust(11)
        free = width - cell_len(name) - cell_len(said)
        end = (stage.begin + stage.seconds) / total
        bar = _bar(stage.begin / total, end, free, pen) if free >= 4 else ""
        parts = [(name, ""), (bar, style), (said, "alarm" if slowest else "")]
        lines.append(pen.cut(parts, width))
    return lines


_EIGHTHS = " ▏▎▍▌▋▊▉█"


def _bar(begin: float, end: float, width: int, pen: Layout) -> str:
    """A bar from one share of the width to another; never nothing."""
    first = min(int(begin * width), width - 1)
    if pen.theme.ascii:
        whole = max(min(round((end - begin) * width), width - first), 1)
        return (" " * first + "=" * whole).ljust(width)
    eighths = max(min(round((end - begin) * width * 8), (width - first) * 8), 1)
    whole, part = divmod(eighths, 8)
    return (" " * first + "█" * whole + _EIGHTHS[part].strip()).ljust(width)


def _start_title(of: Waterfall, several: bool, pen: Layout) -> Line:
    title: Line = [("start", "heading"), ("  ", "")]
    under_way = [one for one in of.stages if one.progress is Progress.UNDER_WAY]
    if of.seconds is not None:
        title += [(measured(of.seconds, whole=of.whole_seconds), ""), (" to Ready", "dim")]
    elif under_way:
        title += [("under way: ", "dim"), (pen.say(_label(under_way[0], several)), "")]
    elif of.stages[-1].progress is Progress.DONE:
        title += [("Ready", "dim")]
    else:
        title += [("when it was Ready is not known", "dim")]
    if of.slowest is not None and of.slowest not in under_way:
        title += [(", slowest: ", "dim"), (pen.say(_label(of.slowest, several)), "alarm")]
    if any(one.whole_seconds for one in of.stages):
        title += [(" (in whole seconds)", "dim")]
    return title


def _label(stage: Stage, several: bool) -> str:
    label = _LABELS[stage.name]
    return f"{stage.container} {label}" if stage.container and several else label
