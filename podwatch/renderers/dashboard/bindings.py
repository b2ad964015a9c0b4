"""Bindings: every key of the dashboard, what it does, and where it does it.

Responsible for the one list that the palette, the footer and the answer to a key without use read.
How a key changes the look is `keymap`'s; what goes beyond the look is `screen`'s.
"""

from collections.abc import Callable
from typing import NamedTuple

from podwatch.renderers.dashboard.view_state import Overlay, Scene, ViewState


class Binding(NamedTuple):
    """A key by its name, as it is shown, and what it does.

    `also` are other keys for the same. `holds`: whether it does something as one looks now.
    """

    key: str
    shown: str
    does: str
    holds: Callable[[ViewState], bool]
    also: tuple[str, ...] = ()


def _always(_: ViewState) -> bool:
    return True


def _on_a_board(look: ViewState) -> bool:
    return look.scene is not Scene.SHEET


def _is_kept(look: ViewState) -> bool:
    return _on_a_board(look) and not look.in_a_class


def _is_large(look: ViewState) -> bool:
    return look.scene is not Scene.SHEET or look.asked is not None


def _records(look: ViewState) -> bool:
    return _is_kept(look) and look.tour is None


def _in_the_tour(look: ViewState) -> bool:
    return look.tour is not None


def _in_the_table(look: ViewState) -> bool:
    return look.scene is Scene.TABLE


def _in_a_replay(look: ViewState) -> bool:
    return look.speed is not None and look.scene is not Scene.SHEET


def _is_asked(look: ViewState) -> bool:
    return look.is_asked


BINDINGS = (
    Binding("up", "↑ k", "up: the Pod above, or the line", _always, ("k",)),
    Binding("down", "↓ j", "down: the Pod below, or the line", _always, ("j",)),
    Binding("pageup", "PgUp", "up by a screen", _always),
    Binding("pagedown", "PgDn", "down by a screen", _always),
    Binding("home", "Home", "to the first", _always),
    Binding("end", "End G", "to the last", _always, ("G",)),
    Binding("tab", "Tab", "focus: the Pods, what happened, the card", _in_the_table),
    Binding("enter", "Enter", "open the selected Pod: containers, start, conditions", _on_a_board),
    Binding("o", "o", "unfold or fold: a group of Pods, what happened", _on_a_board),
    Binding("g", "g", "unfold or fold all groups of Pods", _in_the_table),
    Binding("1", "1-4", "answer what is asked (--predict); Esc skips it", _is_asked),
    Binding("esc", "Esc", "one step back", _always),
    Binding(
        "/", "/", "filter: Pods whose name, namespace, status, phase or node match", _in_the_table
    ),
    Binding("f", "f", "only Pods in trouble, or all again", _in_the_table),
    Binding("s", "s", "sort: name, trouble, last change, youngest, restarts", _in_the_table),
    Binding(" ", "Space", "pause, and go on; nothing is lost meanwhile", _on_a_board),
    Binding("left", "←", "one step back in what happened, the whole screen with it", _is_kept),
    Binding("right", "→", "one step forward in what happened", _is_kept),
    Binding("n", "n", "the next beat, without waiting for it", _in_a_replay),
    Binding("[", "[", "back a chapter: to what somebody did, or what matters most", _in_a_replay),
    Binding("]", "]", "on to the next chapter", _in_a_replay),
    Binding("+", "+", "play faster", _in_a_replay, ("=",)),
    Binding("-", "-", "play slower", _in_a_replay),
    Binding("e", "e", "explain: the lesson of the card, and each technical word here", _always),
    Binding("y", "y", "copy the command that the card shows at try", _on_a_board),
    Binding("p", "p", "projector: one beat at a time, large", _is_large),
    Binding("r", "r", "start and stop a recording, a file in this folder", _records),
    Binding("m", "m", "leave the mouse to the terminal, which selects text, or take it", _always),
    Binding("?", "? :", "this list: type to find a key, Enter does it", _always, (":",)),
    Binding("q", "q", "quit", _always, ("Q",)),
)
"""In the order of the palette: what is needed most stands first."""

TOUR = (
    Binding("enter", "Enter", "go on: to what comes next; so do Space and →", _in_the_tour),
    Binding("left", "←", "back: to what was before; so does Backspace", _in_the_tour),
    Binding("]", "]", "the next chapter", _in_the_tour),
    Binding("[", "[", "the chapter's beginning, or the chapter before", _in_the_tour),
    Binding("c", "c", "all chapters", _in_the_tour),
    Binding("r", "r", "this chapter again", _in_the_tour),
    Binding("q", "q", "leave; podwatch tour goes on here", _in_the_tour, ("Q",)),
)
"""The keys of the tour, which take the place of those of a board."""

_BY_KEY = {key: one for one in BINDINGS for key in (one.key, *one.also)}
_NAMES = {" ": "Space", "left": "←", "right": "→", "up": "↑", "down": "↓"} | {
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
}


def canonical(key: str) -> str:
    """The key that does the same and is the binding's own."""
    return _BY_KEY[key].key if key in _BY_KEY else key


def bound(look: ViewState) -> list[Binding]:
    """The keys that do something as one looks now, whatever page lies over it."""
    own = [one for one in TOUR if one.holds(look)]
    taken = {one.key for one in own}
    return own + [one for one in BINDINGS if one.holds(look) and one.key not in taken]


def without_use(key: str, look: ViewState) -> str:
    """What is said of a key that does nothing here; empty if it does something."""
    one = _BY_KEY.get(key)
    if one is not None and (look.overlay is not Overlay.NONE or one.holds(look)):
        return ""
    name = _NAMES.get(key, key if len(key) == 1 else key.capitalize())
    return f"{name} does nothing here; ? shows all keys"
