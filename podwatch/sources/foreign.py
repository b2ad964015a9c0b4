"""What a text is that holds no objects of Kubernetes, and what to give instead.

Responsible for the texts that people give by mistake: what kubectl prints for people, what programs
print of their own objects, a web page. Reading objects is `podwatch.sources.files`' business.
"""

import re

_GIVE = "give what the cluster has: kubectl get pod NAME -o yaml"
_NAME = r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?"
_OTHER_TEXTS = (
    (
        rf"(?m)^Name:[ \t]+(?P<name>{_NAME})[ \t]*\r?\n(?:Namespace:[ \t]+(?P<namespace>{_NAME}))?",
        "it is what `kubectl describe` prints, which is made for people",
        "give: kubectl get pod {name} -o yaml",
    ),
    (
        rf"(?m)^(?:NAME|NAMESPACE +NAME(?P<all>)) +READY +STATUS\b.*\n"
        rf"(?(all)(?P<namespace>{_NAME}) +)(?P<name>{_NAME})(?= )",
        "it is the table of `kubectl get pods`",
        "give: kubectl get pod {name} -o yaml",
    ),
    (
        r"(?m)^(?:NAMESPACE +)?NAME +READY +STATUS\b",
        "it is the table of `kubectl get pods`",
        _GIVE,
    ),
    (
        r"(?m)^(?:NAMESPACE +)?(?:LAST SEEN|NAME) {2,}[A-Z]",
        "it is a table that kubectl prints for people",
        _GIVE,
    ),
    (r"(?i)<(?:!doctype|html|head|body|div)\b", "it is HTML, a web page", _GIVE),
    (
        r"""["']?\bapi_version["']?\s*:|\bcreation_timestamp\b|\bV1Pod\(""",
        "its names are in snake_case: it is what the Python client prints",
        "give json.dumps(ApiClient().sanitize_for_serialization(pod))",
    ),
    (
        r"\{'(?:apiVersion|kind|metadata)'",
        "it is a dict as Python prints it",
        "give what json.dumps makes of it",
    ),
    (
        r"\b(?:TypeMeta|ObjectMeta):\s*(?:\w+\.)*(?:ObjectMeta|TypeMeta)?\{|\bv1\.Pod\{",
        "it is a struct as Go prints it",
        "give json.Marshal's output of the Pod, or: kubectl get pod NAME -o yaml",
    ),
    (r"\{\{-? *[.\w$(\"]", "it is a template, which nobody has filled in", _GIVE),
    (
        r"(?m)^(?P<quoted>(?:Error from server|error:|No resources found|Unable to connect).*)",
        'it holds only what kubectl said: "{quoted}"',
        "give the output of a kubectl that worked: kubectl get pod NAME -o yaml",
    ),
)
"""What people give instead of objects: how it is known, what it is, what to give."""


def recognized(data: bytes) -> tuple[str, str] | None:
    """What a text without objects is, and what to give instead; None if that is not known."""
    text = data[: 1 << 16].decode("utf-8", "replace")
    for pattern, what, hint in _OTHER_TEXTS:
        if found := re.search(pattern, text):
            groups = {key: value or "" for key, value in found.groupdict().items()}
            if groups.get("namespace"):
                groups["name"] += f" -n {groups['namespace']}"
            groups["quoted"] = groups.get("quoted", "")[:200].strip()
            return what.format(**groups), hint.format(**groups)
    return None
