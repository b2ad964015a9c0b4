"""One Pod explained on a page: its owners, its anatomy, why it is in the state it is in.

Responsible for the order and the layout of the page; the sentences are
`podwatch.core.diagnosis`' and the catalogue's.
"""

from collections.abc import Iterator
from datetime import datetime

from rich.text import Text

from podwatch.core.columns import age_text, restarts_text
from podwatch.core.concepts.loader import concept_of
from podwatch.core.disagreement import left_to_say
from podwatch.core.finding import Finding
from podwatch.core.pod_page import PodPage
from podwatch.core.text import one_line
from podwatch.renderers.dashboard.anatomy import anatomy
from podwatch.renderers.dashboard.layout import Layout, Line, cells, sentences_that_fit, wrapped

_LABEL = 7
NODE_SILENT = frozenset(
    {"terminating-on-a-silent-node", "node-does-not-report", "node-told-lost", "node-silent"}
)
"""The present states in which nobody knows whether the containers still run."""


def page(one: PodPage, width: int, pen: Layout) -> list[Text]:
    """The page in lines of `width` cells; commands stay whole, so that they can be copied."""
    lines = [*_head(one, width, pen), pen.blank(width)]
    told: set[str] = set()
    for finding in one.diagnosis.findings if one.diagnosis is not None else ():
        lines += _finding(finding, one.now, told, width, pen)
    findings = one.diagnosis.findings if one.diagnosis is not None else ()
    said = [f"{finding.fact} {finding.sentence}" for finding in findings]
    unsaid = left_to_say(one.disagreement, one.columns, said)
    for sentence in unsaid:
        lines += paragraph(sentence, 2, width, pen)
    if unsaid:
        lines.append(pen.blank(width))
    heard = not any(finding.state in NODE_SILENT for finding in findings)
    return [*lines, *anatomy(one.pod, width, pen, heard=heard)]


def _head(one: PodPage, width: int, pen: Layout) -> Iterator[Text]:
    meta = one.pod.metadata
    place = [meta.namespace] if meta.namespace else []
    place += [one.pod.spec.node_name or "no node yet"]
    place += [f"uid {meta.uid}"] if meta.uid else []
    where = pen.own(" · ").join(map(pen.say, place))
    yield pen.line(width, [(f" {pen.say(meta.name)}  ", "brand"), (where, "")])
    yield pen.line(width, [(pen.own(f" {pen.say(_family(one))}"), "")])
    if one.pod.is_stored:
        yield from _columns(one, width, pen)
    if one.note:
        yield from paragraph(one.note, 1, width, pen, style="alarm")


def _columns(one: PodPage, width: int, pen: Layout) -> Iterator[Text]:
    """What kubectl shows, and phase and Ready beside it, in as many lines as it takes."""
    shown = one.columns
    ready = one.pod.condition("Ready")
    words = [
        ("READY", shown.ready_text),
        ("STATUS", shown.status),
        ("phase", one.pod.status.phase or "none"),
        ("Ready", ready.status if ready is not None else "not set"),
        ("RESTARTS", restarts_text(shown, one.now)),
    ]
    if one.now is not None:
        words.append(("AGE", age_text(one.pod, one.now)))
    parts: Line = []
    for label, value in words:
        fact: Line = [(f"{label} ", "dim"), (pen.say(value), "strong")]
        if parts and cells(parts) + 5 + cells(fact) > width:
            yield pen.line(width, parts)
            parts = []
        parts += [(pen.own("  ·  ") if parts else " ", "dim"), *fact]
    yield pen.line(width, parts)


def _family(one: PodPage) -> str:
    """`Deployment web → ReplicaSet web-5d9c → this Pod`."""
    if not one.owners:
        return "a bare Pod: no controller owns it, so nothing replaces it when it is gone"
    return " → ".join([*reversed(one.owners), "this Pod"])


_LOOKS = {
    "cause": ("trouble", "trouble"),
    "wait": ("waiting", "strong"),
    "fine": ("ready", "strong"),
}
"""The symbol and the style of a finding's head, by its role; others have a dot."""


def _finding(
    finding: Finding, now: datetime | None, told: set[str], width: int, pen: Layout
) -> Iterator[Text]:
    """Its news and its sentence; of a cause what helps, too.

    What is `told` already is not told again; this adds to it.
    """
    symbol, style = _LOOKS.get(finding.role, ("dot", ""))
    if finding.role in {"follows", "past", "note"}:
        said = wrapped(pen.say(finding.sentence), max(width - 4, 10))
        for parts in pen.labelled(pen.symbol(symbol), said, 2):
            yield pen.line(width, [(" ", ""), *parts])
        if finding.role == "follows" and finding.cure:
            yield from paragraph(finding.cure, 3, width, pen, label="fix")
            yield from paragraph(finding.who, 3, width, pen, label="who")
        yield from _commands([one for one in finding.tries if one not in told], pen)
        told |= set(finding.tries)
        yield pen.blank(width)
        return
    yield pen.line(width, [(f" {pen.symbol(symbol)} {pen.say(finding.fact)}", style)])
    yield from paragraph(finding.sentence, 3, width, pen)
    room = max(width - 4 - _LABEL, 10)
    concept = concept_of(finding.concept) if finding.concept else None
    new = concept is not None and concept.id not in told
    why = sentences_that_fit(finding.why, room, 3) if new or finding.present.why else ()
    for label, text in (
        ("fix", finding.cure),
        ("who", finding.who),
        ("next", finding.ends(now)),
        ("why", " ".join(why)),
        ("note", finding.note if new else ""),
    ):
        if text:
            yield from paragraph(text, 3, width, pen, label=label)
    yield from _commands([one for one in finding.tries if one not in told], pen)
    if concept is not None and new:
        yield from paragraph(pen.address(concept.docs, room), 3, width, pen, label="read")
        told.add(concept.id)
    told |= set(finding.tries)
    yield pen.blank(width)


def _commands(commands: list[str], pen: Layout) -> Iterator[Text]:
    """Commands to be copied: each stays whole, however long."""
    for command in commands:
        yield pen.text([("   ", ""), ("try".ljust(_LABEL), "label"), (pen.say(command), "command")])


def paragraph(
    text: str, margin: int, width: int, pen: Layout, *, label: str = "", style: str = ""
) -> Iterator[Text]:
    """A text in as many lines as it takes, below each other, after a word if there is one."""
    used = _LABEL if label else 0
    lines = wrapped(pen.say(one_line(text)), max(width - margin - used - 1, 10))
    for parts in pen.labelled(label, lines, used, style):
        yield pen.line(width, [(" " * margin, ""), *parts])
