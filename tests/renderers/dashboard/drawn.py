"""A screen that draws into a string, and what may be written to a terminal."""

import io
import queue
import re
from collections.abc import Callable, Iterable
from datetime import UTC
from typing import Any, cast

import pyte
from rich.console import Console

from podwatch.app.feeds import ReplayFeed
from podwatch.app.recording_key import ToggledRecorder
from podwatch.core.board import Update
from podwatch.core.concepts import Catalog, catalog
from podwatch.core.history import History
from podwatch.core.session import Session
from podwatch.core.stream import RecordedItem, StreamItem, Tick
from podwatch.renderers import TerminalSignal
from podwatch.renderers.dashboard.asking import Asker
from podwatch.renderers.dashboard.keys import Key, Mouse
from podwatch.renderers.dashboard.screen import Screen
from podwatch.renderers.dashboard.theme import DEFAULT, Theme
from podwatch.renderers.playback import Player
from tests.renderers.dashboard.boards import lesson, session

ENTER, LEAVE = "\x1b[?1049h", "\x1b[?1049l"
BEGIN, END = "\x1b[?2026h", "\x1b[?2026l"
MOUSE_ON, MOUSE_OFF = "\x1b[?1000h\x1b[?1006h", "\x1b[?1006l\x1b[?1000l"
ALLOWED = re.compile(
    r"\x1b\[\?(?:1049|25|7|2026)[hl]|\x1b\[2[JK]|\x1b\[\d+;1H|\x1b\[[0-9;]*m"
    r"|\x1b\]8;;(?:https://kubernetes\.io/[!-~]*)?\x1b\\"
)


def console(width: int, height: int, **more: Any) -> Console:
    """What a screen of this size draws with, into a string."""
    size = {"width": width, "height": height, "legacy_windows": False}
    kind = {"force_terminal": True, "color_system": "truecolor"}
    return Console(file=io.StringIO(), **{**size, **kind, **more})


class Emulated:
    """A terminal of this size: it shows what is fed to it. It knows no links."""

    def __init__(self, width: int, height: int) -> None:
        self.screen = pyte.Screen(width, height)
        self._stream = pyte.Stream(self.screen)

    def feed(self, written: str) -> None:
        self._stream.feed(re.sub(r"\x1b\]8;.*?\x1b\\", "", written))

    def lines(self) -> list[str]:
        return list(self.screen.display)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Drawn:
    """A screen that draws into a string."""

    def __init__(
        self,
        of: Session | Iterable[StreamItem],
        width: int = 110,
        height: int = 34,
        playback: Player | None = None,
        recording_key: Callable[[Session], ToggledRecorder] | None = None,
        concepts: Catalog | None = None,
        theme: Theme = DEFAULT,
        asker: Asker | None = None,
        **kind: Any,
    ) -> None:
        self.session = of if isinstance(of, Session) else session(of, concepts)
        self.history = History(self.session)
        self.recording_key = recording_key(self.session) if recording_key is not None else None
        self.clock = Clock()
        self.inbox: queue.SimpleQueue[Key | Mouse | TerminalSignal] = queue.SimpleQueue()
        self.console = console(width, height, **kind)
        self.file = cast(io.StringIO, self.console.file)
        self.screen = Screen(
            self.inbox,
            self.console,
            keys=False,
            monotonic=self.clock,
            tz=UTC,
            theme=theme,
            history=self.history,
            playback=playback,
            recording_key=self.recording_key,
            asker=asker,
        )
        self.screen.show(Update(board=self.session.freeze))
        self.terminal = Emulated(width, height)
        self.lines = self.terminal.lines
        self.raw = ""
        """What the frames wrote, without what the end of the screen writes."""

    def frame(self) -> tuple[float | None, str]:
        """What frame() returned, and what it wrote."""
        wait = self.screen.frame()
        written = self.file.getvalue()[len(self.raw) :]
        self.raw += written
        self.terminal.feed(written)
        return wait, written

    def framed(self) -> "Drawn":
        """With one frame drawn, its screen left."""
        with self.screen:
            self.frame()
        return self

    def feed(self, item: StreamItem) -> None:
        if not isinstance(item, Tick):
            self.history.keep(item)
            if self.recording_key is not None:
                self.recording_key.write(item)
        self.screen.show(self.session.feed(item))

    def press(self, *names: str) -> str:
        """The screen as it is drawn after these keys."""
        for name in names:
            self.screen.key(name)
        assert not self.screen.done
        self.clock.now += 0.2
        self.frame()
        return "\n".join(self.lines())


def later(*items: StreamItem) -> Drawn:
    """A screen on which these happened after the lesson."""
    made = Drawn(lesson(), concepts=catalog())
    made.frame()
    for item in items:
        made.feed(item)
    return made


def replaying(clock: Clock, *items: RecordedItem) -> tuple[Player, ReplayFeed]:
    player = Player(1.0, monotonic=clock)
    return player, ReplayFeed(iter(items), player, hold=True)
