"""Text and pictures: beside each other or below, whichever takes fewer lines.

Responsible for the arrangement only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from podwatch.renderers.dashboard.layout import Layout, Line, joined
from podwatch.renderers.dashboard.regions import beside

_GAP = 2
_NARROWEST = 32
"""In fewer columns a text is hard to read."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that is drawn for a width: at least `least` cells, and no more than `most` help."""

    draw: Callable[[int, Layout], list[Text]]
    least: int
    most: int
    caption: str = ""

    def drawn(self, width: int, pen: Layout) -> list[Text]:
        """Its lines below what it is called."""
        lines = [_filled(line, width) for line in self.draw(width, pen)]
        return [pen.line(width, [(self.caption, "label")]), *lines] if self.caption else lines


def arranged(
    text: Callable[[int], list[Line]], pictures: Sequence[Picture], width: int, pen: Layout
) -> list[Text]:
    """Lines of exactly `width` cells, as few as it takes; of two that take as many the text above.

    `text` gives its lines for a width.
    """
    above = [pen.line(width, parts) for parts in text(width)]
    if not pictures:
        return above
    ways = [[*above, pen.blank(width), *_rows(pictures, width, pen)]]
    most = max(one.most for one in pictures)
    for room in dict.fromkeys((most, max(one.least for one in pictures), width // 2)):
        left = width - room - _GAP
        if left < _NARROWEST or any(one.least > room for one in pictures):
            continue
        words = [pen.line(left, parts) for parts in text(left)]
        ways.append(_beside(words, _stacked(pictures, room, pen), left, room, pen))
    return min(ways, key=len)


def _rows(pictures: Sequence[Picture], width: int, pen: Layout) -> list[Text]:
    """All of them in one row if there is room, else below each other."""
    least = sum(one.least for one in pictures) + _GAP * (len(pictures) - 1)
    if len(pictures) == 1 or least > width:
        return _stacked(pictures, width, pen)
    spare = width - least
    widths = []
    for number, one in enumerate(pictures):
        more = min(one.most - one.least, spare // (len(pictures) - number))
        widths.append(one.least + more)
        spare -= more
    made = pictures[0].drawn(widths[0], pen)
    used = widths[0]
    for one, room in zip(pictures[1:], widths[1:], strict=True):
        made = _beside(made, one.drawn(room, pen), used, room, pen)
        used += room + _GAP
    return [_filled(line, width) for line in made]


def _stacked(pictures: Sequence[Picture], width: int, pen: Layout) -> list[Text]:
    made: list[Text] = []
    for number, one in enumerate(pictures):
        made += [pen.blank(width)] if number else []
        made += [_filled(line, width) for line in one.drawn(min(width, one.most), pen)]
    return made


def _beside(
    left: Sequence[Text], right: Sequence[Text], width: int, room: int, pen: Layout
) -> list[Text]:
    padded = [_filled(line, width + _GAP - 1) for line in left]
    return beside(padded, right, widths=(width + _GAP - 1, room), pen=pen)


def _filled(line: Text, width: int) -> Text:
    missing = width - cell_len(line.plain)
    return joined(line, " " * missing) if missing > 0 else line
