# SPDX-License-Identifier: Apache-2.0
"""Packs are read with the place of every mistake, compiled once, and kept beside their files."""

from __future__ import annotations

import json
import os
import typing
from pathlib import Path

import msgspec
import pytest
import rule_worlds as worlds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shirube import rules
from shirube.rules import keeping, packs
from shirube.rules.positions import SCHEMAS
from shirube.terms import rule as records
from shirube.terms.errors import Problem, Problems
from shirube.terms.finding import Outcome
from shirube.terms.subject import SubjectKind

PACK = """\
id: release
title: {ja: 公開, en: Release}
issuer: {ja: 発行者, en: Issuer}
version: "1"
instrument_url: https://example.com/release
from: 2026-01-01
binding: {ja: 任意です。, en: Voluntary.}
facts:
  - {id: heading, title: {ja: 見出し, en: Head}, provision: {ja: 附則, en: Annex}, from: 2026-02-01}
"""
RULE = """\
title: {ja: 題, en: Title}
expectation: {ja: 期待します。, en: It is expected.}
citations:
  - {instrument: {ja: 規程, en: Code}, provision: {ja: 第1条, en: Art. 1}, url: https://example.com/1}
addressee: operator
footing: own-policy
status: in-force
confidence: high
from: 2026-01-01
subject: dataset
applies: dataset.route = 'open'
evidence: {measure: gauge, arguments: {floor: 5}}
over: every
shown: gauge.k >= value.limit
values:
  limit:
    2026-01-01: {value: 3, footing: own-policy, reason: {ja: 理由, en: Reason}}
    2026-06-01: {value: 5, footing: own-policy, reason: {ja: 理由, en: Reason}}
lifetime: 180 days
next_step: {ja: 測ってください。, en: Measure it.}
effort: days
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with one pack of one rule, and no shipped packs."""
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    monkeypatch.setattr(packs, "SHIPPED", shipped)
    monkeypatch.delenv(packs.VARIABLE, raising=False)
    packs.document_kinds.cache_clear()
    folder = tmp_path / "own" / "release"
    (folder / "small_classes").mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK, encoding="utf-8")
    (folder / "small_classes" / "rule.yaml").write_text(RULE, encoding="utf-8")
    return tmp_path / "own"


def _load(home: Path) -> tuple[records.Pack, ...]:
    return rules.load([home], worlds.VOCABULARY)


def test_a_pack_is_read_whole(home: Path) -> None:
    (pack,) = _load(home)
    (rule,) = pack.rules
    assert rule.ref == "release/small_classes"
    assert rule.file == "release/small_classes/rule.yaml"
    assert rule.lifetime_days == 180
    assert rule.wanted == records.Wanted(kind="measurement", source="gauge", arguments={"floor": 5})
    assert [value.value for value in rule.values["limit"]] == [3, 5]
    assert rule.shown_tree == (">=", ("name", "gauge.k"), ("name", "value.limit"))
    assert [fact.id for fact in pack.facts] == ["heading"]
    assert pack.sha256 == rules.pack_digest(rules.pack_files(home / "release"))


@pytest.mark.parametrize(
    ("line", "instead", "place", "found"),
    [
        # old line -> new line; where it is told; what is told
        ("effort: days", "efort: days", "rule.yaml:21 (efort)", "“efort” is not known"),
        ("effort: days", "effort: long", "rule.yaml:21 (effort)", "not one of the allowed words"),
        ("title: {ja: 題, en: Title}", "title: {ja: 題}", "rule.yaml:1 (title)", "“en” is missing"),
        (
            "title: {ja: 題, en: Title}",
            "title: {ja: 題, en: ' '}",
            ":1 (title.en)",
            "text is empty",
        ),
        ("lifetime: 180 days", "lifetime: half a year", ":19 (lifetime)", "half a year"),
        ("from: 2026-01-01", "from: 2026-02-31", ":9 (from)", "not a date"),
        ("from: 2026-01-01", "from: 2025-12-31", ":9 (from)", "before its instrument"),
        ("from: 2026-01-01", "from: 2026-01-01\nuntil: 2026-01-01", ":10 (until)", "ends before"),
        ("status: in-force", "status: superseded", ":7 (status)", "needs the date"),
        (
            "shown: gauge.k >= value.limit",
            "shown: gauge.q >= value.limit",
            ":14 (shown)",
            "gauge.q",
        ),
        ("shown: gauge.k >= value.limit", "shown: value.limit > 1", ":14 (shown)", "does not look"),
        ("shown: gauge.k >= value.limit", "shown: gauge.k >= 5", ":16 (values.limit)", "not used"),
        ("applies: dataset.route = 'open'", "applies: gauge.k > 1", ":11 (applies)", "gauge.k"),
        ("    2026-01-01: {value: 3", "    2026-03-01: {value: 3", "(values.limit)", "no value on"),
        (
            "    2026-01-01: {value: 3",
            "    2026-01-01: {value: a",
            "(values.limit)",
            "differ in type",
        ),
        ("    2026-01-01: {value: 3", "    2026-01-01: {value: .inf", "2026-01-01.value)", "NaN"),
        (
            "    2026-01-01: {value: 3",
            "    always: {value: 3",
            ":17 (values.limit.always)",
            "not a date",
        ),
        ("    2026-01-01: {", "    limit: {", ":17 (values.limit.limit)", "“limit” is not a date"),
        ("over: every", "over: any", ":13 (over)", "for documents only"),
        (
            "evidence: {measure: gauge, arguments: {floor: 5}}",
            "evidence: {measure: gouge}",
            ":12 (evidence.measure)",
            "no measure named “gouge”",
        ),
        (
            "evidence: {measure: gauge, arguments: {floor: 5}}",
            "evidence: {measure: gauge, document: policy}",
            ":12 (evidence)",
            "Name one of",
        ),
        ("effort: days", "effort: days\neffort: hours", "rule.yaml:22", "not valid YAML"),
        ("effort: days", "effort: [", "rule.yaml", "not valid YAML"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_key(
    home: Path, line: str, instead: str, place: str, found: str
) -> None:
    file = home / "release" / "small_classes" / "rule.yaml"
    assert line in RULE
    file.write_text(RULE.replace(line, instead, 1), encoding="utf-8")
    with pytest.raises(Problems) as error:
        _load(home)
    told = [str(problem) for problem in error.value.problems]
    assert any(place in text and found in text for text in told), told


def test_citations_and_dates_of_values_cannot_be_left_out(home: Path) -> None:
    file = home / "release" / "small_classes" / "rule.yaml"
    start, end = RULE.index("citations:"), RULE.index("addressee:")
    file.write_text(RULE[:start] + RULE[end:], encoding="utf-8")
    with pytest.raises(Problems, match="citations"):
        _load(home)


GOALS = """\
goal_tree:
  source: {ja: 道具, en: A tool}
  url: https://example.com/tool
  on: 2026-04-16
  automatic: 0.5
  parts:
    - {title: {ja: 甲, en: One}, goals: 2, weight: 0.7}
    - {title: {ja: 乙, en: Two}, goals: 1, weight: 0.3}
"""


def test_a_goal_tree_is_read_and_its_weights_make_a_whole(home: Path) -> None:
    file = home / "release" / "small_classes" / "rule.yaml"
    file.write_text(RULE + GOALS, encoding="utf-8")
    tree = rules.load_pack(home / "release", worlds.VOCABULARY).rules[0].goal_tree
    assert tree is not None
    assert [(part.title.en, part.goals, part.weight) for part in tree.parts] == [
        ("One", 2, 0.7),
        ("Two", 1, 0.3),
    ]
    file.write_text(RULE + GOALS.replace("0.3", "0.2"), encoding="utf-8")
    with pytest.raises(Problems) as found:
        rules.load_pack(home / "release", worlds.VOCABULARY)
    (problem,) = found.value.problems
    assert "add up to 0.9, not to 1" in problem.found
    assert str(problem.where).endswith("rule.yaml:27 (goal_tree.parts)")


def test_all_mistakes_are_told_at_once(home: Path) -> None:
    file = home / "release" / "small_classes" / "rule.yaml"
    wrong = RULE.replace("dataset.route = 'open'", "dataset.rout = 1").replace("gauge.k >=", "1 >=")
    file.write_text(wrong.replace("over: every", "over: any"), encoding="utf-8")
    with pytest.raises(Problems) as error:
        _load(home)
    assert len(error.value.problems) == 2


def test_the_pack_id_is_the_folder_name(home: Path) -> None:
    (home / "release").rename(home / "other")
    with pytest.raises(Problems, match="not the folder's name"):
        _load(home)


def test_a_file_that_is_not_utf8_is_said_so(home: Path) -> None:
    file = home / "release" / "small_classes" / "rule.yaml"
    file.write_bytes(RULE.encode("cp932"))
    with pytest.raises(Problems, match="UTF-8"):
        _load(home)


def test_two_packs_of_one_id_are_refused(home: Path, tmp_path: Path) -> None:
    twin = tmp_path / "more" / "release"
    twin.mkdir(parents=True)
    (twin / "pack.yaml").write_text(PACK, encoding="utf-8")
    with pytest.raises(Problems, match="already given"):
        rules.load([home, tmp_path / "more"], worlds.VOCABULARY)


def test_packs_are_found_through_the_environment(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(packs.VARIABLE, os.pathsep.join([str(home / "release")]))
    assert [pack.id for pack in rules.load(None, worlds.VOCABULARY)] == ["release"]
    monkeypatch.setenv(packs.VARIABLE, str(home / "nowhere"))
    with pytest.raises(Problem, match="does not exist"):
        rules.load(None, worlds.VOCABULARY)


def test_a_second_load_reads_no_yaml(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = _load(home)
    assert (packs.copies(home / "release") / keeping.FILE).is_file()

    def refuse(*_given: object) -> None:
        raise AssertionError("YAML was read")

    monkeypatch.setattr(packs, "compile_rule", refuse)
    assert _load(home) == first


@pytest.mark.parametrize("damage", ["", "{}", "not json", "flip"])
def test_a_broken_copy_is_made_anew_in_silence(home: Path, damage: str) -> None:
    first = _load(home)
    file = packs.copies(home / "release") / keeping.FILE
    whole = file.read_text(encoding="utf-8")
    # The flip makes the floor of 3 a floor of 1 in the compiled copy only.
    flipped = whole.replace('\\"value\\":3', '\\"value\\":1')
    assert flipped != whole
    file.write_text(flipped if damage == "flip" else damage, encoding="utf-8")
    assert _load(home) == first
    assert file.read_text(encoding="utf-8") == whole


def test_a_stale_copy_is_made_anew(home: Path) -> None:
    (old,) = _load(home)
    file = home / "release" / "small_classes" / "rule.yaml"
    file.write_text(RULE.replace("value: 5", "value: 7"), encoding="utf-8")
    (new,) = _load(home)
    assert new.rules[0].values["limit"][1].value == 7
    assert new.sha256 != old.sha256


def test_a_copy_made_for_other_names_is_not_used(home: Path) -> None:
    _load(home)
    fewer = msgspec.structs.replace(worlds.VOCABULARY, sources={})
    with pytest.raises(Problems, match="no measure named"):
        rules.load([home], fewer)


def test_a_folder_that_cannot_be_written_does_without(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object, **_named: object) -> None:
        raise PermissionError

    monkeypatch.setattr(keeping.tempfile, "mkstemp", refuse)
    assert [pack.id for pack in _load(home)] == ["release"]
    assert sorted(path.name for path in (home / "release").iterdir()) == [
        "pack.yaml",
        "small_classes",
    ]


def test_the_schemas_know_the_same_words_as_the_records() -> None:
    rule = json.loads((SCHEMAS / "rule.schema.json").read_text(encoding="utf-8"))["properties"]
    defined = json.loads((SCHEMAS / "rule.schema.json").read_text(encoding="utf-8"))["$defs"]
    cases = json.loads((SCHEMAS / "cases.schema.json").read_text(encoding="utf-8"))
    assert tuple(rule["addressee"]["enum"]) == typing.get_args(records.Addressee)
    assert tuple(rule["status"]["enum"]) == typing.get_args(records.Status)
    assert tuple(rule["confidence"]["enum"]) == typing.get_args(records.Confidence)
    assert tuple(rule["effort"]["enum"]) == typing.get_args(records.Effort)
    assert tuple(rule["subject"]["enum"]) == typing.get_args(SubjectKind)
    assert tuple(defined["footing"]["enum"]) == typing.get_args(records.Footing)
    outcomes = set(cases["items"]["properties"]["outcome"]["enum"])
    assert outcomes == {outcome.value for outcome in Outcome} - {"explained"}


def test_a_folder_without_packs_is_a_mistake(home: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(Problem, match="holds no rule pack"):
        rules.load([tmp_path / "empty"], worlds.VOCABULARY)
    assert [pack.id for pack in _load(home / "release")] == ["release"]


@pytest.mark.parametrize(
    "odd",
    ["a: !!omap [x: 1]", "<<: {a: 1}", "a: &b {c: 1}\nd: {<<: *b}", "a: !!bool x", "a: !!int x",
     "a: !x b", "a: &x [*x]", "? [1, 2]\n: 3", "a: " + "9" * 5000, "[" * 3000, "",
     "a: \x01", "null: 1"],
)  # fmt: skip
def test_odd_yaml_is_refused_in_words(home: Path, odd: str) -> None:
    (home / "release" / "small_classes" / "rule.yaml").write_text(odd, encoding="utf-8")
    with pytest.raises(Problems):
        _load(home)


@given(data=st.data())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_damaged_file_is_read_or_refused_in_words(home: Path, data: st.DataObject) -> None:
    lines = RULE.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    damage = data.draw(
        st.sampled_from(["drop", "twice", "null", "list", "number", "sign", "indent"])
    )
    key = lines[at].partition(":")[0]
    lines[at : at + 1] = {
        "drop": [],
        "twice": [lines[at], lines[at]],
        "null": [f"{key}:"],
        "list": [f"{key}: [1, {{a: b}}]"],
        "number": [f"{key}: 1e999"],
        "sign": [
            lines[at].replace(
                ":", data.draw(st.sampled_from(["", ": &a", ": *a", ": !x", ": @"])), 1
            )
        ],
        "indent": ["   " + lines[at]],
    }[damage]
    file = home / "release" / "small_classes" / "rule.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")
    try:
        pack = rules.compile_pack(home / "release", worlds.VOCABULARY)
    except Problems as error:
        assert all(str(problem).startswith(str(file)) for problem in error.problems)
    else:
        assert pack.rules
