# SPDX-License-Identifier: Apache-2.0
"""The choices of the manifest in words: what a code such as ``opt_out`` stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shirube.terms.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

_MEANINGS: Final = {
    "company": Text("会社", "company"),
    "research_institution": Text("研究機関", "research institution"),
    "headquarters": Text("本部", "headquarters"),
    "ministry": Text("府省庁", "ministry"),
    "local_government": Text("地方公共団体", "local government"),
    "other": Text("その他", "other"),
    "large": Text("大規模", "large"),
    "medium": Text("中規模", "medium-sized"),
    "small": Text("小規模", "small"),
    "startup": Text("スタートアップ", "start-up"),
    "developer": Text("開発者", "developer"),
    "provider": Text("提供者", "provider"),
    "user": Text("利用者", "business user"),
    "design": Text("設計", "in design"),
    "development": Text("開発", "in development"),
    "operation": Text("運用", "in operation"),
    "retired": Text("廃止", "retired"),
    "advice": Text("助言のみ", "gives advice only"),
    "human_approves": Text("判断ごとに人が承認", "a person approves each decision"),
    "automatic": Text("自動で判断", "decides automatically"),
    "agent": Text("エージェントとして行動", "acts as an agent"),
    "human_in_the_loop": Text("判断ごとに人が関与", "a person takes part in each decision"),
    "human_on_the_loop": Text("人が監視し、必要に応じて介入", "a person watches and can step in"),
    "none": Text("なし", "none"),
    "training": Text("学習データ", "training data"),
    "log": Text("運用の記録", "log of operation"),
    "release": Text("外部への提供", "release to others"),
    "reference": Text("参照用データ", "reference data"),
    "consent": Text("本人の同意", "consent of the person"),
    "anonymised": Text("匿名加工情報", "anonymised information"),
    "pseudonymised": Text("仮名加工情報", "pseudonymised information"),
    "statistics": Text("統計情報", "statistical information"),
    "public": Text("公開情報", "published information"),
    "no_personal_data": Text("個人データを含まない", "no personal data"),
    "consumers": Text("消費者", "consumers"),
    "children": Text("子ども", "children"),
    "employees": Text("従業員", "employees"),
    "compute": Text("計算資源", "computing resources"),
    "cloud": Text("クラウド", "cloud"),
    "model": Text("モデル", "model"),
    "data": Text("データ", "data"),
    "software": Text("ソフトウェア", "software"),
    "true": Text("はい", "yes"),
    "false": Text("いいえ", "no"),
    "digital_platform": Text(
        "特定デジタルプラットフォーム提供者", "provider of a specified digital platform"
    ),
    "large_platform": Text("大規模特定電気通信役務提供者", "provider of a large-scale platform"),
    "core_infrastructure": Text(
        "特定社会基盤事業者", "operator of specified critical infrastructure"
    ),
    "model_risk_principles": Text(
        "モデル・リスク管理に関する原則の対象金融機関",
        "institution under the model risk principles",
    ),
    "principle_code": Text("生成AIのプリンシプル・コード", "principle code on generative AI"),
    "hiroshima_code_of_conduct": Text(
        "広島AIプロセスの国際行動規範", "Hiroshima Process code of conduct"
    ),
    "hiroshima_reporting": Text(
        "広島AIプロセスの報告枠組み", "Hiroshima Process reporting framework"
    ),
    "avoid": Text("回避する", "avoided"),
    "reduce": Text("低減する", "reduced"),
    "transfer": Text("移転する", "transferred"),
    "accept": Text("受容する", "accepted"),
    "no": Text("該当しない", "no medical device"),
    "class_ii": Text("クラスII", "class II"),
    "class_iii": Text("クラスIII", "class III"),
    "class_iv": Text("クラスIV", "class IV"),
    "exception": Text("法令上の例外", "an exception of the Act"),
    "entrustment": Text("委託", "entrustment"),
    "joint_use": Text("共同利用", "joint use"),
    "opt_out": Text("オプトアウト", "opt-out"),
    "adequate_country": Text("同等の水準と認められた国", "country of an equal level of protection"),
    "framework": Text("基準に適合する体制", "recipient with an equal framework"),
    "licence": Text("利用許諾", "licence"),
    "article_30_4": Text("著作権法第30条の4", "Article 30-4 of the Copyright Act"),
    "public_domain": Text("権利の消滅した著作物", "public domain"),
    "own": Text("自らの著作物", "own works"),
}
_LEVELS: Final = {
    "low": Text("低い", "low"),
    "medium": Text("中程度", "medium"),
    "high": Text("高い", "high"),
}


def meaning(code: str, among: Sequence[str] = ()) -> Text | None:
    """Return a code in words; ``among`` tells a medium risk from a medium-sized company."""
    if "low" in among:
        return _LEVELS.get(code)
    return _MEANINGS.get(code)
