"""The dashboard: what a frame costs, how much of a core it takes, how soon it shows.

Targets, the first two as ratios in the same run: a frame of 10,000 Pods costs at most 1.5 times
one of 60, a frame in which one cell changed less than a whole one. With 100 events a second it
takes less than 15 % of a core, with 500 Pods of which only the ages move less than 3 %; and 99 %
of what arrives is on the terminal within 150 ms.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fcntl import ioctl
from pty import openpty
from statistics import median, quantiles
from struct import pack
from termios import TIOCSWINSZ

import msgspec
from msgspec import structs

from podwatch.app.feeds import Inbox, LiveFeed
from podwatch.app.run import run
from podwatch.core.board import Update
from podwatch.core.concepts import catalog
from podwatch.core.session import Session
from podwatch.core.stream import RecordedItem
from podwatch.renderers import TerminalSignal
from podwatch.renderers.dashboard.screen import Screen
from podwatch.sources.clock import Clock
from tests.build import START, connected, synced
from tests.renderers.dashboard.boards import many, opened, running, seen, waiting
from tests.renderers.dashboard.drawn import console

COLUMNS, ROWS = 200, 50
FRAMES = 60
PODS_RATIO = 1.5
EVENTS_A_SECOND = 100
BUSY_CORE = 0.15
IDLE_CORE = 0.03
LATENCY = 0.150
SECONDS = 10
VISIBLE = 15
"""How many Pods change: all of them are on the screen."""


# ── the cost of a frame ──


class Counted:
    """A screen of a fixed size that draws into nothing, whenever it is told to."""

    def __init__(self, pods: int) -> None:
        self.session = Session(catalog())
        for item in many(pods):
            self.session.feed(item)
        self.now = 0.0
        on = console(COLUMNS, ROWS)
        self.screen = Screen(None, on, keys=False, monotonic=lambda: self.now)
        self.screen.show(Update(board=self.session.freeze))
        self.number = 0

    def change(self) -> None:
        """One Pod that is visible changes."""
        self.number += 1
        pod = waiting(f"web-846575c5cf-{self.number % VISIBLE:05}", f"R{self.number:05}")
        item = seen(2 + self.number / 10, pod)
        self.screen.show(self.session.feed(item))

    def change_a_cell(self) -> None:
        """Nothing but READY of one Pod changes."""
        self.number += 1
        pod = running("web-846575c5cf-00003")
        status = structs.replace(pod.status.container_statuses[0], ready=self.number % 2 == 0)
        pod = structs.replace(pod, status=structs.replace(pod.status, container_statuses=(status,)))
        item = seen(2 + self.number / 10, pod)
        self.screen.show(self.session.feed(item))

    def scroll(self) -> None:
        """Everything on the screen is another Pod's."""
        self.screen.key("pagedown")

    def resize(self) -> None:
        """Everything is drawn anew."""
        self.screen.signal(TerminalSignal.RESIZED)

    def frame(self) -> float:
        """CPU seconds of a frame."""
        self.now += 1
        started = time.process_time()
        self.screen.frame()
        return time.process_time() - started


def cost(of: Counted, cause: Callable[[], None]) -> float:
    """The median of the frames that this causes."""
    took = []
    for _ in range(FRAMES):
        cause()
        took.append(of.frame())
    return median(took)


# ── a dashboard of its own ──


def lines(pods: int, changes: int) -> Iterator[bytes]:
    """The items as they are encoded; each change has a STATUS that no other has."""
    encode = msgspec.json.encode
    age = (START - datetime.now(UTC)).total_seconds() + 60  # a minute, so that it moves
    for item in [
        opened(),
        *(
            seen(0.05, running(f"web-846575c5cf-{number:05}", age=age), "ADDED", initial=True)
            for number in range(pods)
        ),
        synced(),
        connected(0.1, "live"),
    ]:
        yield encode(item)
    for number in range(changes):
        pod = waiting(f"web-846575c5cf-{number % VISIBLE:05}", f"R{number:05}", age=age)
        yield encode(seen(1.0, pod))


def child(pods: int, rate: int, seconds: int) -> None:
    """Show it on the terminal; on stderr CPU seconds per second, and when each change came."""
    inbox: Inbox = Inbox()
    clock = Clock()
    clock.open()
    made = list(lines(pods, rate * seconds))
    decode = msgspec.json.Decoder(RecordedItem).decode
    arrived: list[float] = []
    used: list[float] = []

    def item(line: bytes) -> RecordedItem:
        found: RecordedItem = decode(line)
        return msgspec.structs.replace(found, t=clock.t(), at=clock.at())

    def arrive() -> None:
        for line in made[: pods + 3]:
            inbox.put(item(line))
        time.sleep(3)
        started, cpu = time.monotonic(), time.process_time()
        for number, line in enumerate(made[pods + 3 :]):
            time.sleep(max(started + number / rate - time.monotonic(), 0))
            arrived.append(time.monotonic())
            inbox.put(item(line))
        time.sleep(max(started + seconds - time.monotonic(), 0))
        used.append((time.process_time() - cpu) / (time.monotonic() - started))

    threading.Thread(target=arrive, daemon=True).start()
    session = Session(catalog())
    with Screen(inbox) as screen:
        run(LiveFeed(inbox, clock.t), session, screen, timeout=clock.t() + seconds + 5)
    json.dump({"used": used[0], "arrived": arrived}, sys.stderr)


@dataclass(frozen=True)
class Shown:
    """Which part of a core it took; seconds from each arrival to the bytes."""

    used: float
    latencies: list[float]


def shown(pods: int, rate: int) -> Shown:
    """Run it on a terminal of its own."""
    ours, theirs = openpty()
    ioctl(theirs, TIOCSWINSZ, pack("HHHH", ROWS, COLUMNS, 0, 0))
    command = [sys.executable, "-m", "tests.bench.dashboard", str(pods), str(rate), str(SECONDS)]
    with subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
        env={**os.environ, "TERM": "xterm-256color"},
    ) as process:
        os.close(theirs)
        pieces: list[tuple[float, bytes]] = []
        while True:
            try:
                got = os.read(ours, 1 << 16)
            except OSError:
                break  # it has ended
            pieces.append((time.monotonic(), got))
        assert process.stderr is not None
        said = json.loads(process.stderr.read())
    os.close(ours)
    written = b"".join(piece for _, piece in pieces)
    ends, end = [], 0
    for when, piece in pieces:
        end += len(piece)
        ends.append((end, when))
    latencies = []
    for number, arrived in enumerate(said["arrived"]):
        at = written.find(b"R%05d" % number)
        if at >= 0:  # else the next change of this Pod came first
            when = next(when for end, when in ends if end > at)
            latencies.append(when - arrived)
    return Shown(said["used"], latencies)


def main() -> int:
    """Measure, print, say whether the targets hold."""
    few, many_ = Counted(60), Counted(10_000)
    for one in (few, many_):
        one.frame()
        cost(one, one.change)
    ratios = sorted(cost(many_, many_.change) / cost(few, few.change) for _ in range(5))
    ratio = median(ratios)
    scrolled = median(cost(many_, many_.scroll) / cost(few, few.scroll) for _ in range(3))
    cell = Counted(60)
    cell.frame()
    changed = median(cost(cell, cell.change_a_cell) / cost(cell, cell.resize) for _ in range(5))
    print(f"a frame of 10,000 Pods: {ratio:.2f} x one of 60 (target {PODS_RATIO})")
    print(f"  while it scrolls: {scrolled:.2f} x")
    print(f"a frame in which one cell changed: {changed:.2f} x a whole one (target: less than 1)")
    idle, busy = shown(500, 0), shown(500, EVENTS_A_SECOND)
    late = quantiles(busy.latencies, n=100)[98]
    print(f"500 Pods, only ages move: {idle.used:.1%} of a core (target {IDLE_CORE:.0%})")
    print(f"{EVENTS_A_SECOND} events/s: {busy.used:.1%} of a core (target {BUSY_CORE:.0%})")
    print(
        f"from arrival to the terminal: 99 % within {late * 1000:.0f} ms "
        f"(target {LATENCY * 1000:.0f}), {len(busy.latencies)} seen"
    )
    missed = (
        ratio > PODS_RATIO,
        changed >= 1,
        idle.used > IDLE_CORE,
        busy.used > BUSY_CORE,
        late > LATENCY,
        len(busy.latencies) < EVENTS_A_SECOND * SECONDS / 2,
    )
    return int(any(missed))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        child(*map(int, sys.argv[1:]))
    else:
        sys.exit(main())
