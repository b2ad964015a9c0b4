"""Letters that can be read from the back of a room: words and sentences drawn in blocks.

Responsible for the greatest size that fits, and for where a term such as CrashLoopBackOff is
parted. The shapes are `letters.toml` (words, in capitals) and `text_letters.toml` (sentences). Not
responsible for which words.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise, zip_longest
from typing import Any

from podwatch.renderers.dashboard.layout import Layout, wrapped

_LONGEST = 400
"""Of how many characters a text is drawn at most."""


@dataclass(frozen=True, slots=True)
class _Size:
    """How many cells wide and lines high one dot is; `down` 0: two dots share a line."""

    across: int
    down: int

    def lines(self, dots: int) -> int:
        """How many lines so many dots are high."""
        return dots * self.down or (dots + 1) // 2


_TEXT_SIZES = (_Size(2, 1), _Size(1, 0))
"""The sizes of a sentence, in which all dots are square, the greatest first."""


def large(term: str, width: int, height: int, pen: Layout) -> list[str]:
    """The term in at most `width` cells and `height` lines: blocks, parted between its words only.

    Where no size fits it is written as it is, in as many lines as that takes. The lines are not
    filled up. The term has to be safe for the screen already.
    """
    words = parted(term)
    for letters, size in _faces(pen):
        rows = _rows([word.upper() for word in words], letters, width // size.across)
        high = size.lines(_height(letters))
        if rows and len(rows) * (high + 1) - 1 <= height:
            drawn = [_drawn(row, letters, size, pen) for row in rows]
            return [line for row in drawn[:-1] for line in (*row, "")] + drawn[-1]
    whole = " ".join(words)
    wide = spaced(whole, width)
    return [wide] if wide != whole else list(wrapped(term, width)) or [""]


def lettered(text: str, width: int, lines: int, pen: Layout, largest: int = 0) -> list[str]:
    """A sentence in blocks, in at most so many cells and lines; none if that has no room.

    `largest` 1 leaves out the greatest size. The text has to be safe for the screen already.
    """
    letters = _letters_of_text()
    for size in _sizes(_TEXT_SIZES[largest:], pen):
        rows = _rows(_BREAK.split(text.strip()), letters, width // size.across)
        if rows and len(rows) * size.lines(_height(letters)) <= lines:
            return [line for row in rows for line in _drawn(row, letters, size, pen)]
    return []


def spaced(word: str, width: int) -> str:
    """In capitals with gaps between them, if that has room."""
    wide = " ".join(word.upper())
    return wide if word.isascii() and len(wide) <= width else word


def parted(term: str) -> list[str]:
    """The words of a term: Crash, Loop and Back-Off of CrashLoopBackOff, OOM and Killed."""
    return _WORD_BEGINS.sub(" ", term.replace("BackOff", "Back-Off")).split() or [term]


_BREAK = re.compile(r" +(?!\d|(?:s|min|h|ms)\b)")
"""Where a row may end: not before a number or its unit."""
_WORD_BEGINS = re.compile(r"(?<=[a-z0-9:])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

_Shapes = dict[str, Sequence[str]]
"""The rows of each letter that can be drawn, all of one height; `#` is a dot."""


@cache
def _capitals() -> _Shapes:
    return {letter: rows.split() for letter, rows in _read("letters.toml").items()}


@cache
def _narrow_capitals() -> _Shapes:
    return {letter: rows[:_NARROW_HEIGHT] for letter, rows in _letters_of_text().items()}


_NARROW_HEIGHT = 6


def _faces(pen: Layout) -> Iterator[tuple[_Shapes, _Size]]:
    """What a word can be drawn in, the greatest first."""
    wide, narrow = _capitals(), _narrow_capitals()
    yield from ((wide, _Size(*size)) for size in ((4, 2), (3, 2), (2, 1), (1, 1)))
    yield narrow, _Size(1, 1)
    for size in _sizes([_Size(1, 0)], pen):
        yield from ((wide, size), (narrow, size))


@cache
def _letters_of_text() -> _Shapes:
    found: _Shapes = {}
    for row in _read("text_letters.toml")["row"]:
        lines = [line.split() for line in row["dots"].strip("\n").splitlines()]
        found |= dict(zip(row["letters"], zip(*lines, strict=True), strict=True))
    return found | {" ": ["."] * _height(found)}


def _read(file: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / file).read_text("utf-8"))


def _height(letters: _Shapes) -> int:
    return len(next(iter(letters.values())))


def _sizes(sizes: Sequence[_Size], pen: Layout) -> list[_Size]:
    """Those that the terminal can show: half a line is a character that ASCII has not."""
    return [size for size in sizes if size.down or not pen.theme.ascii]


def _dots(text: str, letters: _Shapes) -> int:
    """How many dots wide it is."""
    return sum(len(letters[char][0]) + 1 for char in text) - 1


def _rows(words: Sequence[str], letters: _Shapes, width: int) -> list[str]:
    """The words in as few rows of at most so many dots as can be, which are about equally long.

    None if a word can't be drawn or is wider.
    """
    if not 0 < sum(map(len, words)) <= _LONGEST or not set().union(*words) <= letters.keys():
        return []
    dots = [_dots(word, letters) for word in words]
    widest = max(dots)
    if widest > width:
        return []
    gap = len(letters[" "][0]) + 2
    fewest = len(_breaks(dots, gap, width))
    narrow = next(w for w in range(widest, width + 1) if len(_breaks(dots, gap, w)) == fewest)
    ends = _breaks(dots, gap, narrow)
    return [" ".join(words[begin:end]) for begin, end in pairwise([0, *ends])]


def _breaks(dots: Sequence[int], gap: int, width: int) -> list[int]:
    """After how many words each row ends, where words so wide stand with such gaps."""
    ends, used = [], 0
    for number, word in enumerate(dots):
        if number and used + gap + word > width:
            ends.append(number)
            used = word
        else:
            used += (gap if number else 0) + word
    return [*ends, len(dots)]


_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def _drawn(text: str, letters: _Shapes, size: _Size, pen: Layout) -> list[str]:
    """The lines of one row."""
    dots = [".".join(line) for line in zip(*(letters[char] for char in text), strict=True)]
    if not size.down:
        pairs = zip_longest(dots[::2], dots[1::2], fillvalue="." * len(dots[0]))
        return [
            "".join(
                _HALVES[up == "#", down == "#"] for up, down in zip(*pair, strict=True)
            ).rstrip()
            for pair in pairs
        ]
    block = "#" if pen.theme.ascii else "█"
    lines = ["".join((block if dot == "#" else " ") * size.across for dot in row) for row in dots]
    return [line.rstrip() for line in lines for _ in range(size.down)]
