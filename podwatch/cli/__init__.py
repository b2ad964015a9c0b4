"""The command line: options, help and exit codes; what a command does is `podwatch.app`.

Responsible for the first moment. Until a command begins or the shell completes from a cluster
(`podwatch.cli.exits`), there is nothing to put back, so ^C just ends the process, in silence: this
module imports nothing heavy itself.
"""

import os
import signal

from podwatch.loading import collector


def main() -> None:
    """The console script."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # nohup has it ignored
        signal.signal(signal.SIGINT, _leave)
    collector.wait()  # until the first item: `podwatch.app.run`
    from podwatch.cli.app import run

    run()


def complete() -> None:
    """The console script that kubectl calls for the words of its plugin."""
    from podwatch.cli.app import complete as answer

    answer()


def _leave(*_: object) -> None:
    os._exit(130)
