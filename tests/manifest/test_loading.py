# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube import manifest
from shirube.manifest.text import decode
from shirube.terms.errors import Problem, Problems
from shirube.terms.manifest import Manifest, System
from shirube.terms.place import Place
from shirube.terms.subject import Subject
from shirube.terms.text import Text

TODAY = dt.date(2026, 11, 1)


def problems(text: str) -> list[Problem]:
    try:
        manifest.parse(text, "shirube.yaml", today=TODAY)
    except Problems as several:
        return list(several.problems)
    except Problem as problem:
        return [problem]
    return []


def the_problem(text: str) -> Problem:
    found = problems(text)
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0]


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def test_a_manifest_becomes_records(text: str) -> None:
    read = manifest.parse(text, "shirube.yaml", today=TODAY)
    assert read.operator.corporate_number == "7123456789012"
    assert read.models[0].version == "1.10"  # as written, not the number 1.1
    assert read.datasets[0].files == ("data/log.csv",)
    assert read.explanations[0].subject == Subject("system", "credit_screening")
    assert read.documents[0].date == dt.date(2026, 4, 1)
    assert read.measurements[0].arguments == {"attributes": ["SEX"], "prediction": "approved"}


def test_a_document_names_who_signed_it_and_nobody_signs_tomorrow(text: str) -> None:
    signed = "signatories: [{name: Hoshi Hanako, date: 2026-10-01}], date: 2026-04-01}"
    with_signatories = changed(text, "date: 2026-04-01}", signed)
    read = manifest.parse(with_signatories, "shirube.yaml", today=TODAY)
    (signatory,) = read.documents[0].signatories
    assert (signatory.name, signatory.date) == ("Hoshi Hanako", dt.date(2026, 10, 1))
    tomorrow = changed(with_signatories, "date: 2026-10-01}]", "date: 2026-11-02}]")
    assert "lies in the future" in str(the_problem(tomorrow))


def test_unknown_becomes_none_and_is_listed(text: str) -> None:
    read = manifest.parse(text, "shirube.yaml", today=TODAY)
    assert read.systems[0].users_per_month is None
    assert read.unknown == ("systems.credit_screening.users_per_month",)
    assert read.place(read.unknown[0]) == Place(
        "shirube.yaml", 15, "systems.credit_screening.users_per_month"
    )


def test_a_thing_without_a_known_name_is_called_by_its_id() -> None:
    read = manifest.parse(
        "shirube: 1\noperator: {id: a, name: unknown, roles: [unknown]}\n"
        "systems: [{id: s, name: unknown}]\n"
        "datasets: [{id: d, title: unknown, columns: [{name: x, kind: unknown}]}]\n",
        "shirube.yaml",
    )
    assert read.systems == (System(id="s", name=Text("s", "s")),)
    assert read.datasets[0].columns[0].kind is None
    assert read.unknown == (
        "operator.name",
        "operator.roles",
        "systems.s.name",
        "datasets.d.title",
        "datasets.d.columns.x.kind",
    )


def test_lines_stand_under_ids(text: str) -> None:
    lines = manifest.parse(text, "shirube.yaml", today=TODAY).lines
    assert lines["operator.corporate_number"] == 5
    assert lines["systems.credit_screening.risk_record.risks.bias"] == 21
    assert lines["datasets.log.columns.SEX"] == 28
    assert lines["measurements.gaps.arguments.attributes.SEX"] == 40


def test_an_unknown_key_names_its_line_and_the_nearest_key(text: str) -> None:
    problem = the_problem(changed(text, "    sector: finance", "    sectr: finance"))
    assert str(problem) == (
        "shirube.yaml:14 (systems.credit_screening.sectr): There is no key sectr here.\n"
        "  A key that is not known would be passed over in silence.\n"
        "  Did you mean sector?"
    )


def test_a_wrong_check_digit_says_which_one_was_expected(text: str) -> None:
    # 123456789012: S = 74, 74 mod 9 = 2, 9 - 2 = 7.
    problem = the_problem(changed(text, "7123456789012", "1123456789012"))
    assert problem.where == Place("shirube.yaml", 5, "operator.corporate_number")
    assert "would be 7" in str(problem)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("models: [gbm]", "models: [gbn]", 16, "Did you mean gbm?"),
        ("datasets: [log]", "datasets: [lag]", 17, "Did you mean log?"),
        ("training_data: [log]", "training_data: [logs]", 30, "no logs under datasets"),
        ("    dataset: log", "    dataset: table", 38, "no table under datasets"),
        ("    system: credit_screening", "    system: credit", 39, "no credit under systems"),
        ("subject: system:credit_screening", "subject: model:tree", 43, "no tree under models"),
        ("date: 2026-04-01}", "date: 2026-11-02}", 34, "lies in the future"),
        ("decided_on: 2026-04-01", "decided_on: 2027-04-01", 22, "lies in the future"),
        ("date: 2026-04-01}", "date: 2026-02-30}", 34, "not a date of the calendar"),
        ("expires: 2027-03-31", "expires: 2026-10-01", 47, "not after its date"),
        ("  kind: company", "  kind: compny", 6, "Did you mean company?"),
        ("  country: JP", "  country: Japan", 8, "two capital letters"),
        ("    sector: finance", "    sector:", 14, "`unknown` if nobody"),
        ("    sector: finance", "    generative: yes", 14, "Write true or false"),
        ("users_per_month: unknown", "users_per_month: 1,200", 15, "a whole number"),
        ("en: Credit screening}", "english: x}", 13, "one language only"),
        ("id: gbm", "id: G-BM", 30, "snake_case"),
        ("file: docs/policy.md, ", "", 34, "neither a file nor a url"),
        ("file: docs/policy.md, ", "file: a.md, absent: true, ", 34, "declared absent"),
        ("id: cloud", "id: unknown", 32, "An id cannot be unknown"),
        ("files: data/log.csv", "derived_from: [log]", 26, "derived from itself"),
        ("shirube: 1", "shirube: 2", 1, "Choose one of: 1."),
        ("email: ai@example.jp", "email: none", 10, "Write an e-mail address"),
        ("prediction: approved", "prediction: .nan", 40, "not a number"),
        ("    sector: finance", "    sector: !x finance", 14, "The tag !x"),
        ("author: Hoshi Hanako", "author: unknown", 45, "author cannot be unknown"),
        ("files: data/log.csv", "files: unknown", 26, "files cannot be unknown"),
        ("    dataset: log", "    dataset: unknown", 38, "dataset cannot be unknown"),
        ("ja: 速い審査,", "ja: unknown,", 19, "Write `benefits: unknown`"),
        ("ja: 与信審査,", "ja: '　',", 13, "Write the text"),
    ],
)
def test_each_problem_names_its_line(text: str, old: str, new: str, line: int, said: str) -> None:
    changed_text = changed(text, old, new)
    found = [problem for problem in problems(changed_text) if said in str(problem)]
    assert [problem.where.line for problem in found] == [line], [
        str(problem) for problem in problems(changed_text)
    ]


def test_every_problem_comes_in_one_pass(text: str) -> None:
    text = changed(text, "  kind: company", "  kind: compny\n  colour: red")
    text = changed(text, "models: [gbm]", "models: [gbn]")
    assert [problem.where.line for problem in problems(text)] == [6, 7, 17]


def test_an_id_that_is_given_twice_names_both_lines(text: str) -> None:
    text += "  - {rule: a/b, subject: 'system:x'}\n"
    text = changed(text, "  - {id: cloud,", "  - {id: cloud, name: unknown}\n  - {id: cloud,")
    twice = [problem for problem in problems(text) if "already used" in str(problem)]
    assert [str(problem).split("\n")[0] for problem in twice] == [
        "shirube.yaml:33 (suppliers.cloud.id): cloud is already used on line 32."
    ]


def test_a_column_that_is_declared_twice_is_a_problem(text: str) -> None:
    line = "      - {name: SEX, kind: attribute}\n"
    assert "already used on line 28" in str(the_problem(changed(text, line, line * 2)))


def test_a_key_that_stands_twice_names_both_lines(text: str) -> None:
    problem = the_problem(changed(text, "  kind: company", "  kind: company\n  kind: other"))
    assert str(problem).startswith("shirube.yaml:7 (operator.kind): The key kind stands here")
    assert "line 6" in problem.found


def test_expiry_dates_may_lie_in_the_future(text: str) -> None:
    assert problems(changed(text, "date: 2026-04-01}", "expires: 2030-01-01}")) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [1\nb: 2\n", 2),
        ("a: 1\nb: c: d\n", 2),
        ("a: 1\n\tb: 2\n", 2),
        ("a: 1\n---\nb: 2\n", 2),
        ("a: *x\n", 1),
        ("a: 1\nb: \x07\n", 2),
        ("", 1),
        ("# nothing\n", 1),
        ("- a\n", 1),
        ("just words\n", 1),
    ],
)
def test_broken_yaml_names_its_line(text: str, line: int) -> None:
    assert the_problem(text).where.line == line


def test_aliases_that_multiply_are_refused() -> None:
    text = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 9)
    )
    assert "aliases multiply" in str(the_problem(text))


def test_deep_nesting_is_refused() -> None:
    assert "nested too deeply" in str(the_problem("a: " + "[" * 1100 + "]" * 1100))


def test_a_bom_is_accepted(tmp_path: Path, text: str) -> None:
    file = tmp_path / "shirube.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert manifest.load(tmp_path, today=TODAY).operator.id == "hoshi_credit"


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("cp932", "it looks like CP932"),
        ("utf-16", "it looks like UTF-16"),
        ("utf-16-le", "it looks like UTF-16LE"),
        ("utf-16-be", "it looks like UTF-16BE"),
        ("utf-32", "it looks like UTF-32"),
        ("euc_jp", "it looks like EUC-JP"),
        ("iso2022_jp", "it looks like ISO-2022-JP"),
    ],
)
def test_another_encoding_is_named_and_how_to_convert_it(
    tmp_path: Path, text: str, encoding: str, said: str
) -> None:
    file = tmp_path / "shirube.yaml"
    file.write_bytes(text.encode(encoding))
    with pytest.raises(Problem) as caught:
        manifest.load(file, today=TODAY)
    assert said in str(caught.value)
    assert "iconv -f" in str(caught.value)


def test_cp932_names_the_first_line_that_is_not_utf_8(tmp_path: Path, text: str) -> None:
    (tmp_path / "shirube.yaml").write_bytes(text.encode("cp932"))
    with pytest.raises(Problem) as caught:
        manifest.load(tmp_path)
    assert caught.value.where.line == 4


def test_a_missing_manifest_says_how_to_start(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="no such file") as caught:
        manifest.load(tmp_path)
    assert "shirube init" in str(caught.value)


@pytest.mark.full
def test_ten_thousand_columns_are_read() -> None:
    columns = "".join(f"      - {{name: c{i}, kind: feature}}\n" for i in range(10_000))
    read: Manifest = manifest.parse(
        "shirube: 1\noperator: {id: a, name: unknown}\n"
        "datasets:\n  - id: wide\n    title: unknown\n    columns:\n" + columns,
        "shirube.yaml",
    )
    assert len(read.datasets[0].columns) == 10_000
    assert read.lines["datasets.wide.columns.c9999"] == 10_006


def test_data_sets_in_a_circle_are_named() -> None:
    found = problems(
        "shirube: 1\noperator: {id: a, name: unknown}\ndatasets:\n"
        "  - {id: a, title: unknown, derived_from: [b]}\n"
        "  - {id: b, title: unknown, derived_from: [a]}\n"
        "  - {id: c, title: unknown, derived_from: [a]}\n"
    )
    assert [problem.where.line for problem in found] == [4, 5]


def test_a_yml_beside_it_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "shirube.yml").write_text(text, encoding="utf-8")
    with pytest.raises(Problem, match="but a shirube"):
        manifest.load(tmp_path)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_stands_in_the_file_ends_as_a_manifest_or_a_problem(data: st.DataObject) -> None:
    lines = (Path(__file__).parent / "whole.yaml").read_text(encoding="utf-8").splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        words = st.sampled_from(["unknown", "null", "[]", "{}", "1", "- x", "? a", "&a", "*a", "|"])
        start = data.draw(st.integers(0, len(lines[at])))
        end = data.draw(st.integers(start, len(lines[at])))
        lines[at] = lines[at][:start] + data.draw(words | st.text(max_size=5)) + lines[at][end:]
    problems("\n".join(lines))


@given(st.binary(max_size=60))
def test_any_bytes_end_as_a_manifest_or_a_problem(data: bytes) -> None:
    with contextlib.suppress(Problem, Problems):
        manifest.parse(decode(data, "shirube.yaml"), "shirube.yaml")
