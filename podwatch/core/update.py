"""Update: what one item brought, as a session hands it to renderers.

Responsible for what they get to know: nobody outside of the core holds the session itself.
"""

from collections.abc import Callable

import msgspec

from podwatch.core.board import Board
from podwatch.core.expectations.verdict import Pending, Verdict
from podwatch.core.timeline import TimelineEntry


def _nothing_pending() -> Pending | None:
    return None


class Update(msgspec.Struct, frozen=True):
    """What one item brought at the stream's time `t`; the verdict once there is one.

    `board()` freezes everything as it is when it is called: on demand, as that costs. `pending()`
    says the same way what is still expected, None where nothing is or nothing can be said yet.
    """

    entries: tuple[TimelineEntry, ...] = ()
    verdict: Verdict | None = None
    t: float = 0.0
    board: Callable[[], Board] = Board
    pending: Callable[[], Pending | None] = _nothing_pending
