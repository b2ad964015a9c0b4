"""What a text is that holds no objects of Kubernetes, and what to give instead.

Responsible for the texts that people give by mistake: what kubectl prints for people, what programs
print of their own objects, a log, a web page. Reading objects is `podwatch.sources.files`'.
"""

import re

_GIVE = "give what the cluster has: kubectl get pod NAME -o yaml"
_OR_ASK = '; or ask what its Events say: podwatch explain "$(cat FILE)"'
_NAME = r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?"
_MARGIN = r"(?m)^[ \t>|]*"
"""What stands before a line in an issue or a mail."""
_PROMPT = (
    r"\A(?>\s|(?:\S[^\n]*[$#>%❯➜] [^\n]*|[$❯➜][^\n]*|[IWEF]\d{4} [^\n]*|Warning: [^\n]*)"
    r"(?:\n|\Z))*"
)
"""What can stand before what kubectl says: a prompt with the command, warnings."""
_OTHER_TEXTS = (
    (
        rf"{_MARGIN}Name:[ \t]+(?P<name>{_NAME})[ \t]*\r?\n"
        rf"(?:[ \t>|]*Namespace:[ \t]+(?P<namespace>{_NAME}))?",
        "it is what `kubectl describe` prints, which is made for people",
        "give: kubectl get pod {name} -o yaml" + _OR_ASK,
    ),
    (
        r"(?m)^[ \t>|]*(?:NAMESPACE\S* +)?NAME\S* +(?:PF +)?READY +STATUS\b",
        "it is the table of `kubectl get pods`",
        "give: kubectl get pod {name} -o yaml",
    ),
    (
        r"(?m)^[ \t>|]*(?:NAMESPACE +)?NAME {2,}[A-Z]",
        "it is a table that kubectl prints for people",
        _GIVE,
    ),
    (
        r"(?m)^[ \t>|]*(?:NAMESPACE +)?(?:LAST SEEN|FIRST SEEN) {2,}[A-Z]"
        r"|\b(?:Normal|Warning) +[A-Z]\w+ +(?:(?:<\w+>|(?:\d+[ydhms])+)[ (]|[a-z]+/\S+ )",
        "it is a table of Events that kubectl prints for people",
        _GIVE + _OR_ASK,
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
        r"(?m)\[Object\]|^[ \t]*(?:apiVersion|kind): '\w+',",
        "it is an object as JavaScript prints it",
        "give what JSON.stringify makes of it",
    ),
    (
        r"\bclass V1\w+ \{",
        "it is an object as the Java client prints it",
        "give what io.kubernetes.client.util.Yaml.dump(pod) makes of it",
    ),
    (
        r"\bPod\(apiVersion=",
        "it is an object as the fabric8 client prints it",
        "give what Serialization.asYaml(pod) makes of it",
    ),
    (
        r"\b(?:TypeMeta|ObjectMeta):\s*(?:\w+\.)*(?:ObjectMeta|TypeMeta)?\{|\bv1\.Pod\{"
        r"|(?m:^[^\w\n{]*\{\{(?:Pod)? (?:v1)?\} \{)",
        "it is a struct as Go prints it",
        "give json.Marshal's output of the Pod, or: kubectl get pod NAME -o yaml",
    ),
    (r"\{\{-? *[.\w$(\"]", "it is a template, which nobody has filled in", _GIVE),
    (
        rf"{_PROMPT}(?P<quoted>(?:Error from server|error:|No resources found|Unable to connect"
        r"|The connection to the server)[^\n]*)",
        'it holds only what kubectl said: "{quoted}"',
        "give the output of a kubectl that worked: kubectl get pod NAME -o yaml",
    ),
    (
        r"(?m)^(?P<quoted>Error: (?:INSTALLATION|UPGRADE) FAILED.*)",
        'it holds only what Helm said: "{quoted}"',
        "give the Pods that it waited for: kubectl get pods -o yaml",
    ),
    (
        r"(?m)^(?:Sync|Health) Status: ",
        "it is what `argocd app get` prints, which is made for people",
        "give the Pods that are not healthy: kubectl get pods -o yaml",
    ),
    (
        r'"OOMKilled":|"CONTAINER_[A-Z]+"',
        "it is what a container runtime prints of a container (docker inspect, crictl inspect)",
        _GIVE,
    ),
    (
        r"""(?ms)\A(?!.*\bkind["']?:).*^[ \t>|]*(?:- )?["']?"""
        r"""(?:containerStatuses|lastState|restartCount|podIP)["']?:""",
        "it is only a part of a Pod",
        "give all of it, from apiVersion on: kubectl get pod NAME -o yaml",
    ),
    (
        r"(?m)^(?:panic: |goroutine \d+ \[|Traceback \(most recent|Exception in thread |npm ERR!"
        r"|[ \t]+at [\w.$<>]+\(|[IWEF]\d{4} \d\d:\d\d:)|\A\s*\{\"(?:level|ts|time|timestamp|msg)\":"
        r"|\A\W*\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\A(?:.*\n)?\W*(?:DEBUG|INFO|WARN|ERROR|FATAL)\b",
        "it is a program's log, which podwatch does not read",
        _GIVE,
    ),
)
"""What people give instead of objects: how it is known, what it is, what to give."""
_ROW = re.compile(
    rf"{_MARGIN}(?:(?P<namespace>{_NAME}) +)?(?:pods?/)?(?P<name>{_NAME}) +(?:● +)?"
    r"(?P<ready>\d+)/(?P<all>\d+) +(?P<status>[A-Z][\w:/.-]*)(?!\S)"
)
"""A row of `kubectl get pods`, also as k9s shows it."""


def recognized(data: bytes) -> tuple[str, str] | None:
    """What a text without objects is, and what to give instead; None if that is not known."""
    text = data[: 1 << 16].decode("utf-8", "replace")
    for pattern, what, hint in _OTHER_TEXTS:
        if found := re.search(pattern, text):
            groups = {key: value or "" for key, value in found.groupdict().items()}
            if "{name}" in hint and "name" not in groups:
                groups |= _worst_row(text)
            if groups.get("namespace"):
                groups["name"] += f" -n {groups['namespace']}"
            groups["quoted"] = groups.get("quoted", "")[:200].strip()
            return what.format(**groups), hint.format(**groups)
    return None


def _worst_row(text: str) -> dict[str, str]:
    """Name and namespace of the first Pod in a table that is not well, else of the first one."""
    rows = [row.groupdict() for row in _ROW.finditer(text)]
    for row in rows:
        well = row["status"] == "Completed" or (row["status"], row["ready"]) == (
            "Running",
            row["all"],
        )
        if not well:
            return row
    return rows[0] if rows else {"name": "NAME"}
