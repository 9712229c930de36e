"""Each test of the store runs on SQLite and on a PostgreSQL of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from server.store import Store

NO_POSTGRESQL = "PostgreSQL's initdb is absent (Debian: apt install postgresql)"
_NUMBERS = count()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Address of a throwaway cluster, without the name of the database."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = str(found[-1]) if found else shutil.which("initdb")
    if initdb is None:
        pytest.skip(NO_POSTGRESQL)
    # a socket's path must be short, and its folder open to the user below: not pytest's
    folder = Path(tempfile.mkdtemp(prefix="calmline-"))
    unprivileged: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL does not run as root
        user = pwd.getpwnam("nobody")
        os.chown(folder, user.pw_uid, user.pw_gid)
        unprivileged = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def run(*command: str) -> None:
        subprocess.run(
            command, cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=60, **unprivileged
        )

    data, control = str(folder / "data"), str(Path(initdb).with_name("pg_ctl"))
    try:
        run(initdb, "-D", data, "-U", "calmline", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        options = f"-c listen_addresses='' -c fsync=off -k {folder}"
        run(control, "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql://calmline@/%s?host={folder}"
        finally:
            run(control, "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    cluster: str = request.getfixturevalue("postgresql")
    name = f"store{next(_NUMBERS)}"
    with psycopg.connect(cluster % "postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return cluster % name


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    """An empty store."""
    with Store(address) as opened:
        yield opened
