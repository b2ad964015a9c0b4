"""`podwatch explain deploy/NAME`, live, of a file or of a recording: a workload and its Pods.

Responsible for getting them and for exit codes; what is said is `podwatch.core.workload`'s.
"""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from podwatch.app import Which
from podwatch.app.anatomy import printed
from podwatch.core.columns import is_before_1_35
from podwatch.core.concepts import catalog
from podwatch.core.family import Family, families, is_head
from podwatch.core.kube import KubeObject, PodEvent
from podwatch.core.pod_page import pod_page
from podwatch.core.surroundings import Objects
from podwatch.core.text import listed
from podwatch.core.workload import UNSAID, WorkloadPage, about, workload_page
from podwatch.errors import ExitCode, PodwatchError
from podwatch.renderers.dashboard.workload import workload
from podwatch.renderers.json_pages import explained_line, workload_line
from podwatch.sources.cluster.access import Access


def explain_live(which: Which, access: Access, *, json: bool) -> None:
    """A workload as it is now."""
    from podwatch.sources.cluster import connect

    cluster = connect(access, login_may_print=True)
    namespace = which.namespace or cluster.namespace
    seen = cluster.questions.workload(which.kind, namespace, which.name)
    known = Objects(seen.objects, everywhere=seen.everywhere)
    note = f"podwatch could not read {listed(seen.missing)}" if seen.missing else ""
    old = is_before_1_35(cluster.questions.server_version())
    at = seen.at or datetime.now(UTC)
    found = families(seen.objects, which.kind, which.name, namespace)
    _show([_page(one, seen.objects, known, at, before_1_35=old, note=note) for one in found], json)


def explain_file(which: Which, file: str, *, json: bool) -> None:
    """A workload in what kubectl printed."""
    from podwatch.sources.files import contents

    read = contents(file)
    objects = [*read.objects.values()]
    known = Objects(objects)
    found = families(objects, *which)
    _show([_page(one, objects, known, None) for one in found], json)
    if read.failure is not None:
        raise read.failure
    if not found:
        _none(which, "standard input" if file == "-" else file)


def explain_heads(objects: list[KubeObject], namespace: str, *, json: bool) -> bool:
    """The workloads of a file without Pods that say why; whether there are any."""
    known, by_name = Objects(objects), {_named(one): one for one in objects if is_head(one)}
    pages = []
    for (kind, where, name), head in by_name.items():
        above = head.metadata.controller
        if namespace not in {"", where} or (above and (above.kind, where, above.name) in by_name):
            continue
        for one in families(objects, kind, name, where):
            page = _page(one, objects, known, None)
            pages += [page] if page.notes != (UNSAID,) else []
    _show(pages, json)
    return bool(pages)


def _named(one: KubeObject) -> tuple[str, str, str]:
    return type(one).__name__, one.metadata.namespace, one.metadata.name


def explain_recorded(which: Which, recording: Path, *, json: bool) -> None:
    """A workload at the end of a recording."""
    from podwatch.app.replay import at_end, played
    from podwatch.core.session import Session
    from podwatch.sources.recording import read

    session = Session(catalog(), forgets=False)
    store = session.store
    failure = played(read(recording), session)
    at, old = store.now(store.t), store.before_1_35
    pages = []
    for objects in at_end(session):
        known = Objects(objects)
        found = families(objects, *which)
        pages += [_page(one, objects, known, at, before_1_35=old) for one in found]
    _show(pages, json)
    if failure is not None:
        raise failure
    if not pages:
        _none(which, f"the recording {recording}")


def _page(
    family: Family,
    objects: Iterable[KubeObject],
    known: Objects,
    now: datetime | None,
    *,
    before_1_35: bool = False,
    note: str = "",
) -> WorkloadPage:
    pages = [pod_page(pod, known.around(pod), now, before_1_35=before_1_35) for pod in family.pods]
    events = about(family, (one for one in objects if isinstance(one, PodEvent)))
    return workload_page(family, pages, events, now, note=note)


def _show(pages: list[WorkloadPage], json: bool) -> None:
    if not json:
        printed([partial(workload, one) for one in pages])
        return
    at = datetime.now(UTC)
    for one in pages:
        sys.stdout.buffer.write(workload_line(one, at))
        for group in one.groups:
            sys.stdout.buffer.writelines(explained_line(pod, at) for pod in group.members)
        sys.stdout.buffer.writelines(explained_line(pod, at) for pod in one.well)
    sys.stdout.buffer.flush()


def _none(which: Which, where: str) -> None:
    within = f' of namespace "{which.namespace}"' if which.namespace else ""
    raise PodwatchError(
        f'there is no {which.kind} "{which.name}"{within} in {where}, and none of its Pods',
        "write it with its Pods: kubectl get deploy,rs,sts,ds,job,pod,events -o yaml > FILE",
        ExitCode.NOT_MET,
    )
