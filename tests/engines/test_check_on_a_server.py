# SPDX-License-Identifier: Apache-2.0
"""The main job on a server's table, and the same personal data found by every engine."""

from __future__ import annotations

import base64
import random
from pathlib import Path

import pytest
import worlds

from shirube.api import operator
from shirube.engines import open_engine
from shirube.evidence import keys
from shirube.measures.privacy.personal_data import personal_data

pytestmark = [
    pytest.mark.full,
    pytest.mark.enable_socket,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

MANIFEST = """\
shirube: 1
operator: {{id: acme, name: {{ja: 標, en: Acme}}, kind: company, size: small}}
datasets:
  - id: members
    title: {{ja: 会員, en: Members}}
    database: {address}
    table: members
measurements:
  - {{id: anonymous, measure: anonymity, dataset: members,
      arguments: {{quasi_identifiers: [age]}}}}
"""
MEMBERS = {"age": "INTEGER"}


def test_a_servers_table_is_measured_bound_and_measured_again_when_it_changes(
    server, tmp_path, monkeypatch
):
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(tmp_path / "keys"))
    keys.create("acme")
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "shirube.yaml").write_text(MANIFEST.format(address=server), encoding="utf-8")
    worlds.postgres(server, "members", MEMBERS, [(41,), (41,), (7,)])

    assert operator.check(folder).measured == ("anonymous",)
    assert operator.check(folder).reused == ("anonymous",)
    with worlds.connection(server) as connection:
        connection.execute("UPDATE members SET age = 41 WHERE age = 7")
    assert operator.check(folder).measured == ("anonymous",)

    written = b"".join(_decoded(path) for path in folder.rglob("*") if path.is_file())
    assert b"app#public.members" in written
    address = server.removeprefix("postgresql://")
    for secret in ("boss@", address.rpartition("=")[2]):
        assert secret.encode() not in written.replace((folder / "shirube.yaml").read_bytes(), b"")


def _decoded(path: Path) -> bytes:
    """Return a file's bytes, with the text that an envelope holds in base64."""
    content = path.read_bytes()
    _start, mark, rest = content.partition(b'"payload":"')
    return content + (base64.b64decode(rest.partition(b'"')[0]) if mark else b"")


def test_every_engine_finds_the_same_personal_data(server, spark, tmp_path):
    del spark
    dice = random.Random(7)  # noqa: S311 (a fixed world)
    columns = {
        "id": "BIGINT", "phone": "VARCHAR", "note": "VARCHAR", "birth": "DATE", "price": "DOUBLE",
    }  # fmt: skip
    names = ("田中太郎", "佐藤 花子", "SUZUKI Ichiro", "山田", "注文")
    rows = [
        (
            dice.randrange(10**11, 10**12),
            f"090-{dice.randrange(1000, 9999)}-{dice.randrange(1000, 9999)}",
            dice.choice((
                f"担当: {dice.choice(names)} 電話０３－{dice.randrange(1000, 9999)}－１２３４",
                f"order no. {dice.randrange(10**9)}",
                f"{dice.choice(('a', 'b'))}{dice.randrange(99)}@example.jp",
                "東京都千代田区霞が関3-2-1",
                None,
            )),
            dice.choice((None, "1980-02-29", "2001-12-31")),
            dice.choice((1234.0, 0.5, 4111111111111111.0, None)),
        )
        for _row in range(600)
    ]  # fmt: skip
    file = worlds.parquet(tmp_path / "people.parquet", columns, rows)
    found = {}
    for name, table in (
        ("duckdb", file),
        ("spark", file),
        ("postgres", worlds.postgres(server, "people_found", columns, rows)),
    ):
        with open_engine(name) as engine:
            made = personal_data(engine.source(table))
        found[name] = (
            {value.name: value.value for value in made.values},
            {detail.name: sorted(map(str, detail.rows)) for detail in made.details},
        )
    assert found["duckdb"][0]["hits"] > 600
    assert found["spark"] == found["duckdb"]
    assert found["postgres"] == found["duckdb"]
