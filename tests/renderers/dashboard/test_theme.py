"""Colours: each is read on its ground, and means one thing."""

import pytest
from rich.style import Style

from podwatch.renderers.dashboard.colours import (
    DARK,
    LIGHT,
    NEUTRAL,
    Colours,
    asks,
    colours_of,
    colours_on,
)
from podwatch.renderers.dashboard.ground import RGB, answered, contrast
from podwatch.renderers.dashboard.theme import DEFAULT, SNAPSHOT, Theme, suited

TEXT, NO_TEXT = 4.5, 3.0
"""WCAG 2.2, 1.4.3 (AA) and 1.4.11."""

_RED, _GREEN, _BLUE = SNAPSHOT.background_color
STILL = (_RED, _GREEN, _BLUE)
GROUNDS: dict[str, tuple[Colours, RGB]] = {
    "black": (DARK, (0, 0, 0)),
    "a still's": (DARK, STILL),
    "VS Code dark": (DARK, (0x1E, 0x1E, 0x1E)),
    "Solarized dark": (DARK, (0x00, 0x2B, 0x36)),
    "Nord": (DARK, (0x2E, 0x34, 0x40)),
    "Dracula": (DARK, (0x28, 0x2A, 0x36)),
    "Gruvbox dark": (DARK, (0x28, 0x28, 0x28)),
    "Ubuntu": (DARK, (0x30, 0x0A, 0x24)),
    "white": (LIGHT, (255, 255, 255)),
    "Solarized light": (LIGHT, (0xFD, 0xF6, 0xE3)),
    "Gruvbox light": (LIGHT, (0xFB, 0xF1, 0xC7)),
    "Catppuccin Latte": (LIGHT, (0xEF, 0xF1, 0xF5)),
}
BOTH = {"dark": DARK, "light": LIGHT}


def rgb(style: Style, *, ground: bool = False) -> RGB | None:
    colour = style.bgcolor if ground else style.color
    if colour is None:
        return None
    triplet = colour.triplet
    assert triplet is not None, f"{style}: how a numbered colour looks is the terminal's"
    return triplet.red, triplet.green, triplet.blue


@pytest.mark.parametrize("name", GROUNDS)
def test_every_style_can_be_read_on_its_ground(name: str) -> None:
    colours, ground = GROUNDS[name]
    for style_name, style in colours.styles.items():
        assert style.bgcolor is None, f"{style_name} has a ground of its own: measure it on that"
        assert not style.dim, f"{style_name}: nobody knows how dark a terminal makes dim"
        if (own := rgb(style)) is not None:
            least = NO_TEXT if style_name == "frame" else TEXT
            measured = contrast(own, ground)
            assert measured >= least, f"{style_name} on {name}: {measured:.1f}"


@pytest.mark.parametrize("name", BOTH)
def test_every_style_can_be_read_on_the_bar_of_what_is_selected(name: str) -> None:
    theme = DEFAULT.on(BOTH[name])
    for style_name in theme.styles:
        if style_name == "frame":
            continue  # there is none inside of a row
        style = theme.style(f"bar {style_name}")
        if style.reverse:
            continue  # it is the other way round there, too
        own, ground = rgb(style), rgb(style, ground=True)
        assert own is not None
        assert ground is not None
        measured = contrast(own, ground)
        assert measured >= TEXT, f"{style_name} on the bar: {measured:.1f}"
    assert theme.style("bar").bgcolor is not None


def test_where_the_ground_is_not_known_colours_are_seen_on_both() -> None:
    for style_name, style in NEUTRAL.styles.items():
        assert not style.dim
        for ground in (0, 0, 0), (255, 255, 255):
            own = rgb(style)
            assert own is None or contrast(own, ground) >= NO_TEXT, style_name
    assert NEUTRAL.on_the_bar(Style()).reverse


MEANINGS = {
    "podwatch itself": ("brand", "label", "focus"),
    "well": ("ready", "running"),
    "trouble": ("trouble", "failed", "back-off", "alarm"),
    "leaving": ("deleting",),
    "to be passed over": ("dim", "heading", "ended", "gone", "going", "unseen"),
}


@pytest.mark.parametrize("name", BOTH)
def test_a_colour_has_one_meaning(name: str) -> None:
    styles = BOTH[name].styles
    of = {meaning: {rgb(styles[one]) for one in names} for meaning, names in MEANINGS.items()}
    assert all(len(colours) == 1 for colours in of.values()), of
    assert len(set().union(*of.values())) == len(MEANINGS), of
    named = {one for names in MEANINGS.values() for one in names} | {"frame"}
    assert not {one for one, style in styles.items() if style.color and one not in named}


@pytest.mark.parametrize(
    ("environment", "colours"),
    [
        pytest.param({}, NEUTRAL, id="nothing is known"),
        pytest.param({"COLORFGBG": "15;0"}, DARK, id="COLORFGBG, white on black"),
        pytest.param({"COLORFGBG": "0;default;15"}, LIGHT, id="COLORFGBG with three parts"),
        pytest.param({"COLORFGBG": "12;8"}, DARK, id="COLORFGBG, Solarized dark"),
        pytest.param({"COLORFGBG": "default;default"}, NEUTRAL, id="COLORFGBG that says nothing"),
        pytest.param({"COLORFGBG": "15;0", "PODWATCH_THEME": "light"}, LIGHT, id="asked for"),
        pytest.param({"COLORFGBG": "15;0", "PODWATCH_THEME": "auto"}, DARK, id="auto"),
        pytest.param({"NO_COLOR": "1", "PODWATCH_THEME": "light"}, NEUTRAL, id="no colour"),
    ],
)
def test_the_environment_says_which_colours(environment: dict[str, str], colours: Colours) -> None:
    assert colours_of(environment) is colours
    named = {"light", "dark"} & set(environment.values())
    assert asks(environment) is not bool(named or "NO_COLOR" in environment)
    assert suited("utf-8", environment) == Theme(False, colours, colours.styles)


@pytest.mark.parametrize(
    ("answer", "ground"),
    [
        ("11;rgb:0000/2b2b/3636", (0, 0x2B, 0x36)),
        ("11;rgb:fd/f6/e3", (0xFD, 0xF6, 0xE3)),
        ("11;rgba:ffff/ffff/ffff/8080", (255, 255, 255)),
        ("11;rgb:f/0/f", (255, 0, 255)),
        ("10;rgb:ffff/ffff/ffff", None),
        ("11;#ffffff", None),
        ("11;rgb:ffff/ffff/ffff;rm -rf", None),
    ],
)
def test_a_terminal_answers_what_its_ground_is(answer: str, ground: RGB | None) -> None:
    assert answered(answer) == ground


@pytest.mark.parametrize("name", GROUNDS)
def test_a_ground_gets_its_colours(name: str) -> None:
    colours, ground = GROUNDS[name]
    assert colours_on(ground) is colours
