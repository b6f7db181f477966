# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlsxwriter.exceptions
from hypothesis import given
from hypothesis import strategies as st

from shirube import manifest
from shirube.manifest import answering, schema
from shirube.manifest.applying import insert
from shirube.terms.choices import meaning
from shirube.terms.errors import Problem, Problems
from shirube.terms.place import Place
from shirube.terms.question import Question
from shirube.terms.text import Text

DAY = dt.date(2026, 11, 1)

UNKNOWN = """\
# 私たちの申告
shirube: 1
operator: {id: a, name: unknown, kind: unknown, roles: [unknown]}  # c
systems:
    - id: s
      name: {ja: 審査, en: Screening}
      purpose: unknown      # ask Suzuki
      generative: 'unknown'
      users_per_month: unknown
      risk_record: {decided_on: unknown}
datasets:
  - id: d
    title: unknown
    columns: [{name: "a #.b", kind: unknown, meaning: {ja: "x # y", en: z}}]
"""


def asked() -> tuple[Question, ...]:
    return manifest.questions(manifest.parse(UNKNOWN, "shirube.yaml", today=DAY))


def answered(**answers: str) -> tuple[Question, ...]:
    """Answer by the last parts of keys, with two underscores for a full stop."""
    given = {key.replace("__", "."): answer for key, answer in answers.items()}
    return tuple(
        Question(
            key=question.key,
            question=question.question,
            choices=question.choices,
            answer=answer,
            answered_by="鈴木",
        )
        for question in asked()
        for key, answer in given.items()
        if question.key.endswith(key)
    )


def test_each_unknown_fact_is_a_question_in_both_languages() -> None:
    found = asked()
    assert [question.key for question in found] == [
        "operator.name.ja",
        "operator.name.en",
        "operator.kind",
        "operator.roles",
        "systems.s.purpose.ja",
        "systems.s.purpose.en",
        "systems.s.generative",
        "systems.s.users_per_month",
        "systems.s.risk_record.decided_on",
        "datasets.d.title.ja",
        "datasets.d.title.en",
        "datasets.d.columns.a #.b.kind",
    ]
    assert found[6] == Question(
        key="systems.s.generative",
        question=Text("「審査」生成AIですか。", "Screening: Is it generative AI?"),
        choices=("true", "false"),
    )
    assert found[3].choices == ("developer", "provider", "user")
    assert found[-1].question.en == "d / a #.b: What part does this column play?"


@pytest.mark.parametrize("name", ["questions.xlsx", "questions.md"])
def test_answers_come_back_as_they_were_written(tmp_path: Path, name: str) -> None:
    questions = answered(
        operator__kind="company",
        operator__roles="developer, user",
        purpose__ja="融資の審査",
        purpose__en="=1+1, screening of loans",
        users_per_month="1200",
        generative="false",
        decided_on="2026-04-01",
    )
    manifest.write_questions(questions, tmp_path / name)
    assert manifest.read_answers(tmp_path / name, questions) == questions


@pytest.mark.parametrize("name", ["questions.xlsx", "questions.md"])
def test_a_sheet_with_answers_is_never_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("answers")
    with pytest.raises(Problem, match="already"):
        manifest.write_questions(asked(), tmp_path / name)
    with pytest.raises(Problem, match="could not be written: No such file"):
        manifest.write_questions(asked(), tmp_path / "gone" / name)


def test_a_full_disk_leaves_no_half_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_book: object) -> None:
        raise xlsxwriter.exceptions.FileCreateError("No space left on device")

    monkeypatch.setattr(xlsxwriter.Workbook, "close", full)
    with pytest.raises(Problem, match="No space left"):
        manifest.write_questions(asked(), tmp_path / "q.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_closed_questions_of_an_older_sheet_are_passed_over(tmp_path: Path) -> None:
    manifest.write_questions(asked(), tmp_path / "q.md")
    still_open = asked()[4:]
    assert manifest.read_answers(tmp_path / "q.md", still_open) == still_open


def test_an_answer_to_a_closed_question_is_not_lost_in_silence(tmp_path: Path) -> None:
    manifest.write_questions(answered(operator__kind="company"), tmp_path / "q.md")
    with pytest.raises(Problem, match="not open in this manifest"):
        manifest.read_answers(tmp_path / "q.md", asked()[4:])


@pytest.mark.parametrize("name", ["questions.xlsx", "questions.md"])
def test_questions_without_answers_stay_open(tmp_path: Path, name: str) -> None:
    manifest.write_questions(asked(), tmp_path / name)
    assert manifest.read_answers(tmp_path / name, asked()) == asked()


def workbook(tmp_path: Path, cells: dict[str, object]) -> Path:
    path = tmp_path / "questions.xlsx"
    manifest.write_questions(asked(), path)
    book = openpyxl.load_workbook(path)
    for cell, value in cells.items():
        book.worksheets[0][cell] = value
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("cells", "cell", "said"),
    [
        ({"E4": "compny", "F4": "鈴木"}, "E4", "Did you mean company?"),
        ({"E5": "developer, boss", "F5": "鈴木"}, "E5", "Choose one of"),
        ({"E8": "maybe", "F8": "鈴木"}, "E8", "true or false"),
        ({"E9": "many", "F9": "鈴木"}, "E9", "whole number"),
        ({"E10": "2026-02-30", "F10": "鈴木"}, "E10", "YYYY-MM-DD"),
        ({"E9": 1200}, "F9", "nobody who answers"),
        ({"A9": "systems.s.users"}, "A9", "Did you mean systems.s.users_per_month?"),
        ({"A9": "operator.kind"}, "A9", "a second time"),
        ({"E6": "融資", "F6": "鈴木"}, "E7", "both languages"),
        ({"E9": "=1+1", "F9": "鈴木"}, "E9", "formula"),
    ],
)
def test_a_wrong_answer_names_its_cell(
    tmp_path: Path, cells: dict[str, object], cell: str, said: str
) -> None:
    with pytest.raises((Problem, Problems)) as caught:
        manifest.read_answers(workbook(tmp_path, cells), asked())
    problem = caught.value
    assert isinstance(problem, Problem)
    assert str(problem).startswith(f"questions.xlsx!{cell}")
    assert said in str(problem)


def test_all_wrong_answers_come_in_one_pass(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"E4": "x", "F4": "鈴木", "E9": "x", "F9": "鈴木"})
    with pytest.raises(Problems) as caught:
        manifest.read_answers(path, asked())
    assert [problem.where.cell for problem in caught.value.problems] == ["E4", "E9"]


def test_what_a_spreadsheet_makes_of_an_answer_is_understood(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        {
            "E8": True, "F8": "鈴木", "E9": 1200.0, "F9": "鈴木",
            "E10": dt.datetime(2026, 4, 1), "F10": "鈴木",
        },
    )  # fmt: skip
    answers = {q.key: q.answer for q in manifest.read_answers(path, asked()) if q.answer}
    assert list(answers.values()) == ["true", "1200", "2026-04-01"]


def test_the_keys_are_locked_and_choices_are_drop_downs(tmp_path: Path) -> None:
    manifest.write_questions(asked(), tmp_path / "q.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "q.xlsx").worksheets[0]
    assert sheet.protection.sheet
    assert (sheet["A4"].protection.locked, sheet["E4"].protection.locked) == (True, False)
    drop_downs = {str(item.sqref): item.formula1 for item in sheet.data_validations.dataValidation}
    assert drop_downs["E8"] == '"true,false"'
    assert "E5" not in drop_downs  # several roles are possible


def test_markdown_names_the_line_of_a_wrong_answer(tmp_path: Path) -> None:
    path = tmp_path / "questions.md"
    manifest.write_questions(asked(), path)
    head, key, tail = path.read_text(encoding="utf-8").partition("`operator.kind`")
    text = head + key + tail.replace("- 回答 / Answer: ", "- 回答 / Answer: x", 1)
    path.write_text(text, encoding="utf-8")
    line = text.splitlines().index("- 回答 / Answer: x") + 1
    with pytest.raises(Problem) as caught:
        manifest.read_answers(path, asked())
    assert caught.value.where == Place("questions.md", line)


def test_a_file_that_is_no_workbook_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "q.xlsx").write_text("no zip")
    with pytest.raises(Problem, match="not an XLSX workbook"):
        manifest.read_answers(tmp_path / "q.xlsx", asked())
    with pytest.raises(Problem, match="no such file"):
        manifest.read_answers(tmp_path / "gone.xlsx", asked())
    with pytest.raises(Problem, match="not known for questions"):
        manifest.write_questions(asked(), tmp_path / "q.docx")


def test_without_the_extra_markdown_is_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "shirube.manifest.workbooks", raising=False)
    monkeypatch.delattr("shirube.manifest.workbooks", raising=False)
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(Problem) as caught:
        manifest.write_questions(asked(), tmp_path / "q.xlsx")
    assert "pip install 'shirube[reports]'" in str(caught.value)
    assert ".md" in str(caught.value)


def test_answers_replace_the_word_and_nothing_else() -> None:
    new = insert(
        UNKNOWN,
        "shirube.yaml",
        answered(
            operator__kind="company",
            operator__roles="developer, user",
            purpose__ja="融資の審査",
            purpose__en='To "screen": loans #1',
            users_per_month="1200",
            generative="false",
            decided_on="2026-04-01",
            b__kind="attribute",
        ),
        DAY,
    )
    by = "answered by 鈴木, 2026-11-01"
    assert (
        new
        == f"""\
# 私たちの申告
shirube: 1
operator: {{id: a, name: unknown, kind: company, roles: [developer, user]}}  # c; {by}; {by}
systems:
    - id: s
      name: {{ja: 審査, en: Screening}}
      purpose: {{ja: "融資の審査", en: "To \\"screen\\": loans #1"}}      # ask Suzuki; {by}
      generative: false  # {by}
      users_per_month: 1200  # {by}
      risk_record: {{decided_on: 2026-04-01}}  # {by}
datasets:
  - id: d
    title: unknown
    columns: [{{name: "a #.b", kind: attribute, meaning: {{ja: "x # y", en: z}}}}]  # {by}
"""
    )
    read = manifest.parse(new, "shirube.yaml", today=DAY)
    assert read.systems[0].purpose == Text("融資の審査", 'To "screen": loans #1')
    assert read.operator.roles == ("developer", "user")
    assert read.unknown == ("operator.name", "datasets.d.title")


def test_line_ends_and_bom_of_the_file_stay(tmp_path: Path) -> None:
    path = tmp_path / "shirube.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + UNKNOWN.replace("\n", "\r\n").encode())
    manifest.apply_answers(tmp_path, answered(users_per_month="7"), today=DAY)
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf#")
    assert data.count(b"\r\n") == data.count(b"\n") == UNKNOWN.count("\n")
    assert manifest.load(path, today=DAY).systems[0].users_per_month == 7
    assert [item.name for item in tmp_path.iterdir()] == ["shirube.yaml"]


def test_an_answer_that_makes_the_manifest_wrong_leaves_it_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "shirube.yaml"
    path.write_text(UNKNOWN, encoding="utf-8")
    with pytest.raises(Problems, match="lies in the future"):
        manifest.apply_answers(path, answered(decided_on="2027-04-01"), today=DAY)
    assert path.read_text(encoding="utf-8") == UNKNOWN


def test_an_answer_never_overwrites_what_is_known() -> None:
    text = UNKNOWN.replace("users_per_month: unknown", "users_per_month: 5")
    with pytest.raises(Problem, match="not `unknown`"):
        insert(text, "shirube.yaml", answered(users_per_month="7"), DAY)


def test_a_folder_that_cannot_be_written_leaves_the_manifest_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shirube.yaml"
    path.write_text(UNKNOWN, encoding="utf-8")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Problem, match="No space left"):
        manifest.apply_answers(path, answered(users_per_month="7"), today=DAY)
    assert path.read_text(encoding="utf-8") == UNKNOWN
    assert [item.name for item in tmp_path.iterdir()] == ["shirube.yaml"]


@pytest.mark.parametrize(
    ("key", "answer", "value"),
    [
        ("systems.s.generative", "はい", True),
        ("systems.s.generative", "No", False),
        ("systems.s.users_per_month", "１，２００", 1200),
        ("documents.d.date", "2026年4月1日", "2026-04-01"),
        ("documents.d.date", "2026/4/1", "2026-04-01"),
        ("operator.country", "ＪＰ", "JP"),
        ("operator.roles", "developer、user", ["developer", "user"]),
        ("systems.s.stage", "運用", "operation"),
        ("systems.s.stage", "In development", "development"),
        ("datasets.d.licence", "CC BY 4.0", "CC BY 4.0"),
    ],
)
def test_answers_are_read_as_people_write_them(key: str, answer: str, value: object) -> None:
    assert answering.fact(key, answer) == value


@given(st.text(min_size=1))
def test_no_answer_can_become_structure(text: str) -> None:
    questions = answered(purpose__ja="x", purpose__en="y")
    questions = tuple(
        Question(key=q.key, question=q.question, answer=text, answered_by="鈴木") for q in questions
    )
    try:
        new = insert(UNKNOWN, "shirube.yaml", questions, DAY)
        read = manifest.parse(new, "shirube.yaml", today=DAY)
    except (Problem, Problems):
        return
    words = " ".join(text.split())
    assert read.systems[0].purpose == Text(words, words)


def test_a_sheet_says_what_the_codes_stand_for(tmp_path: Path) -> None:
    question = Question(
        key="systems.s.stage",
        question=Text("どの段階ですか。", "Which stage?"),
        choices=("operation", "retired"),
    )
    told = answering.meanings(question)
    assert told == ["operation: 運用 / in operation", "retired: 廃止 / retired"]
    manifest.write_questions([question], tmp_path / "questions.md")
    sheet = (tmp_path / "questions.md").read_text(encoding="utf-8")
    assert "  - operation: 運用 / in operation\n" in sheet


def test_every_choice_that_can_be_asked_about_is_told_in_words() -> None:
    told_otherwise = {"column", "contact", "measurement"}  # never asked about
    for name, item in schema.published()["$defs"].items():
        if name in told_otherwise:
            continue
        for field, wanted in item.get("properties", {}).items():
            choices = schema.choices(wanted)
            if field != "format":  # a format is what it is called
                assert all(meaning(code, choices) for code in choices), (name, field)
