"""The tour's lessons on a real cluster: performed in the background, played once they are there.

Responsible for which lesson is performed when, and for nothing being left of it. What a reader sees
is a part of what was seen on the cluster, at the reader's pace: so it is held, asked about and told
as a recording is. Who performs is `podwatch.app.director`.
"""

import threading
from collections.abc import Sequence

from podwatch.app.director import Director
from podwatch.app.feeds import Following
from podwatch.app.moments import reached
from podwatch.app.permit import permit
from podwatch.app.replay import lesson_of
from podwatch.app.run import run
from podwatch.app.scenario import LIMIT, check_fits, follow
from podwatch.app.stage import LiveStage
from podwatch.core.concepts import catalog
from podwatch.core.session import Session
from podwatch.core.stream import KeptItem
from podwatch.course import Chapter, Play
from podwatch.errors import PodwatchError, defect
from podwatch.renderers import Silent
from podwatch.renderers.cue import Cue
from podwatch.scenarios import Scenario, scenario
from podwatch.sources.cluster.access import Access
from podwatch.sources.kubectl import Kubectl, Permit

QUIET = 120.0
"""A lesson that has brought nothing for so many seconds is given up. Of two changes that come close
together a watch may show the second only, so a moment can be missed."""
_TOLD = 2.5
"""What happened is told within so many seconds: a beat waits that long for what belongs to it."""


class Performance:
    """One lesson, performed on a thread of its own from the moment that it is made.

    `items` are what was seen so far; `over`: nothing more comes. `failure` is why it came to no
    end, `told` what is done now.
    """

    def __init__(self, given: Permit, lesson: Scenario) -> None:
        self.lesson = lesson
        self.items: list[KeptItem] = []
        self.over = False
        self.failure: PodwatchError | None = None
        self.told = ""
        self._shows = Silent()
        self._stream = Following()
        self._stage = LiveStage(Kubectl(given), lesson, self._tell)
        self._looked_at: tuple[int, Play | None] = (0, None)
        self._reached_t: float | None = None
        self._thread = threading.Thread(target=self._perform, name="podwatch-live", daemon=True)
        self._thread.start()

    def has(self, play: Play) -> bool:
        """Whether all that a scene plays of it is there."""
        if self.over:
            return True
        if self.items and self._stream.clock.t() - self.items[-1].t > QUIET:
            self.failure = PodwatchError(
                f"Nothing has happened on your cluster for {QUIET:g} s", ""
            )
            self.stop()
            return True
        if play.until is None:
            return False
        number = len(self.items)
        if (number, play) != self._looked_at:
            at = reached(self.items[:number], play.until)
            self._looked_at = (number, play)
            self._reached_t = self.items[at.item].t if at is not None else None
        since = self._reached_t
        return since is not None and self._stream.clock.t() - since > _TOLD

    @property
    def is_on(self) -> bool:
        """Whether something may be left of it."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End it, whatever it has come to; it is cleaned up beside."""
        self._shows.done = True

    def join(self) -> None:
        """Wait until nothing is left of it."""
        self.stop()
        self._thread.join()

    def _perform(self) -> None:
        try:
            with self._stage.set():
                self._play()
                self.over = True
        except PodwatchError as error:
            self.failure = error
        except Exception as error:
            self.failure = defect("could not perform a lesson", error)
        finally:
            self.over = True

    def _play(self) -> None:
        stream, session, ended = self._stream, Session(catalog()), threading.Event()
        director = Director(
            self._stage,
            self._shows,
            stream.inbox,
            stream.clock,
            Cue(lesson_of(self.lesson, scenario(self.lesson.next), "")),
            lambda _: None,  # what comes next would answer the questions
            among_beats=False,
            reads=False,
            holds=False,
        )
        director.frame()
        stream.on_a_thread(lambda: follow(self._stage, stream, ended))
        try:
            takers = [self.items.append, director.take]
            run(stream, session, director, timeout=LIMIT, takers=takers)
        finally:
            ended.set()

    def _tell(self, text: str) -> None:
        self.told = text


class Performances:
    """Those of one tour, by their lessons' names: each is performed once."""

    def __init__(self, given: Permit) -> None:
        self._permit = given
        self._made: dict[str, Performance] = {}
        self._left: list[Performance] = []

    @classmethod
    def permitted(cls, access: Access, *, yes: bool) -> "Performances":
        """Those on this cluster, once somebody has said yes; PodwatchError where there is none."""
        deed = "perform the tour's lessons, each in a namespace podwatch-NAME that is deleted again"
        return cls(permit(access, deed, yes=yes, offline="podwatch tour"))

    def prepare(self, chapter: Chapter, at: int) -> None:
        """Begin with the next lesson that is played from this place of a chapter on.

        One that is on and is not played next is ended.
        """
        ahead = chapter.scenes[max(at - 1, 0) :]
        following = next((one for one in ahead if isinstance(one, Play)), None)
        if following is None:
            return
        name = following.scenario
        for other in [one for one in self._made if one != name and not self._made[one].over]:
            self._left.append(self._made.pop(other))
            self._left[-1].stop()
        if name not in self._made and not self.why_not(scenario(name)):
            self._made[name] = Performance(self._permit, scenario(name))

    def of(self, play: Play) -> Performance | None:
        """The performance of what a scene plays; None where its recording is played instead."""
        return self._made.get(play.scenario)

    def why_not(self, lesson: Scenario) -> str:
        """Why a lesson is not performed; empty if it is."""
        if lesson.alone:
            return "it does something to a node: podwatch scenario run performs it"
        if lesson.tier == "full":
            return "it takes minutes: podwatch scenario run performs it"
        try:
            check_fits(lesson, self._permit)
        except PodwatchError as error:
            return error.message
        return ""

    def close(self) -> None:
        """Wait until nothing is left of any."""
        for one in self._all:
            one.stop()
        for one in self._all:
            one.join()

    @property
    def is_busy(self) -> bool:
        """Whether something is still to be cleaned up."""
        return any(one.is_on for one in self._all)

    @property
    def _all(self) -> Sequence[Performance]:
        return (*self._made.values(), *self._left)
