"""Where the kubeconfig is, and whether it asks for a login. Importable without the client.

Responsible for what has to be known before the client is loaded; reading it is
`podwatch.sources.cluster.configuration`'s.
"""

import os
import stat
from contextlib import suppress
from functools import cache
from pathlib import Path

from podwatch.sources.cluster.access import Access
from podwatch.writing import write_all


def kubeconfig_paths(kubeconfig: str | None) -> tuple[Path, ...]:
    """The files that are read as one, as kubectl finds them: named, $KUBECONFIG, the home's."""
    if kubeconfig:
        paths = [kubeconfig]
    else:
        listed = os.environ.get("KUBECONFIG", "").split(os.pathsep)
        paths = [*dict.fromkeys(filter(None, listed))] or ["~/.kube/config"]
    # Not Path.home(), which fails for a user without one, as in many containers.
    return tuple(_file(os.path.expanduser(path)) for path in paths)


def exists(path: Path) -> bool:
    """Whether there is such a file; not if its folder may not be looked into."""
    return os.path.isfile(path)


@cache
def _file(path: str) -> Path:
    """The file; what comes through a pipe, `<(command)`, can be read only once, so it is kept."""
    try:
        if not stat.S_ISFIFO(os.stat(path).st_mode):
            return Path(path)
        content = Path(path).read_bytes()
    except OSError:
        return Path(path)
    return private_file(content)


@cache
def private_file(content: bytes) -> Path:
    """A file that only its owner may read, gone when the process ends.

    In memory where the system can do that: on a disk, a process that is killed by force would leave
    it there.
    """
    if (number := _in_memory(content)) is not None:
        return Path(f"/proc/self/fd/{number}")
    import atexit
    import tempfile

    handle, name = tempfile.mkstemp(prefix="podwatch-")
    with open(handle, "wb") as file:
        file.write(content)
    path = Path(name)
    atexit.register(path.unlink, missing_ok=True)
    return path


def _in_memory(content: bytes) -> int | None:
    """The number of an open file that is on no disk; None where there is no such thing."""
    if not hasattr(os, "memfd_create"):
        return None
    with suppress(OSError):
        number = os.memfd_create("podwatch")
        write_all(number, content)
        if os.path.isfile(f"/proc/self/fd/{number}"):  # else it has no name
            return number
        os.close(number)
    return None


def may_log_in(access: Access) -> bool:
    """Whether one of the files names a login command, of whichever context.

    It can ask its user to open a page, so it has to run before the screen is taken.
    """
    for path in () if access.token else kubeconfig_paths(access.kubeconfig):
        with suppress(OSError):
            text = path.read_bytes()
            if b"exec:" in text or b'"exec"' in text:
                return True
    return False
