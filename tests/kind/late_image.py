"""Puts an image on a node that no kubelet has pulled: busybox in other words.

usage: late_image.py NODE NAME:TAG

A second name for an image is not enough: what a kubelet has pulled under one name, a Pod that calls
it otherwise has no right to, and with imagePullPolicy Never it is said to be missing.
https://kubernetes.io/docs/concepts/containers/images/#ensureimagepullcredentialverification
"""

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

BUSYBOX = "docker.io/library/busybox:1.36"
FOLDER = "/root"
"""On the node. Its /tmp is a tmpfs, which `docker cp` does not see."""


def docker(*arguments: str) -> None:
    subprocess.run(["docker", *arguments], capture_output=True, check=True)


def renamed(archive: Path, name: str, made: Path) -> None:
    """Write the image of an archive under another name, with a configuration of its own."""
    with tarfile.open(archive) as old, tarfile.open(made, "w") as new:

        def content(path: str) -> bytes:
            file = old.extractfile(path)
            assert file is not None
            return file.read()

        def add(path: str, data: bytes) -> None:
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            new.addfile(entry, io.BytesIO(data))

        (image,) = json.loads(content("manifest.json"))
        config = json.loads(content(image["Config"]))
        config["config"] = {**config.get("config", {}), "Labels": {"name": name}}
        image |= {"Config": "config.json", "RepoTags": [name]}
        for layer in image["Layers"]:
            add(layer, content(layer))
        add("config.json", json.dumps(config).encode())
        add("manifest.json", json.dumps([image]).encode())


def main(node: str, name: str) -> None:
    ctr = ("exec", node, "ctr", "-n", "k8s.io", "images")
    place = f"{FOLDER}/{os.getpid()}.tar"
    with tempfile.TemporaryDirectory() as folder:
        old, new = Path(folder, "old.tar"), Path(folder, "new.tar")
        docker(*ctr, "export", place, BUSYBOX)
        docker("cp", f"{node}:{place}", str(old))
        renamed(old, name, new)
        docker("cp", str(new), f"{node}:{place}")
        docker(*ctr, "import", place)
        docker("exec", node, "rm", place)


if __name__ == "__main__":
    main(*sys.argv[1:])
