"""What follows from that the object of a target was deleted: that it will not be as expected.

Responsible for how long one of the same name is waited for, and for the cause in words. When it
went is known by `presence`.
"""

from podwatch.core.durations import tenths
from podwatch.core.expectations.verdict import Cause
from podwatch.core.expectations.view import NEVER, View
from podwatch.core.identity import comes_again
from podwatch.core.kube import Pod

REPLACE_GRACE = 3.0
"""For how many seconds one of the same name is waited for where no controller makes it.

`kubectl replace --force` and Helm's hooks delete an object and create it again at once.
"""


def decides(view: View, *, is_last: bool) -> tuple[Cause | None, float]:
    """Why it can't be as expected any more, or when that may be so. `is_last`: time is up."""
    presence = view.state.presence
    last, gone_t = presence.last, presence.gone_t
    if last is None or gone_t is None:
        return None, NEVER
    again = comes_again(last)
    borne = view.wanted.grace if again else REPLACE_GRACE
    if gone_t + borne > view.t and not is_last:
        return None, gone_t + borne
    sentence = f"it was deleted at +{tenths(gone_t)}"
    if (by := last.metadata.controller) is not None:
        others = "has not made another one" if again else "gives a new one another name"
        sentence += f", and {by.kind} {by.name} {others}"
    cause = Cause(
        sentence=sentence,
        certain=not again,
        after=f"{view.wanted.grace:g} s" if again else "",
        rule="deleted",
        pod=last if isinstance(last, Pod) else None,
    )
    return cause, NEVER
