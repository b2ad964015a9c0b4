"""The command line. Responsible for options, help and exit codes; commands do the work.

Everything but Typer is imported inside the commands, so that `--help` is quick.
"""

import atexit
import io
import os
import re
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from podwatch import __version__
from podwatch.app import Form, Output
from podwatch.core import durations

app = typer.Typer(
    add_completion=True,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def duration(text: str) -> float:
    """The seconds of a TIME; see `podwatch.core.durations`."""
    try:
        return durations.parsed(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def checked_name(kind: str, name: str, *, dots: bool = False) -> None:
    """Refuse a name that no object can have, before a cluster is asked or waited for.

    Source: kubernetes.io, "Object Names and IDs": namespaces are DNS labels, Pods subdomains.
    """
    label = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
    allowed = rf"{label}(?:\.{label})*" if dots else label
    if len(name) > (253 if dots else 63) or not re.fullmatch(allowed, name):
        raise typer.BadParameter(
            f'no {kind} can be called "{name}": names have lower-case letters, digits and "-"'
        )


# ── completion ──


def _names(ctx: typer.Context, kind: str, namespace: str = "") -> list[str]:
    from podwatch.app.complete import names

    return names(kind, namespace, ctx.params.get("kubeconfig"), ctx.params.get("context"))


def dimensions(size: str) -> tuple[int, int]:
    """Columns and rows of `110x34`."""
    found = re.fullmatch(r"(\d{2,3})x(\d{2,3})", size)
    if found is None:
        raise typer.BadParameter(f'"{size}" is no size: write 110x34')
    return int(found[1]), int(found[2])


def _complete_namespaces(ctx: typer.Context, incomplete: str) -> list[str]:
    return [name for name in _names(ctx, "Namespace") if name.startswith(incomplete)]


def _complete_pods(ctx: typer.Context, incomplete: str) -> list[str]:
    pods = _names(ctx, "Pod", ctx.params.get("namespace") or "")
    return [name for name in pods if name.startswith(incomplete)]


def _complete_contexts(ctx: typer.Context, incomplete: str) -> list[str]:
    from podwatch.app.complete import contexts

    found = contexts(ctx.params.get("kubeconfig"))
    return [name for name in found if name.startswith(incomplete)]


def _complete_terms(ctx: typer.Context, incomplete: str) -> list[str]:
    from podwatch.app.complete import terms

    if incomplete.startswith("pod/"):
        return [f"pod/{name}" for name in _complete_pods(ctx, incomplete.removeprefix("pod/"))]
    return [one for one in [*terms(), "pod/"] if one.startswith(incomplete)]


def _complete_words(incomplete: str) -> list[str]:
    from podwatch.app.complete import words

    return [word for word in words() if word.startswith(incomplete)]


def _complete_scenarios(incomplete: str) -> list[str]:
    from podwatch.scenarios import names

    return [name for name in names() if name.startswith(incomplete)]


# ── options that several commands have ──

Namespace = Annotated[
    str | None,
    typer.Option(
        "--namespace",
        "-n",
        metavar="NAME",
        help="The namespace; the context's if none is named.",
        autocompletion=_complete_namespaces,
    ),
]
LabelSelector = Annotated[
    str,
    typer.Option(
        "--selector",
        "-l",
        metavar="SELECTOR",
        help="Only Pods with these labels: app=web,tier!=db.",
    ),
]
FieldSelector = Annotated[
    str,
    typer.Option(metavar="SELECTOR", help="Only Pods with these fields: spec.nodeName=worker."),
]
Context = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="The kubeconfig context to use.", autocompletion=_complete_contexts
    ),
]
Kubeconfig = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="The kubeconfig file to use instead of $KUBECONFIG."),
]
Timeout = Annotated[
    float | None,
    typer.Option(metavar="TIME", parser=duration, help="End the watch after 90s, 2m, 1h30m."),
]
OutputOption = Annotated[
    Output | None,
    typer.Option(
        "--output", "-o", help="dashboard on a terminal, lines in a pipe; or json, one per line."
    ),
]
Record = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Write the stream to FILE, for podwatch replay. Messages and labels are recorded "
        "and may quote what containers print; environment and commands are not.",
    ),
]
Projector = Annotated[
    bool,
    typer.Option("--projector", help="Begin with one change at a time, large; p goes back."),
]
StillOfNow = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Write a still (.svg, .html, .txt) of what is there, and leave."
    ),
]
Size = Annotated[str, typer.Option(metavar="COLUMNSxROWS", help="The size of a still or film.")]
Redact = Annotated[
    bool, typer.Option("--redact-messages", help="Leave messages out of the recording.")
]


@app.command()
def ns(
    namespaces: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAMESPACE",
            help="The namespaces; the context's if none is named.",
            autocompletion=_complete_namespaces,
        ),
    ] = None,
    all_namespaces: Annotated[
        bool, typer.Option("--all-namespaces", "-A", help="All namespaces.")
    ] = False,
    selector: LabelSelector = "",
    field_selector: FieldSelector = "",
    context: Context = None,
    kubeconfig: Kubeconfig = None,
    timeout: Timeout = None,
    output: OutputOption = None,
    record: Record = None,
    redact_messages: Redact = False,
    projector: Projector = False,
    snapshot: StillOfNow = None,
    size: Size = "110x34",
) -> None:
    """Watch the Pods of namespaces and explain what happens to them."""
    for namespace in namespaces or ():
        checked_name("namespace", namespace)
    if namespaces and all_namespaces:
        raise typer.BadParameter("name namespaces or use -A, not both")
    _watch(
        namespaces=tuple(namespaces or ()),
        all_namespaces=all_namespaces,
        label_selector=selector,
        field_selector=field_selector,
        context=context,
        kubeconfig=kubeconfig,
        timeout=timeout,
        output=output,
        record=record,
        redact_messages=redact_messages,
        projector=projector,
        snapshot=snapshot,
        size=dimensions(size),
    )


@app.command()
def pod(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="The Pod; it may not exist yet.", autocompletion=_complete_pods
        ),
    ],
    namespace: Namespace = None,
    context: Context = None,
    kubeconfig: Kubeconfig = None,
    timeout: Timeout = None,
    output: OutputOption = None,
    record: Record = None,
    redact_messages: Redact = False,
    projector: Projector = False,
    snapshot: StillOfNow = None,
    size: Size = "110x34",
) -> None:
    """Watch one Pod and explain what happens to it."""
    name = name.removeprefix("pod/")
    if not name:
        raise typer.BadParameter("the Pod's name is empty: name one, or watch all: podwatch ns")
    checked_name("Pod", name, dots=True)
    if namespace:
        checked_name("namespace", namespace)
    _watch(
        namespaces=(namespace,) if namespace else (),
        name=name,
        context=context,
        kubeconfig=kubeconfig,
        timeout=timeout,
        output=output,
        record=record,
        redact_messages=redact_messages,
        projector=projector,
        snapshot=snapshot,
        size=dimensions(size),
    )


def _nothing_watched(output: Output | None, *, projector: bool) -> None:
    """Refuse what is about a watch, where a picture is written instead of one."""
    if output is not None or projector:
        raise typer.BadParameter(
            "-o and --projector are for what is watched: leave them out, or --snapshot and --cast"
        )


def _watch(*, record: Path | None, redact_messages: bool, **options: Any) -> NoReturn:
    """Run a live watch; `options` are the fields of `podwatch.app.watch.Watch`."""
    if redact_messages and record is None:
        raise typer.BadParameter("--redact-messages needs --record FILE")
    if options["snapshot"] is not None:
        _nothing_watched(options["output"], projector=options["projector"])

    def command() -> int:
        from podwatch.app.watch import Watch, watch

        return watch(Watch(record=record, redact_messages=redact_messages, **options))

    guarded(command)


Speed = Annotated[
    float | None,
    typer.Option(
        metavar="N", min=0.01, help="N times as fast as it was; 1 on a terminal, else at once."
    ),
]


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What --record wrote.")],
    speed: Speed = None,
    output: OutputOption = None,
    projector: Projector = False,
    snapshot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a still (.svg, .html, .txt) instead."),
    ] = None,
    cast: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a film of the dashboard for asciinema instead."),
    ] = None,
    at: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            min=0,
            max=durations.LONGEST,
            help="The still's moment; the end if not given.",
        ),
    ] = None,
    size: Size = "110x34",
) -> None:
    """Play a recording through the same explanations."""
    if at is not None and snapshot is None:
        raise typer.BadParameter("--at needs --snapshot FILE")
    if cast is not None and snapshot is not None:
        raise typer.BadParameter("a still or a film: --snapshot and --cast exclude each other")
    if snapshot is not None and speed is not None:
        raise typer.BadParameter("a still has no speed: leave --speed or --snapshot out")
    if snapshot is not None or cast is not None:
        _nothing_watched(output, projector=projector)
    width, height = dimensions(size)

    def command() -> int:
        from podwatch.app import replay as replays

        if snapshot is not None:
            return replays.snapshot(file, snapshot, at, width, height)
        if cast is not None:
            from podwatch.app.cast import cast as film

            return film(file, cast, width, height, speed or 1.0)
        return replays.replay(file, speed=speed, output=output, projector=projector)

    guarded(command)


@app.command()
def demo(
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="[SCENARIO]", help="Which lesson.", autocompletion=_complete_scenarios
        ),
    ] = "tour",
    list_: Annotated[bool, typer.Option("--list", help="Name the lessons.")] = False,
    speed: Speed = None,
    output: OutputOption = None,
    projector: Projector = False,
) -> None:
    """Play a lesson that was recorded on a real cluster; needs no cluster."""

    def command() -> int:
        from podwatch import scenarios

        if list_:
            for name in scenarios.names():
                typer.echo(f"{name:22} {scenarios.scenario(name).title}")
            return 0
        from podwatch.app.replay import replay as play

        recording = scenarios.scenario(scenario).recording
        return play(recording, speed=speed, output=output, projector=projector)

    guarded(command)


@app.command()
def explain(
    term: Annotated[
        str,
        typer.Argument(
            metavar="[TERM|pod/NAME]",
            help="A lesson, a reason, what STATUS shows, an exit code, a signal; or pod/NAME.",
            autocompletion=_complete_terms,
        ),
    ] = "",
    file: Annotated[
        str,
        typer.Option(
            "--filename",
            "-f",
            metavar="FILE|-",
            help="Explain the Pods of what kubectl printed with -o yaml or -o json.",
        ),
    ] = "",
    recording: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Explain the Pod as it is at a recording's end."),
    ] = None,
    namespace: Namespace = None,
    context: Context = None,
    kubeconfig: Kubeconfig = None,
    output: Annotated[
        Form, typer.Option("--output", "-o", help="json: one object per line and Pod.")
    ] = Form.TEXT,
) -> None:
    """Explain a term, or a Pod: what it is made of and why it is in its state.

    Terms need no cluster, nor do Pods from a file or a recording. Without a term: all lessons.
    """
    pod_name = _pod_name(term)
    if file and (recording or (term and pod_name is None)):
        raise typer.BadParameter("-f FILE explains the Pods of a file: name only pod/NAME with it")
    if pod_name is None and (recording or (namespace and not file)):
        raise typer.BadParameter("name the Pod: podwatch explain pod/NAME")
    if (file or recording) and (context or kubeconfig):
        raise typer.BadParameter(
            "a file and a recording need no cluster: leave out --context and --kubeconfig"
        )
    if pod_name is None and not file and output is Form.JSON:
        raise typer.BadParameter("-o json is for Pods: pod/NAME or -f FILE")
    if pod_name is not None:
        checked_name("Pod", pod_name, dots=True)
    if namespace:
        checked_name("namespace", namespace)

    def command() -> int:
        json = output is Form.JSON
        if file:
            from podwatch.app.anatomy import explain_file

            return explain_file(file, pod_name, namespace, json=json)
        if pod_name is None:
            from podwatch.app.explain import explain as say

            return say(term)
        if recording is not None:
            from podwatch.app.anatomy import explain_recorded

            return explain_recorded(pod_name, namespace, recording, json=json)
        from podwatch.app.anatomy import explain_live

        return explain_live(pod_name, namespace, context=context, kubeconfig=kubeconfig, json=json)

    guarded(command)


def _pod_name(term: str) -> str | None:
    """The name in `pod/NAME`, in kubectl's other ways of writing it too; None for a term."""
    kind, slash, name = term.partition("/")
    return name if slash and kind.casefold() in {"pod", "pods", "po"} else None


def _budget(text: str) -> tuple[str, float]:
    """The stage and the seconds of `ready=60s`."""
    stage, equals, time = text.partition("=")
    if not equals:
        raise typer.BadParameter(f'"{text}" is no budget: write STAGE=TIME, as in ready=60s')
    return stage, duration(time)


@app.command()
def expect(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TARGET]...",
            help="What to judge: deployment/web, pod/db, job/import …; "
            "- reads what kubectl apply -o name prints.",
        ),
    ] = None,
    selector: Annotated[
        list[str] | None,
        typer.Option("--selector", "-l", metavar="SELECTOR", help="The Pods with these labels."),
    ] = None,
    for_: Annotated[
        list[str] | None,
        typer.Option(
            "--for",
            metavar="WORD",
            help="ready, succeeded, failed, gone, condition=…, jsonpath=…, phase=…, status=… or a "
            "concept's id. The default is succeeded for Jobs, else ready.",
            autocompletion=_complete_words,
        ),
    ] = None,
    any_: Annotated[bool, typer.Option("--any", help="One of the words is enough.")] = False,
    never: Annotated[
        list[str] | None,
        typer.Option(metavar="WORD", help="What must not happen.", autocompletion=_complete_words),
    ] = None,
    within: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STAGE=TIME",
            help="A budget for each Pod: scheduled, initialized, pulled, started, ready.",
        ),
    ] = None,
    sequence: Annotated[
        str,
        typer.Option(metavar="PHASES", help="Each Pod's phases: Pending,Running,Succeeded."),
    ] = "",
    max_restarts: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=0,
            help="A container that was restarted so often must not fail again. "
            "The default is 3, but for Jobs: their own backoffLimit counts.",
        ),
    ] = None,
    stable: Annotated[
        float | None,
        typer.Option(metavar="TIME", parser=duration, help="It has to stay so for this long."),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            metavar="TIME", parser=duration, help="Give up after 90s, 2m, 1h30m; 2m if not given."
        ),
    ] = None,
    grace: Annotated[
        float | None,
        typer.Option(
            metavar="TIME",
            parser=duration,
            help="How long what may heal is borne (no node fits, a Secret is missing); 15s.",
        ),
    ] = None,
    namespace: Namespace = None,
    context: Context = None,
    kubeconfig: Kubeconfig = None,
    output: Annotated[
        Form, typer.Option("--output", "-o", help="text, or json: the verdict as one line.")
    ] = Form.TEXT,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a JUnit report too.")
    ] = None,
    record: Record = None,
    redact_messages: Redact = False,
    replay: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Judge a recording; needs no cluster."),
    ] = None,
    no_logs: Annotated[
        bool, typer.Option("--no-logs", help="Leave containers' logs out of the report.")
    ] = False,
) -> None:
    """Wait until Pods are as expected; say at once, and why, when they won't be."""
    if redact_messages and record is None:
        raise typer.BadParameter("--redact-messages needs --record FILE")
    if replay is not None and record is not None:
        raise typer.BadParameter("--replay judges a recording: it can't be recorded again")
    if replay is not None and (context or kubeconfig):
        raise typer.BadParameter("--replay needs no cluster: leave --context and --kubeconfig out")
    if namespace:
        checked_name("namespace", namespace)
    budgets = [_budget(text) for text in within or ()]

    def command() -> int:
        from podwatch.app import expect as expects
        from podwatch.core.expectations.expectation import GRACE, TIMEOUT

        return expects.expect(
            expects.Expect(
                targets=targets or (),
                selectors=selector or (),
                namespace=namespace or "",
                words=for_ or (),
                never=never or (),
                within=budgets,
                sequence=sequence,
                max_restarts=max_restarts,
                stable=stable or 0.0,
                any_=any_,
                timeout=TIMEOUT if timeout is None else timeout,
                grace=GRACE if grace is None else grace,
                context=context,
                kubeconfig=kubeconfig,
                replay=replay,
                record=record,
                redact_messages=redact_messages,
                junit=junit,
                logs=not no_logs,
                report=output,
            )
        )

    guarded(command)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"podwatch {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    ctx: typer.Context,
    _: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Watch the real Pods of a cluster and understand what happens to them."""
    if ctx.invoked_subcommand is None:
        from podwatch.app.welcome import welcome

        typer.echo(welcome(program()))


# ── the way out ──


def guarded(command: Callable[[], int]) -> NoReturn:
    """Run it and leave with its exit code: errors in three parts, never a traceback."""
    import signal

    from podwatch.errors import ExitCode, PodwatchError, Terminated

    def terminate(*_: Any) -> None:
        raise Terminated

    signal.signal(signal.SIGTERM, terminate)
    # A terminal that is closed ends us as SIGTERM does, so that no key of a kubeconfig stays in
    # a temporary file; Windows has no such signal, and nohup ignores it.
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, terminate)
    try:
        code = command()
        sys.stdout.flush()
    except PodwatchError as error:
        _complain(error.message, error.hint)
        code = error.exit_code
    except KeyboardInterrupt:
        code = ExitCode.INTERRUPTED
    except Terminated:
        code = ExitCode.TERMINATED
    except BrokenPipeError:
        _drop_output()
        code = ExitCode.BROKEN_PIPE
    except Exception as error:
        if os.environ.get("PODWATCH_DEBUG"):
            raise
        if isinstance(error, OSError) and error.filename is None:  # not of a file: all have names
            code = _unwritable(error)
        else:
            _complain(
                f"podwatch failed: {type(error).__name__}: {error}",
                "this is a defect: please report it, with what PODWATCH_DEBUG=1 prints",
            )
            code = ExitCode.INTERNAL
    raise typer.Exit(int(code))


def _unwritable(error: OSError) -> int:
    """Say that what is printed can't be; the exit code."""
    from podwatch.errors import ExitCode

    _drop_output()
    _complain(
        f"standard output can't be written: {error.strerror}",
        "make room on the disk that it goes to, or send it elsewhere",
    )
    return ExitCode.UNREADABLE


def _drop_output() -> None:
    """What is left in the buffer can't be written either; Python would complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(message: str, hint: str) -> None:
    from podwatch.renderers.sanitize import visible

    with suppress(OSError):  # the exit code says it, too
        typer.echo(f"podwatch: {visible(message)}", err=True)
        if hint:
            typer.echo(f"  {visible(hint)}", err=True)


def program() -> str:
    """How it was called: as itself, or as a plugin of kubectl."""
    called = Path(sys.argv[0]).name
    return "kubectl podwatch" if called.startswith("kubectl-podwatch") else "podwatch"


def main() -> None:
    """The console script."""
    _open_missing_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # An arrow that the encoding lacks (a pipe on Windows, say) is no reason to fail.
        sys.stdout.reconfigure(errors="replace")
    # Completion is the shell's for one word: as a plugin it would take the place of kubectl's own.
    completes = {"--install-completion", "--show-completion"} & set(sys.argv)
    try:
        app(prog_name="podwatch" if completes else program())
    except SystemExit as leaving:
        if isinstance(leaving.__context__, BrokenPipeError):  # of --help, say: no command was run
            from podwatch.errors import ExitCode

            sys.exit(ExitCode.BROKEN_PIPE)
        if threading.active_count() == 1 or not isinstance(leaving.code, int):
            raise
        # Threads that still read from the cluster can't be ended from outside, and the
        # interpreter's own way out trips over them. What was registered for the end has to
        # run all the same: the client keeps a kubeconfig's keys in temporary files.
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(leaving.code)
    except OSError as error:
        sys.exit(_unwritable(error))


def _open_missing_streams() -> None:
    """A standard stream that was closed before is as good as /dev/null; none is a file's number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
