# SPDX-License-Identifier: Apache-2.0
"""An approval holds for the bytes it names, and nobody vouches alone for a text of their own."""

from __future__ import annotations

import datetime as dt

import pytest

from shirube.assessment import approved_as_is
from shirube.terms.document import Approval, Document
from shirube.terms.evidence import DocumentSeal

NOW, EARLIER = "a" * 64, "b" * 64
DAY = dt.date(2026, 11, 1)


def _by(name: str, sha256: str = NOW) -> Approval:
    return Approval(by=name, date=DAY, sha256=sha256)


def _answer(
    *approvals: Approval, owner: str | None = "Sato", sha256: str = NOW, absent: bool = False
) -> tuple[bool | None, str]:
    document = Document(id="d", kinds=("k",), owner=owner, approvals=approvals, absent=absent)
    answer, why = approved_as_is(DocumentSeal(document=document, sha256=sha256))
    return answer, why.en if why else ""


def test_an_approval_of_these_bytes_by_another_person_holds() -> None:
    assert _answer(_by("Suzuki")) == (True, "")
    assert _answer(_by("Sato"), _by("Suzuki")) == (True, "")


def test_a_file_that_changed_after_its_approval_is_not_approved_and_says_so() -> None:
    answer, why = _answer(_by("Suzuki", EARLIER))
    assert answer is False
    assert "changed after it was approved on 2026-11-01" in why
    assert "bbbbbbbbbbbb" in why and "aaaaaaaaaaaa" in why


@pytest.mark.parametrize("name", ["Sato", " sato ", "\uff33\uff41\uff54\uff4f"])  # full-width
def test_the_owner_does_not_count_as_another_person(name: str) -> None:
    answer, why = _answer(_by(name))
    assert answer is False
    assert "(Sato)" in why


def test_an_approval_by_the_owner_now_and_by_another_of_earlier_bytes_is_none() -> None:
    assert _answer(_by("Sato"), _by("Suzuki", EARLIER))[0] is False


def test_without_an_owner_or_a_digest_it_cannot_be_told() -> None:
    assert _answer(_by("Suzuki"), owner=None)[0] is None
    assert _answer(_by("Suzuki"), sha256="")[0] is None


def test_without_any_approval_it_is_not_approved() -> None:
    assert _answer()[0] is False
    assert _answer(_by("Suzuki"), absent=True) == (False, "")
