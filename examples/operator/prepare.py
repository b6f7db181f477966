# SPDX-License-Identifier: Apache-2.0
"""Make the example operator's tables and its model from ``source/``, the same bytes each time.

1. The credit table: 30,000 people, six months each (``credit_table``).
2. The people are divided at random into two halves. One half trains the model; only the other half
   is in the prediction log, so no logged score was fitted on the person it is about.
3. The model learns from the September snapshot whether October was paid (``credit_model``). Every
   monthly snapshot is scored with what that month knows, and nothing of a later month. October is
   the only outcome that the table has, so the label of earlier months stays empty.
4. Written: the training table, the log (a file for each month), the release, the fashion log, the
   inquiries, the model.

``--rows N`` writes every table with N rows, by repeating people and texts with small changes
(``upsample``): a test of size, whose numbers mean nothing.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import credit_model
import credit_table
import fashion_log
import free_text
import upsample

HERE = Path(__file__).resolve().parent
SEED = 20261122
FASHION_ROWS = 20_000
INQUIRIES = 600


def main() -> None:
    """Read the options and make everything."""
    parser = argparse.ArgumentParser(description="Make the example operator's data and model.")
    parser.add_argument("--out", type=Path, default=HERE, help="folder for data/ and model/")
    parser.add_argument("--people", type=int, help="use only the first PEOPLE rows (for tests)")
    parser.add_argument("--rows", type=int, help="up-sample every table to ROWS rows")
    options = parser.parse_args()
    prepare(options.out, people=options.people, rows=options.rows)


def prepare(out: Path, *, people: int | None = None, rows: int | None = None) -> None:
    """Make ``data/`` and ``model/`` under ``out``."""
    data = out / "data"
    for folder in (data / "credit_log", out / "model"):
        folder.mkdir(parents=True, exist_ok=True)
    connection = credit_table.load(HERE / "source" / "credit-card-clients.csv.gz", SEED, people)
    model = credit_model.train(connection, SEED)
    credit_model.save(model, out / "model" / "credit_model.json")
    credit_model.score(connection, model)
    free_text.write_memos(connection, SEED)
    credit_table.write_training(connection, data / "training.csv")
    if rows:
        upsample.write_log(connection, data / "credit_log", rows)
        upsample.write_release(connection, data / "credit_release.csv", rows)
    else:
        credit_table.write_log(connection, data / "credit_log")
        credit_table.write_release(connection, data / "credit_release.csv")
    fashion_log.write(data / "fashion_log.csv", FASHION_ROWS, SEED)
    free_text.write_inquiries(data / "support_inquiries.csv", INQUIRIES, SEED)
    if rows:
        upsample.write_training(connection, data / "training.csv", rows)
        upsample.write_fashion(connection, data / "fashion_log.csv", rows)
        upsample.write_inquiries(data / "support_inquiries.csv", rows)
    for line in credit_table.summary(connection):
        print(line)


if __name__ == "__main__":
    main()
