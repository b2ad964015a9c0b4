"""Plain lines: one for each beat, for pipes, logs and screen readers.

Responsible for a text that stands on its own, without cursor movements, and for what is said of the
watch itself; what is said of Pods is `told`'s. Colour says nothing that the words don't.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from podwatch.core.beat import Beat
from podwatch.core.board import Board, Update
from podwatch.core.durations import minutes_and_seconds
from podwatch.core.health import HEALTH_WORDS
from podwatch.core.stream import (
    Connection,
    ConnectionState,
    Deed,
    Gap,
    Posed,
    Ref,
    Scope,
    Unreadable,
)
from podwatch.core.text import counted, time_of_day
from podwatch.core.timeline import (
    Decided,
    Explained,
    Listed,
    PodVersion,
    Stalled,
    TimelineEntry,
)
from podwatch.renderers import StreamRenderer
from podwatch.renderers.appearance import painted
from podwatch.renderers.bursts import Burst, Bursts
from podwatch.renderers.questions import LineQuestions
from podwatch.renderers.sanitize import visible
from podwatch.renderers.told import Teller

WAITED = timedelta(seconds=3)
"""For how long at most something waits to be told: what is older is of another clock."""


class TextLine(NamedTuple):
    """A line without its break, and the object that it is about, if it is about one."""

    text: str
    about: Ref | None = None


class Lines(StreamRenderer):
    """Writes a line for each beat. `tz` None means the local zone.

    `unfolded`: a line for each transition and Event instead. `gathered`: equal beats of many Pods
    are told together. `summarised`: at the end a line sums it up, for somebody who looks on.
    `colored`: trouble stands out. `questions` asks what happens next.
    """

    def __init__(
        self,
        write: Callable[[str], object],
        flush: Callable[[], None],
        tz: tzinfo | None = None,
        *,
        unfolded: bool = False,
        gathered: bool = True,
        summarised: bool = False,
        colored: bool = False,
        questions: LineQuestions | None = None,
    ) -> None:
        super().__init__(flush)
        self._questions = questions
        self._write = write
        self._tz = tz
        self._lost: set[Scope] = set()
        self._refused: set[Scope] = set()
        self._was_live = False
        self._summarised = summarised
        self._painted = painted if colored else _plain
        self._tell = Teller(self._painted, foretells=questions is None)
        self._unfolded = unfolded
        self._bursts = Bursts() if gathered else None
        self._latest: datetime | None = None
        self._second: datetime | None = None
        self._shown_second = ""
        self._update = Update()

    def show(self, update: Update) -> None:
        """Write what one item brought."""
        self._put(self.told(update))
        if self._questions is not None:
            for entry in update.entries:
                if isinstance(entry, Posed | Decided):
                    self._questions.take(entry)
                    self._dirty = True

    def told(self, update: Update) -> Iterator[TextLine]:
        """The lines about what one item brought."""
        self._update = update
        if self._unfolded:
            for entry in update.entries:
                if isinstance(entry, Explained | Stalled):
                    yield from self._lines(entry, self._tell.part(entry))
                else:
                    yield from self._about_the_watch(entry)
            for telling in update.beats:
                if isinstance(telling.beat.head, Deed):
                    yield from self._lines(telling.beat, self._tell.beat(telling.beat))
            return
        for entry in update.entries:
            if isinstance(entry, PodVersion):
                yield from self._about_the_watch(entry)
        yield from self._of_bursts(self._bursts.over(update.t) if self._bursts else ())
        for telling in update.beats:
            if telling.told and not (self._bursts and self._bursts.keep(telling, update.t)):
                yield from self._lines(telling.beat, self._tell.beat(telling.beat))
        for entry in update.entries:
            if not isinstance(entry, PodVersion):
                yield from self._about_the_watch(entry)

    def close(self) -> None:
        """Hand over the rest."""
        self._put(self._of_bursts(self._bursts.rest() if self._bursts else ()))
        if self._summarised and (board := self._update.board()).opened is not None:
            self._put([TextLine(summary(board))])
            self._summarised = False
        super().close()

    def _put(self, lines: Iterable[TextLine]) -> None:
        for line in lines:
            self._write(line.text + "\n")
            self._dirty = True

    def _lines(self, one: Beat | Explained | Stalled, texts: Iterable[str]) -> Iterator[TextLine]:
        for text in texts:
            yield TextLine(f"{self._time(self._in_order(one.at))} {text}", one.ref)

    def _in_order(self, at: datetime) -> datetime:
        """The time of a line: of what waited to be told, that of what came meanwhile."""
        if self._latest is None or not timedelta(0) <= self._latest - at <= WAITED:
            self._latest = at
        return self._latest

    def _of_bursts(self, bursts: Iterable[Burst]) -> Iterator[TextLine]:
        for burst in bursts:
            if burst.pods == 1:
                yield from self._lines(burst.last, self._tell.beat(burst.last))
                continue
            time = self._time(self._in_order(burst.last.at))
            yield TextLine(f"{time} {self._tell.others(burst.last, burst.pods)}")

    def _about_the_watch(self, entry: TimelineEntry) -> Iterator[TextLine]:
        if text := self._line(entry):
            yield TextLine(text, entry.ref if isinstance(entry, PodVersion) else None)

    def _line(self, one: TimelineEntry) -> str:
        match one:
            case PodVersion(initial=True, type="ADDED"):
                return self._already(one)
            case Listed():
                return self._complete(one)
            case Gap():
                return self._gap(one)
            case Connection():
                return self._connection(one)
            case Unreadable():
                return (
                    f"{self._time(one.at)} ! {one.scope.kind} {visible(one.ref)} could not be read "
                    f"and is left out: {visible(one.error)}"
                )
            case _:
                return ""

    def _already(self, version: PodVersion) -> str:
        row = version.columns
        return (
            f"{self._time(version.at)} {visible(version.ref.namespace)}/"
            f"{visible(version.ref.name)} was already there: phase "
            f"{visible(version.pod.status.phase)}, STATUS {visible(row.status)}, "
            f"{row.ready_text} ready, {row.restarts} restarts"
        )

    def _complete(self, one: Listed) -> str:
        time = self._time(one.at)
        if one.awaited:
            return f"{time} · {visible(one.awaited)} does not exist yet: waiting for it"
        place = visible(one.scope.place)
        where = f"namespace {place}" if one.scope.place == one.scope.namespace else place
        again = "listed again, now " if one.again else ""
        there = counted(one.pods, "Pod") + (" selected" if one.scope.selective else " there")
        return f"{time} · {where}: {again}{there}; watching"

    def _gap(self, gap: Gap) -> str:
        if gap.scope.kind != "Pod":
            return ""
        dropped = f", {gap.dropped} changes dropped" if gap.dropped else ""
        return (
            f"{self._time(gap.until)} ! between {self._time(gap.since)} and "
            f"{self._time(gap.until)} something may have been missed{_in(gap.scope)} "
            f"({visible(gap.reason)}{dropped})"
        )

    def _connection(self, one: Connection) -> str:
        words = ""
        match one.state:
            case ConnectionState.MISSING:
                words = visible(one.cause)
            case ConnectionState.FORBIDDEN:
                self._refused.add(one.scope)
                words = f"not allowed: {visible(one.cause)}"
            case ConnectionState.LIVE if one.scope in self._refused:
                self._refused.remove(one.scope)
                self._lost.discard(one.scope)
                words = f"allowed again: {one.scope.kind}s{_in(one.scope)}"
            case ConnectionState.RECONNECTING if one.scope.kind == "Pod":
                if not self._lost:
                    lost = (
                        "connection lost, reconnecting" if self._was_live else "no connection yet"
                    )
                    words = f"{lost}: {visible(one.cause)}"
                self._lost.add(one.scope)
            case ConnectionState.LIVE:
                if one.scope in self._lost:
                    self._lost.remove(one.scope)
                    again = "connected again" if self._was_live else "connected"
                    words = "" if self._lost else again
                self._was_live = True
        return f"{self._time(one.at)} ~ {words}" if words else ""

    def _time(self, at: datetime) -> str:
        if (second := at.replace(microsecond=0)) != self._second:
            self._second = second
            self._shown_second = self._painted(time_of_day(second, self._tz), "dim")
        return self._shown_second


def _plain(text: str, _: str) -> str:
    return text


def _in(scope: Scope) -> str:
    return f" in namespace {visible(scope.namespace)}" if scope.namespace else ""


def summary(board: Board) -> str:
    """What is said at the end of a watch that a person ended."""
    counts = board.counts
    pods = sum(counts.values())
    how = ", ".join(
        f"{counts[health]} {words}" for health, words in HEALTH_WORDS.items() if counts[health]
    )
    return (
        f"watched {minutes_and_seconds(board.t)}: {counted(board.transitions, 'transition')}, "
        f"{counted(board.notices, 'event')}, {counted(board.gaps, 'gap')}; "
        f"{counted(pods, 'Pod')} there" + (f" ({how})" if how else "")
    )
