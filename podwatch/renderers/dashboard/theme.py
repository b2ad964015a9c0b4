"""Theme: what the dashboard's styles and symbols are called, and how each looks.

Responsible for symbols and for styles by what they stand for; the colours behind them are
`colours`. No meaning hangs on a colour alone: each has a symbol and a word beside it, and what is
calm has no colour at all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from rich.style import Style
from rich.terminal_theme import TerminalTheme

from podwatch.renderers.dashboard.colours import DARK, LIGHT, THEME, Colours, colours_of

SYMBOLS = {
    "ready": ("◉", "#"),
    "waiting": ("○", "o"),
    "trouble": ("✖", "X"),
    "ended": ("✔", "="),
    "deleting": ("⌫", "<"),
    "gone": ("∅", "-"),
    "running": ("●", "*"),
    "back-off": ("↻", "~"),
    "failed": ("✖", "X"),
    "unseen": ("·", "."),
    "live": ("●", "*"),
    "listing": ("◌", "o"),
    "reconnecting": ("↻", "~"),
    "alarm": ("✖", "X"),
    "gap": ("!", "!"),
    "here": ("▸", ">"),
    "end": ("■", "#"),
    "bar": ("▮", "#"),
    "no bar": ("▯", "."),
    "folded": ("⊞", "+"),
    "unfolded": ("⊟", "-"),
    "ellipsis": ("…", "~"),
    "dot": ("·", "-"),
    "up": ("↑", "^"),
    "down": ("↓", "v"),
    "frame": ("╭─╮│╰─╯", "+-+|+-+"),
    "focus": ("┏━┓┃┗━┛", "#=###=#"),
}
"""Each symbol, and what stands for it on a terminal without Unicode."""

_LINK = re.compile(r"https://[!-~]+")

_ASCII_TEXT = str.maketrans(
    {
        "→": "->",
        "←": "<-",
        "…": "...",
        "·": "-",
        "×": "x",
        "━": "=",
        "▶": ">",
        "◀": "<",
        "–": "-",
        "—": "-",
        "“": '"',
        "”": '"',
        "„": '"',
        "‘": "'",
        "’": "'",
        "⏎": "\\n",
        "⇥": "\\t",
        "␛": "\\e",
        "␡": "\\x7f",
    }
)


@dataclass(frozen=True, slots=True)
class Theme:
    """Styles and symbols by what they stand for. `ascii`: for a terminal without Unicode."""

    ascii: bool = False
    colours: Colours = DARK
    styles: Mapping[str, Style] = field(default_factory=lambda: DARK.styles, hash=False)

    def style(self, name: str) -> Style:
        """The style of that name, a calm one if there is none; an address opens with a click.

        `bar NAME` is the style on the bar of what is selected, `bar` alone is the bar.
        """
        first, _, rest = name.partition(" ")
        if first == "bar":
            return self.colours.on_the_bar(self.style(rest))
        if name.startswith("https://"):
            return self.styles["dim"] + Style(link=name if _LINK.fullmatch(name) else None)
        return self.styles.get(name, Style.null())

    def symbol(self, name: str) -> str:
        """The symbol of that name: one cell wide."""
        return SYMBOLS[name][self.ascii]

    def text(self, text: str) -> str:
        """The text in characters that the terminal has."""
        if not self.ascii or text.isascii():
            return text
        return text.translate(_ASCII_TEXT).encode("ascii", "replace").decode("ascii")

    def on(self, colours: Colours) -> "Theme":
        """The same symbols in other colours."""
        return Theme(self.ascii, colours, colours.styles)


DEFAULT = Theme()
ASCII = Theme(ascii=True)


def suited(encoding: str, environment: Mapping[str, str]) -> Theme:
    """The theme for a terminal, as far as its environment tells.

    The console of Linux lacks most of the symbols. In the locale C Python writes UTF-8 all the
    same, but who chose it asked for ASCII.
    """
    unicode = encoding.lower().replace("-", "").startswith("utf")
    named = (environment.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    plain = next(filter(None, named), "") in {"C", "POSIX"}
    has_symbols = unicode and not plain and environment.get("TERM") != "linux"
    return (DEFAULT if has_symbols else ASCII).on(colours_of(environment))


def pictured(environment: Mapping[str, str]) -> Theme:
    """The theme of a still or a film, which has no terminal to ask: dark, or light if asked for."""
    return DEFAULT.on(LIGHT) if environment.get(THEME) == LIGHT.name else DEFAULT


SNAPSHOT = TerminalTheme(
    (24, 27, 33),
    (205, 209, 216),
    [
        (60, 64, 72),
        (224, 102, 43),
        (120, 170, 110),
        (214, 170, 80),
        (58, 143, 217),
        (180, 120, 200),
        (90, 180, 190),
        (205, 209, 216),
    ],
)
"""The ground and the text of a dark still or film."""
SNAPSHOT_LIGHT = TerminalTheme(
    (255, 255, 255),
    (31, 35, 40),
    [
        (31, 35, 40),
        (179, 55, 12),
        (26, 115, 60),
        (122, 82, 0),
        (11, 92, 173),
        (131, 50, 163),
        (0, 105, 92),
        (87, 96, 106),
    ],
)
"""The same of a light one."""


def paper(theme: Theme) -> TerminalTheme:
    """What a picture in this theme is drawn on."""
    return SNAPSHOT_LIGHT if theme.colours is LIGHT else SNAPSHOT
