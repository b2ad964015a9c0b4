"""How what is printed looks: how wide it is, and whether it has colour.

Responsible for what terminal, environment and `--color` say of it. The dashboard has a theme
(`podwatch.renderers.dashboard.theme`). Meaning is never colour alone.
"""

import re
import shutil
from collections.abc import Mapping
from typing import TextIO

WIDEST = 120
"""Lines that are longer are hard to read."""
_STYLES = {"dim": "2", "strong": "1", "alarm": "1;38;5;166", "good": "38;5;32"}
"""The theme's vermillion and blue, as the 256 colours have them."""


def width(least: int = 40) -> int:
    """How many columns a page has: those of the terminal or of $COLUMNS, 80 if nobody says."""
    return min(max(shutil.get_terminal_size((80, 24)).columns, least), WIDEST)


def is_colored(environment: Mapping[str, str], stream: TextIO) -> bool:
    """Whether what is written there has colour.

    Sources: no-color.org, force-color.org and bixense.com/clicolors.
    """
    if environment.get("NO_COLOR"):
        return False
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        if environment.get(name, "0") not in {"", "0"}:
            return True
    dumb = environment.get("TERM") == "dumb" or environment.get("CLICOLOR") == "0"
    return stream.isatty() and not dumb


def painted(text: str, style: str) -> str:
    """The text in a style. What is not podwatch's own has passed `visible` before."""
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if text else ""


def painted_report(text: str) -> str:
    """A report whose results stand out: the lines that begin with a mark."""
    return "\n".join(map(_painted_result, text.split("\n")))


def _painted_result(line: str) -> str:
    if (mark := re.match(r" {0,2}([✔✖])", line)) is None:
        return line
    return painted(line, "good" if mark[1] == "✔" else "alarm")
