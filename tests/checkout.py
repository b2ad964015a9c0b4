"""A checkout of podwatch as a CI system makes one, whose packages need no network.

Responsible for the one package that stands for all that are pinned: it lends an environment what
the tests' own has. Its hash is as wrong or right as that of any other.
"""

import base64
import hashlib
import shutil
import sysconfig
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def without_network(folder: Path) -> Path:
    """The folder with what installing needs; `offline` says to pip from where."""
    hidden = shutil.ignore_patterns("__pycache__", "*.jsonl")
    shutil.copytree(ROOT / "podwatch", folder / "podwatch", ignore=hidden)
    shutil.copytree(ROOT / ".github" / "action", folder / ".github" / "action")
    shutil.copy(ROOT / "action.yml", folder)
    pinned = f"lent==1.0 --hash=sha256:{_wheel(folder)}\n"
    (folder / ".github" / "action" / "requirements.txt").write_text(pinned, "utf-8")
    return folder


def offline(checkout: Path) -> dict[str, str]:
    """What tells pip to take packages from a checkout, and from nowhere else."""
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": checkout.as_uri()}


def _wheel(folder: Path) -> str:
    """Make the package; its SHA-256."""
    name = "lent-1.0"
    files = {
        "lent.pth": sysconfig.get_path("purelib") + "\n",
        f"{name}.dist-info/METADATA": "Metadata-Version: 2.1\nName: lent\nVersion: 1.0\n",
        f"{name}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = f"{name}.dist-info/RECORD"
    files[record] = "".join(f"{one},{_hash(text)},{len(text)}\n" for one, text in files.items())
    files[record] += f"{record},,\n"
    made = folder / f"{name}-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for one, text in files.items():
            archive.writestr(one, text)
    return hashlib.sha256(made.read_bytes()).hexdigest()


def _hash(text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
    return "sha256=" + digest.decode().rstrip("=")
