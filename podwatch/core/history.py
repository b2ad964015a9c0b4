"""History: the board as it was, at each of the last steps.

Responsible for going back: checkpoints of a session, and the items since, fed again. Bounded:
the newest HISTORY_ITEMS items can be gone back to, from when all Pods were listed on.
"""

from collections import deque

from podwatch.core.board import Board, Update
from podwatch.core.session import Session
from podwatch.core.stream import KeptItem, Tick

HISTORY_ITEMS = 2_000
"""How many items can be gone back to, at least; objects of the API are large."""
CHECKPOINT_EVERY = 200
"""After how many items a checkpoint is made: no more have to be fed again for one board."""


class History:
    """Give it each item right before the session, and what the session made of it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._count = 0
        self._items: deque[KeptItem] = deque()
        self._checkpoints: deque[tuple[int, Session]] = deque()
        self._steps: dict[int, float] = {}
        self._chapters: deque[int] = deque()

    def keep(self, item: KeptItem) -> None:
        """Take an item before the session does."""
        if not self._session.store.complete:
            return
        if self._count % CHECKPOINT_EVERY == 0:
            self._checkpoints.append((self._count, self._session.fork()))
            while self._count - self._checkpoints[0][0] > HISTORY_ITEMS:
                self._forget()
        self._items.append(item)
        self._count += 1

    def mark(self, step: Update) -> None:
        """Take what the item that was kept last brought: if it was told, it is a step."""
        told = [one.beat for one in step.beats if one.told]
        if not self._count or not told:
            return
        number = self._count - 1
        self._steps[number] = step.t  # later than the item, if something was told by itself
        is_new = not self._chapters or self._chapters[-1] != number
        if is_new and any(beat.is_chapter for beat in told):
            self._chapters.append(number)

    @property
    def steps(self) -> tuple[int, ...]:
        """The numbers of the steps that can be gone back to, the newest last."""
        return tuple(self._steps)

    @property
    def chapters(self) -> tuple[int, ...]:
        """The steps with which a chapter begins."""
        return tuple(self._chapters)

    def at(self, step: int) -> Board:
        """The board right after a step, with all that was told until the next item came."""
        start, checkpoint = next(one for one in reversed(self._checkpoints) if one[0] <= step)
        session = checkpoint.fork()
        first = self._checkpoints[0][0]
        for number in range(start, step + 1):
            session.feed(self._items[number - first])
        if (told := self._steps[step]) > session.store.t:
            session.feed(Tick(t=told))
        return session.board

    def _forget(self) -> None:
        """Forget what is before the second checkpoint."""
        start, _ = self._checkpoints.popleft()
        for _ in range(self._checkpoints[0][0] - start):
            self._items.popleft()
        first = self._checkpoints[0][0]
        self._steps = {number: t for number, t in self._steps.items() if number >= first}
        while self._chapters and self._chapters[0] < first:
            self._chapters.popleft()
