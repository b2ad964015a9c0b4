"""`podwatch ns --snapshot FILE`: what is there now, in a file.

Responsible for the moment at which it is taken: once all is listed. Then the watch ends.
"""

from pathlib import Path

from podwatch.core.stream import Connection, ConnectionState
from podwatch.core.timeline import Listed
from podwatch.core.update import Update
from podwatch.renderers import Renderer
from podwatch.renderers.dashboard.snapshot import kind_of_snapshot, snapshot


class Snapshot(Renderer):
    """A renderer that shows one frame, in a file."""

    def __init__(self, path: Path, size: tuple[int, int]) -> None:
        kind_of_snapshot(path)  # a name that does not fit is said before the cluster is asked
        self._path = path
        self._size = size

    def show(self, update: Update) -> None:
        """Write the file as soon as all is there, and end the watch."""
        if not any(isinstance(entry, Connection | Listed) for entry in update.entries):
            return  # of 10,000 Pods each is an update
        board = update.board()
        listing = any(
            scope.kind == "Pod" and connection.state == ConnectionState.LISTING
            for scope, connection in board.connections.items()
        )
        if board.synced and not listing and not self.done:
            snapshot(board, self._path, *self._size, tz=None, recorded=False)
            self.done = True
