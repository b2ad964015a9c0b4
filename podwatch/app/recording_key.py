"""The key `r`: a recording that is started and stopped while the dashboard is open.

Responsible for its name and for what it begins with: the Pods that are there, owners and Nodes.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from podwatch.core.stream import KeptItem, RecordedItem
from podwatch.errors import PodwatchError
from podwatch.sources.recording import Recorder


@dataclass
class ToggledRecorder:
    """Writes recordings into a folder, each named by the time (local) at which it is started.

    `opening` gives what a recording begins with, so that another session knows what is there.
    `name` is the file that is being written, `problem` what ended the last one.
    """

    folder: Path
    opening: Callable[[], Sequence[RecordedItem]]
    redact_messages: bool = False
    now: Callable[[], datetime] = datetime.now
    name: str = ""
    problem: str = ""
    _recorder: Recorder | None = None
    _open: ExitStack = field(default_factory=ExitStack)

    def toggle(self) -> str:
        """Start or stop; what there is to say about it."""
        if self._recorder is not None:
            name = self.name
            self.stop()
            return f"recorded {name}; play it: podwatch replay {name}"
        items = self.opening()
        if not items:
            return "nothing to record yet: no cluster has answered"
        path = self._free_path()
        try:
            with ExitStack() as stack:
                recorder = Recorder(path, redact_messages=self.redact_messages)
                stack.enter_context(recorder)
                for item in items:
                    recorder.write(item)
                self._open = stack.pop_all()
        except PodwatchError as error:
            return str(error)
        self._recorder, self.name, self.problem = recorder, path.name, ""
        return f"recording to {path.name}; r stops it"

    def write(self, item: KeptItem) -> None:
        """Write an item if a recording goes on. A disk that is full ends it, not the watch."""
        if self._recorder is None:
            return
        try:
            self._recorder.write(item)
        except PodwatchError as error:
            self.stop()
            self.problem = str(error)

    def stop(self) -> None:
        """End the recording if one goes on."""
        self._open.close()
        self._recorder, self.name = None, ""

    def _free_path(self) -> Path:
        stem = f"podwatch-{self.now():%Y%m%d-%H%M%S}"
        number, path = 1, self.folder / f"{stem}.jsonl"
        with suppress(OSError):
            while path.exists():  # a recording that is there is never written over
                number += 1
                path = self.folder / f"{stem}-{number}.jsonl"
        return path
