"""`podwatch expect`: a verdict instead of a picture, live or from a recording.

Responsible for the way from what was written on the command line to the evidence. What is judged
is `podwatch.app.targets`, the judging `podwatch.core.expectations`, who gets the report
`podwatch.app.verdict_output`.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from msgspec.structs import replace

from podwatch.app import Form, refuse_same_file
from podwatch.app.feeds import Following, ReplayFeed
from podwatch.app.run import run
from podwatch.app.targets import held, named, placed, scopes
from podwatch.app.unfinished import Wait
from podwatch.app.verdict_output import EXIT_CODES, VerdictOutput
from podwatch.core.concepts import catalog
from podwatch.core.expectations import Expectations, grammar, impossible
from podwatch.core.expectations.expectation import GRACE, TIMEOUT
from podwatch.core.session import Session
from podwatch.core.stream import KeptItem, Opened, Ref
from podwatch.errors import ExitCode, exit_code_of
from podwatch.renderers import Renderer, Silent
from podwatch.renderers.verdict.evidence import LOG_LINES, Evidence, Log
from podwatch.sources.cluster.access import Access
from podwatch.sources.recording import Recorder, read


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """The command line's words as they were written. Times are in seconds.

    `files`: of manifests, or folders of them, or `-`; `recursive`: with the folders in them.
    `stays`: the process lives on, so all threads have to end. One that leaves is sooner out with
    them (see `podwatch.cli.app.run`).
    """

    targets: Sequence[str] = ()
    selectors: Sequence[str] = ()
    files: Sequence[str] = ()
    recursive: bool = False
    namespace: str = ""
    words: Sequence[str] = ()
    never: Sequence[str] = ()
    within: Sequence[tuple[str, float]] = ()
    sequence: str = ""
    max_restarts: int | None = None
    stable: float | None = None
    any_: bool = False
    keep_going: bool = False
    timeout: float = TIMEOUT
    grace: float = GRACE
    access: Access = field(default_factory=Access)
    replay: Path | None = None
    record: Path | None = None
    redact_messages: bool = False
    junit: Path | None = None
    logs: bool = True
    quiet: bool = False
    report: Form = Form.TEXT
    stays: bool = False
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))


def expect(options: Expect) -> ExitCode:
    """Wait for the verdict, say it and leave the evidence."""
    for file in options.files or ["-"]:
        refuse_same_file(
            ("-f", Path(file) if file != "-" else None),
            ("--replay", options.replay),
            ("--record", options.record),
            ("--junit", options.junit),
        )
    output, wait = VerdictOutput(options.report, options.junit, options.environment), _wait(options)
    try:
        output.prepare()
        evidence = decided(options, None if options.quiet else output.progress(), wait)
        output.say(evidence, code := EXIT_CODES[evidence.verdict.outcome])
    except BaseException as error:
        output.say_what_can_be_said(wait.so_far(error), exit_code_of(error))
        raise
    return code


def decided(
    options: Expect, progress: Renderer | None = None, wait: Wait | None = None
) -> Evidence:
    """Wait for the verdict; nothing is printed but by `progress`. `wait` is kept up to date.

    PodwatchError for what is written wrong and for a cluster that can't be asked at all.
    """
    wait = wait if wait is not None else _wait(options)
    wanted = _understood(options)
    if options.replay is not None:
        return _replayed(options.replay, wanted, wait)
    return _live(options, wanted, progress or Silent(), wait)


def _wait(options: Expect) -> Wait:
    replay = str(options.record or options.replay or "")
    return Wait(recorded=options.replay is not None, replay=replay)


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
        keep_going=options.keep_going,
        timeout=options.timeout,
        grace=options.grace,
    )
    targets, others = named(
        options.targets,
        options.selectors,
        options.files,
        options.namespace,
        recursive=options.recursive,
        words=wanted.words,
    )
    wanted = grammar.check(replace(wanted, targets=targets, not_judged=others))
    return impossible.check(wanted, catalog())


# ── from a recording ──


def _replayed(path: Path, wanted: Expectations, wait: Wait) -> Evidence:
    items = read(path)
    first = next(items)
    if not isinstance(first, Opened):
        raise AssertionError  # read() has checked it
    wanted = replace(wanted, targets=held(path, first, wanted.targets))
    session = Session(catalog(), wanted)
    wait.begin(session, lambda: session.store.t)
    return wait.evidence(run(ReplayFeed(chain([first], items)), session, Silent()))


# ── live ──


def _live(options: Expect, wanted: Expectations, progress: Renderer, wait: Wait) -> Evidence:
    from podwatch.sources.cluster import connect

    following = Following()
    with ExitStack() as stack:
        takers: list[Callable[[KeptItem], None]] = []
        if options.record is not None:
            # From the first item on: where the cluster does not answer, that is the evidence.
            recorder = Recorder(
                options.record, redact_messages=options.redact_messages, at_once=True
            )
            takers.append(stack.enter_context(recorder).write)
        cluster = connect(options.access)
        if options.stays:
            stack.callback(cluster.stop)
        targets = placed(wanted.targets, lambda _: cluster.namespace)
        wanted = replace(wanted, targets=targets)
        session = Session(catalog(), wanted)
        wait.begin(session, following.clock.t)
        following.open(cluster, scopes(targets))
        verdict = run(following, session, progress, takers=takers)

        def logs(ref: Ref, container: str, previous: bool) -> Log:
            lines, missing = cluster.questions.log(ref, container, LOG_LINES, previous=previous)
            return Log(container, previous, tuple(lines), missing)

        return wait.evidence(verdict, logs if options.logs else None)
