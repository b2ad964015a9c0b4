"""The manifest as a picture: its YAML without comments, with the lines that matter marked.

Responsible for which lines are seen and how they are broken; nothing of the YAML is understood.
"""

import re
from collections.abc import Collection, Sequence

from rich.cells import cell_len
from rich.text import Text

from podwatch.renderers.dashboard.layout import Layout, Line, wrapped

_MARGIN = 2
"""The mark of a line that matters, and a blank."""
_FURTHER = 4
"""By how much more what goes on from the line above is indented."""
_LEAST = 2
_COMMENT = re.compile(r"""^\s*#.*|\s#(?:\s[^"']*)?$""")
"""After something else, only where no quotes are: a `#` between them is none."""


def told_lines(yaml: str) -> list[str]:
    """The lines of a manifest without its comments and without blank lines at its ends."""
    lines = []
    for line in yaml.splitlines():
        told = line if line.startswith(LEFT_OUT) else _COMMENT.sub("", line).rstrip()
        if told or not line.strip():
            lines.append(told)
    text = "\n".join(lines).strip("\n")
    return text.removeprefix("---\n").split("\n")


def excerpt(yaml: str, left_out: Collection[str]) -> str:
    """The manifest without the blocks of these keys, and a last comment that names them.

    A key that begins an item of a list stays. So does one in a text of several lines, as in a
    script: such a text is a block of its own.
    """
    kept: list[str] = []
    found: set[str] = set()
    inside = -1  # how far what is left out is indented
    for line in told_lines(yaml):
        indent = len(line) - len(line.lstrip())
        if inside >= 0 and (not line.strip() or indent > inside):
            continue
        key = line.strip().partition(":")[0]
        inside = indent if key in left_out else -1
        if inside >= 0:
            found.add(key)
        else:
            kept.append(line)
    lines = _without_empty(kept)
    return "\n".join([*lines, *([f"{LEFT_OUT}{', '.join(sorted(found))}"] if found else [])])


LEFT_OUT = "# left out: "


def _without_empty(lines: Sequence[str]) -> list[str]:
    """The lines without keys that have nothing below them any more."""
    kept: list[str] = []
    for line in reversed(lines):
        indent = len(line) - len(line.lstrip())
        below = len(kept[-1]) - len(kept[-1].lstrip()) if kept else -1
        item = bool(kept) and kept[-1].lstrip().startswith("- ") and below == indent
        if line.rstrip().endswith(":") and below <= indent and not item:
            continue
        kept.append(line)
    return kept[::-1]


def unknown_marks(yaml: str, marked: Collection[str]) -> list[str]:
    """Those of the lines to be marked that the manifest does not have."""
    known = {line.strip() for line in told_lines(yaml)}
    return [line for line in marked if line.strip() not in known]


def manifest_width(yaml: str) -> int:
    """How many cells it takes to show each line whole."""
    return _MARGIN + max(map(cell_len, told_lines(yaml)))


def manifest(yaml: str, width: int, pen: Layout, marked: Collection[str] = ()) -> list[Text]:
    """Lines of exactly `width` cells; a line that is longer goes on in the next, further in.

    `marked` are lines as they stand in the manifest, but for blanks before and after them.
    """
    matter = {line.strip() for line in marked}
    made: list[Line] = []
    for line in told_lines(yaml):
        matters = line.strip() in matter
        mark = f"{pen.symbol('here')} " if matters else " " * _MARGIN
        style = "strong" if matters else ""
        for part in _broken(pen.say(line), max(width - _MARGIN, 8)):
            made.append([(mark, "brand"), (part, style)])
    return [pen.line(width, parts) for parts in made]


def _broken(line: str, width: int) -> list[str]:
    """The line in parts of at most `width` cells, each below the first indented further.

    Less far where a word would not fit otherwise.
    """
    if cell_len(line) <= width:
        return [line]
    indent = len(line) - len(line.lstrip())
    longest = max(map(cell_len, line.split()))
    further = max(min(indent + _FURTHER, width - max(longest, 8)), min(_LEAST, width - 8), 0)
    indent = min(indent, max(width - 8, 0))
    first, *_ = wrapped(line.lstrip(), width - indent)
    rest = line.lstrip()[len(first) :].lstrip()
    return [" " * indent + first, *(" " * further + one for one in wrapped(rest, width - further))]
