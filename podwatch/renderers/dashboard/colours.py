"""Colours: the dashboard's styles on a dark ground, on a light one, and where nobody knows it.

Responsible for every colour of the dashboard, and only here. One colour has one meaning: teal is
podwatch itself (its labels, what has the focus), blue is well, vermillion is trouble, purple is
leaving, grey is what may be passed over. The palette is safe for the colour-blind. Which of the
three a terminal gets is decided by what was asked for (`--theme`, through PODWATCH_THEME), what the
terminal answered, and what its environment tells (COLORFGBG), in this order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from rich.style import Style

from podwatch.renderers.dashboard.ground import RGB, is_light

THEME = "PODWATCH_THEME"
"""The variable that says which colours are wanted: light, dark or auto."""


@dataclass(frozen=True, eq=False)
class Colours:
    """The colours for one kind of ground, as `#rrggbb`.

    On DARK and LIGHT each has a contrast of at least 4.5:1, and a frame, which is no text, of 3:1
    (WCAG 2.2, 1.4.3 and 1.4.11); on the bar of what is selected, too. Without a `muted` grey such
    texts look as all others do, without a `bar` the selection is reversed.
    """

    name: str
    voice: str
    well: str
    trouble: str
    leaving: str
    muted: str = ""
    frame: str = ""
    bar: str = ""
    bar_text: str = ""

    @cached_property
    def styles(self) -> Mapping[str, Style]:
        """The styles by what they stand for."""
        voice, well = Style(color=self.voice), Style(color=self.well)
        trouble, leaving = Style(color=self.trouble), Style(color=self.leaving)
        muted, strong = Style(color=self.muted or None), Style(bold=True)
        return {
            "brand": voice + strong,
            "label": voice,
            "focus": voice + strong,
            "strong": strong,
            "command": strong,
            "key": strong,
            "dim": muted,
            "heading": muted,
            "frame": Style(color=self.frame or None),
            "alarm": trouble + strong,
            # how a Pod stands, as podwatch.core.health names it
            "ready": well,
            "waiting": Style(),
            "trouble": trouble + strong,
            "ended": muted,
            "deleting": leaving,
            "gone": muted,
            "going": muted,
            # stages of a lifeline, as podwatch.core.lifeline names them, where no health has the
            # name
            "running": well,
            "back-off": trouble,
            "failed": trouble + strong,
            "unseen": muted,
            # what the one at the keys did
            "selected": Style(bold=True, reverse=True),
            "stopped": Style(bold=True, reverse=True),
        }

    def on_the_bar(self, style: Style) -> Style:
        """A style on the bar of what is selected."""
        if not self.bar:
            return Style(bold=True, reverse=True)
        return Style(color=self.bar_text, bgcolor=self.bar) + style


DARK = Colours(
    "dark",
    voice="#5cc8b4",
    well="#6cb6ff",
    trouble="#ff8a5c",
    leaving="#d8a1ea",
    muted="#a4adba",
    frame="#7d8896",
    bar="#24405c",
    bar_text="#ffffff",
)
LIGHT = Colours(
    "light",
    voice="#00695c",
    well="#0b5cad",
    trouble="#b3370c",
    leaving="#8332a3",
    muted="#57606a",
    frame="#7d8590",
    bar="#cfe3f7",
    bar_text="#000000",
)
NEUTRAL = Colours("neutral", voice="#2a9d8f", well="#3a8fd9", trouble="#e0662b", leaving="#b478c8")
"""For a ground that is not known: of a brightness between black and white."""
_NAMED = {"dark": DARK, "light": LIGHT}


def colours_on(ground: RGB) -> Colours:
    """The colours for a ground that is known."""
    return LIGHT if is_light(ground) else DARK


def colours_of(environment: Mapping[str, str]) -> Colours:
    """The colours for what the environment tells, NEUTRAL where it tells nothing.

    A terminal without colours gets those, too: there a bar of another colour would not be seen.
    """
    if environment.get("NO_COLOR"):
        return NEUTRAL
    if (named := _NAMED.get(environment.get(THEME, ""))) is not None:
        return named
    # rxvt and Konsole set it, `15;0` or `15;default;0`: the last one is the ground's number.
    ground = environment.get("COLORFGBG", "").rpartition(";")[2]
    if not ground.isdecimal():
        return NEUTRAL
    return LIGHT if int(ground) in _LIGHT_NUMBERS else DARK


def asks(environment: Mapping[str, str]) -> bool:
    """Whether the terminal is to be asked, as nobody decided it.

    Linux' own console is not: it would print a part of the question.
    """
    decided = environment.get("NO_COLOR") or environment.get(THEME, "") in _NAMED
    return not decided and environment.get("TERM") != "linux"


_LIGHT_NUMBERS = frozenset({7, *range(9, 16)})
"""Of the sixteen colours those that are light; Vim takes the same."""
