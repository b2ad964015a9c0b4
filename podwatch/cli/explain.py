"""`podwatch explain`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, BadParameter, Option

from podwatch.app import Form
from podwatch.cli import completion
from podwatch.cli.options import Context, Kubeconfig, Namespace, check_name


def explain(
    term: Annotated[
        str,
        Argument(
            metavar="[TERM|pod/NAME]",
            help="A lesson, a reason, what STATUS shows, an exit code, a signal; or pod/NAME.",
            autocompletion=completion.terms,
        ),
    ] = "",
    file: Annotated[
        str,
        Option(
            "--filename",
            "-f",
            metavar="FILE|-",
            help="Explain the Pods of what kubectl printed with -o yaml or -o json.",
        ),
    ] = "",
    recording: Annotated[
        Path | None, Option(metavar="FILE", help="Explain the Pod as it is at a recording's end.")
    ] = None,
    namespace: Namespace = None,
    context: Context = None,
    kubeconfig: Kubeconfig = None,
    output: Annotated[
        Form, Option("--output", "-o", help="json: one object per line and Pod.")
    ] = Form.TEXT,
) -> None:
    """Explain a term, or a Pod: what it is made of and why it is in its state.

    Terms need no cluster, nor do Pods from a file or a recording. Without a term: all lessons.
    """
    pod_name = _pod_name(term)
    if file and (recording or (term and pod_name is None)):
        raise BadParameter("-f FILE explains the Pods of a file: name only pod/NAME with it")
    if pod_name is None and (recording or (namespace and not file)):
        raise BadParameter("name the Pod: podwatch explain pod/NAME")
    if (file or recording) and (context or kubeconfig):
        raise BadParameter(
            "a file and a recording need no cluster: leave out --context and --kubeconfig"
        )
    if pod_name is None and not file and output is Form.JSON:
        raise BadParameter("-o json is for Pods: pod/NAME or -f FILE")
    if pod_name is not None:
        check_name("Pod", pod_name)
    if namespace:
        check_name("namespace", namespace)
    json = output is Form.JSON
    if file:
        from podwatch.app.anatomy import explain_file

        explain_file(file, pod_name, namespace, json=json)
    elif pod_name is None:
        from podwatch.app.explain import explain as say

        say(term)
    elif recording is not None:
        from podwatch.app.anatomy import explain_recorded

        explain_recorded(pod_name, namespace, recording, json=json)
    else:
        from podwatch.app.anatomy import explain_live

        explain_live(pod_name, namespace, context=context, kubeconfig=kubeconfig, json=json)


def _pod_name(term: str) -> str | None:
    """The name in `pod/NAME`, in kubectl's other ways of writing it too; None for a term."""
    kind, slash, name = term.partition("/")
    return name if slash and kind.casefold() in {"pod", "pods", "po"} else None
