"""Where the kubeconfig is, and whether it asks for a login. Importable without the client.

Responsible for what has to be known before the client is loaded; reading it is
`podwatch.sources.cluster`'s.
"""

import os
from contextlib import suppress
from pathlib import Path


def kubeconfig_paths(kubeconfig: str | None) -> tuple[Path, ...]:
    """The files that are read as one, as kubectl finds them: named, $KUBECONFIG, the home's."""
    named = kubeconfig or os.environ.get("KUBECONFIG", "")
    paths = [path for path in named.split(os.pathsep) if path] or ["~/.kube/config"]
    # Not Path.home(), which fails for a user without one, as in many containers.
    return tuple(Path(os.path.expanduser(path)) for path in paths)


def may_log_in(kubeconfig: str | None) -> bool:
    """Whether one of the files names a login command, of whichever context.

    It can ask its user to open a page, so it has to run before the screen is taken.
    """
    for path in kubeconfig_paths(kubeconfig):
        with suppress(OSError):
            text = path.read_bytes()
            if b"exec:" in text or b'"exec"' in text:
                return True
    return False
