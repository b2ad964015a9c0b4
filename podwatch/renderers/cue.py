"""What is on while a scenario is performed live: before it, a step that comes, after it.

Responsible for what a director says and a dashboard shows in place of the card, and for the key
that says that it is read. What the cards say is `podwatch.renderers.dashboard.playing`'s.
"""

from dataclasses import dataclass
from typing import Literal

from podwatch.renderers.playback import Lesson


@dataclass(frozen=True, slots=True)
class Announced:
    """A command that comes next, and what for."""

    command: str
    aim: str


Part = Literal["before", "step", "play", "after"]


@dataclass(slots=True)
class Cue:
    """What is on. `waits`: for somebody who reads it, and can say that it is `read`.

    `asked`: somebody is asked what comes next, or reads how it came.
    """

    lesson: Lesson
    part: Part = "before"
    step: Announced | None = None
    waits: bool = False
    read: bool = False
    asked: bool = False

    def show(self, part: Part, step: Announced | None = None, *, waits: bool = True) -> None:
        """From now on that is to be read."""
        self.part, self.step, self.waits, self.read = part, step, waits, False

    def skip(self) -> bool:
        """It is read; whether anything was waiting for that."""
        waited, self.waits, self.read = self.waits, False, True
        return waited

    def wait(self, waits: bool) -> None:
        """Nothing is to be done while somebody is asked."""
        self.asked = waits
