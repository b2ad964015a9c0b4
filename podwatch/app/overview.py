"""`podwatch explain -A` and `-n NS`, live, of a file or of a recording: what is amiss.

Responsible for getting the objects and for exit codes; what is said is `podwatch.core.overview`'s.
"""

import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from podwatch.app import Which
from podwatch.app.anatomy import none_in_file, printed, told
from podwatch.core.concepts import catalog
from podwatch.core.overview import Overview, overview
from podwatch.renderers.dashboard.overview import overview as page
from podwatch.renderers.json_pages import overview_lines
from podwatch.sources.cluster.access import Access


def explain_live(which: Which, access: Access, *, json: bool) -> None:
    """What is amiss now in a namespace; empty: in all of them."""
    from podwatch.sources.cluster import connect

    cluster = connect(access, login_may_print=True)
    seen = cluster.questions.overview(which.namespace)
    found = overview(
        seen.objects,
        seen.at or datetime.now(UTC),
        namespace=which.namespace,
        everywhere=seen.everywhere,
        complete=seen.complete,
        missing=seen.missing,
        options=access.options(),
    )
    _show([found], json=json)


def explain_file(which: Which, file: str, *, json: bool) -> None:
    """What is amiss in what kubectl printed."""
    from podwatch.sources.files import contents

    read = contents(file)
    found = overview(
        read.objects.values(),
        None,  # when it was printed is not known
        namespace=which.namespace,
        options=("-f", file),
    )
    if found.pods or found.groups:
        _show([found], json=json)
    told(read)
    if not (found.pods or found.groups):
        raise none_in_file(file, read)


def explain_recorded(which: Which, recording: Path, *, json: bool) -> None:
    """What is amiss at the end of a recording; empty: in all its namespaces."""
    from podwatch.app.replay import at_end, played
    from podwatch.core.session import Session
    from podwatch.sources.recording import read

    session = Session(catalog(), forgets=False)
    failure = played(read(recording), session)
    now = session.store.now(session.store.t)
    options = ("--recording", str(recording))
    found = [
        overview(objects, now, namespace=which.namespace, options=options)
        for objects in at_end(session)
    ]
    _show(found, json=json)
    if failure is not None:
        raise failure


def _show(found: list[Overview], *, json: bool) -> None:
    if not json:
        printed([partial(page, one) for one in found])
        return
    at = datetime.now(UTC)
    for one in found:
        sys.stdout.buffer.writelines(overview_lines(one, at))
    sys.stdout.buffer.flush()
