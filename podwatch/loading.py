"""The garbage collector, while podwatch loads: a start makes much and drops nothing.

Responsible for a process of podwatch's own only: in another's, such as pytest's, nothing was put
off here, and nothing is changed.
"""

import gc


class _Collector:
    """Whether it waits."""

    _waits = False

    def wait(self) -> None:
        """Collect nothing for now."""
        gc.disable()
        self._waits = True

    def go_on(self) -> None:
        """All is loaded: what is there stays, and is not looked at again."""
        if self._waits:
            self._waits = False
            gc.freeze()
            gc.enable()


collector = _Collector()
