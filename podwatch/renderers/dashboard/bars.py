"""Lines that get their width late, with a bar in what is left of it.

Responsible for drawing them; what a bar stands for is `startup_chart`.
"""

from collections.abc import Sequence

from rich.text import Text

from podwatch.renderers.dashboard.layout import Layout, Part, cells, text_of


class LateLine:
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
