"""`podwatch replay FILE --cast OUT`: a recording as a cast of the dashboard, in asciinema's format.

Responsible for the time, which only passes where the loop would wait for a key: the same
recording gives the same bytes, at once. What is drawn is what the dashboard draws.

Source of the format: asciinema, "asciicast v2": a header, then `[seconds, "o", text]` a line.
"""

import io
import json
import os
from datetime import UTC
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from podwatch.app import refuse_same_file
from podwatch.app.deeds import played_items
from podwatch.app.feeds import ReplayFeed
from podwatch.app.run import run
from podwatch.core.concepts import catalog
from podwatch.core.session import Session
from podwatch.core.stream import KeptItem
from podwatch.errors import PodwatchError
from podwatch.renderers.dashboard.screen import Screen
from podwatch.renderers.dashboard.snapshot import console_of_pictures
from podwatch.renderers.dashboard.theme import Theme, paper, pictured
from podwatch.renderers.dashboard.view_state import ViewState, first_look
from podwatch.renderers.playback import Player
from podwatch.writing import OutputFile

_LONGEST = 86_400.0
"""How long a cast can be, in seconds."""
_LAST_FRAME = 3.0
"""For how many seconds the last picture stays."""


class PlayedTime:
    """Seconds that pass only where the loop waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """The time that is reached, in seconds."""
        return self.now

    def wait(self, seconds: float | None) -> None:
        """No key comes, and the time is over at once."""
        # Less than a microsecond could be lost in rounding: time would stand still.
        self.now += max(seconds or 0.0, 1e-6)


class _Terminal(io.StringIO):
    """Keeps what is written to it, with the time."""

    def __init__(self, time: PlayedTime) -> None:
        self._time = time
        self.events: list[tuple[float, str]] = []

    def write(self, text: str, /) -> int:
        """Keep it."""
        if text:
            self.events.append((round(self._time.now, 3), text.replace("\n", "\r\n")))
        return len(text)


class _LingeringScreen(Screen):
    """The screen; before it is left, the last picture stays for a while."""

    def __init__(self, console: Console, time: PlayedTime, look: ViewState, theme: Theme) -> None:
        super().__init__(
            None,
            console,
            keys=False,
            monotonic=time,
            tz=UTC,
            theme=theme,
            recorded=True,
            look=look,
        )
        self._time = time

    def close(self) -> None:
        """Draw what is left to be drawn, and stay."""
        self._time.now += 1.0  # a frame that had to wait is due now
        self.frame()
        self._time.now += _LAST_FRAME
        super().close()


def cast(
    path: Path, to: Path, size: tuple[int, int], speed: float, *, projector: bool = False
) -> None:
    """Write the cast of a recording; its times are the recording's, divided by `speed`."""
    refuse_same_file(("the recording", path), ("--cast", to))
    (first, *items), broken = _whole(path)
    if items and items[-1].t - items[0].t > _LONGEST * speed:
        raise PodwatchError("the film would be longer than a day", "make it shorter with --speed")
    time = PlayedTime()
    terminal = _Terminal(time)
    session = Session(catalog())
    feed = ReplayFeed(iter(items), Player(speed, monotonic=time), time.wait)
    console, look = console_of_pictures(terminal, *size), first_look(projector=projector)
    theme = pictured(os.environ)
    with _LingeringScreen(console, time, look, theme) as screen:
        screen.show(session.feed(first))
        run(feed, session, screen)
    _write(to, _header(first, *size, paper(theme)), terminal.events)
    if broken is not None:  # told once there is a cast of everything before it
        raise broken


def _whole(path: Path) -> tuple[list[KeptItem], PodwatchError | None]:
    """All items, to know the end before anything is drawn, and why there are no more of them."""
    items: list[KeptItem] = []
    try:
        items.extend(played_items(path))
    except PodwatchError as error:
        if not items:
            raise
        return items, error
    return items, None


def _header(first: KeptItem, width: int, height: int, colours: TerminalTheme) -> dict[str, object]:
    """The first line of the format; with the snapshots' colours, for the player to show them."""
    palette = [colours.ansi_colors[number].hex for number in range(16)]
    return {
        "version": 2,
        "width": width,
        "height": height,
        "timestamp": int(first.at.timestamp()),
        "env": {"TERM": "xterm-256color"},
        "theme": {
            "fg": colours.foreground_color.hex,
            "bg": colours.background_color.hex,
            "palette": ":".join(palette),
        },
        "title": "podwatch",
    }


def _write(to: Path, header: dict[str, object], events: list[tuple[float, str]]) -> None:
    lines = [json.dumps(header)]
    lines += [json.dumps([t, "o", text], ensure_ascii=False) for t, text in events]
    OutputFile(to, "the film").write(("\n".join(lines) + "\n").encode())
