"""`podwatch ns` and `podwatch pod`: the live watch.

Responsible for turning options into scopes and for starting the client off the main thread:
importing it takes most of a second, and the first frame shall not wait for it.
"""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from podwatch.app import Output
from podwatch.app.feeds import Inbox, LiveFeed
from podwatch.app.output import chosen, renderer_for
from podwatch.app.recording_key import ToggledRecorder
from podwatch.app.run import run
from podwatch.app.snapshot import Snapshot
from podwatch.core.concepts import catalog
from podwatch.core.history import History
from podwatch.core.kube import OWNER_KINDS
from podwatch.core.session import Session
from podwatch.core.stream import RecordedItem, Scope
from podwatch.errors import ExitCode, PodwatchError
from podwatch.renderers import Renderer
from podwatch.sources.clock import Clock
from podwatch.sources.cluster.kubeconfig import may_log_in


@dataclass(frozen=True, slots=True)
class Watch:
    """What to watch. No namespaces means the context's; `name` is of one Pod."""

    namespaces: tuple[str, ...] = ()
    all_namespaces: bool = False
    name: str = ""
    label_selector: str = ""
    field_selector: str = ""
    context: str | None = None
    kubeconfig: str | None = None
    timeout: float | None = None
    output: Output | None = None
    record: Path | None = None
    redact_messages: bool = False
    projector: bool = False
    snapshot: Path | None = None
    size: tuple[int, int] = (110, 34)


def scopes(watch: Watch, context_namespace: str) -> tuple[Scope, ...]:
    """What to list and watch: the Pods, their Events, for a recording also owners and Nodes.

    Of a whole namespace all Events, as those about workloads tell of Pods that were refused.
    """
    namespaces = ("",) if watch.all_namespaces else (watch.namespaces or (context_namespace,))
    fields = f"metadata.name={watch.name}" if watch.name else watch.field_selector
    about = f"involvedObject.kind=Pod,involvedObject.name={watch.name}" if watch.name else ""
    found = []
    for namespace in dict.fromkeys(namespaces):
        found.append(Scope("Pod", namespace, watch.label_selector, fields))
        found.append(Scope("Event", namespace, "", about))
        if watch.record:
            found += [Scope(kind, namespace) for kind in OWNER_KINDS]
    if watch.record:
        found.append(Scope("Node"))
    return tuple(found)


def watch(options: Watch) -> ExitCode:
    """Watch until ^C, q or the time-out."""
    from podwatch.sources.recording import Recorder

    inbox: Inbox = Inbox()
    clock = Clock(opened=False)
    with ExitStack() as stack:
        session = Session(catalog())
        dashboard = options.snapshot is None and chosen(options.output) is Output.DASHBOARD
        history = History(session) if dashboard else None
        recording_key = (
            ToggledRecorder(Path(), session.opening, redact_messages=options.redact_messages)
            if dashboard
            else None
        )
        takers: list[Callable[[RecordedItem], None]] = []
        if history is not None:
            takers.append(history.keep)
        if recording_key is not None:
            takers.append(recording_key.write)
            stack.callback(recording_key.stop)
        if options.record is not None:
            recorder = stack.enter_context(
                Recorder(options.record, redact_messages=options.redact_messages)
            )
            takers.append(recorder.write)
        logs_in = may_log_in(options.kubeconfig)
        if logs_in:  # before the screen is taken: the login may have something to say
            _open(options, inbox, clock, login_may_print=True)
        if options.snapshot is not None:
            renderer: Renderer = Snapshot(options.snapshot, options.size)
        else:
            renderer = stack.enter_context(
                renderer_for(
                    options.output,
                    inbox,
                    history=history,
                    recording_key=recording_key,
                    projector=options.projector,
                )
            )
        renderer.frame()
        if not logs_in:
            threading.Thread(
                target=_open_on_a_thread,
                args=(options, inbox, clock),
                name="podwatch-open",
                daemon=True,
            ).start()
        code = run(
            LiveFeed(inbox, clock.t),
            session,
            renderer,
            timeout=options.timeout,
            takers=takers,
        )
    if options.timeout is not None and clock.t() >= options.timeout and not session.board.synced:
        raise PodwatchError(
            f"the cluster did not answer within {options.timeout:g} s",
            "give it more time, or check that it runs: kubectl cluster-info",
            ExitCode.UNAVAILABLE,
        )
    return code


def _open(options: Watch, inbox: Inbox, clock: Clock, *, login_may_print: bool) -> None:
    """Connect and follow."""
    from podwatch.sources.cluster import connect

    cluster = connect(options.kubeconfig, options.context, login_may_print=login_may_print)
    cluster.open(scopes(options, cluster.namespace), inbox.put, clock, inbox.qsize)


def _open_on_a_thread(options: Watch, inbox: Inbox, clock: Clock) -> None:
    """Whatever fails reaches the main thread through the inbox."""
    try:
        _open(options, inbox, clock, login_may_print=False)
    except PodwatchError as error:
        inbox.put(error)
    except Exception as error:  # a defect must end the watch, not a thread in silence
        inbox.put(
            PodwatchError(
                f"podwatch could not open the cluster: {type(error).__name__}: {error}",
                "this is a defect of podwatch: please report it",
                ExitCode.INTERNAL,
            )
        )
