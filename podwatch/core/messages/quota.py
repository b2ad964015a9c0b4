"""What a quota's refusal says in numbers.

Responsible for whether a quota can ever allow what it has refused: one that is merely used up can,
as soon as something ends.
"""

import re
from collections.abc import Iterator

from podwatch.core.messages.quantities import parsed

_REFUSED = re.compile(r"exceeded quota: [^,]+, requested: (\S+), used: \S+, limited: (\S+)")
"""As the admission plugin writes it; several amounts have commas without blanks between them.

https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go
"""


def is_too_small(message: str) -> bool:
    """Whether a quota allows less of something in all than the one object asked for."""
    if (refused := _REFUSED.search(message)) is None:
        return False
    most = dict(_amounts(refused[2]))
    return any(amount > most.get(name, amount) for name, amount in _amounts(refused[1]))


def _amounts(text: str) -> Iterator[tuple[str, int]]:
    """Each `name=quantity`, in thousandths; what is no quantity is left out."""
    for one in text.split(","):
        name, _, quantity = one.rpartition("=")
        amount = parsed(quantity)
        if name and (amount or quantity == "0"):
            yield name, amount
