# SPDX-License-Identifier: Apache-2.0
"""One suite over the engines: equal tables have cells of equal digests, whoever counts them."""

from __future__ import annotations

import datetime as dt
import math
import random
import struct
from collections import Counter
from decimal import Decimal

import numpy as np
import pytest
import worlds
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shirube.engines import buckets, open_engine
from shirube.engines.digest import digest_of
from shirube.terms.errors import Problem
from shirube.terms.source import Source, Table

# Spark's driver and Python talk through a socket of this machine.
pytestmark = [
    pytest.mark.full,
    pytest.mark.enable_socket,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
ENGINES = ("postgres", "spark")

COLUMNS = {
    "x": "DOUBLE",
    "small": "FLOAT",
    "amount": "DECIMAL(38,10)",
    "price": "DECIMAL(9,2)",
    "whole": "BIGINT",
    "t": "VARCHAR",
    "many": "VARCHAR",
    "b": "BOOLEAN",
    "day": "DATE",
    "at": "TIMESTAMP",
    "moment": "TIMESTAMPTZ",
    "clock": "TIME",
    "p": "INTEGER",
    "label": "BOOLEAN",
    "score": "DOUBLE",
    "score32": "FLOAT",
}
TEXTS = (
    None, "", " ", "a", "A", "a ", "ａ", "123", "１２３", "０９０－１２３４－５６７８", "が",
    "か\u3099", "é", "e\u0301", "𠮷野家", "\\", "'", '"', "%", "#ab", "1e5", "NaN", "田中 太郎",
    "a@b.example",
)  # fmt: skip
LONG = (Decimal(12345678901234567890), Decimal(12345678901234567891), Decimal(2**53 + 1))
JAPAN = dt.timezone(dt.timedelta(hours=9))


def single(number: float) -> float:
    """Return the nearest float of 32 bits."""
    return struct.unpack("f", struct.pack("f", number))[0]


def numbers() -> list[float | None]:
    """Return what lies at edges: of buckets, of doubles, of what a double is."""
    edges = [buckets.edge(step) for step in range(-120, 120, 4)]
    around = [math.nextafter(edge, -math.inf) for edge in edges]
    odd = [0.0, -0.0, math.nan, math.inf, -math.inf, 5e-324, buckets.SMALLEST, buckets.LARGEST]
    odd += [-buckets.LARGEST, 0.1, 1e-5, 1e15, 1e16, 1e22, 1234567890123456.5, 2.0**53 + 2]
    return [*edges, *around, *(-edge for edge in edges), *odd, None]


def rows() -> list[tuple[object, ...]]:
    """Return a world of edges: every number with every other kind of value, thrice, shuffled."""
    dice = random.Random(20261122)  # noqa: S311 (a fixed world)
    days = (dt.date(2026, 1, 1), dt.date(1969, 12, 31), dt.date(1, 1, 1), dt.date(9999, 12, 31))
    midnight = dt.datetime(2026, 1, 1, 15, tzinfo=dt.UTC)  # begins the 2nd in Japan
    moments = (midnight, midnight - dt.timedelta(microseconds=1), midnight.astimezone(JAPAN), None)
    wholes = (2**53 + 1, 2**63 - 1, -(2**63), 0, 5, -7, 12345678901234567, None)
    shares = (0.0, 1.0, 0.7, 0.1, 0.5, 0.3, 1 - 2**-53, 2**-41, 3 * 2**-41, 5 * 2**-41)
    made = []
    for n, x in enumerate(numbers() * 3):
        amount = Decimal(dice.randrange(-(10**27), 10**27) // 10 ** dice.randrange(28)).scaleb(-10)
        made.append((
            x,
            dice.choice((single(0.1), single(0.7), 1e10, -0.0, 0.0, 16777216.0, None)),
            dice.choice((amount, None, *LONG)),
            Decimal(dice.randrange(500)).scaleb(-2),
            dice.choice(wholes),
            dice.choice(TEXTS),
            f"n{n * 7919 % 1100}-{n}",
            dice.choice((True, False, None)),
            dice.choice((*days, None)),
            dice.choice((dt.datetime(2026, 1, 1, 23, 59, 59, 500000), None)),
            dice.choice(moments),
            dice.choice((dt.time(1, 2, 3), dt.time(23, 59, 59, 250000), None)),
            dice.choice((0, 1, None)),
            dice.choice((True, False)),
            dice.choice(shares),
            single(dice.choice((0.1, 0.3, 0.7, 0.9))),
        ))  # fmt: skip
    made += [(*row[:6], f"m{n}", *row[7:]) for n, row in enumerate(made)]
    dice.shuffle(made)
    return made


@pytest.fixture(scope="module")
def tables(tmp_path_factory, server):
    """Write the world once for every engine."""
    world = rows()
    file = worlds.parquet(tmp_path_factory.mktemp("worlds") / "world.parquet", COLUMNS, world)
    # The order of the rows is another one, since it must not matter.
    return {
        "duckdb": file,
        "spark": file,
        "postgres": worlds.postgres(server, "world", COLUMNS, world[::-1]),
    }


@pytest.fixture(scope="module")
def counting(request, tables):
    """Return the source of the world on one engine, and on DuckDB."""
    with open_engine("duckdb", threads=1) as here:
        opened: dict[str, Source] = {"duckdb": here.source(tables["duckdb"])}
        engines = []

        def source(name: str) -> Source:
            if name not in opened:
                if name == "spark":
                    request.getfixturevalue("spark")
                engines.append(open_engine(name))
                opened[name] = engines[-1].source(tables[name])
            return opened[name]

        yield source
        for engine in engines:
            engine.close()


OTHERS = [name for name in COLUMNS if name not in {"p", "label", "score", "score32"}]
SHAPES = {
    "classes with digests": lambda it: it.class_cells(
        ["x", "amount"], ["moment", "t"], digest_key="k"
    ),
    "profiles": lambda it: it.class_profiles(["day"], ["b", "t"], digest_key="k"),
    "classes": lambda it: it.class_cells(["x", "small", "clock"], ["b", "at"], codes=True),
    "subsets": lambda it: it.subset_cells(["t", "b", "day"], most=2),
    "groups": lambda it: it.group_cells(
        ["t", "b", "x", "small", "price", "day", "at", "moment", "clock"],
        prediction="p",
        label="label",
        score="score",
    ),
    "groups with a score of 32 bits": lambda it: it.group_cells(
        ["b"], prediction="label", score="score32"
    ),
    "buckets": lambda it: it.bucket_cells(OTHERS),
    "buckets by day": lambda it: it.bucket_cells(["x", "whole", "many"], period="day"),
    "buckets by moment": lambda it: it.bucket_cells(["amount", "t"], period="moment"),
    "buckets by whole number": lambda it: it.bucket_cells(["price", "t"], period="whole"),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("shape", SHAPES)
def test_cells_have_the_same_digest_on_every_engine(counting, engine, shape):
    count = SHAPES[shape]
    assert digest_of(count(counting(engine))) == digest_of(count(counting("duckdb")))


@pytest.mark.parametrize("engine", ENGINES)
def test_records_are_the_same_rows_in_the_same_order(counting, engine):
    wanted = ["x", "small", "amount", "t", "day", "b"]
    there, here = (counting(name).records(wanted, limit=40, seed=7) for name in (engine, "duckdb"))
    assert (there.columns, there.rows, there.labels) == (here.columns, here.rows, here.labels)
    for name, values in here.numbers.items():
        assert np.array_equal(there.numbers[name], values, equal_nan=True), name
    for name, codes in here.codes.items():
        assert there.codes[name].tolist() == codes.tolist(), name


@pytest.mark.parametrize("engine", ENGINES)
def test_all_rows_come_once_as_numbers_and_digests(counting, engine):
    numbers, digests = ["x", "small", "amount", "whole"], OTHERS

    def rows(name):
        blocks = counting(name).rows(numbers, digests, digest_key="k")
        return Counter(
            row
            for block in blocks
            for row in zip(
                *(np.nan_to_num(block.numbers[each], nan=-1).tolist() for each in numbers),
                *(block.digests[each].tolist() for each in digests),
                strict=True,
            )
        )

    assert rows(engine) == rows("duckdb")


@pytest.mark.parametrize("engine", ENGINES)
def test_values_have_the_same_digests_on_every_engine(counting, engine):
    def digests(name):
        found = counting(name).value_digests(list(COLUMNS), digest_key="k")
        return {each.column: (each.rows, each.digests.tolist()) for each in found}

    assert digests(engine) == digests("duckdb")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("digits", [0, 4])
def test_the_same_cells_pass_the_gate(counting, engine, digits):
    there, here = (
        Counter(
            (batch.column, text)
            for batch in counting(name).texts(digits=digits, words=True)
            for text in batch.text
        )
        for name in (engine, "duckdb")
    )
    assert there == here


@pytest.mark.never(
    ["postgres", "spark"], raises=Problem, reason="bytes, lists and documents have no cells"
)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_list_is_counted(tmp_path, request, engine):
    columns, row = {"list": "INTEGER[]"}, [([1, 2],)]
    if engine == "postgres":
        address = request.getfixturevalue("server")
        table = worlds.postgres(address, "lists", columns, row)
    else:
        request.getfixturevalue("spark")
        table = worlds.parquet(tmp_path / "lists.parquet", columns, row)
    with open_engine(engine) as opened:
        opened.source(table).class_cells(["list"])


@pytest.mark.never(["postgres"], raises=Problem, reason="a server counts its own tables, not files")
@pytest.mark.parametrize("engine", ["duckdb", "postgres", "spark"])
def test_a_csv_file_is_counted(tmp_path, request, engine):
    if engine == "spark":
        request.getfixturevalue("spark")
    file = tmp_path / "t.csv"
    file.write_text("a\n1\n", encoding="utf-8")
    with open_engine(engine) as opened:
        opened.source(Table(dataset="t", files=(str(file),), format="csv")).class_cells(["a"])


@pytest.mark.never(
    ["postgres"], raises=Exception, reason="PostgreSQL's texts cannot hold a NUL character"
)
@pytest.mark.parametrize("engine", ["postgres"])
def test_a_text_with_a_nul_character_is_counted(server, engine):
    worlds.postgres(server, "nul", {"t": "VARCHAR"}, [("a\x00b",)])


drawn = st.lists(
    st.tuples(
        st.one_of(
            st.none(),
            st.floats(),
            st.integers(-20_000, 20_000).map(buckets.edge),
            st.integers(-300, 300).map(lambda step: math.nextafter(buckets.edge(step), -math.inf)),
        ),
        st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)),
        st.one_of(
            st.none(),
            st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6),
        ),
        st.one_of(
            st.none(), st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2100, 1, 1)).map(
                lambda moment: moment.replace(tzinfo=dt.UTC)
            ),
        ),
        st.one_of(
            st.none(),
            st.decimals(
                min_value=-(10**15), max_value=10**15, places=6, allow_nan=False
            ),
        ),
    ),
    min_size=1,
    max_size=30,
)  # fmt: skip


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],  # a table is small enough to be read as it is
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=drawn)
def test_any_table_has_the_same_cells_in_postgresql(tmp_path, server, rows):
    columns = {
        "x": "DOUBLE", "n": "BIGINT", "t": "VARCHAR", "m": "TIMESTAMPTZ", "d": "DECIMAL(22,6)",
    }  # fmt: skip
    listed = list(columns)
    file = worlds.parquet(tmp_path / "t.parquet", columns, rows)
    table = worlds.postgres(server, "drawn", columns, rows[::-1])
    with open_engine(threads=1) as engine:
        here, there = engine.source(file), engine.source(table)
        for count in (
            lambda it: it.class_cells(listed, codes=True),
            lambda it: it.bucket_cells([name for name in listed if name != "m"], period="m"),
            lambda it: it.bucket_cells(["m"]),
        ):
            assert digest_of(count(there)) == digest_of(count(here))


def test_the_digest_of_cells_tells_a_single_row(tmp_path):
    digests = set()
    for n, more in enumerate([[], [(2.0, "b")], [(2.5, "b")], [(2.0, None)]]):
        file = worlds.parquet(
            tmp_path / f"{n}.parquet", {"x": "DOUBLE", "t": "VARCHAR"}, [(1.0, "a"), *more]
        )
        with open_engine(threads=1) as engine:
            source = engine.source(file)
            digests |= {
                digest_of(source.bucket_cells(["x", "t"])),
                digest_of(source.class_cells(["x"], ["t"], digest_key="k")),
            }
    assert len(digests) == 8
