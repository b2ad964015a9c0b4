"""`podwatch expect`: a verdict instead of a picture, live or from a recording.

Responsible for what is followed, for the files that are written and for who gets the report.
The judging is `podwatch.core.expectations`.
"""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TextIO

from msgspec.structs import replace

from podwatch.app import Form, refuse_same_file
from podwatch.app.feeds import Inbox, LiveFeed, ReplayFeed
from podwatch.app.run import exit_code, run
from podwatch.core.concepts import catalog
from podwatch.core.expectations import Expectations, Target, grammar
from podwatch.core.expectations.expectation import GRACE, TIMEOUT
from podwatch.core.expectations.scopes import kinds_needed, lacking
from podwatch.core.kube.selectors import requirements
from podwatch.core.session import Session
from podwatch.core.stream import Opened, PodRef, RecordedItem, Scope
from podwatch.errors import ExitCode, PodwatchError, cant_write
from podwatch.renderers import Renderer
from podwatch.renderers.verdict import github, junit
from podwatch.renderers.verdict import json as as_json
from podwatch.renderers.verdict.evidence import LOG_LINES, Evidence, Log, Logs, gathered
from podwatch.renderers.verdict.progress import Progress
from podwatch.renderers.verdict.report import report
from podwatch.sources.clock import Clock
from podwatch.sources.recording import Recorder, read

NAMED_PODS = 8
"""Up to so many Pods are followed by name; more of them by their whole namespace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """The command line's words as they were written. Times are in seconds.

    `stays`: the process lives on, so all threads have to end. One that leaves is sooner out with
    them (see `cli.main`).
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
    context: str | None = None
    kubeconfig: str | None = None
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
    _check_files(options)
    try:
        evidence = decided(options, _progress(options))
    except PodwatchError as error:
        _told_error(options, error)
        raise
    return _told(options, evidence)


def decided(options: Expect, progress: Renderer) -> Evidence:
    """Wait for the verdict; nothing is printed but by `progress`.

    PodwatchError for what is written wrong and for a cluster that can't be asked at all.
    """
    wanted, written = _understood(options)
    if options.replay is not None:
        return _replayed(options.replay, options, wanted, written)
    return _live(options, wanted, written, progress)


# ── what was written ──


def _understood(options: Expect) -> tuple[Expectations, list[Target]]:
    """The expectations without their targets, and the targets, whose namespace may be open."""
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
    found: list[Target] = []
    for text in options.targets:
        if text == "-":
            found += _from_stdin(options.namespace)
        else:
            found.append(grammar.wanted_target(text, options.namespace))
    for selector in options.selectors:
        requirements(selector)
        found.append(Target("Pod", options.namespace, selector=selector))
    found = list(dict.fromkeys(found))
    grammar.check(replace(wanted, targets=tuple(found)))
    return wanted, found


def _from_stdin(namespace: str) -> list[Target]:
    found, skipped = grammar.targets_of_lines(sys.stdin, namespace)
    if not found:
        what = f"only kinds without Pods: {', '.join(skipped[:5])}" if skipped else "nothing"
        raise PodwatchError(
            f"standard input named {what}",
            "pipe kubectl apply -o name into it",
            ExitCode.USAGE,
        )
    return found


def _check_files(options: Expect) -> None:
    """Say before the wait, not after it, that a file can't be written."""
    refuse_same_file(
        ("--replay", options.replay), ("--record", options.record), ("--junit", options.junit)
    )
    if options.junit is not None:
        _check_writable(options.junit, "the JUnit file")
    if (summary := _step_summary(options)) is not None:
        _check_writable(summary, "the step summary")


def _check_writable(path: Path, what: str) -> None:
    try:
        with path.open("ab"):
            pass
    except (OSError, ValueError) as error:
        raise cant_write(f"{what} {path}", error) from error


# ── from a recording ──


def _replayed(path: Path, options: Expect, wanted: Expectations, written: list[Target]) -> Evidence:
    items = read(path)
    first = next(items)
    if not isinstance(first, Opened):
        raise AssertionError  # read() has checked it
    namespaces = [scope.namespace for scope in first.scopes if scope.kind == "Pod"]
    namespace = options.namespace or next(filter(None, namespaces), "default")
    targets = tuple(replace(one, namespace=namespace) for one in written)
    for one in targets:
        if missing := lacking(first, one):
            raise PodwatchError(
                f"the recording {path} can't tell about {one} in namespace "
                f"{namespace}: it does not follow its " + ", ".join(f"{kind}s" for kind in missing),
                "name a target that it holds (-n names a namespace), or record with "
                "podwatch expect --record or podwatch ns --record",
                ExitCode.USAGE,
            )
    session = Session(catalog(), replace(wanted, targets=targets))
    run(ReplayFeed(chain([first], items)), session, silent())
    return _gathered(options, session, None)


# ── live ──


def scopes(targets: Iterable[Target]) -> tuple[Scope, ...]:
    """What to list and watch for these targets: as little as possible.

    Pods by name and by label need no more than Pods; owners, their Pods and what refuses them
    are found in the whole namespace.
    """
    by_namespace: dict[str, list[Target]] = {}
    for target in targets:
        by_namespace.setdefault(target.namespace, []).append(target)
    found: list[Scope] = []
    for namespace, own in by_namespace.items():
        names = [one.name for one in own if one.kind == "Pod" and one.name]
        selectors = {one.selector for one in own if one.selector}
        if len(names) == len(own) <= NAMED_PODS:
            for name in names:
                found.append(Scope("Pod", namespace, "", f"metadata.name={name}"))
                about = f"involvedObject.kind=Pod,involvedObject.name={name}"
                found.append(Scope("Event", namespace, "", about))
        elif len(own) == 1 and selectors:
            found.append(Scope("Pod", namespace, selectors.pop()))
            found.append(Scope("Event", namespace, "", "involvedObject.kind=Pod"))
        else:
            found.append(Scope("Pod", namespace))
            found.append(Scope("Event", namespace))
        for one in own:
            for kind in kinds_needed(one):
                if kind == "Pod":
                    continue
                fields = f"metadata.name={one.name}" if kind == one.kind else ""
                found.append(Scope(kind, namespace, "", fields))
    return (*dict.fromkeys(found), Scope("Node"))


def _live(
    options: Expect, wanted: Expectations, written: list[Target], progress: Renderer
) -> Evidence:
    from podwatch.sources.cluster import connect

    inbox: Inbox = Inbox()
    clock = Clock()
    with ExitStack() as stack:
        takers: list[Callable[[RecordedItem], None]] = []
        if options.record is not None:
            # From the first item on: where the cluster does not answer, that is the evidence.
            recorder = Recorder(
                options.record, redact_messages=options.redact_messages, at_once=True
            )
            takers.append(stack.enter_context(recorder).write)
        cluster = connect(options.kubeconfig, options.context)
        if options.stays:
            stack.callback(cluster.stop)
        namespace = options.namespace or cluster.namespace
        targets = tuple(replace(one, namespace=namespace) for one in written)
        session = Session(catalog(), replace(wanted, targets=targets))
        cluster.open(scopes(targets), inbox.put, clock, inbox.qsize)
        run(LiveFeed(inbox, clock.t), session, progress, takers=takers)

        def logs(ref: PodRef, container: str, previous: bool) -> Log:
            lines, missing = cluster.questions.log(ref, container, LOG_LINES, previous=previous)
            return Log(container, previous, tuple(lines), missing)

        return _gathered(options, session, logs if options.logs else None)


# ── who is told ──


def _progress(options: Expect) -> Progress:
    """Progress goes to standard error, so that standard output is the verdict alone."""
    return Progress(_writer(options, sys.stderr), sys.stderr.flush)


def _writer(options: Expect, to: TextIO) -> Callable[[str], object]:
    if not _in_actions(options):
        return to.write
    return lambda text: to.write("".join(map(github.plain, text.splitlines(keepends=True))))


def _in_actions(options: Expect) -> bool:
    return options.environment.get("GITHUB_ACTIONS") == "true"


def silent() -> Progress:
    """A progress that says nothing."""
    return Progress(lambda _: None, lambda: None)


def _gathered(options: Expect, session: Session, logs: Logs | None) -> Evidence:
    verdict = session.judge.verdict if session.judge is not None else None
    if verdict is None:
        raise AssertionError  # the run ends with one
    return gathered(
        session.board,
        verdict,
        logs,
        recorded=options.replay is not None,
        replay=str(options.record or options.replay or ""),
    )


def _step_summary(options: Expect) -> Path | None:
    path = options.environment.get("GITHUB_STEP_SUMMARY")
    return Path(path) if path and _in_actions(options) else None


def _told_error(options: Expect, error: PodwatchError) -> None:
    """Where there is no verdict, the evidence says so; the terminal is told by who called."""
    if _in_actions(options):
        made = github.annotation("error", "podwatch: no verdict", f"{error.message}\n{error.hint}")
        (sys.stderr if options.report is Form.JSON else sys.stdout).write(made + "\n")
    if options.junit is not None:
        _write(options.junit, "the JUnit file", junit.error(error.message, error.hint), "wb")


def _told(options: Expect, evidence: Evidence) -> ExitCode:
    """Say the verdict everywhere; the report comes first, as a file may fail."""
    code = exit_code(evidence.verdict)
    if options.report is Form.JSON:
        line = as_json.line(evidence, code)
        if _in_actions(options):
            line = line.replace(b"##[", b"#\\u0023[")  # a workflow command, wherever it stands
        sys.stdout.buffer.write(line)
        if _in_actions(options):
            sys.stderr.write(_annotation_only(evidence, code))
    elif _in_actions(options):
        sys.stdout.write("\n".join(github.told(evidence, code)) + "\n")
    else:
        sys.stdout.write(report(evidence, code))
    sys.stdout.flush()
    if options.junit is not None:
        _write(options.junit, "the JUnit file", junit.junit(evidence, code), "wb")
    if (summary := _step_summary(options)) is not None:
        _write(summary, "the step summary", github.summary(evidence).encode(), "ab")
    return code


def _annotation_only(evidence: Evidence, code: ExitCode) -> str:
    return next(iter(github.told(evidence, code))) + "\n"


def _write(path: Path, what: str, content: bytes, mode: str) -> None:
    try:
        with path.open(mode) as file:
            file.write(content)
    except (OSError, ValueError) as error:
        raise cant_write(f"{what} {path}", error) from error
