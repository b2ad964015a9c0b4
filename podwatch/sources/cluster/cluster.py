"""A cluster that can be followed.

Responsible for one thread a scope, and for ending them. What is asked is a matter of
`podwatch.sources.cluster.requests`, of `watch` and of `questions`.
"""

import random
import threading
import time
from collections.abc import Callable, Sequence

from podwatch.core.stream import FORMAT, Opened, RecordedItem, Scope
from podwatch.errors import PodwatchError, defect
from podwatch.sources.api import Stopped
from podwatch.sources.circuit_breaker import CircuitBreaker
from podwatch.sources.clock import Clock
from podwatch.sources.cluster import Patience
from podwatch.sources.cluster.configuration import Chosen
from podwatch.sources.cluster.login import end_logins
from podwatch.sources.cluster.questions import Questions
from podwatch.sources.cluster.requests import Requests
from podwatch.sources.cluster.watch import ScopeCalls
from podwatch.sources.items import Items
from podwatch.sources.reflect import Reflection
from podwatch.sources.retry import Retries


class Cluster:
    """An API server that can be followed. `namespace` is the context's.

    `access` names it, whichever context becomes the current one later.
    """

    def __init__(self, chosen: Chosen, patience: Patience) -> None:
        self.context = chosen.context
        self.namespace = chosen.namespace
        self.access = chosen.access
        self.patience = patience
        self.requests = Requests(chosen, patience)
        self.questions = Questions(self.requests)
        self._breaker = CircuitBreaker(random.random, time.monotonic)
        self._threads: list[threading.Thread] = []

    def opened(self, scopes: tuple[Scope, ...], clock: Clock) -> Opened:
        """The stream's first item, before what `follow` puts. The clock begins now."""
        version = self.questions.server_version()
        clock.open()
        t, at = clock.now()
        return Opened(
            t=t, at=at, format=FORMAT, server_version=version, context=self.context, scopes=scopes
        )

    def follow(
        self,
        scopes: Sequence[Scope],
        put: Callable[[RecordedItem | PodwatchError], None],
        clock: Clock,
        waiting: Callable[[], int] = lambda: 0,
    ) -> None:
        """Start a thread for each scope, which puts items until `stop`.

        `waiting` is how many of them were not taken yet.
        """
        for scope in scopes:
            calls, items = ScopeCalls(self.requests, scope), Items(scope, put, clock)
            retries, patience = Retries(scope, random.random), self.patience.first_list
            reflection = Reflection(
                scope, calls, items, clock, retries, self._breaker, patience, waiting
            )
            name, args = f"podwatch-{scope.kind}-{scope.namespace}", (reflection, put)
            thread = threading.Thread(target=self._run, args=args, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """End all threads and close all connections.

        Waits for a thread that connects at this moment, until the connect time-out: one that is
        left inside of the client when the interpreter ends can abort the process.
        """
        self._breaker.stop()  # first: what fails from now on is of our own making
        end_logins()
        self.requests.close()
        deadline = time.monotonic() + self.patience.connect + 1.0
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0.0))

    def _run(
        self, reflection: Reflection, put: Callable[[RecordedItem | PodwatchError], None]
    ) -> None:
        try:
            reflection.run()
        except Stopped:
            pass
        except PodwatchError as error:
            if not self._breaker.stopped:  # or else it is about a connection that was closed
                put(error)
        except Exception as error:
            put(defect(f"failed while it followed {reflection.scope.kind}s", error))
