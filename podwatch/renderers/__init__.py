"""Plug point 3: renderers turn news into something to look at or to read.

Responsible for the contract that `podwatch.app.run` drives. A renderer draws what it is given;
it decides nothing and asks no cluster.
"""

from typing import Protocol

from podwatch.core.session import Session, Update


class Renderer(Protocol):
    """What shows the news, whatever it looks like."""

    def show(self, step: Update, session: Session) -> None:
        """Take what one item brought."""

    def frame(self, session: Session) -> float | None:
        """Bring the output up to date; seconds until it wants to be asked again, if at all."""

    def key(self, name: str, session: Session) -> bool:
        """Act on a key; True ends the watch."""

    def close(self, session: Session) -> None:
        """Leave everything as it was found. Can be called twice."""


class Playback(Protocol):
    """A replay's pace, for keys to change. `speed` None: nothing is waited for."""

    speed: float | None
    paused: bool

    @property
    def hurries(self) -> bool:
        """Whether it hurries to something that is yet to come."""

    @property
    def at_end(self) -> bool:
        """Whether nothing comes any more."""

    def set_speed(self, speed: float) -> None:
        """Go on at another speed."""

    def pause(self, paused: bool) -> None:
        """Stop, or go on."""

    def hurry(self, hurries: bool) -> None:
        """Go on without any pause, or as before."""


class Tape(Protocol):
    """Where `r` records to."""

    name: str
    """The file that is being written; empty if none is."""
    problem: str
    """What ended the last recording before it was stopped."""

    def toggle(self, session: Session) -> str:
        """Start or stop; what there is to say about it."""
