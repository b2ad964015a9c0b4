"""Overlays: the list of keys and a concept's page, over whatever scene there is."""

from rich.text import Text

from podwatch.core.concepts import Concept
from podwatch.core.text import one_line, page
from podwatch.renderers.dashboard.layout import Layout, Line, wrapped
from podwatch.renderers.dashboard.palette import palette
from podwatch.renderers.dashboard.view_state import Overlay, ViewState

_WIDEST = 92
"""Longer lines are hard to read."""


def overlay(look: ViewState, width: int, height: int, pen: Layout) -> tuple[list[Text], int]:
    """What is laid over the screen, and the first of its lines that is seen."""
    if look.overlay is Overlay.HELP or look.concept is None:
        return palette(look, width, height, pen)
    body = _concept(look.concept, min(width - 4, _WIDEST), pen)
    space = height - 1 if len(body) > height else height
    first = max(min(look.lines_scroll, len(body) - space), 0)
    lines = [pen.line(width, [("  ", ""), *parts]) for parts in body[first : first + space]]
    if len(body) > height:
        below = len(body) - first - space
        said = f"{pen.symbol('down')} {below} more lines" if below else "the end"
        lines.append(pen.line(width, [("  " + said, "dim")]))
    return lines, first


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
