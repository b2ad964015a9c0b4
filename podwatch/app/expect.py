"""`podwatch expect`: a verdict instead of a picture, live or from a recording.

Responsible for what is written on the command line and for what is followed. The judging is
`podwatch.core.expectations`; who gets the report is `podwatch.app.verdict_output`.
"""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from msgspec.structs import replace

from podwatch.app import Form, refuse_same_file
from podwatch.app.feeds import Following, ReplayFeed
from podwatch.app.run import run
from podwatch.app.verdict_output import VerdictOutput
from podwatch.core.concepts import catalog
from podwatch.core.expectations import Expectations, Target, Verdict, grammar
from podwatch.core.expectations.arguments import in_slash_form
from podwatch.core.expectations.expectation import GRACE, TIMEOUT
from podwatch.core.expectations.scopes import kinds_needed, lacking
from podwatch.core.kube.selectors import requirements
from podwatch.core.session import Session
from podwatch.core.stream import Opened, RecordedItem, Ref, Scope
from podwatch.errors import ExitCode, PodwatchError
from podwatch.renderers import Renderer, Silent
from podwatch.renderers.verdict.evidence import LOG_LINES, Evidence, Log, Logs, gathered
from podwatch.sources.cluster.access import Access
from podwatch.sources.recording import Recorder, read

NAMED_PODS = 8
"""Up to so many Pods are followed by name; more of them by their whole namespace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """The command line's words as they were written. Times are in seconds.

    `stays`: the process lives on, so all threads have to end. One that leaves is sooner out with
    them (see `podwatch.cli.app.run`).
    """

    targets: Sequence[str] = ()
    selectors: Sequence[str] = ()
    namespace: str = ""
    words: Sequence[str] = ()
    never: Sequence[str] = ()
    within: Sequence[tuple[str, float]] = ()
    sequence: str = ""
    max_restarts: int | None = None
    stable: float = 0.0
    any_: bool = False
    timeout: float = TIMEOUT
    grace: float = GRACE
    access: Access = field(default_factory=Access)
    replay: Path | None = None
    record: Path | None = None
    redact_messages: bool = False
    junit: Path | None = None
    logs: bool = True
    report: Form = Form.TEXT
    stays: bool = False
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))


def expect(options: Expect) -> ExitCode:
    """Wait for the verdict, say it and leave the evidence."""
    output = VerdictOutput(options.report, options.junit, options.environment)
    refuse_same_file(
        ("--replay", options.replay), ("--record", options.record), ("--junit", options.junit)
    )
    output.check()
    try:
        evidence = decided(options, output.progress())
    except PodwatchError as error:
        output.failure(error)
        raise
    return output.verdict(evidence)


def decided(options: Expect, progress: Renderer | None = None) -> Evidence:
    """Wait for the verdict; nothing is printed but by `progress`.

    PodwatchError for what is written wrong and for a cluster that can't be asked at all.
    """
    wanted = _understood(options)
    if options.replay is not None:
        return _replayed(options.replay, options, wanted)
    return _live(options, wanted, progress or Silent())


# ── what was written ──


def _understood(options: Expect) -> Expectations:
    """What was written; the namespace of its targets may be open."""
    concepts = catalog().by_id
    wanted = Expectations(
        targets=(),
        words=tuple(grammar.word(text, concepts) for text in dict.fromkeys(options.words)),
        never=tuple(grammar.word(text, concepts) for text in dict.fromkeys(options.never)),
        within=tuple(grammar.budget(stage, seconds) for stage, seconds in options.within),
        sequence=grammar.sequence(options.sequence) if options.sequence else (),
        max_restarts=options.max_restarts,
        stable=options.stable,
        any_=options.any_,
        timeout=options.timeout,
        grace=options.grace,
    )
    targets: list[Target] = []
    for text in in_slash_form(options.targets):
        if text == "-":
            targets += _from_stdin(options.namespace)
        else:
            targets.append(grammar.wanted_target(text, options.namespace))
    for selector in options.selectors:
        requirements(selector)
        targets.append(Target("Pod", options.namespace, selector=selector))
    return grammar.check(replace(wanted, targets=tuple(dict.fromkeys(targets))))


def _in_namespace(namespace: str, wanted: Expectations) -> Expectations:
    targets = tuple(replace(target, namespace=namespace) for target in wanted.targets)
    return replace(wanted, targets=targets)


def _from_stdin(namespace: str) -> list[Target]:
    targets, skipped = grammar.targets_of_lines(sys.stdin, namespace)
    if not targets:
        what = f"only kinds without Pods: {', '.join(skipped[:5])}" if skipped else "nothing"
        raise PodwatchError(f"standard input named {what}", "pipe kubectl apply -o name into it")
    return targets


# ── from a recording ──


def _replayed(path: Path, options: Expect, wanted: Expectations) -> Evidence:
    items = read(path)
    first = next(items)
    if not isinstance(first, Opened):
        raise AssertionError  # read() has checked it
    namespaces = [scope.namespace for scope in first.scopes if scope.kind == "Pod"]
    namespace = options.namespace or next(filter(None, namespaces), "default")
    wanted = _in_namespace(namespace, wanted)
    for target in wanted.targets:
        if missing := lacking(first, target):
            raise PodwatchError(
                f"the recording {path} can't tell about {target} in namespace "
                f"{namespace}: it does not follow its " + ", ".join(f"{kind}s" for kind in missing),
                "name a target that it holds (-n names a namespace), or record with "
                "podwatch expect --record or podwatch ns --record",
            )
    session = Session(catalog(), wanted)
    verdict = run(ReplayFeed(chain([first], items)), session, Silent())
    return _gathered(options, session, verdict, None)


# ── live ──


def scopes(targets: Sequence[Target], namespace: str) -> tuple[Scope, ...]:
    """What to list and watch for these targets of a namespace: as little as possible.

    Pods by name and by label need no more than Pods; owners, their Pods and what refuses them
    are found in the whole namespace.
    """
    followed: list[Scope] = []
    names = [target.name for target in targets if target.kind == "Pod" and target.name]
    selectors = {target.selector for target in targets if target.selector}
    if len(names) == len(targets) <= NAMED_PODS:
        for name in names:
            about = f"involvedObject.kind=Pod,involvedObject.name={name}"
            followed.append(Scope("Pod", namespace, "", f"metadata.name={name}"))
            followed.append(Scope("Event", namespace, "", about))
    elif len(targets) == 1 and selectors:
        followed.append(Scope("Pod", namespace, selectors.pop()))
        followed.append(Scope("Event", namespace, "", "involvedObject.kind=Pod"))
    else:
        followed += [Scope("Pod", namespace), Scope("Event", namespace)]
    for target in targets:
        for kind in kinds_needed(target)[1:]:  # the Pods are followed already
            fields = f"metadata.name={target.name}" if kind == target.kind else ""
            followed.append(Scope(kind, namespace, "", fields))
    return (*dict.fromkeys(followed), Scope("Node"))


def _live(options: Expect, wanted: Expectations, progress: Renderer) -> Evidence:
    from podwatch.sources.cluster import connect

    following = Following()
    with ExitStack() as stack:
        takers: list[Callable[[RecordedItem], None]] = []
        if options.record is not None:
            # From the first item on: where the cluster does not answer, that is the evidence.
            recorder = Recorder(
                options.record, redact_messages=options.redact_messages, at_once=True
            )
            takers.append(stack.enter_context(recorder).write)
        cluster = connect(options.access)
        if options.stays:
            stack.callback(cluster.stop)
        namespace = options.namespace or cluster.namespace
        wanted = _in_namespace(namespace, wanted)
        session = Session(catalog(), wanted)
        following.open(cluster, scopes(wanted.targets, namespace))
        verdict = run(following, session, progress, takers=takers)

        def logs(ref: Ref, container: str, previous: bool) -> Log:
            lines, missing = cluster.questions.log(ref, container, LOG_LINES, previous=previous)
            return Log(container, previous, tuple(lines), missing)

        return _gathered(options, session, verdict, logs if options.logs else None)


def _gathered(
    options: Expect, session: Session, verdict: Verdict | None, logs: Logs | None
) -> Evidence:
    if verdict is None:
        raise AssertionError  # the run ends with one
    return gathered(
        session.board,
        verdict,
        logs,
        recorded=options.replay is not None,
        replay=str(options.record or options.replay or ""),
    )
