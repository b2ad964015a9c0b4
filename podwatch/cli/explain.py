"""`podwatch explain`."""

import re
from pathlib import Path
from typing import Annotated

from typer import Argument, BadParameter, Option

from podwatch.app import Form
from podwatch.cli import completion
from podwatch.cli.options import Context, Kubeconfig, Namespace, check_name, is_name


def explain(
    words: Annotated[
        list[str] | None,
        Argument(
            metavar="WORDS|pod/NAME",
            help="A word, a question, a reason, an exit code, a message as it was printed; or "
            "pod/NAME.",
            autocompletion=completion.terms,
        ),
    ] = None,
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
    """Explain words, or a Pod: what it is made of and why it is in its state.

    Words need no quotation marks and no cluster, nor do Pods from a file or a recording. Without
    words: all lessons.
    """
    words = words or []
    _refuse_options(words)
    pod_name = _pod_name(words, of_objects=bool(file or recording or namespace or context))
    if file and (recording or (words and pod_name is None)):
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

        say(" ".join(words))
    elif recording is not None:
        from podwatch.app.anatomy import explain_recorded

        explain_recorded(pod_name, namespace, recording, json=json)
    else:
        from podwatch.app.anatomy import explain_live

        explain_live(pod_name, namespace, context=context, kubeconfig=kubeconfig, json=json)


_PODS = {"pod", "pods", "po"}


def _pod_name(words: list[str], *, of_objects: bool) -> str | None:
    """The name in `pod/NAME` and `pod NAME`, as kubectl takes them; None for other words.

    `of_objects`: an option says that objects are meant.
    """
    if len(words) == 1:
        kind, slash, name = words[0].partition("/")
        return name if slash and kind.casefold() in _PODS else None
    if len(words) != 2 or words[0].casefold() not in _PODS:
        return None
    name = words[1]
    return name if of_objects or (is_name("Pod", name) and not _is_known(name)) else None


def _is_known(word: str) -> bool:
    """Whether it is a word of the subject: `pod pending` is no name, `pod web` is one."""
    from podwatch.core.concepts.answers import answers

    return answers().knows(word)


def _refuse_options(words: list[str]) -> None:
    """Refuse what is written as an option: those that are unknown come as words.

    -1073741510 is an exit code, and text in quotation marks is text.
    """
    for word in words:
        if re.fullmatch(r"--?[A-Za-z][\w-]*(=\S*)?", word):
            raise BadParameter(f"there is no option {word}; text is given in quotation marks")
