"""`podwatch ns --snapshot FILE`: a still of what is there now.

Responsible for the moment at which it is taken: once all is listed. Then the watch ends.
"""

from pathlib import Path

from podwatch.app.run import Inbox
from podwatch.core.session import Session, Update
from podwatch.core.stream import ConnectionState
from podwatch.renderers.dashboard.keys import Key
from podwatch.renderers.dashboard.screen import kind_of_still, snapshot


class Still:
    """A renderer that shows one picture, in a file."""

    def __init__(self, path: Path, size: tuple[int, int], inbox: Inbox) -> None:
        kind_of_still(path)  # a name that does not fit is said before the cluster is asked
        self._path = path
        self._size = size
        self._inbox = inbox
        self._taken = False

    def show(self, step: Update, session: Session) -> None:  # noqa: ARG002
        """Take the picture as soon as all is there, and end the watch."""
        board = session.board
        listing = any(
            scope.kind == "Pod" and one.state == ConnectionState.LISTING
            for scope, one in board.connections.items()
        )
        if board.synced and not listing and not self._taken:
            self._taken = True
            snapshot(board, self._path, *self._size, tz=None, recorded=False)
            self._inbox.put(Key("q"))

    def frame(self, session: Session) -> float | None:  # noqa: ARG002
        """Nothing is drawn meanwhile."""
        return None

    def key(self, name: str, session: Session) -> bool:  # noqa: ARG002
        """Only its own key comes."""
        return name == "q"

    def close(self, session: Session) -> None:
        """There is nothing to put back."""
