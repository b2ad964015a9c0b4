"""A screen that draws into a string, and what may be written to a terminal."""

import io
import queue
import re
from collections.abc import Callable, Iterable
from datetime import UTC

import pyte
from rich.console import Console

from podwatch.app.feeds import ReplayFeed
from podwatch.app.recording_key import ToggledRecorder
from podwatch.core.concepts import Catalog, catalog
from podwatch.core.history import History
from podwatch.core.session import Session
from podwatch.core.stream import RecordedItem, StreamItem, Tick
from podwatch.core.update import Update
from podwatch.renderers import TerminalSignal
from podwatch.renderers.dashboard.keys import Key
from podwatch.renderers.dashboard.screen import Screen
from podwatch.renderers.playback import Player
from tests.renderers.dashboard.boards import lesson, session

ENTER, LEAVE = "\x1b[?1049h", "\x1b[?1049l"
ALLOWED = re.compile(
    r"\x1b\[\?(?:1049|25|7)[hl]|\x1b\[2[JK]|\x1b\[\d+;1H|\x1b\[[0-9;]*m"
    r"|\x1b\]8;;(?:https://kubernetes\.io/[!-~]*)?\x1b\\"
)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Drawn:
    """A screen that draws into a string."""

    def __init__(
        self,
        items: Iterable[StreamItem],
        width: int = 110,
        height: int = 34,
        playback: Player | None = None,
        recording_key: Callable[[Session], ToggledRecorder] | None = None,
        concepts: Catalog | None = None,
    ) -> None:
        self.session = session(items, concepts)
        self.history = History(self.session)
        self.recording_key = recording_key(self.session) if recording_key is not None else None
        self.clock = Clock()
        self.inbox: queue.SimpleQueue[Key | TerminalSignal] = queue.SimpleQueue()
        self.file = io.StringIO()
        self.console = Console(
            file=self.file,
            width=width,
            height=height,
            force_terminal=True,
            color_system="truecolor",
            legacy_windows=False,
        )
        self.screen = Screen(
            self.inbox,
            self.console,
            keys=False,
            monotonic=self.clock,
            tz=UTC,
            history=self.history,
            playback=playback,
            recording_key=self.recording_key,
        )
        self.screen.show(Update(board=self.session.freeze))
        self.pyte = pyte.Screen(width, height)
        self.stream = pyte.Stream(self.pyte)
        self.read = 0

    def frame(self) -> tuple[float | None, str]:
        """What frame() returned, and what it wrote."""
        wait = self.screen.frame()
        written = self.file.getvalue()[self.read :]
        self.read += len(written)
        self.stream.feed(re.sub(r"\x1b\]8;.*?\x1b\\", "", written))
        return wait, written

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

    def lines(self) -> list[str]:
        return list(self.pyte.display)


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
