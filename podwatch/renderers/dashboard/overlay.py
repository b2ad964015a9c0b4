"""Overlays: the help and a concept's page, over the table, the card and the timeline."""

from rich.text import Text

from podwatch.core.concepts import Concept
from podwatch.core.health import HEALTH_WORDS
from podwatch.core.lifeline import PodState
from podwatch.core.text import one_line, page
from podwatch.renderers.dashboard.layout import Layout, Line, wrapped
from podwatch.renderers.dashboard.view_state import Overlay, ViewState

_WIDEST = 92
"""Longer lines are hard to read."""

KEYS = (
    ("up down j k", "select a Pod, whose newest lesson the card shows; Home End ..."),
    ("Enter", "open the selected Pod: containers, start, conditions"),
    ("/", "only Pods that match: name, namespace, status, phase, node"),
    ("f", "only Pods in trouble"),
    ("s", "sort: name, trouble, last change, youngest, restarts"),
    ("Space", "stop the screen and go on; nothing is lost meanwhile"),
    ("left right", "step through what happened: the screen shows that moment"),
    ("e", "explain: the page about what the card shows"),
    ("p", "projector: one change at a time, large"),
    ("r", "start and stop a recording, a file in this folder"),
    ("Esc", "one step back"),
    ("?", "this page"),
    ("q", "quit"),
)
REPLAY_KEYS = (("+ -", "faster, slower"), ("n", "go to the next transition"))
STAGES = {
    PodState.WAITING: "waiting: not all of its containers were started",
    PodState.RUNNING: "running, but not ready",
    PodState.READY: "ready",
    PodState.FAILED: "a container, its start or the Pod failed",
    PodState.BACK_OFF: "back-off: the kubelet waits before it tries again",
    PodState.ENDED: "ended well",
    PodState.DELETING: "being deleted",
    PodState.GONE: "gone",
    PodState.UNSEEN: "before podwatch looked",
}


def overlay(look: ViewState, width: int, height: int, pen: Layout) -> tuple[list[Text], int]:
    """What is laid over the screen, and the first of its lines that is seen."""
    room = min(width - 4, _WIDEST)
    if look.overlay is Overlay.EXPLAIN and look.concept is not None:
        body = _concept(look.concept, room, pen)
    else:
        body = _help(look, room, pen)
    space = height - 1 if len(body) > height else height
    first = max(min(look.lines_scroll, len(body) - space), 0)
    lines = [pen.line(width, [("  ", ""), *parts]) for parts in body[first : first + space]]
    if len(body) > height:
        below = len(body) - first - space
        said = f"{pen.symbol('down')} {below} more lines" if below else "the end"
        lines.append(pen.line(width, [("  " + said, "dim")]))
    return lines, first


def _help(look: ViewState, width: int, pen: Layout) -> list[Line]:
    def beside(label: str, room: int, named: str, text: str) -> list[Line]:
        return pen.labelled(label, wrapped(text, max(width - room, 10)), room, named=named)

    lines: list[Line] = [[("Keys", "strong")]]
    keys = KEYS[:-2] + (REPLAY_KEYS if look.speed is not None else ()) + KEYS[-2:]
    for key, meaning in keys:
        lines += beside(key, 14, "key", meaning)
    lines += [[], [("A Pod's lifeline, the newest at the right", "strong")]]
    for stage, meaning in STAGES.items():
        lines += beside(pen.symbol(stage), 4, stage, meaning)
    about = (
        "A state has one symbol, and one more each time that it lasted twice as long. So the "
        "pauses of a crash loop, which double, grow by one symbol."
    )
    lines += [[(line, "")] for line in wrapped(about, width)]
    lines += [[], [("How a Pod stands, before its name", "strong")]]
    for name, word in HEALTH_WORDS.items():
        lines += beside(pen.symbol(name), 4, name, word)
    return lines


def _concept(concept: Concept, width: int, pen: Layout) -> list[Line]:
    """A concept's page, as `podwatch explain` prints it."""
    lines: list[Line] = [[(pen.own(concept.title), "strong"), (f"  {concept.id}", "dim")]]
    lines += [[(line, "dim")] for line in wrapped(pen.own(concept.summary), width)]
    for paragraph in concept.explanation.strip().split("\n\n"):
        lines.append([])
        lines += [[(line, "")] for line in wrapped(pen.own(one_line(paragraph)), width)]
    if concept.note:
        lines.append([])
        said = wrapped(pen.own(one_line(concept.note)), width - 6)
        lines += pen.labelled("note", said, 6)
    lines += [[], [(pen.own(page(concept.docs)), concept.docs)]]
    return lines
