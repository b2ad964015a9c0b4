"""`podwatch explain`."""

import re
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

from typer import Argument, BadParameter, Option

from podwatch.app import Form, Which
from podwatch.cli import completion
from podwatch.cli.access import asks_a_cluster
from podwatch.cli.exits import without_notes
from podwatch.cli.options import Namespace, Quiet, check_name, form, is_name
from podwatch.sources.cluster.access import Access


@asks_a_cluster
def explain(
    access: Access,
    words: Annotated[
        list[str] | None,
        Argument(
            metavar="WORD|KIND/NAME",
            help="A word, a question, a reason, an exit code, a message as it was printed; or "
            "pod/NAME, deploy/NAME, job/NAME and so on.",
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
        Path | None,
        Option(metavar="FILE", help="Explain the Pod, or all, as it is at a recording's end."),
    ] = None,
    namespace: Namespace = None,
    all_namespaces: Annotated[
        bool,
        Option(
            "--all-namespaces", "-A", help="List what is wrong in all namespaces, or in all of -f."
        ),
    ] = False,
    output: Annotated[
        Form | None,
        Option(
            "--output",
            "-o",
            metavar="FORM",
            parser=form,
            help="text, or json: one object per line and Pod, or cause.",
            autocompletion=completion.forms,
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Explain words, or a Pod: what it is made of and why it is in its state.

    Words need no quotation marks and no cluster, nor do Pods from a file or a recording. Of a
    Deployment, StatefulSet, DaemonSet, ReplicaSet, Job or CronJob all Pods are explained. Without
    words: all lessons; with -A or -n NAME what is wrong there, equal causes together, the worst
    first. The exit code is 0 even if something is wrong: podwatch expect judges.
    """
    words = words or []
    _refuse_options(words)
    of_objects = bool(file or recording or namespace or all_namespaces or access.names())
    named = _named(words, of_objects=of_objects)
    lists = not words and bool(all_namespaces or recording or (namespace and not file))
    if all_namespaces and namespace:
        raise BadParameter("name a namespace or use -A, not both")
    if all_namespaces and words:
        raise BadParameter("-A lists what is wrong everywhere: leave the words out, or -A")
    if file and (recording or (words and named is None)):
        raise BadParameter("-f FILE explains the Pods of a file: name only pod/NAME with it")
    if named is None and words and (recording or (namespace and not file)):
        named_so = " ".join(words)
        raise BadParameter(f'"{named_so}" is no Pod and no workload: write pod/NAME or deploy/NAME')
    if (file or recording) and (given := access.names()):
        raise BadParameter(f"a file and a recording need no cluster: leave out {given}")
    if named is None and not (file or lists) and output is Form.JSON:
        raise BadParameter("-o json is for Pods: pod/NAME, deploy/NAME, -f FILE, -A or -n NAME")
    which = named or Which()
    if named is not None:
        check_name(which.kind, which.name)
        if namespace and which.namespace not in {"", namespace}:
            raise BadParameter(f'"{words[0]}" names another namespace than -n {namespace}')
    which = which._replace(namespace=namespace or which.namespace)
    if which.namespace:
        check_name("namespace", which.namespace)
    with without_notes() if quiet else nullcontext():
        if named is None and not (file or lists):
            from podwatch.app.explain import explain as say

            say(" ".join(words))
        else:
            _explain(which, access, file, recording, lists=lists, json=output is Form.JSON)


def _explain(
    which: Which, access: Access, file: str, recording: Path | None, *, lists: bool, json: bool
) -> None:
    """Explain objects."""
    if lists:
        from podwatch.app.overview import explain_file, explain_live, explain_recorded
    elif which.kind in {"", "Pod"}:
        from podwatch.app.anatomy import explain_file, explain_live, explain_recorded
    else:
        from podwatch.app.workload import explain_file, explain_live, explain_recorded
    if file:
        explain_file(which, file, json=json)
    elif recording is not None:
        explain_recorded(which, recording, json=json)
    else:
        explain_live(which, access, json=json)


# ── what is named ──


def _named(words: list[str], *, of_objects: bool) -> Which | None:
    """What `pod/NAME`, `NAMESPACE/pod/NAME` and `deploy NAME` mean; None for other words.

    `of_objects`: an option says that objects are meant.
    """
    namespace = ""
    if len(words) == 1:
        *within, text, name = ["", *words[0].split("/")]
        kind = _kind(text) if within else None
        if len(within) == 2 and is_name("namespace", within[1]):
            namespace = within[1]
        elif len(within) > 1:
            kind = None
    elif len(words) == 2 and "/" not in words[1]:
        text, name = words
        kind = _kind(text) if of_objects or is_name("Pod", name) else None
        if kind is not None and not of_objects and _is_known(name):
            return None
    else:
        return None
    return Which(kind, name, namespace) if kind is not None else None


def _kind(text: str) -> str | None:
    """The kind that a word names, of those that can be explained by name."""
    if not text.replace(".", "").isalpha():
        return None
    from podwatch.core.kube import OWNER_KINDS, kind_named

    kind = kind_named(text)
    return kind if kind in {"Pod", "CronJob", *OWNER_KINDS} else None


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
            option = word.partition("=")[0]  # its value may be a secret: --tokn=…
            raise BadParameter(f"there is no option {option}; text is given in quotation marks")
