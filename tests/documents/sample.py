# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501  (sentences in two languages side by side read better on one line)
"""A fictional operator with a finding of every outcome, written by hand in both languages."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from shirube.documents.content import ReportContent
from shirube.terms.document import Document
from shirube.terms.evidence import DocumentSeal, Evidence, Withdrawal
from shirube.terms.finding import Finding, Judged, OtherRun, Outcome, Reason
from shirube.terms.manifest import Dataset, Explanation, Manifest, Operator, System
from shirube.terms.measurement import Column, Detail, Input, Interval, Measurement, Value
from shirube.terms.rule import Citation, DatedValue, HeldFact, Name, Pack, Rule, Vocabulary, Wanted
from shirube.terms.subject import Subject
from shirube.terms.text import Text

ON = dt.date(2026, 11, 22)
NOW = dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC)
OPERATOR = Subject("operator", "michibiki")
CREDIT = Subject("system", "credit_screening")
FASHION = Subject("system", "fashion")
ASSISTANT = Subject("system", "assistant")
RELEASE = Subject("dataset", "release")
LOG = Subject("dataset", "log")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def manifest() -> Manifest:
    return Manifest(
        file="shirube.yaml",
        operator=Operator(
            id="michibiki",
            name=Text("株式会社みちびきファイナンス（架空）", "Michibiki Finance K.K. (fictional)"),
            corporate_number="5000000000001",
            kind="company",
            roles=("provider", "user"),
        ),
        systems=(
            System(id="credit_screening", name=Text("与信審査", "Credit screening")),
            System(id="fashion", name=Text("ファッション推薦", "Fashion recommendation")),
            System(
                id="assistant", name=Text("生成AIアシスタント", "Generative assistant"), generative=True
            ),
        ),
        datasets=(
            Dataset(
                id="log",
                title=Text("与信予測ログ", "Credit prediction log"),
                injected=Text(
                    "2005年9月の利用残高に、実演のための変化を加えています。",
                    "A shift was put into the balances of September 2005 for demonstration.",
                ),
            ),
            Dataset(
                id="release",
                title=Text("「匿名加工」済み提供データ", "Release that claims to be anonymised"),
                legal_route="anonymised",
            ),
            Dataset(
                id="clicks", title=Text("推薦クリックログ", "Recommendation clicks"), synthetic=True
            ),
        ),
        lines={
            "operator": 2, "systems.credit_screening": 12, "systems.fashion": 30,
            "systems.assistant": 44, "datasets.log": 60, "datasets.release": 75,
        },
    )  # fmt: skip


def rule(pack: str, name: str, title: Text, expectation: Text, **fields: Any) -> Rule:
    given: dict[str, Any] = {
        "citations": (
            Citation(
                instrument=Text("個人情報保護法", "Act on the Protection of Personal Information"),
                provision=Text("第43条第1項", "Article 43, paragraph 1"),
                url="https://laws.e-gov.go.jp/law/415AC0000000057",
            ),
        ),
        "addressee": "data_handler", "footing": "statute", "status": "in-force",
        "confidence": "high", "start": dt.date(2022, 4, 1), "end": None, "subject": "dataset",
        "applies": "true", "wanted": Wanted(kind="measurement", source="anonymity"),
        "over": "every", "shown": "anonymity.k >= value.min_k",
        "shown_tree": (">=", ("name", "anonymity.k"), ("name", "value.min_k")),
        "next_step": Text("準識別子を一般化して再度測定してください。", "Generalise the quasi-identifiers and measure again."),
        "effort": "days",
    }  # fmt: skip
    return Rule(id=name, pack=pack, title=title, expectation=expectation, **{**given, **fields})


def packs() -> tuple[Pack, ...]:
    appi = "appi_anonymised"
    guide = "hq_guideline_2025"
    return (
        Pack(
            id=appi,
            title=Text("個人情報保護法：匿名加工情報", "Personal Information Protection Act: anonymised information"),
            issuer=Text("国会・個人情報保護委員会", "Diet; Personal Information Protection Commission"),
            version="2026-11",
            instrument_url="https://laws.e-gov.go.jp/law/415AC0000000057",
            start=dt.date(2022, 4, 1),
            binding=Text("法律であり、遵守が義務です。", "A statute; compliance is mandatory."),
            rules=(
                rule(
                    appi, "small_classes",
                    Text("個人を識別できる小さな組が残っていない", "No class so small that it points at a person remains"),
                    Text("匿名加工情報は、特定の個人を識別できないように加工されていることが求められます。",
                         "Anonymised information is expected to be processed so that no individual can be identified."),
                    values={"min_k": (DatedValue(
                        start=dt.date(2022, 4, 1), value=5, footing="own-policy",
                        reason=Text("法令に数値の定めはありません。実務で広く使われる下限を採りました。",
                                    "The law gives no number. A floor that is widely used in practice was chosen."),
                    ),)},
                    lifetime_days=180,
                ),
                rule(
                    appi, "direct_identifiers",
                    Text("直接の識別子が含まれていない", "No direct identifier is contained"),
                    Text("氏名、電話番号、個人識別符号などは削除または置換されていることが求められます。",
                         "Names, telephone numbers and individual identification codes are expected to be removed or replaced."),
                    shown="personal_data.hits = 0", shown_tree=("=", ("name", "personal_data.hits"), ("value", 0)), wanted=Wanted(kind="measurement", source="personal_data"),
                    next_step=Text("検出された列から識別子を削除し、再度測定してください。", "Remove the identifiers from the columns named and measure again."),
                    effort="hours",
                ),
                rule(
                    appi, "publication",
                    Text("作成時の公表を行っている", "Publication on creation"),
                    Text("匿名加工情報を作成したときは、含まれる項目を公表することが求められます。",
                         "When anonymised information is created, its items are expected to be made public."),
                    shown="document.published", shown_tree=("name", "document.published"), wanted=Wanted(kind="document", source="anonymised_notice"),
                    next_step=Text("匿名加工情報に含まれる項目を公表し、文書を登録してください。", "Publish the items of the anonymised information and register the document."),
                    effort="hours",
                ),
            ),
        ),
        Pack(
            id=guide,
            title=Text("AIの適正性確保に関する指針", "Guideline for ensuring the appropriateness of AI"),
            issuer=Text("人工知能戦略本部", "AI Strategic Headquarters"),
            version="2026-11",
            instrument_url="https://www8.cao.go.jp/cstp/ai/",
            start=dt.date(2025, 12, 19),
            binding=Text("法的拘束力のない指針であり、自主的な取組を促すものです。", "A guideline without binding force; it encourages voluntary efforts."),
            rules=(
                rule(
                    guide, "fair_outcomes",
                    Text("不当な差別につながる偏りを測り、抑えている", "Bias that leads to unjust discrimination is measured and kept small"),
                    Text("活用事業者は、出力の偏りを確認し、不当な差別を生じさせないよう努めることが期待されます。",
                         "Operators are expected to check outputs for bias and to avoid unjust discrimination."),
                    subject="system", footing="hq-guideline", addressee="operator",
                    wanted=Wanted(kind="measurement", source="group_fairness"),
                    shown="group_fairness.max_tpr_difference.high <= value.max_gap", shown_tree=("<=", ("name", "group_fairness.max_tpr_difference.high"), ("name", "value.max_gap")),
                    values={"max_gap": (DatedValue(
                        start=dt.date(2025, 12, 19), value=0.1, footing="own-policy",
                        reason=Text("指針に数値はありません。差が1割を超えるときは説明を求めます。",
                                    "The guideline gives no number. Beyond one tenth an explanation is asked for."),
                    ),)},
                    next_step=Text("しきい値を群ごとに点検し、再学習または運用上の補正を検討してください。", "Review the cut-off by group; consider retraining or a correction in operation."),
                    effort="weeks",
                ),
                rule(
                    guide, "monitoring",
                    Text("運用中の変化を監視している", "Change in operation is monitored"),
                    Text("入力や出力の変化を継続的に確認することが期待されます。", "Changes of inputs and outputs are expected to be watched continuously."),
                    subject="system", footing="hq-guideline", confidence="low",
                    wanted=Wanted(kind="measurement", source="drift"), shown="drift.max_psi < value.max_psi", shown_tree=("<", ("name", "drift.max_psi"), ("name", "value.max_psi")),
                    next_step=Text("変化した列の原因を調べ、再学習の要否を記録してください。", "Look into the columns that changed and record whether to retrain."),
                    effort="days",
                    values={"max_psi": (DatedValue(start=dt.date(2025, 12, 19), value=0.2, footing="own-policy",
                        reason=Text("実務の目安です。", "A rule of thumb from practice.")),)},
                ),
                rule(
                    guide, "governance_policy",
                    Text("AIガバナンスの方針を定めている", "A governance policy for AI is in place"),
                    Text("経営層が承認した方針を持つことが期待されます。", "A policy approved by the management is expected."),
                    subject="operator", footing="hq-guideline", wanted=Wanted(kind="document", source="governance_policy"),
                    shown="document.present and document.approved", shown_tree=("and", ("name", "document.present"), ("name", "document.approved")),
                    next_step=Text("方針を文書にし、経営層の承認を得て登録してください。", "Write the policy down, have it approved by the management and register it."),
                ),
                rule(
                    guide, "training_data_origin",
                    Text("学習データの由来を示している", "The origin of training data is stated"),
                    Text("生成AIの開発者・提供者は、学習データの概要を示すことが期待されます。", "Developers and providers of generative AI are expected to give an outline of the training data."),
                    subject="system", footing="commentary", status="promulgated", text_held=False,
                    wanted=Wanted(kind="manifest", source="system"), shown="system.training_data_known", shown_tree=("name", "system.training_data_known"), applies_tree=("name", "system.generative"),
                    applies="system.generative", next_step=Text("供給者に学習データの概要を照会してください。", "Ask the supplier for an outline of the training data."),
                    note=Text("求める法令はありません。解説に基づく期待です。", "No statute demands it; the expectation rests on a commentary."),
                ),
            ),
            facts=(HeldFact(id="annex", title=Text("別紙　参考事例", "Annex: examples"), provision=Text("別紙2", "Annex 2")),),
        ),
    )  # fmt: skip


def measurement(
    name: str, measure: str, subject: Subject, dataset: str, **fields: Any
) -> Measurement:
    given: dict[str, Any] = {
        "inputs": (Input(name=f"data/{dataset}.parquet", sha256=digest(dataset), bytes=1_482_330, rows=30_000),),
        "arguments": {"columns": ["SEX", "AGE"]}, "seed": 7, "key": digest(name), "sample_size": 30_000,
        "engine": "duckdb 2.0.0", "measured_at": dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC), "seconds": 1.2,
        "method": Text("同値類ごとに行数を数え、最小の大きさをkとします。", "Rows are counted per equivalence class; the smallest size is k."),
    }  # fmt: skip
    return Measurement(
        id=name, measure=measure, version="1", subject=subject, dataset=dataset, **{**given, **fields}
    )  # fmt: skip


def evidence() -> tuple[Evidence, ...]:
    sizes = ((1, 24_321), (2, 1_710), (3, 390), (4, 120), (5, 61), (6, 22), (8, 9), (12, 3))
    groups = (
        ("女性", 18_112, 0.91, 0.902, 0.918, 0.62, 0.60, 0.64),
        ("男性", 11_888, 0.88, 0.871, 0.889, 0.49, 0.465, 0.515),
        ("女性 × 60歳以上 / female & 60+", 141, 0.83, 0.75, 0.90, None, None, None),
    )
    months = [
        (f"2005-0{month}", column, value)
        for month in range(5, 10)
        for column, value in (
            ("BILL_AMT", 0.02 * (month - 4) + (0.21 if month == 9 else 0)),
            ("PAY_AMT", 0.015 * (month - 4)),
            ("LIMIT_BAL", 0.01),
        )
    ]
    anonymity = measurement(
        "release_k", "anonymity", RELEASE, "release",
        values=(
            Value(name="k", value=1, unit="count", sample_size=30_000),
            Value(name="unique_share", value=0.8107, unit="share", sample_size=30_000),
            Value(name="t_equal", value=None, unit="distance", reason=Text("機微な列がありません。", "no sensitive column")),
        ),
        details=(Detail(
            name="class_sizes", title=Text("同値類の大きさの分布", "Distribution of class sizes"), chart="histogram",
            columns=(Column("size", Text("組の大きさ（人）", "Size of the class (people)")), Column("classes", Text("組の数", "Number of classes"), "count")),
            rows=sizes, note=Text("大きさ1の組は、1人だけを指します。", "A class of size 1 points at one person."),
        ),),
        notes=(Text("欠損値も一つの値として数えました。", "A missing value counts as a value of its own."),),
    )  # fmt: skip
    fairness = measurement(
        "credit_groups", "group_fairness", CREDIT, "log",
        values=(
            Value(name="max_tpr_difference", value=0.13, unit="difference", sample_size=30_000,
                  interval=Interval(0.098, 0.162, "bootstrap, simultaneous"), baseline=0.0),
        ),
        details=(Detail(
            name="groups", title=Text("群ごとの率と95%区間", "Rates by group with 95% intervals"), chart="intervals",
            columns=(
                Column("group", Text("群", "Group")), Column("n", Text("人数", "n"), "count"),
                Column("selection_rate", Text("承認率", "Selection rate"), "share"),
                Column("selection_rate_low", Text("承認率（下端）", "Selection rate (low)"), "share"),
                Column("selection_rate_high", Text("承認率（上端）", "Selection rate (high)"), "share"),
                Column("tpr", Text("真陽性率", "True positive rate"), "share"),
                Column("tpr_low", Text("真陽性率（下端）", "True positive rate (low)"), "share"),
                Column("tpr_high", Text("真陽性率（上端）", "True positive rate (high)"), "share"),
            ),
            rows=groups,
        ),),
        method=Text("1,000回の多項ブートストラップによる同時信頼区間です。", "Simultaneous intervals from 1,000 multinomial bootstrap replicates."),
    )  # fmt: skip
    drift = measurement(
        "credit_drift", "drift", CREDIT, "log",
        values=(Value(name="max_psi", value=0.31, unit="", sample_size=6_000),
                Value(name="max_psi_column", value="BILL_AMT")),
        details=(Detail(
            name="over_time", title=Text("時間を追った変化", "Change over time"), chart="lines",
            columns=(Column("period", Text("月", "Month")), Column("column", Text("列", "Column")), Column("psi", Text("PSI（基準月との差）", "PSI against the reference month"))),
            rows=tuple(months),
        ),),
    )  # fmt: skip
    failed = measurement(
        "clicks_drift", "drift", FASHION, "clicks", values=(), failure="column 'position' is empty"
    )
    bars = measurement(
        "release_identifiers", "personal_data", RELEASE, "release",
        values=(Value(name="hits", value=0, unit="count", sample_size=720_000),),
        details=(Detail(
            name="columns", title=Text("列ごとの検出数", "Hits per column"), chart="bars",
            columns=(Column("column", Text("列", "Column")), Column("type", Text("種類", "Type")), Column("weak", Text("形式のみ一致", "Format only"), "count")),
            rows=(("LIMIT_BAL", "電話番号 / phone", 12), ("BILL_AMT1", "法人番号 / corporate number", 4)),
        ),),
    )  # fmt: skip
    items: list[Measurement | DocumentSeal | Withdrawal] = [
        measurement("release_k", "anonymity", RELEASE, "release", values=(Value(name="k", value=1),), sample_size=29_000),
        anonymity, fairness, drift, failed, bars,
        DocumentSeal(document=Document(id="policy", kinds=("governance_policy",), title=Text("AIガバナンス方針", "AI governance policy")), sha256=digest("policy"), bytes=48_211),
        Withdrawal(index=0, reason="wrong extract", author="Sato", date=dt.date(2026, 11, 21)),
    ]  # fmt: skip
    kinds = {Measurement: "measurement", DocumentSeal: "document", Withdrawal: "withdrawal"}
    return tuple(
        Evidence(
            index=index, sha256=digest(f"envelope {index}"), key_id="michibiki-2026",
            sealed_at=dt.datetime(2026, 11, 20, 4, index, tzinfo=dt.UTC),
            kind=kinds[type(item)], **{kinds[type(item)]: item},
        )
        for index, item in enumerate(items)
    )  # fmt: skip


def judged(name: str, index: int, outcome: Outcome, condition: str, **values: Any) -> Judged:
    reason = Reason.CONDITION_HOLDS if outcome is Outcome.SHOWN else Reason.CONDITION_FAILS
    return Judged(
        declared_id=name, index=index, sha256=digest(f"envelope {index}"), date=dt.date(2026, 11, 20),
        age_days=2, outcome=outcome, reason=reason, condition=condition,
        values={key.replace("__", "."): value for key, value in values.items()},
    )  # fmt: skip


def findings() -> tuple[Finding, ...]:
    explanation = Explanation(
        rule="hq_guideline_2025/fair_outcomes", subject=CREDIT,
        reason=Text("差は返済履歴の構成で説明できると考えており、再学習を2027年1月に行います。", "We trace the gap to the mix of payment histories and retrain in January 2027."),
        author="佐藤 葉子 / Yoko Sato", date=dt.date(2026, 11, 1), expires=dt.date(2027, 2, 28),
    )  # fmt: skip
    small = judged(
        "release_k", 1, Outcome.NOT_SHOWN, "anonymity.k (1) >= value.min_k (5)", anonymity__k=1
    )
    gap_text = "group_fairness.max_tpr_difference.high (0.162) <= value.max_gap (0.1)"
    gap = judged(
        "credit_groups",
        2,
        Outcome.NOT_SHOWN,
        gap_text,
        group_fairness__max_tpr_difference__high=0.162,
    )
    psi = judged(
        "credit_drift",
        3,
        Outcome.NOT_SHOWN,
        "drift.max_psi (0.31) < value.max_psi (0.2)",
        drift__max_psi=0.31,
    )
    clean = judged(
        "release_identifiers", 5, Outcome.SHOWN, "personal_data.hits (0) = 0", personal_data__hits=0
    )
    policy = judged(
        "policy",
        6,
        Outcome.SHOWN,
        "document.present (true) and document.approved (true)",
        document__present=True,
    )
    common: dict[str, Any] = {"on": ON}
    return (
        Finding(
            rule="appi_anonymised/small_classes", subject=RELEASE, outcome=Outcome.NOT_SHOWN,
            reason=Reason.CONDITION_FAILS, condition=small.condition, judged=(small,), attempts=2,
            others=(OtherRun(declared_id="release_k", index=0, date=dt.date(2026, 11, 19), why="withdrawn", detail="wrong extract"),),
            thresholds={"value.min_k": 5}, **common,
        ),
        Finding(rule="appi_anonymised/direct_identifiers", subject=RELEASE, outcome=Outcome.SHOWN, reason=Reason.CONDITION_HOLDS, condition=clean.condition, judged=(clean,), attempts=1, **common),
        Finding(rule="appi_anonymised/publication", subject=RELEASE, outcome=Outcome.NOT_JUDGED, reason=Reason.NO_EVIDENCE, **common),
        Finding(rule="appi_anonymised/small_classes", subject=LOG, outcome=Outcome.NOT_APPLICABLE, reason=Reason.DOES_NOT_APPLY, **common),
        Finding(rule="hq_guideline_2025/fair_outcomes", subject=CREDIT, outcome=Outcome.EXPLAINED, reason=Reason.EXPLAINED, condition=gap_text, judged=(gap,), attempts=1, thresholds={"value.max_gap": 0.1}, explanation=explanation, **common),
        Finding(rule="hq_guideline_2025/fair_outcomes", subject=FASHION, outcome=Outcome.NOT_JUDGED, reason=Reason.NO_EVIDENCE, **common),
        Finding(rule="hq_guideline_2025/monitoring", subject=CREDIT, outcome=Outcome.NOT_SHOWN, reason=Reason.CONDITION_FAILS, condition=psi.condition, judged=(psi,), attempts=1, thresholds={"value.max_psi": 0.2}, **common),
        Finding(rule="hq_guideline_2025/monitoring", subject=FASHION, outcome=Outcome.NOT_JUDGED, reason=Reason.MEASUREMENT_FAILED, attempts=1, **common),
        Finding(rule="hq_guideline_2025/governance_policy", subject=OPERATOR, outcome=Outcome.SHOWN, reason=Reason.CONDITION_HOLDS, condition=policy.condition, judged=(policy,), attempts=1, **common),
        Finding(rule="hq_guideline_2025/training_data_origin", subject=ASSISTANT, outcome=Outcome.NOT_JUDGED, reason=Reason.FACT_UNKNOWN, missing=("system.training_data_known",), **common),
        Finding(rule="hq_guideline_2025/training_data_origin", subject=FASHION, outcome=Outcome.NOT_JUDGED, reason=Reason.APPLICABILITY_UNKNOWN, missing=("system.generative",), **common),
    )  # fmt: skip


def content(**changes: Any) -> ReportContent:
    given: dict[str, Any] = {
        "manifest": manifest(), "findings": findings(), "packs": packs(), "evidence": evidence(),
        "on": ON, "generated_at": NOW, "tool_version": "0.1.0",
        "checkpoint": "michibiki.example/shirube\n8\nqINS1GRFhWHwdkUeqLEoP4yEMkTBBzxBkGwGQlVlVcs=\n\n— michibiki-2026 Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n",
        "public_key_id": "michibiki-2026+8f2a11c0",
        "vocabulary": Vocabulary(
            profile={},
            sources={
                "anonymity": (
                    Name("k", "number", Text("k（最小の組の人数）", "k (people in the smallest class)")),
                    Name("unique_share", "number", Text("1人だけの組にいる人の割合", "share of people alone in their class"), "share"),
                ),
                "group_fairness": (Name("max_tpr_difference", "number", Text("真陽性率の最大の差", "largest difference of true positive rates"), "difference"),),
                "drift": (Name("max_psi", "number", Text("PSIの最大値", "largest PSI")),),
                "personal_data": (Name("hits", "number", Text("検出数", "hits"), "count"),),
            },
        ),
        "measure_titles": {
            "anonymity": Text("匿名性", "Anonymity"), "group_fairness": Text("群間の公平性", "Group fairness"),
            "drift": Text("分布の変化", "Drift"), "personal_data": Text("個人データの検出", "Personal data"),
        },
    }  # fmt: skip
    return ReportContent(**{**given, **changes})
