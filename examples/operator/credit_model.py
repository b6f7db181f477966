# SPDX-License-Identifier: Apache-2.0
"""The credit model: gradient-boosted trees that estimate whether next month will be paid.

It sees the limit and one month of account history. Sex, education, marriage and age are not among
its features; that alone does not make its decisions equal between groups, which is what the
example measures.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from credit_table import LAST_MONTH

FEATURES = ("credit_limit", "bill_amount", "paid_amount", "pay_status")
CUTOFF = 0.75  # approved when the estimated probability of payment is at least this
TREES = 120


def train(connection: duckdb.DuckDBPyConnection, seed: int) -> Any:
    """Fit on the training half's September snapshot, with October's payment as the outcome."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    table = connection.execute(
        f"""SELECT {", ".join(f"s.{name}" for name in FEATURES)}, p.repaid
            FROM snapshots s JOIN persons p USING (source_row)
            WHERE p.trains AND s.month = '{LAST_MONTH}' ORDER BY source_row"""
    ).fetchnumpy()
    model = HistGradientBoostingClassifier(
        max_iter=TREES,
        learning_rate=0.06,
        max_leaf_nodes=15,
        early_stopping=False,
        random_state=seed,
    )
    with threadpool_limits(1):  # one thread adds in one order: the same model on every machine
        return model.fit(_matrix(table), table["repaid"])


def score(connection: duckdb.DuckDBPyConnection, model: Any) -> None:
    """Score every monthly snapshot with what that month knows; keep six decimals."""
    table = connection.execute(
        f"SELECT source_row, month, {', '.join(FEATURES)} FROM snapshots ORDER BY month, source_row"
    ).fetchnumpy()
    score = np.round(model.predict_proba(_matrix(table))[:, 1], 6)
    scores = {
        "source_row": table["source_row"],
        "month": np.asarray(table["month"], dtype=object),
        "score": score,
        "approved": (score >= CUTOFF).astype(np.int8),
    }
    connection.register("scored", scores)
    connection.execute("CREATE TABLE scores AS SELECT * FROM scored")
    connection.unregister("scored")


def save(model: Any, path: Path) -> None:
    """Write the trees as plain JSON: a pickle would run code when somebody opens it.

    A node is ``[feature, threshold, missing goes left, left, right]``, a leaf ``[value]``. The sum
    of the leaves and ``baseline`` is the log-odds of payment.
    """
    # scikit-learn has no public way to its trees
    trees = [[_node(node) for node in predictor.nodes] for (predictor,) in model._predictors]
    content = {
        "model": "credit_screening",
        "features": FEATURES,
        "predicts": "probability that next month is paid",
        "cutoff": CUTOFF,
        "baseline": round(float(np.ravel(model._baseline_prediction)[0]), 12),
        "trees": trees,
    }
    path.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")


def _node(node: Any) -> list[float | int | bool]:
    if node["is_leaf"]:
        return [round(float(node["value"]), 12)]
    return [
        int(node["feature_idx"]),
        float(node["num_threshold"]),
        bool(node["missing_go_to_left"]),
        int(node["left"]),
        int(node["right"]),
    ]


def _matrix(table: dict[str, Any]) -> np.ndarray:
    return np.column_stack([np.asarray(table[name], dtype=np.float64) for name in FEATURES])
