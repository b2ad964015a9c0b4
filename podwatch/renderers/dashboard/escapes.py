"""Escape sequences: all that podwatch sends to a terminal beside text.

Responsible for what they are, and for a line with its styles in them. When they are sent is
`terminal`'s and `screen`'s.
"""

from base64 import b64encode
from functools import lru_cache

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from rich.style import Style
from rich.text import Text

# Without autowrap a line that a terminal draws wider than we measured stays on its line.
ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J"
LEAVE = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"
# Presses and the wheel only, no motion (1000), with coordinates in digits (1006).
MOUSE_ON, MOUSE_OFF = "\x1b[?1000h\x1b[?1006h", "\x1b[?1006l\x1b[?1000l"
# A terminal that knows it shows all of a frame at once; others ignore it.
BEGIN_FRAME, END_FRAME = "\x1b[?2026h", "\x1b[?2026l"
# Its ground, and then what every terminal answers: so one that does not tell its ground is known.
ASK = "\x1b]11;?\x1b\\\x1b[c"


def clipboard(text: str) -> str:
    """What puts a text into the terminal's clipboard (OSC 52)."""
    return f"\x1b]52;c;{b64encode(text.encode()).decode()}\x1b\\"


def codes(line: Text, console: Console) -> str:
    """A line with the escape sequences for its styles.

    Not by rich's own way, which allows for styles on top of each other: ours follow each other.
    """
    plain, made, at = line.plain, "", 0
    system = COLOR_SYSTEMS.get(console.color_system or "")
    for start, end, style in line.spans:
        if isinstance(style, Style) and start >= at:
            made += plain[at:start] + _styled(plain[start:end], style, system, console.no_color)
            at = end
    return (made + plain[at:]).rstrip(" ")


@lru_cache(maxsize=4096)
def _styled(text: str, style: Style, system: ColorSystem | None, no_color: bool) -> str:
    # A copy, as a Style keeps the codes of the colour system that it was first rendered for.
    style = style.without_color if no_color else style.copy()
    if not style.link:
        return style.render(text, color_system=system)
    # Not by rich, which invents another id each time: no frame would equal the last.
    shown = style.update_link(None).render(text, color_system=system)
    return f"\x1b]8;;{style.link}\x1b\\{shown}\x1b]8;;\x1b\\"
