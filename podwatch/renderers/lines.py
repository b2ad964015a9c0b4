"""Plain lines: one for each transition, for pipes, logs and screen readers.

Responsible for a text that stands on its own, without cursor movements; colour says nothing that
the words don't.
"""

from collections.abc import Callable
from datetime import datetime, tzinfo

from podwatch.core.board import Board, Update
from podwatch.core.concepts import Weight
from podwatch.core.durations import minutes_and_seconds
from podwatch.core.health import HEALTH_WORDS
from podwatch.core.stream import Connection, ConnectionState, Gap, Scope, Unreadable
from podwatch.core.text import capitalized, counted, page, time_of_day
from podwatch.core.timeline import (
    Explained,
    ExplainedEvent,
    Listed,
    PodVersion,
    Stalled,
    TimelineEntry,
)
from podwatch.renderers import StreamRenderer
from podwatch.renderers.appearance import painted
from podwatch.renderers.sanitize import visible


class Lines(StreamRenderer):
    """Writes a line for each piece of news. `tz` None means the local zone.

    `summarised`: at the end a line sums it up, for somebody who looks on. `colored`: trouble stands
    out.
    """

    def __init__(
        self,
        write: Callable[[str], object],
        flush: Callable[[], None],
        tz: tzinfo | None = None,
        *,
        summarised: bool = False,
        colored: bool = False,
    ) -> None:
        super().__init__(flush)
        self._write = write
        self._tz = tz
        self._linked: set[str] = set()
        self._brought_up: set[str] = set()
        self._lost: set[Scope] = set()
        self._refused: set[Scope] = set()
        self._was_live = False
        self._summarised = summarised
        self._painted = painted if colored else _plain
        self._second: datetime | None = None
        self._shown_second = ""
        self._update = Update()

    def show(self, update: Update) -> None:
        """Write what one item brought."""
        self._update = update
        for one in update.entries:
            if isinstance(one, Explained):
                texts = [self._told(one), self._aside(one)]
            else:
                texts = [self._line(one)]
            for text in filter(None, texts):
                self._write(text + "\n")
                self._dirty = True

    def close(self) -> None:
        """Hand over the rest."""
        if self._summarised and (board := self._update.board()).opened is not None:
            self._write(summary(board) + "\n")
            self._summarised, self._dirty = False, True
        super().close()

    def _line(self, one: TimelineEntry) -> str:
        match one:
            case Stalled():
                return self._silence(one)
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

    def _told(self, one: Explained) -> str:
        what = visible(f"{one.subject} {one.change}".strip())
        more = " (inferred)" if one.inferred else ""
        if isinstance(one, ExplainedEvent) and one.event.times > 1:
            more = f", {one.event.times} times"
        weight = one.explanation.weight
        style = "alarm" if weight == Weight.TROUBLE else "strong"
        return (
            f"{self._time(one.at)} {self._pod(one)} {self._painted(what, style)}{more}: "
            f"{visible(one.explanation.sentence)}{self._rest(one)}"
        )

    def _silence(self, one: Stalled) -> str:
        wait = one.wait
        ends = visible(wait.ends(one.now))
        until = f" {capitalized(ends)}." if ends else ""
        cure = f" To fix it: {visible(wait.cure)}" if wait.role == "cause" and wait.cure else ""
        return (
            f"{self._time(one.at)} {self._pod(one)} "
            f"{self._painted(f'has not moved for {one.seconds:.0f} s', 'alarm')}: "
            f"{visible(wait.sentence)}{until}{cure}"
        )

    def _rest(self, one: Explained) -> str:
        explanation = one.explanation
        then = f" Next: {visible(then)}" if (then := explanation.then) else ""
        if explanation.concept is None or explanation.concept.id in self._linked:
            return then
        self._linked.add(explanation.concept.id)
        return f"{then} ({page(explanation.docs)})"

    def _aside(self, one: Explained) -> str:
        """A lesson that was not brought up yet, on a line of its own."""
        for aside in one.explanation.asides:
            if aside.concept.id not in self._brought_up:
                self._brought_up.add(aside.concept.id)
                title, sentence = visible(aside.concept.title), visible(aside.sentence)
                return (
                    f"{self._time(one.at)} {self._pod(one)} * {title}: {sentence} "
                    f"(podwatch explain {aside.concept.id})"
                )
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

    @staticmethod
    def _pod(one: Explained | Stalled) -> str:
        return f"{visible(one.ref.namespace)}/{visible(one.ref.title)}"


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
