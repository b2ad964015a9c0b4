"""Objects as people have them: copied with what stands around them, edited, or none at all."""

from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from podwatch.core.kube import Pod
from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.contents import Contents
from podwatch.sources.files import contents
from tests.cases import cases
from tests.sources.test_files import API, WEB, documents, listed, pods, pretty, refused

YAML = """\
apiVersion: v1
kind: Pod
metadata:
  creationTimestamp: "2026-03-05T10:00:00Z"
  labels:
    app: web
  name: web
  namespace: shop
  uid: u1
spec:
  containers:
  - image: busybox:1.36
    name: app
    command:
    - sh
    - -c
    - |
      echo "Warning: this is a text"
      exit 1
status:
  containerStatuses:
  - name: app
    ready: false
    restartCount: 3
    state:
      waiting:
        message: back-off 40s restarting failed container
        reason: CrashLoopBackOff
  phase: Running
"""
JSON = pretty(WEB)
PROMPT = "me@host:~/shop$ kubectl get pod web -o yaml\n"
KLOG = (
    "E1127 10:12:13.014159   71 memcache.go:265] couldn't get current server API group list: "
    'Get "https://127.0.0.1:6443/api?timeout=32s": dial tcp 127.0.0.1:6443: connect: refused\n'
)


def each_line(text: str, form: str) -> str:
    lines = enumerate(text.splitlines(), start=1)
    return "".join(form.format(line=line, number=number) + "\n" for number, line in lines)


def of(folder: Path, text: str | bytes) -> Contents:
    file = folder / "pasted"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return contents(str(file))


def the_pod(found: Contents) -> Pod:
    (only,) = [one for one in found.objects.values() if isinstance(one, Pod)]
    return only


# ── what stands around ──


@pytest.mark.parametrize("text", [YAML, JSON], ids=["YAML", "JSON"])
@cases(
    "form words",
    {
        "a prompt": (PROMPT + "{text}", "me@host"),
        "root's prompt": ("[root@host ~]# kubectl get pod web -o yaml\n{text}", "[root@host"),
        "a prompt behind": ("{text}\nme@host:~$ ", "me@host"),
        "a command": ("❯ k get po web -oyaml\n{text}", "❯ k get"),
        "a warning": ("Warning: v1 is old: use v2: now\n{text}", "Warning: v1"),
        "a line of klog": (KLOG * 2 + "{text}", "skipped 2 lines"),
        "words": ("Hello!\n\n{text}\nThank you: all of you\n", "Hello"),
        "a fence": ("It fails:\n```yaml\n{text}\n```\nWhy?\n", "skipped 2 lines"),
        "a fence without an end": ("```\n{text}", ""),
        "two fences": (
            "```console\n$ kubectl logs web\nboom\n```\n~~~\n{text}\n~~~",
            "skipped 2 lines",
        ),
        "Windows' line ends behind a prompt": ("C:\\> kubectl get pod web\r\n{text}", "C:\\>"),
        "colours": ("\x1b[33m{text}\x1b[0m", "control characters"),
        "HTML's tags": ("<details><pre>{text}</pre>\n</details>\n", "tags"),
        "a zero-width space": ("\u200b{text}", ""),
        "dots": ("...\n{text}\n…\n", "skipped 2 lines"),
    },
)
def test_what_stands_around_is_left_out_and_said(
    tmp_path: Path, text: str, form: str, words: str
) -> None:
    found = of(tmp_path, form.format(text=text))
    assert (pods(found), found.failure) == (["web"], None)
    assert words in " ".join(found.notes)


@pytest.mark.parametrize("text", [YAML, JSON], ids=["YAML", "JSON"])
@cases(
    "form words",
    {
        "numbers of cat": ("{number:>6}\t{line}", "line numbers"),
        "numbers of vim": ("{number:>3} {line}", "line numbers"),
        "numbers of grep": ("{number}:{line}", "line numbers"),
        "numbers of bat": ("{number:>4}   │ {line}", "line numbers"),
        "an answered mail": ("> {line}", '"> "'),
        "a mail that was answered twice": ("> > {line}", '"> "'),
        "a test's log": (
            "2026-03-05 10:00:00  10:00:00 - MainThread - ocs - INFO  - {line}",
            "times",
        ),
        "times with blanks": ("2026-03-05 10:00:00,123 {line}", "times"),
        "an added file of a diff": ("+{line}", '"+"'),
        "a quotation of Jira": ("| {line}", '"| "'),
        "times of a CI system": ("2026-03-05T10:00:00.1234567Z {line}", "times"),
        "an indentation": ("      {line}", ""),
    },
)
def test_what_stands_before_each_line_is_left_out(
    tmp_path: Path, text: str, form: str, words: str
) -> None:
    found = of(tmp_path, PROMPT + each_line(text, form))
    assert (pods(found), found.failure) == (["web"], None)
    assert words in " ".join(found.notes)


@cases(
    "text words",
    {
        "a web page's blanks": (YAML.replace("  ", "\u00a0\u00a0"), "blanks"),
        "blanks of a web page, mixed": (YAML.replace("  ", " \u00a0"), "blanks"),
        "zero-width characters": (YAML.replace("name: web", "name: web\u200b"), "invisible"),
        "tabs": (YAML.replace("      echo", "\t\t\techo").replace("  ", "\t"), "tabs"),
        "a tab for eight blanks": (YAML.replace("        ", "\t"), "tabs"),
        "a tab for four blanks": (YAML.replace("    ", "\t"), "tabs"),
        "one tab": (YAML.replace("  phase", "\tphase"), "tabs"),
        "an error in the middle": (YAML.replace("spec:\n", f"spec:\n{KLOG}"), "1 line"),
        "an error in the middle of JSON": (JSON.replace("\n", f"\n{KLOG}", 3), "3 lines"),
        "curly quotes": (
            YAML.replace("name: web", "name: “web”").replace("kind: Pod", "kind: ‘Pod’"),
            "curly quotes",
        ),
        "curly quotes where any text may stand": (
            YAML.replace('"2026-03-05T10:00:00Z"', "“2026-03-05T10:00:00Z”"),
            "curly quotes",
        ),
        "HTML's entities": (YAML.replace('"', "&quot;").replace("u1", "&#39;u1&#39;"), "entities"),
        "something hidden": (YAML.replace("u1", "***HIDDEN***"), "asterisks"),
        "JSON in curly quotes": (JSON.replace('"', "”").replace('": ', "“: "), "curly"),
        "a first line that lost its place": (
            "\n".join(YAML.splitlines()[:1] + ["    " + one for one in YAML.splitlines()[1:]]),
            "",
        ),
        "left out by somebody": (YAML.replace("    app: web\n", "    ...\n"), "1 line"),
    },
)
def test_characters_that_are_none_of_kubectls_are_mended(
    tmp_path: Path, text: str, words: str
) -> None:
    found = of(tmp_path, text)
    assert (pods(found), found.failure) == (["web"], None)
    assert the_pod(found).spec.containers[0].name == "app"
    assert not found.mended
    assert words in " ".join(found.notes)


@cases(
    "text names",
    {
        "two outputs with their prompts": (PROMPT + YAML + PROMPT + documents(API), ["web", "api"]),
        "two files in one": (YAML + documents(API), ["web", "api"]),
        "JSON, then YAML": (JSON + "\n---\n" + documents(API), ["web", "api"]),
        "YAML, then JSON": (YAML + PROMPT + pretty(API), ["web", "api"]),
        "fences with other things": (
            f"```yaml\n{YAML}```\nand\n```\nName:  api\nb: c: d\n```\n```json\n{pretty(API)}\n```",
            ["web", "api"],
        ),
        "a log between": (
            YAML + "panic: boom: [recovered]\n  at main.go\n" + pretty(API),
            ["web", "api"],
        ),
        "a List in a List": (pretty(listed(listed(WEB, kind="PodList"), API)), ["web", "api"]),
        "an array": (pretty([WEB, API]), ["web", "api"]),
        "a List without a kind": (pretty({"items": [WEB, API]}), ["web", "api"]),
        "an item that was cut out of a List": (
            "\n".join("  " + one for one in ("- " + YAML.replace("\n", "\n  ")).splitlines()),
            ["web"],
        ),
        "items without kinds": (
            pretty({"items": [{k: v for k, v in WEB.items() if k != "kind"}]}),
            ["web"],
        ),
    },
)
def test_several_objects_are_read_however_they_are_put_together(
    tmp_path: Path, text: str, names: list[str]
) -> None:
    found = of(tmp_path, text)
    assert (pods(found), found.failure) == (names, None)


def test_the_items_before_a_cut_are_read(tmp_path: Path) -> None:
    found = of(tmp_path, pretty(listed(WEB, API))[:-150])
    assert pods(found) == ["web"]
    assert "the file ends in the middle" in str(found.failure)


def test_the_items_before_a_cut_in_a_quotation_of_yaml_are_read(tmp_path: Path) -> None:
    item = each_line(YAML.rstrip("\n"), "  {line}").replace("  api", "- api", 1)
    cut = item.replace("web", "api").partition("message: ")[0] + "message: 'back-off 40s"
    found = of(tmp_path, f"apiVersion: v1\nkind: List\nitems:\n{item}{cut}")
    assert pods(found) == ["web"]
    assert "end of stream" in str(found.failure)


def test_what_kubectl_printed_is_not_touched(tmp_path: Path) -> None:
    fenced = YAML.replace('echo "Warning: this is a text"', "```\n      > \u00a0 quoted\n      ```")
    found = of(tmp_path, fenced)
    assert (pods(found), found.notes) == (["web"], {})


# ── what is mended ──


def changed(**parts: Any) -> dict[str, Any]:
    return {**WEB, **parts}


CONTAINER = {"name": "app", "image": "busybox:1.36"}


@pytest.mark.parametrize("printed", [pretty, documents], ids=["JSON", "YAML"])
def test_numbers_are_quantities(tmp_path: Path, printed: Any) -> None:
    resources = {"limits": {"cpu": 2, "memory": 1073741824}, "requests": {"cpu": 0.5}}
    found = of(
        tmp_path, printed(changed(spec={"containers": [{**CONTAINER, "resources": resources}]}))
    )
    wanted = the_pod(found).spec.containers[0].resources
    assert wanted.limits == {"cpu": "2", "memory": "1073741824"}
    assert wanted.requests == {"cpu": "0.5"}
    assert found.note(the_pod(found)) == ""


@cases(
    "old new path",
    {
        "a label": ("app: web", "app: 1.10", "metadata.labels.app"),
        "a name": ("name: web", "name: 7", "metadata.name"),
        "true": ("app: web", "app: true", "metadata.labels.app"),
        "a time": ('"2026-03-05T10:00:00Z"', "yesterday", "creationTimestamp is no time"),
        "a date that is none": ('"2026-03-05T10:00:00Z"', "2026-13-05", "creationTimestamp is no"),
        "a time that was taken out": ('"2026-03-05T10:00:00Z"', "[gone]", "is no time"),
        "a text that was taken out": ("CrashLoopBackOff", "[gone]", "waiting.reason is a list"),
        "a time without a zone": ('"2026-03-05T10:00:00Z"', "2026-03-05 10:00:00", "UTC"),
        "a number as a text": ("restartCount: 3", "restartCount: '3'", "restartCount is a text"),
        "a truth as a text": ("ready: false", "ready: 'False'", "ready is a text"),
    },
)
def test_what_is_of_another_type_is_read_and_said(
    tmp_path: Path, old: str, new: str, path: str
) -> None:
    assert old in YAML
    found = of(tmp_path, YAML.replace(old, new, 1))
    pod = the_pod(found)
    assert found.failure is None
    assert path in found.note(pod)
    assert pod.status.container_statuses[0].restart_count == 3


def test_a_number_stays_as_it_is_written(tmp_path: Path) -> None:
    assert the_pod(of(tmp_path, YAML.replace("app: web", "app: 1.10"))).metadata.labels == {
        "app": "1.10"
    }


def test_an_object_that_is_not_about_pods_costs_only_itself(tmp_path: Path) -> None:
    node = {"kind": "Node", "metadata": {"name": "a"}, "spec": {"taints": "none"}}
    found = of(tmp_path, pretty(listed(node, WEB)))
    assert (pods(found), found.failure) == (["web"], None)
    assert "Node a is not as the API has it: spec.taints" in " ".join(found.notes)


def test_a_pod_that_gets_its_name_later_is_called_by_its_beginning(tmp_path: Path) -> None:
    found = of(tmp_path, pretty({**WEB, "metadata": {"generateName": "web-"}}))
    assert pods(found) == ["web-"]
    assert "no name yet" in found.note(the_pod(found))


# ── what is no Pod ──

DESCRIBED = """\
Name:             web
Namespace:        shop
Priority:         0
Node:             worker/172.18.0.3
Labels:           app=web
Status:           Running
Containers:
  app:
    Image:          busybox:1.36
    State:          Waiting
      Reason:       CrashLoopBackOff
Events:
  Type     Reason   Age   From     Message
  Warning  BackOff  2s    kubelet  Back-off restarting failed container
"""
TABLE = """\
NAME  READY   STATUS             RESTARTS   AGE
web   0/1     CrashLoopBackOff   3 (5s ago)   2m
"""


@cases(
    "text what hint",
    {
        "describe": (DESCRIBED, "kubectl describe", "kubectl get pod web -n shop -o yaml"),
        "describe with its prompt": (PROMPT + DESCRIBED, "kubectl describe", "web -n shop"),
        "a table": (TABLE, "the table of `kubectl get pods`", "kubectl get pod web -o yaml"),
        "a table of all namespaces": (
            "NAMESPACE   NAME   READY   STATUS\nshop        web    0/1     Pending\n",
            "the table of",
            "kubectl get pod web -n shop -o yaml",
        ),
        "Events as a table": (
            "LAST SEEN   TYPE      REASON    OBJECT    MESSAGE\n2s  Warning  BackOff  pod/web  x\n",
            "a table of Events that kubectl prints",
            "-o yaml",
        ),
        "to_dict() as YAML": (
            "api_version: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: a}]\n",
            "snake_case",
            "sanitize_for_serialization",
        ),
        "to_dict() as JSON": (
            '{"api_version": null, "kind": null, "metadata": {"name": "web"}, "spec": {}}',
            "snake_case",
            "sanitize_for_serialization",
        ),
        "to_dict() as Python prints it": (
            "{'api_version': 'v1', 'kind': 'Pod', 'metadata': {'creation_timestamp': "
            "datetime.datetime(2026, 3, 5, 10, 0, tzinfo=tzlocal()), 'name': 'web'}}",
            "snake_case",
            "sanitize_for_serialization",
        ),
        "a dict as Python prints it": (
            "{'apiVersion': 'v1', 'kind': None}",
            "Python",
            "json.dumps",
        ),
        "a Go struct": (
            "&Pod{ObjectMeta:{web  shop  u1 48211 0 2026-03-05 10:00:00 +0000 UTC <nil>",
            "as Go prints it",
            "json.Marshal",
        ),
        "describe in an issue": (each_line(DESCRIBED, "    {line}"), "describe", "web -n shop"),
        "describe in a mail": (each_line(DESCRIBED, "> {line}"), "describe", "web -n shop"),
        "the Events of describe": (
            "Events:\n" + DESCRIBED.partition("Events:\n")[2],
            "a table of Events",
            'podwatch explain "$(cat FILE)"',
        ),
        "a line of Events": (
            "39h    Warning   FailedScheduling   pod/web    0/1 nodes are available: 1 a: b: c\n",
            "a table of Events",
            'podwatch explain "$(cat FILE)"',
        ),
        "a table whose first Pod is well": (
            "NAME READY STATUS RESTARTS AGE\na 1/1 Running 0 4m\nb 0/1 Completed 0 4m\n"
            "web 0/1 ImagePullBackOff 0 4m\n",
            "the table of",
            "kubectl get pod web -o yaml",
        ),
        "a table of all kinds": (
            "NAME READY STATUS RESTARTS AGE\npod/web 1/2 Running 0 4m\n",
            "the table of",
            "kubectl get pod web -o yaml",
        ),
        "the screen of k9s": (
            " NAME↑  PF READY STATUS            RESTARTS\n web    ●  0/1   CrashLoopBackOff 11\n",
            "the table of",
            "kubectl get pod web -o yaml",
        ),
        "an object of Node.js": (
            "{\n  apiVersion: 'v1',\n  kind: 'Pod',\n  spec: { containers: [ [Object] ] }\n}\n",
            "JavaScript",
            "JSON.stringify",
        ),
        "an object of Java": (
            "class V1Pod {\n    apiVersion: v1\n    metadata: class V1ObjectMeta {\n",
            "the Java client",
            "Yaml.dump",
        ),
        "an object of fabric8": (
            "Pod(apiVersion=v1, kind=Pod, metadata=ObjectMeta(name=web), status=null)",
            "fabric8",
            "asYaml",
        ),
        "a Go struct without names": (
            "{{ } {web web- shop  u1 1 0 2026-03-05 10:00:00 +0000 UTC <nil>} {[]}}",
            "as Go prints it",
            "json.Marshal",
        ),
        "the state alone": (YAML.partition("uid: u1\n")[2], "only a part of a Pod", "apiVersion"),
        "the state's containers as JSON": (
            pretty([{"name": "app", "lastState": {}, "restartCount": 3}]),
            "only a part of a Pod",
            "apiVersion",
        ),
        "docker inspect": ('[{"Id": "a", "State": {"OOMKilled": true}}]', "docker inspect", ""),
        "a log of Go": ("panic: boom: x\n\ngoroutine 1 [running]:\n", "a program's log", ""),
        "a log in JSON": ('{"level":"error","msg":"boom"}\n' * 2, "a program's log", ""),
        "a log of the kubelet": (KLOG, "a program's log", ""),
        "a log that has an error in it": (
            "2026-03-05 10:00:00 starting\nerror: no connection: db:5432\n",
            "a program's log",
            "",
        ),
        "Helm": (
            "Error: INSTALLATION FAILED: timed out waiting for the condition\n",
            "what Helm said",
            "kubectl get pods",
        ),
        "argocd": (
            "Name:   argocd/web\nHealth Status:      Degraded\n\nGROUP  KIND\na: b: c\n",
            "argocd app get",
            "kubectl get pods",
        ),
        "a web page": ("<!DOCTYPE html>\n<html><body>Log in</body></html>", "HTML", "kubectl get"),
        "a template": (
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n",
            "a template",
            "kubectl get",
        ),
        "not found": (
            'Error from server (NotFound): pods "web" not found\n',
            'pods "web" not found',
            "kubectl get",
        ),
        "nothing found": (
            "No resources found in shop namespace.\n",
            "No resources found",
            "kubectl",
        ),
        "an answer of the API server": (
            '{"kind": "Status", "status": "Failure", "message": "pods \\"web\\" not found"}',
            'pods "web" not found',
            "",
        ),
        "no name": (pretty({**WEB, "metadata": {"uid": "u"}}), "it has no name", ""),
        "no spec": (pretty({**WEB, "spec": None}), "it has no spec", ""),
        "a part of an object": ("status:\n  phase: Running\nmetadata: {}\n", "it has no kind", ""),
    },
)
def test_what_is_no_pod_is_told_what_it_is(tmp_path: Path, text: str, what: str, hint: str) -> None:
    error = refused(tmp_path, text)
    assert what in str(error)
    assert hint in error.hint


def test_another_api_groups_kind_of_the_name_is_another_kind(tmp_path: Path) -> None:
    foreign = {"apiVersion": "batch.volcano.sh/v1alpha1", "kind": "Job", "metadata": {"name": "j"}}
    found = of(tmp_path, pretty(foreign, WEB))
    assert (pods(found), found.others) == (["web"], {"Job": 1})


# ── harm ──


@cases(
    "text",
    {
        "prompts": "$ \n" * 30_000,
        "beginnings of objects": "{\n" * 30_000,
        "beginnings of Pods": "kind: Pod\n" * 30_000,
        "fences": "```\n" * 30_000,
        "quotes of quotes": "> " * 60_000 + "\n",
        "numbers": "1" * 100_000 + "\n",
        "tabs": "\t" * 100_000 + "a\n",
        "escapes": "\x1b]" * 50_000,
        "curly quotes": "a: “" * 30_000,
        "Lists in Lists": '{"kind":"List","items":[' * 30_000,
        "objects between words": ('{"a":1}\nwords\n') * 15_000,
        "ends of HTML's tags": "{" + "</a>" * 30_000 + "x\n",
        "what is hidden": "{" + ": **" * 30_000 + "'\n",
        "prompts without an end": "$ " * 50_000,
        "names that are none": "Name: " * 20_000,
        "Go structs": "ObjectMeta:" * 10_000 + "a." * 10_000,
    },
)
def test_twice_as_much_of_it_takes_about_twice_as_long(tmp_path: Path, text: str) -> None:
    def seconds(given: str) -> float:
        began = perf_counter()
        with pytest.raises(PodwatchError) as raised:
            of(tmp_path, given)
        assert raised.value.exit_code is ExitCode.UNREADABLE
        return perf_counter() - began

    seconds(text[:1000])
    assert seconds(text) < 8 * seconds(text[: len(text) // 2]) / 2 + 0.5
