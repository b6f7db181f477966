# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from shirube import catalogue
from shirube.terms.errors import Problem, Problems
from shirube.terms.manifest import Manifest
from shirube.terms.place import Place

Declare = Callable[[str], Manifest]

DOCUMENTS = """\
documents:
  - {id: policy, kinds: [policy], file: policy.md}
  - {id: notice, kinds: [notice], url: "https://example.jp/notice"}
  - {id: audit, kinds: [audit], absent: true}
  - {id: plan, kinds: [plan], file: unknown}
"""


def test_documents_are_bound_by_the_digest_of_their_bytes(tmp_path: Path, declare: Declare) -> None:
    (tmp_path / "policy.md").write_bytes(b"# Policy\n")
    seals = catalogue.seal_documents(declare(DOCUMENTS), tmp_path)
    assert [(seal.document.id, seal.sha256, seal.bytes) for seal in seals] == [
        ("policy", hashlib.sha256(b"# Policy\n").hexdigest(), 9),
        ("notice", "", 0),
        ("audit", "", 0),
    ]


def test_a_missing_document_names_the_line(tmp_path: Path, declare: Declare) -> None:
    with pytest.raises(Problem) as caught:
        catalogue.seal_documents(declare(DOCUMENTS), tmp_path)
    assert caught.value.where == Place("shirube.yaml", 4, "documents.policy.file")


def test_an_empty_document_shows_nothing(tmp_path: Path, declare: Declare) -> None:
    (tmp_path / "policy.md").touch()
    with pytest.raises(Problem, match="is empty"):
        catalogue.seal_documents(declare(DOCUMENTS), tmp_path)


def test_models_with_files_that_are_there_and_models_without_files_pass(
    tmp_path: Path, declare: Declare
) -> None:
    (tmp_path / "m.bin").write_bytes(b"x")
    catalogue.find_models(
        declare(
            "models:\n  - {id: gbm, name: unknown, files: m.bin}\n  - {id: other, name: unknown}\n"
        ),
        tmp_path,
    )


def test_all_missing_model_files_are_named(tmp_path: Path, declare: Declare) -> None:
    read = declare(
        "models:\n  - {id: a, name: unknown, files: m.bin}\n"
        "  - {id: b, name: unknown, files: n.bin}\n"
    )
    with pytest.raises(Problems) as caught:
        catalogue.find_models(read, tmp_path)
    assert [problem.where.line for problem in caught.value.problems] == [4, 5]


def test_a_file_that_may_not_be_read_is_a_problem(
    tmp_path: Path, declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "policy.md").write_bytes(b"# Policy\n")

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "policy.md")

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(Problem, match="cannot be read: Permission denied"):
        catalogue.seal_documents(declare(DOCUMENTS), tmp_path)
