"""`podwatch expect`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, BadParameter, Option

from podwatch.app import Form
from podwatch.cli import completion
from podwatch.cli import options as common
from podwatch.cli.access import asks_a_cluster
from podwatch.sources.cluster.access import Access


@asks_a_cluster
def expect(
    access: Access,
    targets: Annotated[
        list[str] | None,
        Argument(
            metavar="TARGET",
            help="What to judge: deployment/web, pod/db, job/import …, or with its namespace "
            "shop/deployment/web; - reads what kubectl apply -o name prints.",
            autocompletion=completion.targets,
        ),
    ] = None,
    selectors: Annotated[
        list[str] | None,
        Option("--selector", "-l", metavar="SELECTOR", help="The Pods with these labels."),
    ] = None,
    files: Annotated[
        list[str] | None,
        Option(
            "--filename",
            "-f",
            metavar="FILE|DIR|-",
            help="Judge what has Pods, and claims to storage, in manifests, or in what kubectl "
            "apply -o yaml or -o json, helm template or kubectl kustomize prints, each in its "
            "namespace.",
        ),
    ] = None,
    recursive: Annotated[
        bool, Option("--recursive", "-R", help="Include the folders inside a folder of -f.")
    ] = False,
    words: Annotated[
        list[str] | None,
        Option(
            "--for",
            metavar="WORD",
            help="ready, succeeded, failed, create, delete, gone, condition=…, jsonpath=…, "
            "phase=…, status=… or a concept's id. The default is succeeded for Jobs, ready or "
            "succeeded for Pods that run once, else ready.",
            autocompletion=completion.words,
        ),
    ] = None,
    any_: Annotated[bool, Option("--any", help="One of the words is enough.")] = False,
    keep_going: Annotated[
        bool,
        Option(
            "--keep-going",
            help="Judge every target to its end; otherwise the first failure is the verdict.",
        ),
    ] = False,
    never: Annotated[
        list[str] | None,
        Option(metavar="WORD", help="What must not happen.", autocompletion=completion.words),
    ] = None,
    within: Annotated[
        list[str] | None,
        Option(
            metavar="STAGE=TIME",
            help="A budget for each Pod: scheduled, initialized, pulled, started, ready.",
        ),
    ] = None,
    sequence: Annotated[
        str, Option(metavar="PHASES", help="Each Pod's phases: Pending,Running,Succeeded.")
    ] = "",
    max_restarts: Annotated[
        int | None,
        Option(
            metavar="N",
            min=0,
            help="A container that was restarted so often must not fail again. "
            "The default is 3, but for Jobs: their own backoffLimit counts.",
        ),
    ] = None,
    stable: Annotated[
        float | None,
        Option(
            metavar="TIME",
            parser=common.duration,
            help="How long it has to stay so. If not given: ready for 10s, where an app "
            "container or sidecar has no readiness probe or just failed; 0s turns that off.",
        ),
    ] = None,
    timeout: Annotated[
        float | None,
        Option(
            metavar="TIME",
            parser=common.time_out,
            help="Give up after 90s, 2m, 1h30m; 2m if not given. 0 looks once, -1s waits on.",
        ),
    ] = None,
    grace: Annotated[
        float | None,
        Option(
            metavar="TIME",
            parser=common.duration,
            help="How long to put up with what may heal (no node fits, a Secret is missing); 15s.",
        ),
    ] = None,
    namespace: common.Namespace = None,
    report: Annotated[
        Form | None,
        Option(
            "--output",
            "-o",
            metavar="FORM",
            parser=common.form,
            help="text, or json: the verdict as one line.",
            autocompletion=completion.forms,
        ),
    ] = None,
    junit: Annotated[Path | None, Option(metavar="FILE", help="Write a JUnit report, too.")] = None,
    record: common.Record = None,
    redact_messages: common.Redact = False,
    replay: Annotated[
        Path | None, Option(metavar="FILE", help="Judge a recording; needs no cluster.")
    ] = None,
    quiet: common.Quiet = False,
    no_logs: Annotated[
        bool, Option("--no-logs", help="Leave containers' logs out of the report.")
    ] = False,
) -> int:
    """Wait until Pods are as expected; say at once, and why, when they won't be."""
    common.check_redaction(record, redact_messages=redact_messages)
    if replay is not None and record is not None:
        raise BadParameter("--replay judges a recording: it can't be recorded again")
    if replay is not None and (named := access.names()):
        raise BadParameter(f"--replay needs no cluster: leave out {named}")
    if namespace:
        common.check_name("namespace", namespace)
    budgets = [_budget(text) for text in within or ()]
    from podwatch.app import expect as expects
    from podwatch.core.expectations.expectation import GRACE, TIMEOUT

    return expects.expect(
        expects.Expect(
            targets=targets or (),
            selectors=selectors or (),
            files=files or (),
            recursive=recursive,
            namespace=namespace or "",
            words=words or (),
            never=never or (),
            within=budgets,
            sequence=sequence,
            max_restarts=max_restarts,
            stable=stable,
            timeout=TIMEOUT if timeout is None else timeout,
            grace=GRACE if grace is None else grace,
            any_=any_,
            keep_going=keep_going,
            access=access,
            replay=replay,
            record=record,
            redact_messages=redact_messages,
            junit=junit,
            logs=not no_logs,
            quiet=quiet,
            report=report or Form.TEXT,
        )
    )


def _budget(text: str) -> tuple[str, float]:
    """The stage and the seconds of `ready=60s`."""
    stage, equals, time = text.partition("=")
    if not equals:
        raise BadParameter(f'"{text}" is not a budget: write STAGE=TIME, as in ready=60s')
    return stage, common.duration(time)
