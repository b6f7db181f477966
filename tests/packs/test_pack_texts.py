# SPDX-License-Identifier: Apache-2.0
"""What must be true of the shipped packs as texts: sources, marks, both languages, kinds."""

from __future__ import annotations

import re

import pytest
from ruamel.yaml import YAML

from shirube import measures, rules
from shirube.assessment.selecting import arguments_fit
from shirube.rules.packs import SHIPPED
from shirube.terms.rule import Pack, Rule
from shirube.terms.text import Text

PACKS = rules.load(None, measures.vocabulary())
RULES = [rule for pack in PACKS for rule in pack.rules]
OFFICIAL = (
    "https://laws.e-gov.go.jp/law/",
    "https://www8.cao.go.jp/cstp/ai/",
    "https://www.cas.go.jp/",
    "https://www.meti.go.jp/",
    "https://www.soumu.go.jp/",
    "https://www.ppc.go.jp/",
    "https://www.bunka.go.jp/",
    "https://www.moj.go.jp/",
    "https://www.fsa.go.jp/",
    "https://www.mhlw.go.jp/",
    "https://www.pmda.go.jp/",
    "https://www.digital.go.jp/",
    "https://www.ismap.go.jp/",
    "https://www.mofa.go.jp/",
    "https://aisi.go.jp/",
    "https://transparency.oecd.ai/",
)
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
POLITE = re.compile(r"(です|ます|ました|せん|ください)。$")
each_pack = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)


def test_every_mandated_instrument_has_rules() -> None:
    assert {rule.pack for rule in RULES} >= {
        "ai_promotion_act",
        "appropriateness_guideline_2025",
        "basic_plan",
        "ai_guidelines_for_business",
        "ai_guidelines_for_business_roles",
        "appi",
        "appi_anonymised",
        "appi_pseudonymised",
        "appi_2026_amendment",
        "my_number_act",
        "principle_code",
        "copyright_and_ai",
        "platform_transparency",
        "recommender_policy",
        "finance_ai",
        "health_ai",
        "government_procurement",
        "supply_chain",
        "hiroshima_process",
        "aisi_perspectives",
        "tiered_cooperation",
    }


@each_pack
def test_a_rule_cites_official_sources_only(pack: Pack) -> None:
    cited = [citation.url for rule in pack.rules for citation in rule.citations]
    assert [url for url in cited if not url.startswith(OFFICIAL)] == []


@each_pack
def test_a_rule_speaks_both_languages(pack: Pack) -> None:
    for rule in pack.rules:
        assert _in_both(rule.title), rule.ref
        for text in (rule.expectation, rule.next_step, rule.note):
            assert text is None or (_in_both(text) and POLITE.search(text.ja)), (rule.ref, text)


def _in_both(text: Text) -> bool:
    return bool(JAPANESE.search(text.ja)) and not JAPANESE.search(text.en)


@each_pack
def test_soft_law_is_never_violated(pack: Pack) -> None:
    for rule in pack.rules:
        folder = SHIPPED / rule.pack / rule.id
        text = "".join(file.read_text("utf-8") for file in folder.glob("*.yaml")).lower()
        assert not re.search(r"violat|breach|違反|compliant|準拠して", text), rule.ref


@each_pack
def test_a_mark_that_calls_for_caution_is_explained(pack: Pack) -> None:
    for rule in pack.rules:
        careful = rule.confidence != "high" or not rule.text_held
        ours = rule.footing in ("commentary", "own-policy")
        assert rule.note or not (careful or ours), rule.ref


@each_pack
def test_a_reading_without_footing_says_that_no_statute_demands_it(pack: Pack) -> None:
    for rule in pack.rules:
        if rule.footing in ("commentary", "own-policy"):
            assert rule.note and re.search(r"[Nn]o statute", rule.note.en), rule.ref
            assert "法令はありません" in rule.note.ja, rule.ref


@each_pack
def test_a_threshold_is_named_as_ours_with_its_reason(pack: Pack) -> None:
    for rule in pack.rules:
        for value in (value for dated in rule.values.values() for value in dated):
            assert value.footing == "own-policy", rule.ref
            assert POLITE.search(value.reason.ja), rule.ref


@each_pack
def test_a_rule_on_personal_data_looks_at_all_columns(pack: Pack) -> None:
    for rule in pack.rules:
        if rule.wanted.source == "personal_data":
            assert rule.wanted.arguments == {"columns": None, "min_score": "confirmed"}, rule.ref


def test_no_processing_rule_says_what_a_table_is_in_law() -> None:
    measured = [
        rule
        for rule in RULES
        if rule.pack.startswith("appi_") and rule.wanted.kind == "measurement"
    ]
    assert measured
    for rule in measured:
        assert rule.note and "does not show that the table is" in rule.note.en, rule.ref
        assert "示すものではありません" in rule.note.ja, rule.ref


def test_every_kind_of_document_serves_a_rule_and_stands_once() -> None:
    kinds = YAML(typ="safe").load((SHIPPED / "document_kinds.yaml").read_text(encoding="utf-8"))
    ids = [kind["id"] for kind in kinds]
    wanted = {rule.wanted.source for rule in RULES if rule.wanted.kind == "document"}
    assert len(ids) == len(set(ids))
    assert wanted == set(ids)
    for kind in kinds:
        assert JAPANESE.search(kind["title"]["ja"]) and POLITE.search(kind["description"]["ja"])


def test_headings_whose_text_is_not_held_are_facts_and_no_rules() -> None:
    (guideline,) = [pack for pack in PACKS if pack.id == "appropriateness_guideline_2025"]
    headings = {fact.id[:6] for fact in guideline.facts if not fact.text_held}
    assert headings >= {"gl_004", "gl_021", "gl_022", "gl_023", "gl_024", "gl_025", "gl_026"}
    ids = {rule.id for rule in RULES}
    assert not any(name.startswith(("gl021", "gl022", "gl023", "gl004")) for name in ids)


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.wanted.arguments], ids=lambda rule: rule.ref
)
def test_fixed_arguments_are_such_as_a_run_records_them(rule: Rule) -> None:
    # A run records its arguments with defaults filled in; a rule that fixes another form of the
    # same value ("latest" for ["latest"]) would never find a run that counts.
    measure = measures.get(rule.wanted.source)
    required = {item.name: "x" for item in measure.parameters if item.required}
    recorded = measure.arguments({**required, **rule.wanted.arguments})
    assert arguments_fit(rule.wanted.arguments, recorded)


def test_rules_that_want_the_same_document_share_one_next_step() -> None:
    steps: dict[str, set[str]] = {}
    for rule in RULES:
        if rule.wanted.kind == "document":
            steps.setdefault(rule.wanted.source, set()).add(rule.next_step.en)
    assert {kind for kind, said in steps.items() if len(said) > 1} == set()


def test_what_is_only_promulgated_decides_nothing_and_says_when_it_will() -> None:
    waiting = [rule for rule in RULES if rule.status == "promulgated"]
    assert waiting
    for rule in waiting:
        assert rule.start.isoformat() in ("2027-01-17", "2028-07-16"), rule.ref
        assert rule.note, rule.ref


def test_no_amount_of_the_plan_stands_without_payer_term_and_source() -> None:
    (plan,) = [pack for pack in PACKS if pack.id == "basic_plan"]
    amounts = [fact for fact in plan.facts if "円" in fact.title.ja]
    assert len(amounts) == 4
    for fact in amounts:
        assert all(word in fact.title.ja for word in ("支払者", "期間", "出典")), fact.id
        assert all(word in fact.title.en for word in ("payer", "term", "source")), fact.id
