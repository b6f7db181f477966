# SPDX-License-Identifier: Apache-2.0
"""The PDFs of the demonstration, as a reader's tools see them."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from typing import TYPE_CHECKING

import msgspec
import pytest
from on_this_machine import need, program

from shirube.api import operator
from shirube.documents import fonts
from shirube.texts import LANGUAGES, using

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Demonstration
    from shirube.api.operator import Judgement
    from shirube.texts import Language

pytestmark = [pytest.mark.full, pytest.mark.parametrize("language", LANGUAGES)]

_MOST_PAGES = 150  # 336 rules on thirteen subjects; what has nothing to say takes one line
_BREAKS = re.compile(r"[\s\u00ad\u200b\u2060]+")


@pytest.fixture(scope="module")
def judgement(demo: Demonstration) -> Judgement:
    """Judge the demonstration's folder once more, as of the moment it was judged."""
    at = dt.datetime.fromisoformat(demo.told["judged_at"])
    with pytest.MonkeyPatch.context() as here:
        here.setenv("SHIRUBE_KEY_DIR", str(demo.out / "keys"))
        told = operator.judge(demo.operator, on=dt.date.fromisoformat(demo.told["on"]))
    return msgspec.structs.replace(told, judged_at=at)


def _pdf(demo: Demonstration, language: Language) -> Path:
    need(fonts.japanese_folders(), "no Japanese font (fonts-noto-cjk) on this machine")
    return demo.out / f"report.{language}.pdf"


def _output(*words: object) -> str:
    return subprocess.run(
        [str(word) for word in words], capture_output=True, check=True, timeout=120
    ).stdout.decode()


def test_every_word_can_be_taken_from_it(
    demo: Demonstration, judgement: Judgement, language: Language
) -> None:
    text = _output(program("pdftotext"), "-raw", _pdf(demo, language), "-")
    assert "\ufffd" not in text
    assert "□" not in text
    # What is copied from the page compares equal: digests are whole, nothing invisible inside.
    assert "\u200b" not in text
    assert [one.sha256 for one in judgement.evidence if one.sha256 not in text] == []
    flat = _BREAKS.sub("", text)
    titles = {rule.ref: rule.title for pack in judgement.packs for rule in pack.rules}
    not_shown = {one.rule for one in judgement.findings if one.outcome.value == "not_shown"}
    assert not_shown
    with using(language):
        wanted = [str(judgement.manifest.operator.name), *(str(titles[ref]) for ref in not_shown)]
    assert [words for words in wanted if _BREAKS.sub("", words) not in flat] == []


def test_no_word_runs_past_the_edge_of_the_page(demo: Demonstration, language: Language) -> None:
    boxes = _output(program("pdftotext"), "-bbox", _pdf(demo, language), "-")
    # An A4 page is 595 points wide and has margins of more than 28 points (a centimetre).
    words = re.findall(
        r'<word xMin="([\d.-]+)" yMin="\S+" xMax="([\d.-]+)" yMax="\S+">(.*)<', boxes
    )
    assert words
    assert [word for left, right, word in words if float(left) < 28 or float(right) > 567] == []


def test_its_fonts_are_embedded_and_a_japanese_one_is_among_them(
    demo: Demonstration, language: Language
) -> None:
    rows = _output(program("pdffonts"), _pdf(demo, language)).splitlines()[2:]
    # … name, type, encoding, then: emb sub uni object ID
    embedded = [row.split()[-5] for row in rows]
    assert embedded
    assert set(embedded) == {"yes"}
    assert any("CJK" in row or "JP" in row for row in rows)


def test_it_is_tagged_titled_and_of_sane_length(demo: Demonstration, language: Language) -> None:
    lines = _output(program("pdfinfo"), _pdf(demo, language)).splitlines()
    info = {name: held.strip() for name, _colon, held in (line.partition(":") for line in lines)}
    assert info["Tagged"] == "yes"
    assert info["Title"]
    assert info["JavaScript"] == "no"
    assert info["Page size"].endswith("(A4)")
    assert 5 <= int(info["Pages"]) <= _MOST_PAGES


def test_a_second_process_writes_the_same_bytes(
    demo: Demonstration, judgement: Judgement, language: Language, tmp_path: Path
) -> None:
    first = _pdf(demo, language)
    again = operator.report(
        demo.operator, tmp_path, languages=(language,), judgement=judgement
    ).files
    assert [file.name for file in again] == [f"report.{language}.html", first.name]
    for file in again:
        assert file.read_bytes() == (demo.out / file.name).read_bytes()


def test_without_a_japanese_font_the_page_is_the_same_to_the_byte(
    demo: Demonstration,
    judgement: Judgement,
    language: Language,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SHIRUBE_FONTS", str(tmp_path))
    written = operator.report(
        demo.operator, tmp_path / "out", languages=(language,), judgement=judgement
    )
    (page,) = written.files
    assert page.read_bytes() == (demo.out / page.name).read_bytes()
    assert "fonts-noto-cjk" in " ".join(written.skipped)
