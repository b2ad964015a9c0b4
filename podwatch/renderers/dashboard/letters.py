"""Letters that can be read from the back of a room: words drawn in blocks.

Responsible for the greatest size that fits; the shapes are `letters.toml`. Not responsible for
which words.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files

from podwatch.renderers.dashboard.layout import Layout

_HEIGHT = 5
_SIZES = ((4, 2), (3, 2), (2, 1), (1, 1))
"""How many cells wide and lines high one dot can be, the greatest first."""


def large(word: str, width: int, height: int, pen: Layout, more: int = 0) -> list[str]:
    """The word in at most `width` cells and `height` lines: blocks, spaced capitals or as it is.

    A word of several, such as CrashLoopBackOff, may take two rows of blocks in `more` lines.
    The lines are not filled up. The word has to be safe for the screen already.
    """
    block = "#" if pen.theme.ascii else "█"
    for across, down in _SIZES:
        if _dots(word) * across <= width and _HEIGHT * down <= height:
            return _drawn(word, across, down, block)
    if more >= 2 * _HEIGHT + 1:
        words = _WORD_BEGINS.split(word)
        for number in range(len(words) - 1, 0, -1):
            rows = ["".join(words[:number]), "".join(words[number:])]
            if all(_dots(row) <= width for row in rows):
                return [*_drawn(rows[0], 1, 1, block), "", *_drawn(rows[1], 1, 1, block)]
    return [pen.fit(spaced(word, width) if word.isascii() else word, width).rstrip()]


def spaced(word: str, width: int) -> str:
    """In capitals with gaps between them, if that has room."""
    wide = " ".join(word.upper())
    return wide if len(wide) <= width else word


@cache
def _shapes() -> dict[str, list[str]]:
    """The rows of each letter that can be drawn; `#` is a dot."""
    drawn = (files(__package__) / "letters.toml").read_text("utf-8")
    return {letter: rows.split() for letter, rows in tomllib.loads(drawn).items()}


_WORD_BEGINS = re.compile(r"(?<=[a-z])(?=[A-Z])| ")
_NEVER = 10_000


def _dots(word: str) -> int:
    """How many dots wide it is; too many if it can't be drawn at all."""
    word = word.upper()
    if not 0 < len(word) < 100 or not set(word) <= _shapes().keys():
        return _NEVER
    return sum(len(_shapes()[char][0]) + 1 for char in word) - 1


def _drawn(word: str, across: int, down: int, block: str) -> list[str]:
    shapes = [_shapes()[char] for char in word.upper()]
    lines = []
    for dots in zip(*shapes, strict=True):
        line = "".join((block if dot == "#" else " ") * across for dot in ".".join(dots))
        lines += [line.rstrip()] * down
    return lines
