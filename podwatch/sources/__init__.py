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

    That is a sixth of the time it takes. What is there afterwards stays, and is passed over from
    then on.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
