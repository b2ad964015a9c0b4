"""Plug point 2: sources give the stream's items.

Responsible for I/O only: `cluster` follows an API server, `recording` reads and writes
recordings. A source decides nothing about what the items mean.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """While the client is imported: it makes much and drops nothing, so no garbage is looked for.

    That would take a sixth of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
