"""`podwatch expect`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from podwatch.app import Form
from podwatch.cli import completion
from podwatch.cli import options as common
from podwatch.cli.exits import guarded


@dataclass(frozen=True)
class ExpectOptions:
    """The fields of `podwatch.app.expect.Expect` as they are written; None: its own default."""

    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TARGET]...",
            help="What to judge: deployment/web, pod/db, job/import …; "
            "- reads what kubectl apply -o name prints.",
        ),
    ] = None
    selectors: Annotated[
        list[str] | None,
        typer.Option("--selector", "-l", metavar="SELECTOR", help="The Pods with these labels."),
    ] = None
    words: Annotated[
        list[str] | None,
        typer.Option(
            "--for",
            metavar="WORD",
            help="ready, succeeded, failed, gone, condition=…, jsonpath=…, phase=…, status=… or a "
            "concept's id. The default is succeeded for Jobs, else ready.",
            autocompletion=completion.words,
        ),
    ] = None
    any_: Annotated[bool, typer.Option("--any", help="One of the words is enough.")] = False
    never: Annotated[
        list[str] | None,
        typer.Option(metavar="WORD", help="What must not happen.", autocompletion=completion.words),
    ] = None
    within: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STAGE=TIME",
            help="A budget for each Pod: scheduled, initialized, pulled, started, ready.",
        ),
    ] = None
    sequence: Annotated[
        str, typer.Option(metavar="PHASES", help="Each Pod's phases: Pending,Running,Succeeded.")
    ] = ""
    max_restarts: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=0,
            help="A container that was restarted so often must not fail again. "
            "The default is 3, but for Jobs: their own backoffLimit counts.",
        ),
    ] = None
    stable: Annotated[
        float | None,
        typer.Option(
            metavar="TIME", parser=common.duration, help="It has to stay so for this long."
        ),
    ] = None
    timeout: Annotated[
        float | None,
        typer.Option(
            metavar="TIME",
            parser=common.duration,
            help="Give up after 90s, 2m, 1h30m; 2m if not given.",
        ),
    ] = None
    grace: Annotated[
        float | None,
        typer.Option(
            metavar="TIME",
            parser=common.duration,
            help="How long what may heal is borne (no node fits, a Secret is missing); 15s.",
        ),
    ] = None
    namespace: common.Namespace = None
    context: common.Context = None
    kubeconfig: common.Kubeconfig = None
    report: Annotated[
        Form, typer.Option("--output", "-o", help="text, or json: the verdict as one line.")
    ] = Form.TEXT
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a JUnit report too.")
    ] = None
    record: common.Record = None
    redact_messages: common.Redact = False
    replay: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Judge a recording; needs no cluster.")
    ] = None
    no_logs: Annotated[
        bool, typer.Option("--no-logs", help="Leave containers' logs out of the report.")
    ] = False


@common.with_options(ExpectOptions)
def expect(options: ExpectOptions) -> None:
    """Wait until Pods are as expected; say at once, and why, when they won't be."""
    common.check_redaction(options.record, redact_messages=options.redact_messages)
    if options.replay is not None and options.record is not None:
        raise typer.BadParameter("--replay judges a recording: it can't be recorded again")
    if options.replay is not None and (options.context or options.kubeconfig):
        raise typer.BadParameter("--replay needs no cluster: leave --context and --kubeconfig out")
    if options.namespace:
        common.check_name("namespace", options.namespace)
    fields = {name: value for name, value in vars(options).items() if value is not None}
    fields["within"] = [_budget(text) for text in options.within or ()]
    fields["logs"] = not fields.pop("no_logs")

    def command() -> int:
        from podwatch.app import expect as expects

        return expects.expect(expects.Expect(**fields))

    guarded(command)


def _budget(text: str) -> tuple[str, float]:
    """The stage and the seconds of `ready=60s`."""
    stage, equals, time = text.partition("=")
    if not equals:
        raise typer.BadParameter(f'"{text}" is not a budget: write STAGE=TIME, as in ready=60s')
    return stage, common.duration(time)
