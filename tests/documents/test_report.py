# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import ast
import builtins
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import sample

from shirube import documents
from shirube.documents import report
from shirube.terms.errors import Problem
from shirube.terms.finding import Outcome
from shirube.terms.text import Text
from shirube.texts import using

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}


class Reader(HTMLParser):
    """Checks that what is opened is closed, and collects what the tests ask about."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    out = tmp_path_factory.mktemp("report")
    written = report(sample.content(), out, formats=("html",))
    assert [file.name for file in written.files] == ["report.ja.html", "report.en.html"]
    return {name: (out / f"report.{name}.html").read_text("utf-8") for name in ("ja", "en")}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_is_well_formed_and_says_its_language(
    pages: dict[str, str], language: str
) -> None:
    page = Reader(pages[language])
    assert page.all("html") == [{"lang": language}]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_finding_stands_on_the_page(pages: dict[str, str], language: str) -> None:
    page = Reader(pages[language])
    anchors = {attributes.get("id") for attributes in page.all("details")}
    rules = {rule.ref: rule for pack in sample.packs() for rule in pack.rules}
    for finding in sample.findings():
        with using(language):
            assert str(rules[finding.rule].title) in page.words
        if finding.outcome is not Outcome.NOT_APPLICABLE:
            name = f"finding-{finding.rule}-{finding.subject}"
            assert re.sub(r"[^A-Za-z0-9_]+", "-", name) in anchors
    for evidence in sample.evidence():
        assert evidence.sha256 in page.words


def test_both_languages_have_the_same_structure(pages: dict[str, str]) -> None:
    def skeleton(html: str) -> list[Any]:
        without_pictures = re.sub(r"<svg.*?</svg>", "", html, flags=re.S)
        kept = ("id", "class", "scope", "open", "href")
        return [
            (tag, {name: value for name, value in attributes.items() if name in kept})
            for tag, attributes in Reader(without_pictures).elements
        ]

    assert skeleton(pages["ja"]) == skeleton(pages["en"])


def test_the_page_fetches_and_runs_nothing(pages: dict[str, str]) -> None:
    for html in pages.values():
        page = Reader(html)
        policy = page.all("meta")[1]["content"]
        assert policy is not None
        assert policy.startswith("default-src 'none'")
        assert page.all("script", "link", "iframe", "img", "object", "form", "base") == []
        assert not re.search(r"url\(|@import", html)
        assert not any(name.startswith("on") for _tag, found in page.elements for name in found)


def test_headings_links_tables_and_pictures_are_accessible(pages: dict[str, str]) -> None:
    for html in pages.values():
        page = Reader(html)
        levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        ids = [found["id"] for _tag, found in page.elements if "id" in found]
        assert len(ids) == len(set(ids))
        targets = {found["href"] for found in page.all("a") if (found["href"] or "")[0] == "#"}
        assert {str(target)[1:] for target in targets} <= set(ids)
        assert all(found.get("scope") in ("row", "col") for found in page.all("th"))
        assert {tag for tag, _ in page.elements} >= {"header", "nav", "main", "footer"}
        pictures = [found for found in page.all("div") if found.get("role") == "img"]
        assert len(pictures) == len(page.all("svg")) == 5
        assert all(found["aria-label"] for found in pictures)


def test_no_message_is_left_in_english_on_the_japanese_page(
    pages: dict[str, str], catalogue: Catalog
) -> None:
    folder = Path(documents.__file__).parent
    own = [*folder.glob("*.py"), *(folder / "report").glob("*.py")]
    messages = {text for file in own if file.name != "forms.py" for text in _messages(file)}
    missing = {text for text in messages if not (catalogue.get(text) and catalogue[text].string)}
    assert missing == set()
    sentences = {text for text in messages if re.fullmatch(r"[A-Z][\w ,’'–-]{3,}\.?", text)}
    runs = {text.strip() for text in Reader(pages["ja"]).text}
    assert runs & sentences == set()


def _messages(file: Path) -> set[str]:
    calls = (
        node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)
    )
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id == "_"
        and isinstance(call.args[0], ast.Constant)
    }


def test_the_summary_tells_counts_the_measured_facts_and_the_injected_change(
    pages: dict[str, str],
) -> None:
    words = Reader(pages["en"]).words
    assert (
        "10 findings on 5 subjects: 2 shown, 2 not shown, 5 could not be judged, 1 explained."
        in words
    )
    assert "Measured: k (people in the smallest class) = 1; threshold: 5." in words
    assert (
        "largest PSI = 0.31; threshold: 0.2. [own-policy threshold] [low confidence] [injected]"
        in words
    )
    japanese = Reader(pages["ja"]).words
    assert "測定値はk（最小の組の人数） = 1、しきい値は5です。" in japanese


def test_marks_thresholds_explanations_and_other_runs_are_visible(pages: dict[str, str]) -> None:
    words = Reader(pages["en"]).words
    for told in (
        "own-policy threshold",
        "low confidence",
        "commentary",
        "text not held",
        "promulgated, not yet in force",
        "The law gives no number.",
        "We trace the gap to the mix of payment histories",
        "Valid until 28 February 2027",
        "release_k, entry 0, 19 November 2026: withdrawn (wrong extract)",
        "The data set “Recommendation clicks” is synthetic.",
        "column 'position' is empty",
        "never “violated”",
        "no legal advice",
        "shirube ledger verify",
        "michibiki-2026+8f2a11c0",
    ):
        assert told in words, told


def test_hostile_texts_are_shown_and_never_obeyed(tmp_path: Path) -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=y> {{ 7 * 7 }} #panic("x")'
    operator = msgspec.structs.replace(sample.manifest().operator, name=Text(evil, evil))
    manifest = msgspec.structs.replace(sample.manifest(), operator=operator)
    packs = [
        msgspec.structs.replace(pack, instrument_url="javascript:x") for pack in sample.packs()
    ]
    content = sample.content(manifest=manifest, packs=tuple(packs), evidence=())
    (file,) = report(content, tmp_path, formats=("html",), languages=("en",)).files
    page = Reader(file.read_text("utf-8"))
    assert page.all("script", "img") == []
    assert evil in page.words
    assert not any((found["href"] or "").startswith("javascript") for found in page.all("a"))


def test_an_operator_without_findings_or_evidence_gets_a_calm_page(tmp_path: Path) -> None:
    content = sample.content(findings=(), evidence=(), checkpoint="", public_key_id="")
    written = report(content, tmp_path, formats=("html",))
    for file in written.files:
        Reader(file.read_text("utf-8"))


def test_the_same_content_gives_the_same_bytes(pages: dict[str, str], tmp_path: Path) -> None:
    report(sample.content(), tmp_path, formats=("html",))
    for language, html in pages.items():
        assert (tmp_path / f"report.{language}.html").read_text("utf-8") == html


def test_without_a_japanese_font_the_pages_are_complete_and_the_pdf_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIRUBE_FONTS", str(tmp_path))
    written = report(sample.content(evidence=()), tmp_path)
    assert [file.name for file in written.files] == ["report.ja.html", "report.en.html"]
    (reason,) = written.skipped
    assert "fonts-noto-cjk" in reason


def test_a_missing_extra_is_told_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without_typst(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "typst":
            raise ImportError("no typst", name="typst")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_typst)
    with pytest.raises(Problem) as raised:
        report(sample.content(), tmp_path)
    assert 'pip install "shirube[reports]"' in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told_by_name(tmp_path: Path) -> None:
    blocked = tmp_path / "out"
    blocked.write_text("a file, not a folder")
    with pytest.raises(Problem) as raised:
        report(sample.content(evidence=()), blocked, formats=("html",), languages=("en",))
    assert "report.en.html" in str(raised.value)
