"""Plug point 3: renderers turn news into something to look at or to read.

Responsible for the contract that `podwatch.run` drives. A renderer draws what it is given;
it decides nothing and asks no cluster.
"""

from typing import Protocol

from podwatch.session import Session, Step


class Renderer(Protocol):
    """What shows the news, whatever it looks like."""

    def show(self, step: Step, session: Session) -> None:
        """Take what one item brought."""

    def frame(self, session: Session) -> float | None:
        """Bring the output up to date; seconds until it wants to be asked again, if at all."""

    def key(self, name: str, session: Session) -> bool:
        """Act on a key; True ends the watch."""

    def close(self, session: Session) -> None:
        """Leave everything as it was found. Can be called twice."""
