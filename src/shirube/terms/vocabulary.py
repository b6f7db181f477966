# SPDX-License-Identifier: Apache-2.0
"""The names that a rule's condition may use on the manifest's side, and on a document.

``assessment`` fills them from the manifest; ``rules`` refuses any other name when a pack is loaded.
Each measure declares the names of its own values.
"""

from __future__ import annotations

from shirube.terms.rule import Name
from shirube.terms.subject import SubjectKind
from shirube.terms.text import Text


def _name(name: str, kind: str, ja: str, en: str) -> Name:
    return Name(name, kind, Text(ja, en))  # type: ignore[arg-type]


_OPERATOR = (
    _name("operator.kind", "text", "組織の種別", "kind of organisation"),
    _name("operator.size", "text", "組織の規模", "size of the organisation"),
    _name("operator.country", "text", "所在国", "country"),
    _name("operator.role_developer", "boolean", "AI開発者である", "is an AI developer"),
    _name("operator.role_provider", "boolean", "AI提供者である", "is an AI provider"),
    _name("operator.role_user", "boolean", "AI利用者である", "is an AI business user"),
    _name("operator.has_generative_system", "boolean", "生成AIを扱う", "has a generative system"),
    _name("operator.uses_personal_data", "boolean", "個人データを扱う", "handles personal data"),
    _name("operator.contact_rights_holders", "boolean", "権利者の窓口がある", "has a contact for rights holders"),
    _name("operator.contact_personal_data", "boolean", "個人情報の窓口がある", "has a contact for personal data"),
    _name("operator.contact_complaints", "boolean", "苦情の窓口がある", "has a contact for complaints"),
    _name("operator.contact_security", "boolean", "セキュリティの窓口がある", "has a contact for security"),
    _name("operator.has_advanced_system", "boolean", "高度なAIシステムを扱う", "has an advanced system"),
    _name("operator.designated_platform", "boolean", "特定デジタルプラットフォーム提供者である", "is a designated digital platform"),
    _name("operator.large_platform", "boolean", "大規模特定電気通信役務提供者である", "is a designated large-scale platform"),
    _name("operator.core_infrastructure", "boolean", "特定社会基盤事業者である", "is a core-infrastructure operator"),
    _name("operator.model_risk_institution", "boolean", "モデル・リスク管理原則の対象である", "is covered by the model-risk principles"),
    _name("operator.principle_code_accepted", "boolean", "プリンシプル・コードを受け入れている", "has accepted the Principle Code"),
    _name("operator.hiroshima_code_followed", "boolean", "国際行動規範を受け入れている", "has accepted the Hiroshima code of conduct"),
    _name("operator.hiroshima_reporting", "boolean", "報告枠組みに参加している", "takes part in the reporting framework"),
    _name("operator.vendor_hhi_max", "number", "供給者の集中度（層ごとのHHIの最大）", "supplier concentration (highest HHI of a layer)"),
    _name("operator.country_hhi_max", "number", "供給国の集中度（層ごとのHHIの最大）", "country concentration (highest HHI of a layer)"),
)  # fmt: skip

_SYSTEM = (
    _name("system.sector", "text", "分野", "sector"),
    _name("system.stage", "text", "ライフサイクルの段階", "life-cycle stage"),
    _name("system.autonomy", "text", "自律の程度", "autonomy"),
    _name("system.oversight", "text", "人による監督の形", "form of human oversight"),
    _name("system.generative", "boolean", "生成AIである", "is generative"),
    _name("system.profiling", "boolean", "プロファイリングを行う", "profiles people"),
    _name("system.users_per_month", "number", "月間利用者数", "users a month"),
    _name("system.offered_to_others", "boolean", "他者に提供している", "is offered to others"),
    _name("system.role_developer", "boolean", "開発者として関与", "acts as developer"),
    _name("system.role_provider", "boolean", "提供者として関与", "acts as provider"),
    _name("system.role_user", "boolean", "利用者として関与", "acts as business user"),
    _name("system.affects_people", "boolean", "人に影響する", "affects people"),
    _name("system.affects_children", "boolean", "こどもに影響する", "affects children"),
    _name("system.uses_personal_data", "boolean", "個人データを用いる", "uses personal data"),
    _name("system.has_predictions", "boolean", "予測ログがある", "has a log with predictions"),
    _name("system.has_purpose", "boolean", "目的の記載がある", "has a stated purpose"),
    _name("system.risks", "number", "記録されたリスクの数", "risks on record"),
    _name("system.risks_open", "number", "対応が未記載のリスクの数", "risks without a treatment on record"),
    _name("system.risk_decided", "boolean", "リスクの決定者と日付の記録がある", "risk decision has a person and a date"),
    _name("system.benefits_recorded", "boolean", "便益の記録がある", "benefits on record"),
    _name("system.models", "number", "モデルの数", "number of models"),
    _name("system.training_data_known", "boolean", "学習データの由来が示されている", "origin of training data is stated"),
    _name("system.advanced", "boolean", "高度なAIシステムである", "is an advanced AI system"),
    _name("system.physical", "boolean", "フィジカルAIである", "is physical AI"),
    _name("system.recommender", "boolean", "順位付け・推奨を行う", "ranks or recommends"),
    _name("system.learns_in_operation", "boolean", "運用中の学習で出力が変わる", "learns in operation"),
    _name("system.government_procurement", "boolean", "政府調達の対象である", "is supplied to government"),
    _name("system.external_transmission", "boolean", "利用者に関する情報を外部に送信させる", "makes users' devices send data out"),
    _name("system.medical_device", "text", "医療機器該当性", "medical device"),
)  # fmt: skip

_DATASET = (
    _name("dataset.role", "text", "データの役割", "role of the data"),
    _name("dataset.personal_data", "boolean", "個人データを含む", "contains personal data"),
    _name("dataset.legal_route", "text", "法的な根拠・経路", "legal route"),
    _name("dataset.location", "text", "保管国", "location"),
    _name("dataset.source_known", "boolean", "出所の記載がある", "source is stated"),
    _name("dataset.licence_known", "boolean", "利用許諾の記載がある", "licence is stated"),
    _name("dataset.synthetic", "boolean", "合成データである", "is synthetic"),
    _name("dataset.derived", "boolean", "他のデータから作成された", "is derived from other data"),
    _name("dataset.earlier_releases", "number", "以前の提供データの数", "earlier releases"),
    _name("dataset.population_known", "boolean", "母集団の表の記載がある", "a table of the population is stated"),
    _name("dataset.sample", "boolean", "母集団からの標本である", "is a sample of a population"),
    _name("dataset.trajectories", "boolean", "個人ごとの履歴を含む", "holds trails of persons"),
    _name("dataset.counts", "boolean", "人数を数えた集計表である", "is a table of counts of people"),
    _name("dataset.quasi_identifiers", "number", "準識別子の列数", "quasi-identifier columns"),
    _name("dataset.sensitive", "number", "機微な列の数", "sensitive columns"),
    _name("dataset.special_care", "boolean", "要配慮個人情報を含む", "contains special care-required information"),
    _name("dataset.my_number", "boolean", "個人番号を含む", "contains My Numbers"),
    _name("dataset.face_features", "boolean", "顔の特徴量を含む", "contains features of faces"),
    _name("dataset.purpose_known", "boolean", "利用目的の記載がある", "purpose of use is stated"),
    _name("dataset.retention_known", "boolean", "保存期間の記載がある", "retention is stated"),
    _name("dataset.provision", "text", "第三者提供の根拠", "ground for provision to third parties"),
    _name("dataset.foreign_transfer", "text", "外国にある第三者への提供の経路", "route of transfer abroad"),
    _name("dataset.crawled", "boolean", "クローリングにより収集した", "was collected by crawling"),
    _name("dataset.works", "boolean", "他人の著作物を含む", "contains works of others"),
    _name("dataset.works_basis", "text", "著作物の利用の根拠", "ground for using works"),
)  # fmt: skip

_MODEL = (
    _name("model.kind", "text", "モデルの種類", "kind of model"),
    _name("model.version_known", "boolean", "版の記載がある", "version is stated"),
    _name("model.licence_known", "boolean", "利用許諾の記載がある", "licence is stated"),
    _name("model.training_data_known", "boolean", "学習データの由来が示されている", "origin of training data is stated"),
)  # fmt: skip

_SUPPLIER = (
    _name("supplier.layer", "text", "供給の層", "layer"),
    _name("supplier.country", "text", "供給国", "country"),
    _name("supplier.has_fallback", "boolean", "代替手段がある", "has a fallback"),
    _name("supplier.drilled", "boolean", "切替訓練の記録がある", "fallback was drilled"),
    _name("supplier.processes_personal_data", "boolean", "個人データの取扱いを委託している", "is entrusted with personal data"),
    _name("supplier.trains_on_inputs", "boolean", "入力を自らの学習に用いる", "trains on what is entered"),
)  # fmt: skip

PROFILE_NAMES: dict[SubjectKind, tuple[Name, ...]] = {
    "operator": _OPERATOR,
    "system": _OPERATOR + _SYSTEM,
    "dataset": _OPERATOR + _DATASET,
    "model": _OPERATOR + _MODEL,
    "supplier": _OPERATOR + _SUPPLIER,
}
"""Per kind of subject, every name that its conditions may use; all know their operator."""

DOCUMENT_NAMES: tuple[Name, ...] = (
    _name("document.present", "boolean", "文書がある", "document exists"),
    _name("document.published", "boolean", "公表されている", "is published"),
    _name("document.approved", "boolean", "承認者の記載がある", "has an approver"),
    _name("document.owned", "boolean", "責任者の記載がある", "has an owner"),
    _name("document.signed", "boolean", "署名者の記載がある", "names who signed it"),
    _name("document.approved_as_is", "boolean", "現在の内容のまま、責任者以外の者が承認している", "is approved as it now stands, by somebody other than its owner"),
)  # fmt: skip
"""What is known of every document."""

ARGUMENT_NAMES: dict[str, tuple[str, tuple[Name, ...]]] = {
    "quasi_identifiers": (
        "quasi_identifier",
        (
            _name("quasi_identifiers_left_out", "number", "宣言されたのに用いていない準識別子の数", "declared quasi-identifiers left out"),
            _name("quasi_identifiers_undeclared", "number", "宣言されていないのに用いた準識別子の数", "quasi-identifiers used but not declared"),
        ),
    ),
    "sensitive": (
        "sensitive",
        (
            _name("sensitive_left_out", "number", "宣言されたのに調べていない機微な列の数", "declared sensitive columns left out"),
            _name("sensitive_undeclared", "number", "宣言されていないのに機微とした列の数", "sensitive columns named but not declared"),
        ),
    ),
}  # fmt: skip
"""Argument of a measure -> the kind of column it names, and what is known of every run of that
measure by holding the argument against the columns that the manifest declares."""

TABLE_NAMES: dict[str, tuple[str, Name]] = {
    "original": (
        "derived_from",
        _name("original_undeclared", "number", "元の表として宣言されていない表との比較", "compared with a table that is not declared as its source"),
    ),
    "candidates": (
        "derived_from",
        _name("candidates_undeclared", "number", "元の表として宣言されていない表を候補とした", "candidates from a table that is not declared as its source"),
    ),
    "earlier": (
        "earlier_releases",
        _name("earlier_undeclared", "number", "以前の提供データとして宣言されていない表との比較", "compared with a table that is not declared as an earlier release"),
    ),
}  # fmt: skip
"""Argument that names a further table -> the key of the data set that should list it, and whether
(1) or not (0) a run took another one: comparing with a harmless table shows nothing."""
