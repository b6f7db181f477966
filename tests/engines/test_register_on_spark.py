# SPDX-License-Identifier: Apache-2.0
"""A change of rules tried in Spark moves the same subjects as in DuckDB."""

from __future__ import annotations

import datetime as dt
import random
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
import rule_worlds as worlds

from shirube import assessment
from shirube.terms.fact import FactRow, Facts, Profile
from shirube.terms.manifest import Explanation
from shirube.terms.rule import Pack, Wanted
from shirube.terms.subject import Subject

BY = ("dataset.route", "dataset.personal")
GAUGE = Wanted(kind="measurement", source="gauge")
POLICY = Wanted(kind="document", source="policy")
MANIFEST = Wanted(kind="manifest", source="manifest")


def pack(limit: int) -> Pack:
    """Return rules over every kind of evidence; only their thresholds differ."""
    fixed = Wanted(kind="measurement", source="gauge", arguments={"floor": 5})
    return worlds.pack(
        worlds.rule("gauge.k >= value.limit", id="every", limit=limit, lifetime_days=40),
        worlds.rule("gauge.k * 2 <= value.limit", id="fixed", limit=limit, wanted=fixed),
        worlds.rule("gauge.worst = dataset.route or gauge.k > value.limit", id="beside",
                    limit=limit, applies="dataset.personal is null or dataset.size > 1"),
        worlds.rule("dataset.size >= value.limit and dataset.route <> 'it''s'", id="manifest",
                    limit=limit, wanted=MANIFEST, applies="dataset.personal"),
        worlds.rule("document.present or dataset.size < value.limit", id="paper", over="any",
                    limit=limit, wanted=POLICY),
    )  # fmt: skip


def drawn(subjects: int) -> Facts:
    draw = random.Random(4)  # noqa: S311 (a register that is the same each time)
    own = [Subject("dataset", f"d{number:03}") for number in range(subjects)]
    size = (None, 0, 1, 4, 6, 8, float("nan"))
    profiles = tuple(
        Profile(
            subject=subject,
            facts={
                "dataset.route": draw.choice([None, "a", "it's"]),
                "dataset.personal": draw.choice([None, True, False]),
                "dataset.size": draw.choice(size),
            },
        )
        for subject in own
    )
    rows = tuple(_run(draw, index, draw.choice(own[1:])) for index in range(3 * subjects))
    explanations = tuple(
        Explanation(
            rule="p/every", subject=subject, reason=worlds.WORDS, author="Sato",
            date=dt.date(2026, 10, 1), expires=dt.date(2027, 10, 1),
        )
        for subject in own[:: 4]
    )  # fmt: skip
    return Facts(profiles=profiles, rows=rows, explanations=explanations)


def _run(draw: random.Random, index: int, subject: Subject) -> FactRow:
    document = draw.random() < 0.3
    values = (
        {"present": draw.choice([None, True, False])}
        if document
        else {"k": draw.choice([None, 2, 3, 5, 6, 9]), "worst": draw.choice([None, "a", "it's"])}
    )
    return worlds.run(
        index, draw.choice("mn"), subject, values=values,
        kind="document" if document else "measurement",
        source="policy" if document else "gauge",
        arguments={} if document else draw.choice([{}, {"floor": 5}, {"floor": 5.0, "by": ["x"]}]),
        date=dt.date(2026, 9, 1) + dt.timedelta(days=draw.randrange(70)),
        expires=draw.choice([None, dt.date(2026, 10, 20)]),
        withdrawn=draw.choice(["", "", "mistake"]),
        failure=draw.choice(["", "", "no such column"]),
        declared=draw.random() < 0.7,
    )  # fmt: skip


@pytest.mark.full
@pytest.mark.enable_socket
def test_spark_moves_whom_duckdb_moves(spark: object, tmp_path: Path) -> None:
    from shirube.assessment.register_spark import SparkRegister

    with duckdb.connect() as connection:
        assessment.load_register(connection, [drawn(60)], worlds.VOCABULARY)
        assessment.write_register(connection, tmp_path / "register")
    with duckdb.connect() as connection:
        assessment.open_register(connection, tmp_path / "register", worlds.VOCABULARY)
        register = assessment.DuckDBRegister(connection)
        expected = assessment.try_pack(register, pack(4), pack(6), worlds.ON, BY)
    with closing(SparkRegister(tmp_path / "register", worlds.VOCABULARY)) as there:
        found = assessment.try_pack(there, pack(4), pack(6), worlds.ON, BY)
    assert found == expected
    # Every rule has somebody who moves, or the comparison would say little.
    assert {move.rule for move in found.moves} == {rule.ref for rule in pack(4).rules}
