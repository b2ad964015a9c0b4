"""Text that is measured: lines of an exact width in cells, cut and wrapped where they must be.

Responsible for fitting text into cells, wide characters included, and for letting API text in
only through `safe`. Not responsible for what stands where (`view`).
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from functools import lru_cache

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text

from podwatch.renderers.dashboard.theme import Theme
from podwatch.renderers.sanitize import visible
from podwatch.renderers.wording import page, time_of_day

TEXT_LIMIT = 1_500
"""How many characters of one text are looked at: a message can have thousands."""

Part = tuple[str, Style | None]
"""A piece of a line, with its style."""


@lru_cache(maxsize=4096)
def _say(text: str, theme: Theme) -> str:
    """API text as it may be shown."""
    return theme.text(visible(text[:TEXT_LIMIT]))


@lru_cache(maxsize=4096)
def _fit(text: str, width: int, ellipsis: str) -> str:
    """The text in exactly so many cells, its end cut off if it is longer."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    if width <= 1:
        return ellipsis[:width]
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + ellipsis, width)


_MADE = re.compile(r"-([bcdfghjklmnpqrstvwxz2456789]{5}|\d+)$")
"""How a name ends that a controller made: in the API server's own alphabet, or with a number."""


@lru_cache(maxsize=4096)
def _fit_name(name: str, width: int, ellipsis: str) -> str:
    """A name in exactly so many cells: its middle is cut where its end tells Pods apart."""
    if cell_len(name) <= width or width < 8 or not name.isascii() or not _MADE.search(name):
        return _fit(name, width, ellipsis)
    last = len(name) - name.rfind("-")
    end = last if 3 <= last <= width // 2 + 1 else (width - 1) // 2
    return name[: width - 1 - end] + ellipsis + name[-end:]


@lru_cache(maxsize=512)
def wrapped(text: str, width: int) -> tuple[str, ...]:
    """The text in lines of at most `width` cells; a word that is longer is broken."""
    lines: list[str] = []
    line, used = "", 0
    for word in _WITH_UNIT.sub("\\1\u00a0\\2", text).split(" "):
        if not word:
            continue
        cells = cell_len(word)
        if line and used + 1 + cells <= width:
            line, used = f"{line} {word}", used + 1 + cells
            continue
        if line:
            lines.append(line)
        while cells > width > 1:
            # Only the filling goes, as other blanks are part of the word.
            head = set_cell_size(word, width).rstrip(" ")
            lines.append(head)
            word = word[len(head) :]  # noqa: PLW2901
            cells = cell_len(word)
        line, used = word, cells
    if line:
        lines.append(line)
    return tuple(line.replace("\u00a0", " ") for line in lines)


_WITH_UNIT = re.compile(r"(\d) (s|min|h|ms)\b")
"""A number and its unit stay on one line."""
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"(])")


@lru_cache(maxsize=512)
def sentences_that_fit(text: str, width: int, lines: int) -> tuple[str, ...]:
    """The first whole sentences that fit into so many lines."""
    fitting: tuple[str, ...] = ()
    said = ""
    for sentence in _SENTENCE_ENDS.split(text):
        said = f"{said} {sentence}".strip()
        longer = wrapped(said, width)
        if len(longer) > lines:
            break
        fitting = longer
    return fitting


class Layout:
    """Makes lines of exact width in a theme, and says times in a zone."""

    def __init__(self, theme: Theme, tz: tzinfo | None) -> None:
        self.theme = theme
        self.tz = tz
        self.ellipsis = theme.symbol("ellipsis")

    def say(self, text: str) -> str:
        """API text as it may be shown."""
        return _say(text, self.theme)

    def own(self, text: str) -> str:
        """A text of ours."""
        return self.theme.text(text)

    def style(self, name: str) -> Style | None:
        """A style by name."""
        return self.theme.style(name)

    def fit(self, text: str, width: int) -> str:
        """The text in exactly so many cells."""
        return _fit(text, width, self.ellipsis)

    def fit_name(self, name: str, width: int) -> str:
        """A name in exactly so many cells."""
        return _fit_name(name, width, self.ellipsis)

    def time(self, at: datetime) -> str:
        """A time of day."""
        return time_of_day(at, self.tz)

    def address(self, docs: str, width: int) -> str:
        """A page's address; without the place in the page where that makes it too long."""
        whole = self.say(page(docs))
        return whole if cell_len(whole) <= width else whole.partition("#")[0]

    def cut(self, parts: Iterable[Part], width: int) -> list[Part]:
        """The parts in exactly so many cells."""
        made: list[Part] = []
        left = width
        for text, style in parts:
            cells = cell_len(text)
            if cells > left:
                made.append((self.fit(text, left), style))
                left = 0
                break
            made.append((text, style))
            left -= cells
        if left:
            made.append((" " * left, None))
        return made

    def line(self, width: int, left: Sequence[Part], right: Sequence[Part] = ()) -> Text:
        """One line; what is on the right stays whole, what is on the left is cut."""
        end = cells(right)
        if end > width:
            return text_of(self.cut(right, width))
        return text_of([*self.cut(left, width - end), *right])

    def labelled(
        self, label: str, lines: Iterable[str], width: int, style: Style | None = None
    ) -> list[list[Part]]:
        """The lines, with a word in `width` cells before the first of them."""
        return [
            [(("" if number else label).ljust(width), self.style("label")), (line, style)]
            for number, line in enumerate(lines)
        ]

    def blank(self, width: int) -> Text:
        """An empty line."""
        return Text(" " * width, no_wrap=True, end="")


def text_of(parts: Iterable[Part]) -> Text:
    """The parts as one line; what comes from the API has to be made safe already.

    The same parts give the same Text: copy it before it is changed.
    """
    return _text_of(tuple(parts))


@lru_cache(maxsize=2048)
def _text_of(parts: tuple[Part, ...]) -> Text:
    text = Text(no_wrap=True, end="")
    for part, style in parts:
        if part:
            text.append(part, style)
    return text


def cells(parts: Iterable[Part]) -> int:
    """How many cells the parts take."""
    return sum(cell_len(text) for text, _ in parts)
