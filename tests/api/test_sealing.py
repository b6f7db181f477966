# SPDX-License-Identifier: Apache-2.0
"""A journey that began before another one sealed still seals, with the present time."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from shirube.api.operator import sealing as journeys
from shirube.api.operator.sealing import Sealing
from shirube.evidence import keys
from shirube.evidence.book import WrongSeal
from shirube.terms.document import Document
from shirube.terms.evidence import DocumentSeal

BEGUN = dt.datetime(2026, 11, 1, 9, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def paper(name: str) -> list[DocumentSeal]:
    return [DocumentSeal(document=Document(id=name, kinds=("policy",), absent=True))]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(tmp_path / "keys"))
    keys.create("acme_credit")
    return tmp_path / "operator"


def test_a_journey_that_another_one_overtook_seals_with_the_present_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journeys, "present", lambda: BEGUN + 5 * MINUTE)
    with Sealing(folder, "acme_credit") as slow, Sealing(folder, "acme_credit") as quick:
        quick.seal(paper("quick"), now=BEGUN + MINUTE)
        (sealed,) = slow.seal(paper("slow"), now=BEGUN)
        assert (sealed.index, sealed.sealed_at) == (1, BEGUN + 5 * MINUTE)


def test_a_clock_that_went_back_is_still_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journeys, "present", lambda: BEGUN)
    with Sealing(folder, "acme_credit") as sealing:
        sealing.seal(paper("first"), now=BEGUN + MINUTE)
        with pytest.raises(WrongSeal, match="The clock says"):
            sealing.seal(paper("second"), now=BEGUN)
