"""One Pod explained on a page: its owners, its anatomy, why it is in the state it is in.

Responsible for the order and the layout of the page; the sentences are `podwatch.reasons`' and
the catalogue's.
"""

from collections.abc import Iterator, Sequence

from rich.text import Text

from podwatch.columns import age_text, restarts_text
from podwatch.concepts import Weight
from podwatch.reasons import Explained, Reason
from podwatch.renderers.anatomy import anatomy
from podwatch.renderers.pen import Part, Pen, sentences_that_fit, text_of, wrapped
from podwatch.renderers.wording import page as address

_LABEL = 7


def page(one: Explained, width: int, pen: Pen) -> list[Text]:
    """The page, lines of exactly `width` cells."""
    lines = [*_head(one, width, pen), *anatomy(one.pod, width, pen), pen.blank(width)]
    for sentence in one.disagreement:
        lines += _paragraph([("  ", None)], sentence, 2, width, pen)
    if one.disagreement:
        lines.append(pen.blank(width))
    told: set[str] = set()
    for reason in one.reasons:
        lines += _reason(reason, told, width, pen)
    return lines


def _head(one: Explained, width: int, pen: Pen) -> Iterator[Text]:
    meta, shown = one.pod.metadata, one.columns
    ready = one.pod.condition("Ready")
    where = one.pod.spec.node_name or "no node yet"
    dot = pen.theme.symbol("dot")
    place = f" {dot} ".join(
        pen.say(part) for part in (meta.namespace, where, f"uid {meta.uid}") if part != "uid "
    )
    yield pen.line(width, [(f" {pen.say(meta.name)}  ", pen.style("brand")), (place, None)])
    yield pen.line(width, [(pen.own(f" {pen.say(_family(one))}"), None)])
    words = [
        ("READY", shown.ready_text),
        ("STATUS", shown.status),
        ("phase", one.pod.status.phase or "none"),
        ("Ready", ready.status if ready is not None else "not set"),
        ("RESTARTS", restarts_text(shown, one.at)),
        ("AGE", age_text(one.pod, one.at)),
    ]
    parts: list[Part] = [(" ", None)]
    for number, (label, value) in enumerate(words):
        gap = f"  {dot}  " if number else ""
        parts += [(f"{gap}{label} ", pen.style("dim")), (pen.say(value), pen.style("strong"))]
    yield pen.line(width, parts)
    if one.note:
        yield from _paragraph([(" ", None)], one.note, 1, width, pen, style="alarm")


def _family(one: Explained) -> str:
    """`Deployment web → ReplicaSet web-5d9c → this Pod`."""
    if not one.owners:
        return "a bare Pod: no controller owns it, so nothing makes a new one when it is gone"
    return " → ".join([*reversed(one.owners), "this Pod"])


_SYMBOLS = {Weight.TROUBLE: "trouble", Weight.IMPORTANT: "here"}


def _reason(reason: Reason, told: set[str], width: int, pen: Pen) -> Iterator[Text]:
    """Its sentence and what helps; not again what is `told` already, which it adds to."""
    explanation = reason.explanation
    concept = explanation.concept
    symbol = "dot" if reason.past else _SYMBOLS.get(explanation.weight, "dot")
    style = pen.style("trouble" if symbol == "trouble" else "strong")
    title = pen.say(concept.title if concept else "Not known to podwatch")
    yield pen.line(width, [(f" {pen.theme.symbol(symbol)} {title}", style)])
    yield from _paragraph([("   ", None)], reason.sentence, 3, width, pen)
    if concept is None or concept.id in told:
        yield pen.blank(width)
        return
    commands = [command for command in explanation.try_ if command not in told]
    told |= {concept.id, *commands}
    room = max(width - 4 - _LABEL, 10)
    why = () if reason.past else sentences_that_fit(_flat(concept.explanation), room, 3)
    rows: list[tuple[str, str, str]] = [
        ("next", explanation.then, ""),
        ("who", "" if reason.past else explanation.who, ""),
        ("why", " ".join(why), ""),
        *(("try", command, "command") for command in commands),
        ("not", concept.myth, ""),
        ("read", address(explanation.docs), "dim"),
    ]
    for label, text, named in rows:
        if text:
            first: list[Part] = [("   ", None), (label.ljust(_LABEL), pen.style("label"))]
            yield from _paragraph(first, text, 3 + _LABEL, width, pen, style=named)
    yield pen.blank(width)


def _paragraph(
    first: Sequence[Part], text: str, indent: int, width: int, pen: Pen, *, style: str = ""
) -> Iterator[Text]:
    """A text in as many lines as it takes, the later ones as far in as the first one's text."""
    for number, line in enumerate(wrapped(pen.say(_flat(text)), max(width - indent - 1, 10))):
        start = list(first) if not number else [(" " * indent, None)]
        parts = [*start, (line, pen.style(style) if style else None)]
        yield text_of(pen.cut(parts, width))


def _flat(text: str) -> str:
    return " ".join(text.split())
