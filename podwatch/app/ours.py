"""What podwatch makes on a cluster: how it is told apart from everything else.

Responsible for the label that says so, and for objects in the form in which kubectl takes several.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

_NAME, _VALUE = "app.kubernetes.io/managed-by", "podwatch"
OURS = {_NAME: _VALUE}
"""The label of all that podwatch makes."""
SELECTOR = f"{_NAME}={_VALUE}"


def is_ours(labels: Mapping[str, str] | None) -> bool:
    """Whether podwatch made the object that has these labels."""
    return (labels or {}).get(_NAME) == _VALUE


def as_list(objects: Sequence[Mapping[str, Any]]) -> str:
    """The manifest of several objects, for standard input or a file."""
    made = {"apiVersion": "v1", "kind": "List", "items": objects}
    return msgspec.json.encode(made).decode()
