"""A local API server that holds many Pods, as a process of its own.

Responsible for answering quickly with Pods of the usual size, so that what is measured is
podwatch. Writes its port, then the monotonic time of its first answer to a list of Pods, then
"watch" for each watch.
"""

import gzip
import json
import sys
import time
from typing import Any

from tests.quiet_http import QuietHandler, QuietServer

PAGE = 500


def field_set(value: Any) -> Any:
    """Which fields a manager owns, in the form of managedFields: keys and no values."""
    if isinstance(value, dict):
        return {f"f:{key}": field_set(inner) for key, inner in value.items()}
    if isinstance(value, list):
        named = [inner for inner in value if isinstance(inner, dict)]
        return {_key(inner): {".": {}, **field_set(inner)} for inner in named}
    return {}


def _key(item: dict[str, Any]) -> str:
    name = next((key for key in ("name", "type", "ip", "uid", "key") if key in item), "name")
    return "k:" + json.dumps({name: item.get(name, "")}, separators=(",", ":"))


def pod(number: int) -> dict[str, Any]:
    """A running Pod of a Deployment; half of it says who owns which field, as in a cluster.

    What is in there matters: a parser skips one long string faster than many small fields.
    """
    name = f"web-5d9c7b4f{number // 100:03d}-{number:05d}"
    time_ = "2026-01-01T10:00:00Z"
    conditions = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady")
    made: dict[str, Any] = {
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": {
            "name": name,
            "generateName": name[:-5],
            "namespace": "bench",
            "uid": f"00000000-0000-4000-8000-{number:012d}",
            "resourceVersion": str(1000 + number),
            "generation": 1,
            "creationTimestamp": time_,
            "labels": {"app": "web", "pod-template-hash": name[4:-6], "team": "bench"},
            "ownerReferences": [
                {
                    "apiVersion": "apps/v1",
                    "kind": "ReplicaSet",
                    "name": name[:-6],
                    "uid": f"00000000-0000-4000-9000-{number // 100:012d}",
                    "controller": True,
                    "blockOwnerDeletion": True,
                }
            ],
        },
        "spec": {
            "volumes": [{"name": "kube-api-access", "projected": {"sources": []}}],
            "containers": [
                {
                    "name": "app",
                    "image": "registry.example/web:1.2.3",
                    "ports": [{"containerPort": 8080, "protocol": "TCP"}],
                    "env": [{"name": f"SETTING_{n}", "value": "x" * 40} for n in range(20)],
                    "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
                    "volumeMounts": [
                        {"name": "kube-api-access", "readOnly": True, "mountPath": "/var/run/x"}
                    ],
                    "readinessProbe": {"httpGet": {"path": "/", "port": 8080}, "periodSeconds": 5},
                    "imagePullPolicy": "IfNotPresent",
                }
            ],
            "securityContext": {"runAsNonRoot": True, "fsGroup": 1000},
            "restartPolicy": "Always",
            "terminationGracePeriodSeconds": 30,
            "nodeName": f"worker-{number % 40}",
            "tolerations": [
                {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
                for key in ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
            ],
        },
        "status": {
            "phase": "Running",
            "conditions": [
                {"type": type_, "status": "True", "lastTransitionTime": time_}
                for type_ in ("PodScheduled", *conditions)
            ],
            "hostIP": "10.0.0.1",
            "podIP": f"10.1.{number // 250}.{number % 250}",
            "podIPs": [{"ip": f"10.1.{number // 250}.{number % 250}"}],
            "startTime": time_,
            "qosClass": "Burstable",
            "containerStatuses": [
                {
                    "name": "app",
                    "state": {"running": {"startedAt": time_}},
                    "lastState": {},
                    "ready": True,
                    "started": True,
                    "restartCount": 0,
                    "image": "registry.example/web:1.2.3",
                    "imageID": "registry.example/web@sha256:" + "0" * 64,
                    "containerID": f"containerd://{number:064d}",
                }
            ],
        },
    }
    for list_ in (made["spec"]["containers"], made["status"]["containerStatuses"]):
        list_.append({**list_[0], "name": "log-forwarder"})
    made["spec"]["containers"][1]["env"] = []
    about = {key: made["metadata"][key] for key in ("generateName", "labels", "ownerReferences")}
    owned = {
        "kube-controller-manager": {"metadata": about, "spec": made["spec"]},
        "kubelet": {"status": made["status"]},
    }
    made["metadata"]["managedFields"] = [
        {
            "manager": manager,
            "operation": "Update",
            "apiVersion": "v1",
            "time": time_,
            "fieldsType": "FieldsV1",
            "fieldsV1": field_set(fields),
        }
        for manager, fields in owned.items()
    ]
    return made


def pages(count: int) -> list[bytes]:
    """The pages of a list of so many Pods, compressed as an API server does."""
    made = []
    for start in range(0, count, PAGE):
        end = min(start + PAGE, count)
        meta = {"resourceVersion": "900000", "continue": str(end) if end < count else ""}
        page = {"metadata": meta, "items": [pod(number) for number in range(start, end)]}
        made.append(gzip.compress(json.dumps(page).encode(), 1))
    return made


class Answers(QuietHandler):
    """What the server says."""

    pods: list[bytes]
    first: float | None = None

    def do_GET(self) -> None:
        """Answer one request; a watch stays open and says nothing."""
        path, query = self.asked()
        if query.get("watch") in {"true", "True", "1"}:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            print("watch", flush=True)
            time.sleep(60)
        elif path == "/version":
            self.answer(b'{"gitVersion": "v1.37.2"}')
        elif path.endswith("/pods"):
            if Answers.first is None:
                Answers.first = time.monotonic()
                print(Answers.first, flush=True)
            self.answer(self.pods[int(query.get("continue", "0")) // PAGE], encoding="gzip")
        elif path.endswith("/events"):
            self.answer(b'{"metadata": {"resourceVersion": "900000"}, "items": []}')
        else:
            self.answer(b'{"metadata": {"name": "bench"}}')

    def answer(self, body: bytes, encoding: str = "") -> None:
        """A whole body."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    Answers.pods = pages(int(sys.argv[1]))
    server = QuietServer(("127.0.0.1", 0), Answers)
    print(server.server_address[1], flush=True)
    server.serve_forever()
