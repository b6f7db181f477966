# SPDX-License-Identifier: Apache-2.0
"""The names of the values of ``anonymity``, and its method in a few sentences."""

from __future__ import annotations

from shirube.terms.rule import Name
from shirube.terms.text import Text

METHOD = Text(
    "準識別子の値の組合せが同じ行を一つのクラスとし、表の全行を数えました（欠損も一つの値として"
    "扱います）。全数調査のため信頼区間はありません。tは等距離のほか、値の順序による距離と階層による"
    "距離でも求めます。δは自然対数でクラスに現れる値のみ、再帰的(c,l)のlはl_distinctです。",
    "Rows with the same combination of quasi-identifiers form a class; every row of the table was "
    "counted, and a missing value is a value of its own. This is a census of the table, so there "
    "is no interval. t uses the equal distance, and beside it the distance by the order of the "
    "values and by a hierarchy; δ the natural logarithm over the values present in a class, and "
    "recursive (c, l) the l of l_distinct.",
)

_SMALL = Text("下限より小さいクラスにある行の割合", "share of records in classes below the floor")
_USED = Text("用いた準識別子の数", "quasi-identifiers used")
_TOLD = Text("調べた機微な列の数", "sensitive columns looked at")
_MOST = Text("α（最頻値の割合）", "α, share of the most frequent value")
_OUTSIDE = Text("(α,k)を満たさない行の割合", "share of records outside (α, k)")

PRODUCES = (
    Name("rows", "number", Text("行数", "rows"), "count"),
    Name("classes", "number", Text("同値クラスの数", "equivalence classes"), "count"),
    Name("quasi_identifiers", "number", _USED, "count"),
    Name("sensitive", "number", _TOLD, "count"),
    Name("k", "number", Text("k（最小のクラスの行数）", "k, rows of the smallest class"), "count"),
    Name("unique_records", "number", Text("一意な行の数", "records alone in their class"), "count"),
    Name("unique_share", "number", Text("一意な行の割合", "share of unique records"), "share"),
    Name("small_class_share", "number", _SMALL, "share"),
    Name("average_class_size", "number", Text("クラスの平均行数", "average class size"), "count"),
    Name(
        "prosecutor_risk", "number", Text("検察官型リスク（1/k）", "prosecutor risk, 1/k"), "share"
    ),
    Name("journalist_risk", "number", Text("ジャーナリスト型リスク", "journalist risk"), "share"),
    Name("marketer_risk", "number", Text("マーケター型リスク", "marketer risk"), "share"),
    Name("l_distinct", "number", Text("l（値の種類）", "l, distinct values"), "count"),
    Name("l_entropy", "number", Text("l（エントロピー）", "l, entropy")),
    Name("l_recursive_c", "number", Text("再帰的(c,l)のc", "c of recursive (c, l)"), "ratio"),
    Name("t_equal", "number", Text("t（等距離）", "t, equal distance"), "distance"),
    Name("delta_disclosure", "number", Text("δ（開示）", "δ, disclosure")),
    Name("beta_basic", "number", Text("β（基本）", "β, basic likeness")),
    Name("beta_enhanced", "number", Text("β（強化）", "β, enhanced likeness")),
    Name("alpha", "number", _MOST, "share"),
    Name("t_ordered", "number", Text("t（順序距離）", "t, ordered distance"), "distance"),
    Name("t_hierarchical", "number", Text("t（階層距離）", "t, hierarchical distance"), "distance"),
    Name("alpha_k_outside", "number", _OUTSIDE, "share"),
)
