"""Text that is measured: lines of an exact width in cells, cut and wrapped where they must be.

Responsible for fitting text into cells, wide characters included, and for letting API text in
only through `say`. Not responsible for what stands where (`view`).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache

from rich.cells import cell_len, set_cell_size
from rich.text import Span, Text

from podwatch.core.text import page, time_of_day
from podwatch.renderers.dashboard.theme import Theme
from podwatch.renderers.sanitize import visible

TEXT_LIMIT = 1_500
"""How many characters of one text are looked at: a message can have thousands."""

Part = tuple[str, str]
"""A piece of a line, with the name of its style; most have none."""
Line = list[Part]


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


@dataclass(frozen=True, slots=True)
class Layout:
    """Makes lines of exact width in a theme, and says times in a zone."""

    theme: Theme
    tz: tzinfo | None

    def say(self, text: str) -> str:
        """API text as it may be shown."""
        return _say(text, self.theme)

    def own(self, text: str) -> str:
        """A text of ours."""
        return self.theme.text(text)

    def symbol(self, name: str) -> str:
        """A symbol by name: one cell wide."""
        return self.theme.symbol(name)

    def fit(self, text: str, width: int) -> str:
        """The text in exactly so many cells."""
        return _fit(text, width, self.symbol("ellipsis"))

    def fit_name(self, name: str, width: int) -> str:
        """A name in exactly so many cells."""
        return _fit_name(name, width, self.symbol("ellipsis"))

    def time(self, at: datetime) -> str:
        """A time of day."""
        return time_of_day(at, self.tz)

    def address(self, docs: str, width: int) -> str:
        """A page's address; without the place in the page where that makes it too long."""
        whole = self.say(page(docs))
        return whole if cell_len(whole) <= width else whole.partition("#")[0]

    def cut(self, parts: Iterable[Part], width: int, right: Sequence[Part] = ()) -> Line:
        """In exactly so many cells; what is on the right stays whole if it fits itself."""
        if right and (end := cells(right)) > width:
            return self.cut(right, width)
        if right:
            return [*self.cut(parts, width - end), *right]
        made: Line = []
        left = width
        for text, style in parts:
            used = len(text) if text.isascii() else cell_len(text)
            if used > left:
                return [*made, (self.fit(text, left), style)]
            made.append((text, style))
            left -= used
        return [*made, (" " * left, "")] if left else made

    def text(self, parts: Iterable[Part]) -> Text:
        """The parts as one line; what comes from the API has to be made safe already.

        The same parts give the same Text: copy it before it is changed.
        """
        return _text(tuple(parts), self.theme)

    def line(self, width: int, left: Iterable[Part], right: Sequence[Part] = ()) -> Text:
        """One line; what is on the right stays whole, what is on the left is cut."""
        return self.text(self.cut(left, width, right))

    def labelled(
        self, label: str, lines: Iterable[str], width: int, style: str = "", named: str = "label"
    ) -> list[Line]:
        """The lines, with a word in `width` cells before the first of them."""
        return [
            [(("" if number else label).ljust(width), named), (line, style)]
            for number, line in enumerate(lines)
        ]

    def framed(
        self,
        body: Iterable[Sequence[Part]],
        width: int,
        title: Sequence[Part] = (),
        right: Sequence[Part] = (),
        below: Sequence[Part] = (),
        *,
        margin: int = 1,
    ) -> list[Line]:
        """The lines in a frame with words in its upper side, and at the right of its lower one."""
        frame, blank = self.symbol("frame"), " " * margin
        inner = max(width - 2 - 2 * margin, 0)
        lines = [self.edge(frame[:3], title, right, width)]
        for parts in body:
            start, end = (frame[3] + blank, "frame"), (blank + frame[3], "frame")
            line = [start, *self.cut(parts, inner), end]
            lines.append(line if inner else self.cut(line, width))
        return [*lines, self.edge(frame[4:], (), below, width)]

    def edge(
        self,
        frame: str,
        left: Sequence[Part],
        right: Sequence[Part],
        width: int,
        style: str = "frame",
    ) -> Line:
        """A side of a frame, of a corner, a line and a corner, with words in it."""
        start, line, end = tuple(frame)
        closing: Line = [*right, (line + end if right else end, style)]
        room = max(width - 2 - cells(closing), 0)
        if cells(left) > room:
            left = self.cut(left, room)
        fill = line * (room - cells(left))
        return self.cut([(start + line, style), *left, (fill, style), *closing], width)

    def fitting(self, text: str, width: int, lines: int) -> Sequence[str]:
        """The first sentences that have room in so many lines; at least its beginning."""
        made = sentences_that_fit(text, width, lines) or wrapped(text, width)
        if len(made) <= lines:
            return made
        last, more = made[lines - 1], self.symbol("ellipsis")
        whole = f"{last} {more}"
        if cell_len(whole) > width:
            whole = self.fit(last + more * 2, width).rstrip()
        return [*made[: lines - 1], whole]

    def sign(self, name: str, times: int = 1) -> Part:
        """A symbol in its own style, so many times."""
        return self.symbol(name) * times, name

    def blank(self, width: int) -> Text:
        """An empty line."""
        return Text(" " * width, no_wrap=True, end="")


def joined(*pieces: str | Text) -> Text:
    """Pieces of one line, one after the other."""
    # Not by Text.append, which looks into each piece for what is safe by now.
    plain, spans = "", list[Span]()
    for piece in pieces:
        if isinstance(piece, Text):
            at = len(plain)
            spans += [Span(start + at, end + at, style) for start, end, style in piece.spans]
            plain += piece.plain
        else:
            plain += piece
    return Text(plain, no_wrap=True, end="", spans=spans)


@lru_cache(maxsize=2048)
def _text(parts: tuple[Part, ...], theme: Theme) -> Text:
    # Not by Text.append, which looks into each part for what is safe by now.
    spans, plain = list[Span](), ""
    for part, style in parts:
        if part:
            spans.append(Span(len(plain), len(plain) + len(part), theme.style(style)))
            plain += part
    return Text(plain, no_wrap=True, end="", spans=[span for span in spans if span.style])


def cells(parts: Iterable[Part]) -> int:
    """How many cells the parts take."""
    return sum([len(text) if text.isascii() else cell_len(text) for text, _ in parts])
