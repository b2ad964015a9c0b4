"""How kubectl names objects on its command line, as KIND/NAME for each.

Responsible for `KIND NAME…`, `KIND,KIND NAME…` and KIND/NAME only; what one of them means is
`grammar`'s business. Source: kubectl's resource builder,
https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/cli-runtime/pkg/resource/builder.go
"""

from collections.abc import Sequence

from podwatch.core.kube import kind_named
from podwatch.errors import PodwatchError


def kinds(text: str) -> list[str]:
    """The words for kinds in `pod` and `deploy,sts`; none if one of them is no kind's."""
    parts = text.split(",")
    return parts if all(map(kind_named, parts)) else []


def in_slash_form(words: Sequence[str], *, selected: bool = False) -> list[str]:
    """`deploy web db`, `deploy,sts web` and `deploy/web sts/db` as one KIND/NAME for each object.

    `selected`: labels are given, too; they choose Pods, so that of kinds Pods alone may stand
    there: `pod -l app=web`. PodwatchError where a kind stands alone otherwise, or both forms are
    mixed. What is neither is left as it is.
    """
    if not words or "/" in words[0]:
        return list(words)
    named, names = kinds(words[0]), words[1:]
    if not named:
        return list(words)
    if not names and selected:
        if {*map(kind_named, named)} == {"Pod"}:
            return []
        raise PodwatchError(
            f"labels choose Pods, and not {words[0]}",
            f"leave {words[0]} out: the Pods with these labels are meant; or name {named[0]}/NAME",
        )
    if not names:
        raise PodwatchError(
            f'"{words[0]}" names no object of the kind',
            f"write {words[0]}/NAME, or name labels: -l app=web",
        )
    if mixed := next((name for name in names if "/" in name), None):
        raise PodwatchError(
            f'"{mixed}" names a kind, and "{words[0]}" before it does, too',
            f"write KIND/NAME for each: {named[0]}/NAME {mixed}",
        )
    return [f"{kind}/{name}" for kind in named for name in names]
