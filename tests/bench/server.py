"""A local API server that holds many Pods, as a process of its own.

Responsible for answering quickly with Pods of the usual size, so that what is measured is
podwatch. Writes its port, then the monotonic time of its first answer to a list of Pods, then
"watch" for each watch.
"""

import gzip
import json
import sys
import time
from pathlib import Path
from string import Template
from typing import Any

from tests.quiet_http import QuietHandler, QuietServer

PAGE = 500
POD = Template((Path(__file__).parent / "pod.json").read_text("utf-8"))


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
    made: dict[str, Any] = json.loads(
        POD.substitute(
            name=name,
            generated=name[:-5],
            owner=name[:-6],
            hash=name[4:-6],
            uid=f"00000000-0000-4000-8000-{number:012d}",
            owner_uid=f"00000000-0000-4000-9000-{number // 100:012d}",
            version=1000 + number,
            node=number % 40,
            ip=f"10.1.{number // 250}.{number % 250}",
            run=f"{number:064d}",
        )
    )
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
            "time": made["status"]["startTime"],
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
