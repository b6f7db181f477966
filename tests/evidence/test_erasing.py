# SPDX-License-Identifier: Apache-2.0
"""Content can be erased: the tree still verifies, and the erasure is an entry of its own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from msgspec.structs import replace

from shirube import evidence
from shirube.evidence.book import WrongSeal
from shirube.evidence.reading import remains
from shirube.store.files import EvidenceFiles
from shirube.terms.document import Document, Signatory
from shirube.terms.evidence import DocumentSeal, Erasure, Evidence, Withdrawal

HOUR = dt.timedelta(hours=1)
REASON = "a person asked for it"


def erasure(found: Evidence, **changes: object) -> Erasure:
    fields: dict[str, object] = {
        "index": found.index,
        "reason": REASON,
        "legal_basis": "個人情報保護法第35条",
        "author": "Sato",
        "date": dt.date(2026, 11, 1),
        **remains(found, reason=REASON),
    }
    return Erasure(**(fields | changes))  # type: ignore[arg-type]


def path_of(folder: Path, found: Evidence) -> Path:
    return EvidenceFiles(folder / ".shirube" / "evidence").path(found.sha256)


def seal(folder: Path, key, *items, now):
    with evidence.open_book(folder, key=key, create=True) as book:
        return book.seal(items, now=now)


def test_an_erased_run_leaves_its_entry_and_no_content(operator, key, measured, now) -> None:
    (run,) = seal(operator, key, measured("a"), now=now)
    before = evidence.verify(operator, key.public).checkpoint
    seal(operator, key, erasure(run), now=now + HOUR)
    assert not path_of(operator, run).exists()
    with evidence.open_book(operator) as book:
        gone, why = book.evidence()
    assert (gone.sha256, gone.erased_by, why.erasure) == (run.sha256, 1, erasure(run))
    assert gone.measurement
    assert (gone.measurement.values, gone.measurement.inputs) == ((), ())
    assert REASON in gone.measurement.failure
    verification = evidence.verify(operator, key.public)
    assert verification.holds, verification.problems
    assert verification.leaves == 2
    with evidence.open_book(operator) as book:  # what was signed before still stands
        assert before in book.checkpoints()


def test_an_erased_run_does_not_make_way_for_an_older_one(operator, key, measured, now) -> None:
    better, worse = seal(
        operator, key, measured("a", key="older"), measured("a", key="newer"), now=now
    )
    with evidence.open_book(operator, key=key) as book:
        book.seal([erasure(worse)], now=now)
        assert book.run("a", "newer") is None  # its content is gone
        assert book.run("a", "older") is None  # and it was superseded all the same
        assert book.evidence()[0] == better


def test_names_and_titles_do_not_remain_of_a_document(operator, key, now) -> None:
    paper = Document(
        id="consent", kinds=("policy",), file="yamada.pdf", owner="Yamada", published=True,
        signatories=(Signatory(name="Yamada"),),
    )  # fmt: skip
    (sealed,) = seal(
        operator, key, DocumentSeal(document=paper, sha256="ab" * 32, bytes=3), now=now
    )
    seal(operator, key, erasure(sealed), now=now)
    with evidence.open_book(operator) as book:
        kept = book.evidence()[0].document
        nameless = Document(id="consent", kinds=("policy",), published=True)
        assert kept == DocumentSeal(document=nameless, sha256="ab" * 32, bytes=3)
    found = b"".join(each.read_bytes() for each in operator.rglob("*.json"))
    assert b"Yamada" not in found
    assert evidence.verify(operator, key.public).holds


def test_an_erased_withdrawal_goes_on_withdrawing(operator, key, measured, now) -> None:
    withdrawal = Withdrawal(index=0, reason="wrong file", author="Sato", date=now.date())
    _run, withdrawn = seal(operator, key, measured("a"), now=now) + seal(
        operator, key, withdrawal, now=now
    )
    seal(operator, key, erasure(withdrawn), now=now)
    with evidence.open_book(operator) as book:
        assert book.withdrawals() == {0: replace(withdrawal, author="")}
        assert book.run("a", measured("a").key) is None


@pytest.mark.parametrize(
    "changes",
    [{"reason": ""}, {"legal_basis": ""}, {"index": 7}, {"index": -1}],
    ids=["no reason", "no legal basis", "no such leaf", "before the first"],
)
def test_what_cannot_be_erased_is_refused_and_nothing_is_kept(
    operator, key, measured, now, changes
) -> None:
    (run,) = seal(operator, key, measured("a"), now=now)
    with pytest.raises(WrongSeal, match="cannot be erased"):
        seal(operator, key, erasure(run, **changes), now=now)
    with evidence.open_book(operator) as book:
        assert book.evidence() == (run,)
    assert len(list(operator.rglob("*.json"))) == 1


def test_an_entry_is_erased_once_and_an_erasure_never(operator, key, measured, now) -> None:
    (run,) = seal(operator, key, measured("a"), now=now)
    (gone,) = seal(operator, key, erasure(run), now=now)
    for target in (run, gone):
        with pytest.raises(WrongSeal, match="cannot be erased"):
            seal(operator, key, erasure(run, index=target.index), now=now)


def test_of_two_books_that_erase_the_same_one_is_refused(operator, key, measured, now) -> None:
    (run,) = seal(operator, key, measured("a"), now=now)
    with (
        evidence.open_book(operator, key=key) as one,
        evidence.open_book(operator, key=key) as two,
    ):
        one.evidence(), two.evidence()
        one.seal([erasure(run)], now=now)
        with pytest.raises(WrongSeal):
            two.seal([erasure(run)], now=now)
    assert evidence.verify(operator, key.public).remarks == ()  # no file without a leaf


def test_a_crash_before_the_deletion_is_noticed_and_made_good(
    operator, key, measured, now, monkeypatch
) -> None:
    def crash(_self: object, _digests: object) -> None:
        raise KeyboardInterrupt

    (run,) = seal(operator, key, measured("a"), now=now)
    with monkeypatch.context() as broken:
        broken.setattr(EvidenceFiles, "erase", crash)
        with pytest.raises(KeyboardInterrupt):
            seal(operator, key, erasure(run), now=now)
    assert path_of(operator, run).exists()
    evidence.open_book(operator, key=key).close()
    assert not path_of(operator, run).exists()
    assert evidence.verify(operator, key.public).holds


def test_erased_content_that_comes_back_is_noticed(operator, key, measured, now) -> None:
    (run,) = seal(operator, key, measured("a"), now=now)
    content = path_of(operator, run).read_bytes()
    seal(operator, key, erasure(run), now=now)
    path_of(operator, run).write_bytes(content)
    (problem,) = evidence.verify(operator, key.public).problems
    assert "still here" in str(problem)
    evidence.open_book(operator, key=key).close()
    assert evidence.verify(operator, key.public).holds


def test_missing_content_that_nobody_erased_is_refused(operator, key, measured, now) -> None:
    one, two = seal(operator, key, measured("a"), measured("b"), now=now)
    seal(operator, key, erasure(one), now=now)
    path_of(operator, two).unlink()
    (problem,) = evidence.verify(operator, key.public).problems
    assert "missing" in str(problem)
