"""Letters that can be read from the back of a room: words drawn in blocks.

Responsible for the shapes and for the greatest size that fits. Not responsible for which words.
"""

import re

from podwatch.renderers.dashboard.layout import Layout

_HEIGHT = 5
_SHAPES: dict[str, str] = {
    "A": " ### /#   #/#####/#   #/#   #",
    "B": "#### /#   #/#### /#   #/#### ",
    "C": " ####/#    /#    /#    / ####",
    "D": "#### /#   #/#   #/#   #/#### ",
    "E": "#####/#    /#### /#    /#####",
    "F": "#####/#    /#### /#    /#    ",
    "G": " ####/#    /#  ##/#   #/ ####",
    "H": "#   #/#   #/#####/#   #/#   #",
    "I": "###/ # / # / # /###",
    "J": "  ###/   # /   # /#  # / ##  ",
    "K": "#   #/#  # /###  /#  # /#   #",
    "L": "#    /#    /#    /#    /#####",
    "M": "#   #/## ##/# # #/#   #/#   #",
    "N": "#   #/##  #/# # #/#  ##/#   #",
    "O": " ### /#   #/#   #/#   #/ ### ",
    "P": "#### /#   #/#### /#    /#    ",
    "Q": " ### /#   #/# # #/#  # / ## #",
    "R": "#### /#   #/#### /#  # /#   #",
    "S": " ####/#    / ### /    #/#### ",
    "T": "#####/  #  /  #  /  #  /  #  ",
    "U": "#   #/#   #/#   #/#   #/ ### ",
    "V": "#   #/#   #/#   #/ # # /  #  ",
    "W": "#   #/#   #/# # #/## ##/#   #",
    "X": "#   #/ # # /  #  / # # /#   #",
    "Y": "#   #/ # # /  #  /  #  /  #  ",
    "Z": "#####/   # /  #  / #   /#####",
    "0": " ### /#  ##/# # #/##  #/ ### ",
    "1": " # /## / # / # /###",
    "2": "#### /    #/ ### /#    /#####",
    "3": "#### /    #/ ### /    #/#### ",
    "4": "#   #/#   #/#####/    #/    #",
    "5": "#####/#    /#### /    #/#### ",
    "6": " ### /#    /#### /#   #/ ### ",
    "7": "#####/    #/   # /  #  /  #  ",
    "8": " ### /#   #/ ### /#   #/ ### ",
    "9": " ### /#   #/ ####/    #/ ### ",
    "-": "   /   /###/   /   ",
    ".": " / / / /#",
    "/": "    #/   # /  #  / #   /#    ",
    ":": " /#/ /#/ ",
    " ": "  /  /  /  /  ",
}
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
    spaced = " ".join(word.upper())
    if word.isascii() and len(spaced) <= width:
        return [spaced]
    return [pen.fit(word, width).rstrip()]


_WORD_BEGINS = re.compile(r"(?<=[a-z])(?=[A-Z])| ")
_NEVER = 10_000


def _dots(word: str) -> int:
    """How many dots wide it is; too many if it can't be drawn at all."""
    if not 0 < len(word) < 100 or not all(char in _SHAPES for char in word.upper()):
        return _NEVER
    return sum(_SHAPES[char].index("/") + 1 for char in word.upper()) - 1


def _drawn(word: str, across: int, down: int, block: str) -> list[str]:
    shapes = [_SHAPES[char].split("/") for char in word.upper()]
    lines = []
    for number in range(_HEIGHT):
        row = " ".join(shape[number] for shape in shapes)
        line = "".join((block if dot == "#" else " ") * across for dot in row)
        lines += [line.rstrip()] * down
    return lines
