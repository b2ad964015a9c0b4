"""The official client, as far as it is used here.

Responsible for loading it quickly, and for that it says nothing. The only module that imports
`kubernetes`; import it late and not on the main thread, as loading it takes a third of a second.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

import urllib3

from podwatch.core.text import one_line

# pydantic, on which the client is built, would search all packages for plugins of its own
_before = os.environ.get("PYDANTIC_DISABLE_PLUGINS")
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
try:
    from kubernetes.client import ApiClient, ApiException
    from kubernetes.client import Configuration as _Configuration
    from kubernetes.config import ConfigException
    from kubernetes.config.kube_config import KubeConfigLoader
    from kubernetes.watch import Watch
finally:
    del os.environ["PYDANTIC_DISABLE_PLUGINS"]
    if _before is not None:
        os.environ["PYDANTIC_DISABLE_PLUGINS"] = _before

__all__ = [
    "ApiClient",
    "ApiException",
    "ConfigException",
    "Configuration",
    "KubeConfigLoader",
    "Watch",
    "errors_logged",
    "short",
    "silence",
]


class Configuration(_Configuration):  # type: ignore[misc]
    """The client's. `by_login`: its credentials are what a login command gave.

    `impersonation`: the headers that say as whom is asked.
    """

    by_login = False
    impersonation: tuple[tuple[str, str], ...] = ()


def silence() -> None:
    """Nothing may print over the screen.

    Without a handler at the root, the client installs one that prints to stderr, and so does
    Python itself for warnings of urllib3.
    """
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())
    # a kubeconfig that says insecure-skip-tls-verify knows what it does
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)


@contextmanager
def errors_logged() -> Iterator[list[str]]:
    """What the client logs as an error meanwhile; its own handler would print it."""
    logged: list[str] = []
    keep = logging.Handler(logging.ERROR)
    keep.emit = lambda record: logged.append(record.getMessage())  # type: ignore[method-assign]
    root = logging.getLogger()
    root.addHandler(keep)
    try:
        yield logged
    finally:
        root.removeHandler(keep)


def short(text: object) -> str:
    """What somebody else says, as one line that is not too long."""
    return one_line(str(text))[:300]
