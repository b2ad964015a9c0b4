"""The director: a scenario's steps, taken live when what each waits for has happened.

Responsible for when: what is announced, for how long it can be read, when a step is taken, and when
it is over. It looks at what the session tells, as a renderer around the one that shows it. What a
step does is the stage's business (`podwatch.app.stage`).
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from podwatch.app.deeds import NamedObjects, typed
from podwatch.app.feeds import Inbox
from podwatch.app.stage import LiveStage
from podwatch.core.board import Update
from podwatch.core.cards import time_to_read
from podwatch.core.kube import Owner, Pod
from podwatch.core.predictions import is_met
from podwatch.core.question import Question
from podwatch.core.stream import Deed, KeptItem, Observed, Posed
from podwatch.core.timeline import Explained, ExplainedTransition, Listed
from podwatch.renderers import Renderer, TerminalSignal
from podwatch.renderers.cue import Announced, Cue
from podwatch.scenarios import Step
from podwatch.sources.clock import Clock

LOOKS = 0.1
"""Every so many seconds it looks whether it is time for something."""
TOLD = 2.0
"""What happened is told within so many seconds: a beat waits that long for what belongs to it."""
_READ_AT_MOST = 12.0

Tell = Callable[[str], None]


class Director(Renderer):
    """Performs a scenario on a stage while `shows` shows what happens.

    `reads`: somebody looks on, who is given time to read. `holds`: at the end it stays until a key.
    `questions` are asked before the deed of this number; 0 is the manifest's. `tell` says what is
    on where no card does; with `among_beats` right before the beat of what is done, which need not
    say again what for. A failure is raised by `frame`, on the main thread.
    """

    def __init__(
        self,
        stage: LiveStage,
        shows: Renderer,
        inbox: Inbox,
        clock: Clock,
        cue: Cue,
        tell: Tell,
        *,
        among_beats: bool,
        reads: bool,
        holds: bool,
        another_follows: bool = False,
        questions: Mapping[int, Sequence[Question]] | None = None,
    ) -> None:
        self._stage, self._scenario = stage, stage.scenario
        self._shows, self._inbox, self._clock, self._cue, self._tell = (
            shows,
            inbox,
            clock,
            cue,
            tell,
        )
        self._reads, self._holds, self._another_follows = reads, holds, another_follows
        self._among_beats = among_beats
        self._listed = False
        self._happened: list[Explained] = []
        self._known: dict[str, Observed] = {}
        self._read_at = 0.0
        self._questions = questions or {}
        self._posed: set[str] = set()
        self._script = self._performance()
        self.over = False

    # ── a renderer ──

    def show(self, update: Update) -> None:
        """See Renderer; and keep what steps wait for."""
        self._shows.show(update)
        for entry in update.entries:
            if isinstance(entry, Explained):
                self._happened.append(entry)
            elif isinstance(entry, Posed):
                self._posed.add(entry.question.id)
            self._listed = self._listed or isinstance(entry, Listed)
        told = [one.beat.sentence for one in update.beats if one.told]
        if told and self._reads:
            now = self._clock.t()
            self._read_at = max(self._read_at, now + time_to_read(told[-1]))

    def take(self, item: KeptItem) -> None:
        """Know the objects that a step may name."""
        if isinstance(item, Observed) and isinstance(item.object, Pod | Owner):
            self._known.pop(item.object.metadata.uid, None)
            self._known[item.object.metadata.uid] = item

    def frame(self) -> float:
        """See Renderer; and do what is due."""
        next(self._script, None)
        wait = self._shows.frame()
        self.done = self.done or self._shows.done
        return LOOKS if wait is None else min(wait, LOOKS)

    def key(self, name: str) -> None:
        """See Renderer."""
        self._shows.key(name)
        self.done = self.done or self._shows.done

    def click(self, action: str, x: int, y: int) -> None:
        """See Renderer."""
        self._shows.click(action, x, y)

    def signal(self, signal: TerminalSignal) -> None:
        """See Renderer."""
        self._shows.signal(signal)

    def close(self) -> None:
        """See Renderer."""
        self._shows.close()

    # ── the script: it stands still at each `yield` until the next look ──

    def _performance(self) -> Iterator[None]:
        lesson = self._cue.lesson
        while not self._listed:
            yield
        self._tell(f"{lesson.title}: {lesson.summary} Watch for: {lesson.watch_for}")
        self._cue.show("before")
        yield from self._read(lesson.title, lesson.summary, lesson.watch_for)
        self._cue.waits = False
        yield from self._asked(0)
        yield from self._finished(self._stage.apply)
        self._cue.show("play", waits=False)
        deeds = 0
        for step in self._scenario.steps:
            while (met := self._met(step)) is None:
                yield
            pod = met.ref.name
            if step.is_deed:
                deeds += 1
                yield from self._told()
                yield from self._asked(deeds)
                yield from self._announced(step, pod)
                self._do(step, met)
            if step.run:
                yield from self._finished(partial(self._stage.take, step, pod))
        while self.missing():
            yield
        end = self._clock.t() + TOLD
        while self._clock.t() < end:
            yield
        self.over = True
        self._tell(f"The end: {lesson.point}")
        self._cue.show("after", waits=self._another_follows)
        while self._holds and not (self._another_follows and self._cue.read):
            yield
        self.done = True

    def _told(self) -> Iterator[None]:
        """What led to a step is told, and read."""
        soonest = self._clock.t() + TOLD
        latest = soonest + _READ_AT_MOST
        while self._clock.t() < soonest or self._cue.asked:
            yield
        while self._clock.t() < min(self._read_at, latest):
            yield

    def _asked(self, deed: int) -> Iterator[None]:
        """Whoever looks on is asked what comes, and has answered."""
        for question in self._questions.get(deed, ()):
            t, at = self._clock.now()
            self._inbox.put(Posed(at=at, t=t, question=question))
            while question.id not in self._posed or self._cue.asked:
                yield

    def _announced(self, step: Step, pod: str) -> Iterator[None]:
        """It is said what comes next, for as long as it takes to read that."""
        command = typed(step.program, self._stage.arguments(step, pod))
        self._tell(f"next: {command}: {step.aim}")
        self._cue.show("step", Announced(command, step.aim))
        yield from self._read(command, step.aim)
        self._cue.show("play", waits=False)

    def _do(self, step: Step, met: Explained) -> None:
        arguments = self._stage.arguments(step, met.ref.name)
        t, at = self._clock.now()
        named = NamedObjects(arguments).ref(reversed(self._known.values()))
        command = typed(step.program, arguments)
        aim = "" if self._among_beats else step.aim
        self._inbox.put(Deed(at=at, t=t, ref=named or met.ref, command=command, aim=aim))

    def _read(self, *texts: str) -> Iterator[None]:
        """For as long as that takes, or until a key says that it is read."""
        end = self._clock.t() + time_to_read(*texts)
        while self._reads and self._clock.t() < end and not self._cue.read:
            yield

    def _finished(self, call: Callable[[], None]) -> Iterator[None]:
        """Call it beside the loop, which goes on; its failure is raised here."""
        failed: list[Exception] = []

        def called() -> None:
            try:
                call()
            except Exception as error:
                failed.append(error)

        thread = threading.Thread(target=called, name="podwatch-step", daemon=True)
        thread.start()
        while thread.is_alive():
            yield
        for error in failed:
            raise error

    # ── what happened so far ──

    def _met(self, step: Step) -> Explained | None:
        """What a step waits for, once it has happened often enough."""
        found = [
            one
            for one in self._happened
            if is_met(step.moment, one) and self._stage.has(one.ref.name)
        ]
        return found[step.count - 1] if len(found) >= step.count else None

    def missing(self) -> list[str]:
        """What has to appear before it is over, and has not."""
        shown = [
            (one.explanation.concept.id, isinstance(one, ExplainedTransition))
            for one in self._happened
            if one.explanation.concept is not None
        ]
        seen = {concept for concept, _ in shown}
        found = [concept for concept in self._scenario.must if concept not in seen]
        for concept, count in self._scenario.until.items():
            more = count - shown.count((concept, True))
            if more > 0 and concept not in found:
                found.append(f"{concept} ({more} more)")
        return found
