"""One Pod explained on a page: its owners, its anatomy, why it is in the state it is in.

Responsible for the order and the layout of the page; the sentences are
`podwatch.core.diagnosis`' and the catalogue's.
"""

from collections.abc import Iterator
from datetime import datetime

from rich.text import Text

from podwatch.core.columns import age_text, restarts_text
from podwatch.core.concepts import Weight
from podwatch.core.diagnosis import Diagnosis, Finding, in_a_cluster
from podwatch.core.present import Wait
from podwatch.core.text import capitalized, one_line
from podwatch.renderers.dashboard.anatomy import anatomy
from podwatch.renderers.dashboard.layout import Layout, Line, cells, sentences_that_fit, wrapped

_LABEL = 7


def page(one: Diagnosis, width: int, pen: Layout) -> list[Text]:
    """The page in lines of `width` cells; commands stay whole, so that they can be copied."""
    lines = [*_head(one, width, pen), *anatomy(one.pod, width, pen), pen.blank(width)]
    for sentence in one.disagreement:
        lines += _paragraph(sentence, 2, width, pen)
    if one.disagreement:
        lines.append(pen.blank(width))
    if one.wait is not None and one.now is not None:
        lines += _wait(one.wait, one.now, width, pen)
    told: set[str] = set()
    for number, reason in enumerate(one.reasons):
        follows = number > 0 and reason.about == "condition Ready"
        lines += _reason(reason, told, width, pen, brief=follows)
    return lines


def _head(one: Diagnosis, width: int, pen: Layout) -> Iterator[Text]:
    meta = one.pod.metadata
    place = [meta.namespace, one.pod.spec.node_name or "no node yet"]
    place += [f"uid {meta.uid}"] if meta.uid else []
    where = pen.own(" · ").join(map(pen.say, place))
    yield pen.line(width, [(f" {pen.say(meta.name)}  ", "brand"), (where, "")])
    yield pen.line(width, [(pen.own(f" {pen.say(_family(one))}"), "")])
    if in_a_cluster(one.pod):
        yield from _columns(one, width, pen)
    if one.note:
        yield from _paragraph(one.note, 1, width, pen, style="alarm")


def _columns(one: Diagnosis, width: int, pen: Layout) -> Iterator[Text]:
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


def _family(one: Diagnosis) -> str:
    """`Deployment web → ReplicaSet web-5d9c → this Pod`."""
    if not one.owners:
        return "a bare Pod: no controller owns it, so nothing makes a new one when it is gone"
    return " → ".join([*reversed(one.owners), "this Pod"])


def _wait(wait: Wait, now: datetime, width: int, pen: Layout) -> Iterator[Text]:
    """What it waits for, for how long where that is known, and who has to act."""
    brief = wait.brief if wait.until is None else wait.short(now)
    yield pen.line(width, [(f" {pen.symbol('waiting')} Waits", "strong")])
    yield from _paragraph(capitalized(wait.sentence), 3, width, pen)
    yield from _paragraph(brief, 3, width, pen, label="for")
    yield from _paragraph(wait.who, 3, width, pen, label="who")
    yield pen.blank(width)


_SYMBOLS = {Weight.TROUBLE: "trouble", Weight.IMPORTANT: "here"}


def _reason(
    reason: Finding, told: set[str], width: int, pen: Layout, *, brief: bool
) -> Iterator[Text]:
    """Its sentence and, unless `brief`, what helps.

    What is `told` already is not told again; this adds to it.
    """
    explanation = reason.explanation
    concept = explanation.concept
    symbol = "dot" if reason.past else _SYMBOLS.get(explanation.weight, "dot")
    style = "trouble" if symbol == "trouble" else "strong"
    title = pen.say(concept.title if concept else "Not known to podwatch")
    yield pen.line(width, [(f" {pen.symbol(symbol)} {title}", style)])
    yield from _paragraph(reason.sentence, 3, width, pen)
    if brief or concept is None or concept.id in told:
        yield pen.blank(width)
        return
    commands = [command for command in explanation.try_ if command not in told]
    told |= {concept.id, *commands}
    room = max(width - 4 - _LABEL, 10)
    why = () if reason.past else sentences_that_fit(one_line(concept.explanation), room, 3)
    for label, text, style in (
        ("next", explanation.then, ""),
        ("who", "" if reason.past else explanation.who, ""),
        ("why", " ".join(why), ""),
        *(("try", command, "command") for command in commands),
        ("note", concept.note, ""),
        ("read", pen.address(explanation.docs, room), "dim"),
    ):
        if style and text:  # to be copied: it stays whole
            yield pen.text([("   ", ""), (label.ljust(_LABEL), "label"), (pen.say(text), style)])
        elif text:
            yield from _paragraph(text, 3, width, pen, label=label)
    yield pen.blank(width)


def _paragraph(
    text: str, margin: int, width: int, pen: Layout, *, label: str = "", style: str = ""
) -> Iterator[Text]:
    """A text in as many lines as it takes, below each other, after a word if there is one."""
    used = _LABEL if label else 0
    lines = wrapped(pen.say(one_line(text)), max(width - margin - used - 1, 10))
    for parts in pen.labelled(label, lines, used, style):
        yield pen.line(width, [(" " * margin, ""), *parts])
