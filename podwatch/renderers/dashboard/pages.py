"""Pages: the lesson of the card and the words of the screen, in a list, with the page of one.

Responsible for which there are, for what the keys change and for the lines. The words are
`podwatch.core.concepts.glossary`'s.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from rich.cells import cell_len
from rich.text import Text

from podwatch.core.board import Board
from podwatch.core.concepts import Concept
from podwatch.core.concepts.glossary import called, glossary
from podwatch.core.concepts.terms import Meaning
from podwatch.core.text import capitalized, one_line
from podwatch.renderers.dashboard.laid import Laid
from podwatch.renderers.dashboard.layout import Layout, Line, joined, wrapped
from podwatch.renderers.dashboard.view_state import Overlay, ViewState, taught

_WIDEST = 92
"""Longer lines are hard to read."""
_LIST = (14, 26)
"""How wide the list is, at least and at most."""
_BESIDE = 50
"""From how many columns on the list stands beside the page."""


def asked(board: Board, look: ViewState, lines: Iterable[str]) -> ViewState:
    """The look with the pages open that can be asked for: of the card, then of the words seen."""
    of_card = [Meaning(one.title, "", "", one) for one in taught(board, look)]
    known: dict[str, Meaning] = {}
    for one in (*of_card, *glossary().words_in("\n".join(lines))):
        known.setdefault(called(one), one)  # the lesson says more than the word of its title
    if not known:
        return replace(look, message="nothing to explain: there is no technical word here")
    return replace(
        look,
        overlay=Overlay.EXPLAIN,
        pages=tuple(known.values()),
        picked=0,
        lines_scroll=0,
        whole=False,
    )


def turned_to(look: ViewState, key: str, page: int) -> ViewState:
    """The look after a key: another page, or other lines of the one that is open."""
    page = max(page - 1, 1)
    last = len(look.pages) - 1
    steps = {"up": -1, "down": 1, "home": -last, "end": last}
    scrolls = {"pageup": -page, "pagedown": page}
    match key:
        case "enter":
            return replace(look, whole=not look.whole, lines_scroll=0)
        case "esc" if look.whole:
            return replace(look, whole=False, lines_scroll=0)
        case "esc" | "e":
            return replace(look, overlay=Overlay.NONE, pages=(), whole=False)
        case _ if look.whole or key in scrolls:
            step = {**scrolls, "up": -1, "down": 1, "home": -_ALL, "end": _ALL}.get(key, 0)
            return replace(look, lines_scroll=max(look.lines_scroll + step, 0))
        case _:
            picked = max(min(look.picked + steps.get(key, 0), last), 0)
            return replace(look, picked=picked, lines_scroll=0) if key in steps else look


_ALL = 1_000_000
"""More lines than there are."""


def pages(look: ViewState, width: int, height: int, pen: Layout) -> Laid:
    """The list and the page that is picked in at most `height` lines.

    On a narrow screen, or asked for, the page alone.
    """
    if not look.pages:
        return Laid([])
    picked = look.pages[min(look.picked, len(look.pages) - 1)]
    names = [pen.own(called(one)) for one in look.pages]
    least, most = _LIST
    beside = min(max(max(map(cell_len, names)) + 2, least), most, width * 3 // 10)
    if look.whole or width < _BESIDE:
        beside = 0
    margin = beside + 4 if beside else 2
    rest = max(width - margin, 1)
    body = _page(picked, min(rest - 1, _WIDEST), pen)
    space = height - 1 if len(body) > height else height
    first = max(min(look.lines_scroll, len(body) - space), 0)
    lines = [pen.line(rest, parts) for parts in body[first : first + space]]
    if len(body) > height:
        below = len(body) - first - space
        said = f"{pen.symbol('down')} {below} more lines" if below else "the end"
        lines.append(pen.line(rest, [(said, "dim")]))
    if not beside:
        return Laid([joined("  ", line) for line in lines], first)
    lines += [pen.blank(rest)] * (height - len(lines))
    top = max(min(look.picked - height // 2, len(names) - height), 0)
    left = _list(names, top, look.picked, beside, height, pen)
    rule = pen.text([(f" {pen.symbol('frame')[3]} ", "frame")])
    made = [joined(" ", one, rule, line) for one, line in zip(left, lines, strict=True)]
    entries = {at: top + at for at in range(min(height, len(names) - top))}
    return Laid(made, first, entries, beside + 2)


def _list(
    names: Sequence[str], first: int, picked: int, width: int, height: int, pen: Layout
) -> list[Text]:
    """As much of the list as fits."""
    lines = [
        pen.text(
            [(pen.fit(f"{pen.symbol('here')} {name}", width), "bar strong")]
            if number == picked
            else [(pen.fit(f"  {name}", width), "")]
        )
        for number, name in enumerate(names[first : first + height], first)
    ]
    return lines + [pen.blank(width)] * (height - len(lines))


@lru_cache(maxsize=8)
def _page(one: Meaning, width: int, pen: Layout) -> list[Line]:
    """What is told of it, as `podwatch explain` prints it."""
    if not one.text:
        return _lesson(one.concept, width, pen) if one.concept is not None else []
    what = f"  {one.what}" if one.what else ""
    lines: list[Line] = [[(pen.own(called(one)), "strong"), (what, "dim")], []]
    lines += [[(line, "")] for line in wrapped(pen.own(capitalized(one.text)), width)]
    if one.word is not None:
        lines += [[], [(pen.address(one.word.docs, width), one.word.docs)]]
    if one.concept is not None:
        lines += [[], *_lesson(one.concept, width, pen)]
    return lines


def _lesson(concept: Concept, width: int, pen: Layout) -> list[Line]:
    lines: list[Line] = [[(pen.own(concept.title), "strong"), (f"  {concept.id}", "dim")]]
    lines += [[(line, "dim")] for line in wrapped(pen.own(concept.summary), width)]
    for paragraph in concept.explanation.strip().split("\n\n"):
        lines.append([])
        lines += [[(line, "")] for line in wrapped(pen.own(one_line(paragraph)), width)]
    lines += [[]] if concept.pair else []
    for label, text in concept.pair:
        room = cell_len(label) + 2
        lines += pen.labelled(label, wrapped(pen.own(one_line(text)), max(width - room, 10)), room)
    return [*lines, [], [(pen.address(concept.docs, width), concept.docs)]]
