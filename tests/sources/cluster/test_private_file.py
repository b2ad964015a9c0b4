"""Keys that a kubeconfig holds are in no file that anybody else reads, or finds later."""

import os
import ssl
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import trustme

from podwatch.sources.cluster.kubeconfig import private_file

IN_MEMORY = hasattr(os, "memfd_create")


@pytest.fixture(autouse=True)
def _forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    private_file.cache_clear()


@pytest.mark.skipif(not IN_MEMORY, reason="needs files in memory")
def test_it_is_on_no_disk_and_can_be_read_again_and_again(tmp_path: Path) -> None:
    path = private_file(b"a key")
    assert [path.read_bytes() for _ in range(2)] == [b"a key"] * 2
    assert private_file(b"a key") == path
    assert list(tmp_path.iterdir()) == []


def test_a_key_and_its_certificate_can_be_loaded_from_there() -> None:
    mine = trustme.CA().issue_cert("me")
    certificate = private_file(mine.cert_chain_pems[0].bytes())
    key = private_file(mine.private_key_pem.bytes())
    ssl.create_default_context().load_cert_chain(certificate, key)


@pytest.mark.skipif(not IN_MEMORY, reason="needs files in memory")
def test_a_program_that_is_started_does_not_get_it() -> None:
    number = int(private_file(b"a key").name)
    code = f"import os; os.fstat({number})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert b"Bad file descriptor" in done.stderr


def test_where_there_are_none_in_memory_only_its_owner_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "memfd_create", raising=False)
    path = private_file(b"a key")
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"a key", [path])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
