# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server of the tests' own: a unix socket in a temporary folder, gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def needed(missing: str) -> None:
    """Skip, or fail in CI, because something that Debian has is not installed here."""
    if os.environ.get("CI"):
        pytest.fail(f"CI needs {missing}")
    pytest.skip(f"{missing} is not installed")


def binary(name: str) -> str:
    """Return the path of one of PostgreSQL's programs, which Debian keeps out of PATH."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        needed("PostgreSQL (Debian: postgresql)")
    return str(found)


@contextmanager
def postgres() -> Iterator[str]:
    """Run a server whose superuser is ``boss``; yield the address of its database ``app``."""
    initdb, server = binary("initdb"), binary("postgres")
    folder = Path(tempfile.mkdtemp(prefix="shirube-pg-", dir="/tmp"))
    # PostgreSQL refuses to run as root.
    user = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}
    if user:
        shutil.chown(folder, "nobody", "nogroup")
    try:
        made = [initdb, "-D", str(folder / "data"), "-U", "boss", "-A", "trust", "-E", "UTF8"]
        made += ["--locale=C", "--no-sync"]
        subprocess.run(made, check=True, capture_output=True, cwd=folder, **user)
        hba = folder / "data" / "pg_hba.conf"
        hba.write_text("local all guest scram-sha-256\nlocal all all trust\n")
        settings = {"listen_addresses": "", "unix_socket_directories": str(folder), "fsync": "off"}
        given = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [server, "-D", str(folder / "data"), *given], stderr=log, cwd=folder, **user
            )
        try:
            _wait(process, folder)
            yield f"postgresql://boss@/app?host={folder}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(process: subprocess.Popen[bytes], folder: Path) -> None:
    import time

    import psycopg

    for _try in range(200):
        try:
            with psycopg.connect(
                host=str(folder), user="boss", dbname="postgres", autocommit=True
            ) as connection:
                connection.execute("CREATE DATABASE app")
                return
        except psycopg.OperationalError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
    pytest.fail("the server does not start: " + (folder / "log").read_text())
