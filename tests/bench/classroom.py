"""The class board: what it costs to look on while a class of forty works.

Targets: a frame of the class costs at most 1.5 times one of the dashboard that shows the same Pods.
With 20 versions of Pods a second, all over the class, it takes less than 15 % of a core; while
nothing happens but that time passes, less than 3 %. One learner's dashboard, opened from the class,
costs at most 1.5 times what it does alone.
"""

import sys
import time
from collections.abc import Callable
from statistics import median

from msgspec.structs import replace

from podwatch.core.board import Update
from podwatch.core.classroom.within import board_within
from podwatch.core.kube import KubeObject
from podwatch.core.stream import Tick
from podwatch.renderers.dashboard.class_screen import ClassScreen
from podwatch.renderers.dashboard.screen import Screen
from tests.core.classroom.classes import Room, crashed, kept, namespace, stamp, well
from tests.core.classroom.test_room import CART, cart, cart_pod, cart_set
from tests.renderers.dashboard.drawn import console

LEARNERS, PODS = 40, 5
COLUMNS, ROWS = 110, 34
EVENTS_A_SECOND, FRAMES_A_SECOND, SECONDS = 20, 10, 20
FRAME_RATIO, OPENED_RATIO = 1.5, 1.5
BUSY_CORE, IDLE_CORE = 0.15, 0.03


def of_one(name: str) -> list[KubeObject]:
    """What there is of a learner: an exercise that is solved, and other Pods."""
    return [
        namespace(name),
        kept(name, exercise="cart", started__cart=stamp(0), solved__cart=stamp(1)),
        cart(name, 1),
        cart_set(name),
        cart_pod(name, ready=True),
        *(well(name, f"other-{number}") for number in range(PODS - 1)),
    ]


class Looking:
    """A class that is looked at on a screen which draws into nothing."""

    def __init__(self, opened: str = "") -> None:
        names = [f"learner-{number:02}" for number in range(LEARNERS)]
        objects = [made for name in names for made in of_one(name)]
        self.room = Room(*objects, tasks=(CART,), at_t=60)
        self.names, self.t, self.number = names, 60.0, 0
        on = console(COLUMNS, ROWS)
        self.screen = ClassScreen(
            self.room.room.board, None, on, keys=False, monotonic=lambda: self.t
        )
        self.plain = Screen(None, console(COLUMNS, ROWS), keys=False, monotonic=lambda: self.t)
        self.show(Update(board=self.room.session.freeze))
        self.screen.frame()
        if opened:
            self.screen.key("enter")

    def show(self, update: Update) -> None:
        self.screen.show(update)
        self.plain.show(update)

    def change(self) -> None:
        """One Pod of one learner ends, or runs again."""
        self.number += 1
        name = self.names[self.number % LEARNERS]
        make = crashed if (self.number // LEARNERS) % 2 == 0 else well
        one = make(name, "other-0")
        self.room.see(
            replace(one, metadata=replace(one.metadata, resource_version=str(self.number))),
            self.t,
            type_="MODIFIED",
        )
        self.show(Update(board=self.room.session.freeze))

    def pass_(self, seconds: float) -> None:
        """Time passes."""
        self.t += seconds
        self.room.feed(Tick(t=self.t))
        self.show(Update(board=self.room.session.freeze))


def spent(act: Callable[[], object]) -> float:
    """CPU seconds."""
    started = time.process_time()
    act()
    return time.process_time() - started


def ratio(of: Looking) -> float:
    """What a frame of the class costs, as often as one of the dashboard."""
    ours, theirs = [], []
    for _ in range(60):
        of.change()
        of.pass_(0.2)
        ours.append(spent(of.screen.frame))
        theirs.append(spent(of.plain.frame))
    return median(ours) / median(theirs)


def share(of: Looking, events: int) -> float:
    """Which part of a core it takes to look on for some seconds."""

    def look() -> None:
        frames = FRAMES_A_SECOND if events else 1
        for _ in range(SECONDS):
            for _ in range(frames):
                for _ in range(events // frames):
                    of.change()
                of.pass_(1 / frames)
                of.screen.frame()

    return spent(look) / SECONDS


def opened_ratio() -> float:
    """What a frame of one learner's dashboard costs in a class, as often as alone."""
    of = Looking(opened="learner-00")
    alone = board_within(of.room.session.freeze(), of.names[0])
    ours, theirs = [], []
    for _ in range(60):
        of.pass_(1.0)
        ours.append(spent(of.screen.frame))
        of.plain.show(Update(board=lambda: replace(alone, now=of.room.session.board.now)))
        theirs.append(spent(of.plain.frame))
    return median(ours) / median(theirs)


def main() -> int:
    """Measure, print, say whether the targets hold."""
    of = Looking()
    ratio(of)
    frame = median(ratio(of) for _ in range(3))
    busy, idle = share(Looking(), EVENTS_A_SECOND), share(Looking(), 0)
    opened = median(opened_ratio() for _ in range(3))
    print(f"a frame of {LEARNERS} learners: {frame:.2f} x the dashboard's (target {FRAME_RATIO})")
    print(f"one learner's dashboard: {opened:.2f} x what it is alone (target {OPENED_RATIO})")
    print(f"{EVENTS_A_SECOND} events/s: {busy:.1%} of a core (target {BUSY_CORE:.0%})")
    print(f"only time passes: {idle:.1%} of a core (target {IDLE_CORE:.0%})")
    missed = (frame > FRAME_RATIO, opened > OPENED_RATIO, busy > BUSY_CORE, idle > IDLE_CORE)
    return int(any(missed))


if __name__ == "__main__":
    sys.exit(main())
