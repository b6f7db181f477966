# SPDX-License-Identifier: Apache-2.0
"""From a table and hierarchies to a release and its record, and what is wrong is said."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import random
import stat
from collections import Counter

import msgspec
import pytest

from shirube.api import operator
from shirube.deidentification import search as search_module
from shirube.terms.deidentification import Diversity, Presence, Requirement, Wish
from shirube.terms.errors import Problem, Problems
from shirube.terms.release import Limits

_CITIES = "那覇市;沖縄県;*\n浦添市;沖縄県;*\n札幌市;北海道;*\n"


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(tmp_path / "keys"))
    drawn = random.Random(4)  # noqa: S311 - a table, not a secret
    folder = tmp_path / "hierarchies"
    folder.mkdir()
    (folder / "city.csv").write_text(_CITIES, encoding="utf-8")
    ages = "".join(f"{n};{n // 10 * 10}-;*\n" for n in range(20, 70))
    (folder / "age.csv").write_text(ages, encoding="utf-8")
    cities = ["那覇市", "浦添市", "札幌市"]
    lines = ["id,city,age,ill"]
    lines += [
        f"{n},{drawn.choice(cities)},{drawn.randint(20, 69)},{drawn.choice('yn')}"
        for n in range(300)
    ]
    table = tmp_path / "people.csv"
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return table, folder, tmp_path / "out.csv"


def _rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_release_satisfies_what_was_asked_and_its_record_binds_it(world) -> None:
    table, folder, out = world
    requirement = Requirement(
        k=7, suppression_limit=0.05, diversities=(Diversity("ill", "distinct", 2),)
    )
    wish = Wish(requirement=requirement, sensitive=("ill",), dropped=("id",), target="ill")
    made = operator.deidentify(table, folder, out, wish)
    rows = _rows(out)
    classes = Counter((row["city"], row["age"]) for row in rows)
    assert min(classes.values()) >= 7
    assert len(rows) == made.released_rows == 300 - made.suppressed_records
    assert made.suppressed_records <= 15
    assert all(
        {row["ill"] for row in rows if (row["city"], row["age"]) == key} == {"y", "n"}
        for key in classes
    )
    listed = [tuple(row.values()) for row in rows]
    assert listed != sorted(listed)  # an order by the columns would pass for one of the source
    record = json.loads((out.parent / "out.csv.record.json").read_text(encoding="utf-8"))
    assert record["out_sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert record["table_sha256"] == hashlib.sha256(table.read_bytes()).hexdigest()
    assert set(record["hierarchies"]) == {"city", "age"}
    assert [each["number"] for each in record["standards"]] == [1, 2, 3, 4, 5]
    assert all(each["measured"] for each in record["standards"])
    assert stat.S_IMODE((out.parent / "out.csv.record.json").stat().st_mode) == 0o600
    assert made.proven_optimal
    assert made.record.model is not None
    assert made.record.model.target == "ill"


def test_the_record_never_says_that_the_table_is_anonymised_information(world) -> None:
    table, folder, out = world
    operator.deidentify(table, folder, out, Wish(requirement=Requirement(k=5)))
    text = (out.parent / "out.csv.record.json").read_text(encoding="utf-8")
    assert (
        text.count("匿名加工情報") == text.count("匿名加工情報に当たるかどうかは法律上の問題") == 1
    )
    assert text.count("anonymised") == text.count("Whether the result is anonymised") == 1


@pytest.mark.full
def test_what_was_written_is_held_against_its_source(world) -> None:
    # id has no hierarchy and is kept: 300 codes of the source, each in one row, from 0 to 299.
    table, folder, out = world
    wish = Wish(requirement=Requirement(k=5), sensitive=("ill",))
    told = {
        one.number: one for one in operator.deidentify(table, folder, out, wish).record.standards
    }
    linked = "Columns of the result that hold codes of the source: id."
    assert linked in {sentence.en for sentence in told[3].measured}
    ends = "Columns whose smallest or largest number or date few released rows have: id."
    assert ends in {sentence.en for sentence in told[4].measured}
    without = msgspec.structs.replace(wish, dropped=("id",))
    clean = operator.deidentify(table, folder, out.with_name("clean.csv"), without).record
    measured = {sentence.en for one in clean.standards for sentence in one.measured}
    assert "No column of the result holds codes of the source." in measured
    assert "No smallest or largest number or date belongs to few released rows." in measured
    assert "Names, addresses and dates of birth found in the result: 0." in measured


@pytest.mark.parametrize(
    ("requirement", "said"),
    [
        (Requirement(k=2, presence=Presence(0.9, 0.1)), "above the upper one"),
        (Requirement(k=2, diversities=(Diversity("ill", "recursive", 2, -3.0),)), "Recursive"),
        (Requirement(k=2, diversities=(Diversity("ill", "recursive", 1, 3.0),)), "Recursive"),
        (Requirement(k=2, diversities=(Diversity("ill", "recursive", 2.5, 3.0),)), "Recursive"),
    ],
)
def test_limits_that_mean_nothing_are_named_by_their_option(world, requirement, said) -> None:
    table, folder, out = world
    with pytest.raises(Problems, match=said):
        operator.deidentify(table, folder, out, Wish(requirement=requirement))


def test_a_hierarchy_of_no_column_is_told(world) -> None:
    table, folder, out = world
    (folder / "Age.csv").write_text("1;*\n", encoding="utf-8")  # the column is called age
    notes = operator.deidentify(table, folder, out, Wish(requirement=Requirement(k=2))).record.notes
    assert any(note.en.endswith("were not used: Age.") for note in notes)


def test_tokens_have_a_key_of_their_own_or_one_that_links_releases(world, tmp_path) -> None:
    table, folder, out = world
    name = "study"
    wish = Wish(requirement=Requirement(k=5), tokens=("id",), token_key=name)
    first = operator.deidentify(table, folder, out, wish)
    tokens = [row["id"] for row in _rows(out)]
    assert len(set(tokens)) == 300
    assert all(len(token) == 32 for token in tokens)
    assert stat.S_IMODE((tmp_path / "keys" / "study.token-key").stat().st_mode) == 0o600
    assert "with a new key" in str(first.record.standards[2].done[0])
    second = operator.deidentify(table, folder, out, wish)
    assert [row["id"] for row in _rows(out)] == tokens
    assert "link this result with the earlier ones" in str(second.record.standards[2].done[0])
    assert "id" in str(second.record.standards[2].measured[0])


def test_the_record_knows_the_key_of_the_tokens_by_its_fingerprint_alone(world, tmp_path) -> None:
    table, folder, out = world
    wish = Wish(requirement=Requirement(k=5), tokens=("id",))
    first = operator.deidentify(table, folder, out, wish)
    key = tmp_path / "keys" / f"{first.token_key}.token-key"
    assert first.token_key_file == str(key)
    written = (tmp_path / "out.csv.record.json").read_text(encoding="utf-8")
    assert key.read_text(encoding="ascii").strip() not in written
    used = first.record.token_key
    assert used is not None
    assert used.is_new
    assert used.fingerprint in written
    again = msgspec.structs.replace(wish, token_key=first.token_key)
    second = operator.deidentify(table, folder, tmp_path / "again.csv", again).record.token_key
    assert second is not None
    assert (second.fingerprint, second.is_new) == (used.fingerprint, False)
    other = operator.deidentify(table, folder, tmp_path / "other.csv", wish).record.token_key
    assert other is not None
    assert other.fingerprint != used.fingerprint


def test_a_column_that_was_made_all_alike_has_no_shift_but_a_reason(world) -> None:
    table, folder, out = world
    wish = Wish(requirement=Requirement(k=300), dropped=("id",))  # only the top has one class
    told = {
        each.name: each for each in operator.deidentify(table, folder, out, wish).record.columns
    }
    assert told["city"].distribution_shift is None
    assert "same value" in told["city"].not_compared.en
    assert "quasi-identifier" in told["ill"].not_compared.en


def test_a_csv_stays_in_the_encoding_of_its_table_with_its_line_ends(world, tmp_path) -> None:
    table, folder, out = world
    wish = Wish(requirement=Requirement(k=5), dropped=("id",))
    plain = operator.deidentify(table, folder, tmp_path / "plain.csv", wish)
    text = (tmp_path / "plain.csv").read_text(encoding="utf-8")
    for encoding, line_end, mark in (("cp932", "\r\n", b""), ("utf-8", "\n", b"\xef\xbb\xbf")):
        lines = table.read_text(encoding="utf-8").replace("\n", line_end)
        other = tmp_path / f"{encoding}.csv"
        other.write_bytes(mark + lines.encode(encoding))
        made = operator.deidentify(other, folder, out, wish)
        assert out.read_bytes() == mark + text.replace("\n", line_end).encode(encoding)
        assert made.transformation == plain.transformation


def test_a_label_that_the_encoding_does_not_have_is_refused_before_the_search(world) -> None:
    table, folder, out = world
    (folder / "city.csv").write_text(_CITIES.replace("北海道", "北海道➀"), encoding="utf-8")
    wish = Wish(requirement=Requirement(k=5), dropped=("id",), encoding="cp932")
    with pytest.raises(Problem) as raised:
        operator.deidentify(table, folder, out, wish)
    assert "U+2780" in str(raised.value)
    assert "city.csv" in str(raised.value)
    assert not out.exists()
    operator.deidentify(table, folder, out, msgspec.structs.replace(wish, encoding="utf-16"))
    assert out.read_text(encoding="utf-16").startswith("city,age,ill")


def test_limits_are_applied_and_a_packed_table_is_read(world, tmp_path) -> None:
    table, folder, out = world
    packed = tmp_path / "people.csv.gz"
    packed.write_bytes(gzip.compress(table.read_bytes()))
    wish = Wish(
        requirement=Requirement(k=1),
        limits={"age": Limits(bottom="30", top="60")},
        quasi_identifiers=("age",),
    )
    made = operator.deidentify(packed, folder, out, wish)
    ages = {int(row["age"]) for row in _rows(out)}
    assert (min(ages), max(ages)) == (30, 60)
    assert made.transformation == (0,)
    assert "city" in str(made.record.standards[0].remains[0])


@pytest.mark.full
def test_presence_needs_its_population(world, tmp_path) -> None:
    table, folder, out = world
    people = tmp_path / "everybody.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    people.write_text("\n".join([*lines, *lines[1:]]) + "\n", encoding="utf-8")
    requirement = Requirement(k=2, presence=Presence(0.4, 0.6))
    made = operator.deidentify(table, folder, out, Wish(requirement=requirement), population=people)
    assert made.proven_optimal
    with pytest.raises(Problem, match="both its limits and a population"):
        operator.deidentify(table, folder, out, Wish(requirement=requirement))


def test_an_interrupted_search_still_releases_what_it_has(world, monkeypatch) -> None:
    table, folder, out = world
    counted = []
    count = search_module.Search._count

    def _interrupted(self, levels):
        counted.append(levels)
        if len(counted) == 2:
            raise KeyboardInterrupt
        return count(self, levels)

    monkeypatch.setattr(search_module.Search, "_count", _interrupted)
    made = operator.deidentify(table, folder, out, Wish(requirement=Requirement(k=5)))
    assert not made.proven_optimal
    assert made.record.solution.certificate.stopped == "interrupted"
    assert {row["age"] for row in _rows(out)} == {"*"}


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish(requirement=Requirement(k=301)), "k is 301, but the table has 300 rows"),
        (Wish(requirement=Requirement(k=2), dropped=("wage",)), "no column wage"),
        (
            Wish(requirement=Requirement(k=2), quasi_identifiers=("age",), dropped=("age",)),
            "age cannot be a quasi-identifier at the same time",
        ),
        (
            Wish(requirement=Requirement(k=2), quasi_identifiers=("id",)),
            "Even at the highest level",
        ),
        (Wish(requirement=Requirement(k=2), target="id"), "id has 300 different values"),
    ],
)
def test_a_wish_that_cannot_be_met_is_said(world, wish, said) -> None:
    table, folder, out = world
    with pytest.raises(Problem, match=said):
        operator.deidentify(table, folder, out, wish)
    assert not out.exists()


def test_the_table_is_never_overwritten_and_the_format_must_be_told(world) -> None:
    table, folder, out = world
    wish = Wish(requirement=Requirement(k=2))
    with pytest.raises(Problem, match="would overwrite the table"):
        operator.deidentify(table, folder, table, wish)
    with pytest.raises(Problem, match="does not tell a format"):
        operator.deidentify(table, folder, out.with_suffix(".xlsx"), wish)
    with pytest.raises(Problem, match="There is no folder"):
        operator.deidentify(table, folder, out.parent / "no" / "out.csv", wish)


@pytest.mark.full
def test_proposed_hierarchies_can_be_used_at_once_and_are_never_overwritten(world) -> None:
    table, _folder, out = world
    folder = out.parent / "proposed"
    made = operator.propose_hierarchies(table, folder)
    kinds = {each.column: each.kind for each in made.proposals}
    assert kinds == {"id": "number", "city": "category", "age": "age", "ill": "category"}
    wish = Wish(
        requirement=Requirement(k=5),
        quasi_identifiers=("age", "city"),
        sensitive=("ill",),
    )
    assert operator.deidentify(table, folder, out, wish).proven_optimal
    again = operator.propose_hierarchies(table, folder)
    assert all(each.kept and not each.file for each in again.proposals)
