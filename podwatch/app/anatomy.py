"""`podwatch explain pod/NAME`, live, of a file or of a recording: what a Pod is made of and why
it is in the state it is in.

Responsible for getting the Pods and for exit codes; the page is
`podwatch.renderers.dashboard.explained`.
"""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import typer
from rich.console import Console
from rich.text import Text

from podwatch.app import Which
from podwatch.core.columns import is_before_1_35
from podwatch.core.concepts import catalog
from podwatch.core.kube import Pod
from podwatch.core.pod_page import PodPage, pod_page
from podwatch.core.surroundings import Objects
from podwatch.core.text import listed
from podwatch.errors import ExitCode, PodwatchError
from podwatch.renderers.appearance import is_colored
from podwatch.renderers.appearance import width as page_width
from podwatch.renderers.dashboard.explained import page
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.theme import suited
from podwatch.renderers.json_pages import explained_line
from podwatch.renderers.sanitize import visible
from podwatch.sources.cluster.access import Access
from podwatch.sources.contents import Contents

_NARROWEST = 60
"""A page has frames, which need room."""


def explain_live(which: Which, access: Access, *, json: bool) -> None:
    """A Pod as it is now."""
    from podwatch.sources.cluster import connect

    cluster = connect(access, login_may_print=True)
    seen = cluster.questions.pod(which.namespace or cluster.namespace, which.name)
    _show(
        [
            pod_page(
                seen.pod,
                seen.around,
                seen.at or datetime.now(UTC),
                before_1_35=is_before_1_35(cluster.questions.server_version()),
                note=f"podwatch could not read {listed(seen.missing)}" if seen.missing else "",
            )
        ],
        json=json,
    )


def explain_file(which: Which, file: str, *, json: bool) -> None:
    """Every Pod of what kubectl printed, or those of a name and a namespace."""
    from podwatch.sources.files import contents

    printed = contents(file)
    known = Objects(printed.objects.values())
    all_ = [
        pod_page(
            pod,
            known.around(pod),
            None,  # when it was printed is not known
            note="; ".join(filter(None, (_note(pod, printed.deleted), printed.note(pod)))),
        )
        for pod in printed.objects.values()
        if isinstance(pod, Pod)
        and which.name in {"", pod.metadata.name}
        and which.namespace in {"", pod.metadata.namespace}
        for around in [known.around(pod)]
    ]
    _show(all_, json=json)
    told(printed)
    if not (all_ or which.name):
        from podwatch.app.workload import explain_heads

        if explain_heads([*printed.objects.values()], which.namespace, json=json):
            return
    if not all_:
        such = f' "{which.name}"' if which.name else ""
        where = f' of namespace "{which.namespace}"' if which.namespace else ""
        raise none_in_file(file, printed, f"{such}{where}")


def told(read: Contents) -> None:
    """Say what of the file was skipped or mended; raise why not all of it could be read."""
    for note in read.notes:
        typer.echo(visible(note), err=True)
    if read.others:
        others = ", ".join(f"{number} {kind}" for kind, number in read.others.items())
        typer.echo(visible(f"skipped: {others}; podwatch explains Pods"), err=True)
    if read.failure is not None:
        raise read.failure


def none_in_file(file: str, read: Contents, which: str = "") -> PodwatchError:
    """The error for a file without such Pods."""
    instead, hint = read.instead
    return PodwatchError(
        f"there is no Pod{which} in {'standard input' if file == '-' else file}{instead}",
        hint or "write one with: kubectl get pod NAME -o yaml > FILE",
        ExitCode.NOT_MET,
    )


def explain_recorded(which: Which, recording: Path, *, json: bool) -> None:
    """A Pod at the end of a recording; where several have had the name, the newest."""
    from podwatch.app.replay import played
    from podwatch.core.session import Session
    from podwatch.sources.recording import read

    session = Session(catalog(), forgets=False)
    store, rows = session.store, session.pods.rows.values()
    failure = played(read(recording), session)
    chosen: dict[str, PodPage] = {}
    known: dict[str, Objects] = {}
    for cluster in {row.ref.cluster for row in rows}:
        pods = (row.pod for row in rows if row.ref.cluster == cluster and not row.gone)
        known[cluster] = Objects([*store.objects(cluster), *pods])
    for row in rows:
        if row.ref.name != which.name or which.namespace not in {"", row.ref.namespace}:
            continue
        chosen[row.ref.namespace] = pod_page(
            row.pod,
            known[row.ref.cluster].around(row.pod),
            store.now(row.gone_t if row.gone else store.t),
            before_1_35=store.before_1_35,
            note="deleted later on: this is its last version" if row.gone else "",
        )
    _show(list(chosen.values()), json=json)
    if failure is not None:
        raise failure
    if not chosen:
        names = dict.fromkeys(row.ref.name for row in rows)
        where = f' in namespace "{which.namespace}"' if which.namespace else ""
        raise PodwatchError(
            f'the recording {recording} has no Pod "{which.name}"{where}',
            f"it has: {', '.join(list(names)[:8]) or 'none'}",
            ExitCode.NOT_MET,
        )


def _note(pod: Pod, deleted: set[str]) -> str:
    if not pod.is_stored:
        return "this is a manifest: it says what is wanted, and no cluster has it yet"
    return "deleted meanwhile: this is its last version" if pod.metadata.uid in deleted else ""


def _show(all_: Sequence[PodPage], *, json: bool) -> None:
    if json:
        for diagnosis in all_:
            sys.stdout.buffer.write(explained_line(diagnosis, datetime.now(UTC)))
        sys.stdout.buffer.flush()
        return
    printed([partial(page, one) for one in all_])


def printed(pages: Iterable[Callable[[int, Layout], list[Text]]]) -> None:
    """Print pages, which are drawn when the width is known, with a blank line between them."""
    colored = is_colored(os.environ, sys.stdout)
    width = page_width(_NARROWEST)
    pen = Layout(suited(sys.stdout.encoding or "", os.environ), None)
    console = Console(
        file=sys.stdout, force_terminal=colored, width=width + 1, highlight=False, markup=False
    )
    for number, draw in enumerate(pages):
        if number:
            console.print()
        for line in draw(width, pen):
            line.rstrip()
            console.print(line, soft_wrap=True)
