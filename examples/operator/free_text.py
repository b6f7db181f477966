# SPDX-License-Identifier: Apache-2.0
"""SYNTHETIC Japanese free text with a few INJECTED identifiers, so that there is something to find.

The identifiers are worked examples that belong to nobody: numbers in sequence or in ranges that are
not issued, whose check digits are right. Beside them stand look-alikes that are no identifiers.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import duckdb
import numpy as np

_MEMOS = (
    "電話にて在籍を確認済み。",
    "限度額の引き上げを希望。次回の更新時に検討する。",
    "住所変更の届けを受領し、台帳を更新した。",
    "支払日の変更について案内した。",
    "請求書の再発行を依頼された。受付番号 20050914-0031。",
    "分割払いの手数料について説明した。",
    "加盟店からの照会番号 001234567890 に回答済み。",
    "2005年9月20日に口座振替の結果を確認した。",
)
INJECTED_MEMOS = (
    "本人確認書類の写しを受領。マイナンバー 1234-5678-9018 の記載あり、要マスキング。",
    "個人番号:123456789018 を年末調整の件で誤って受領した。",
    "個人番号 000000000060 が添付書類に記載されていた。",
    "免許証番号 309012345620 にて本人を確認した。",
    "運転免許証(第300100000810号)の写しを保管。",
    "旧カード番号 4000000000000002 からの切り替え。",
    "連絡先は携帯電話 090-0000-0000、平日は18時以降を希望。",
    "メール user@example.jp あてに明細を送付した。",
)

_TOPICS = {
    "delivery": "注文番号 A-{n:08d} の商品がまだ届きません。配送状況を教えてください。",
    "return": "サイズが合わなかったため、注文番号 A-{n:08d} を返品したいです。",
    "card": "今月の請求額 {n:,} 円の内訳を知りたいです。",
    "account": "ログインできなくなりました。お客様番号は C{n:07d} です。",
    "stock": "商品コード {n:013d} の再入荷の予定はありますか。",
    "praise": "先日の対応がとても丁寧で助かりました。ありがとうございました。",
}
INJECTED_INQUIRIES = (
    ("account", "本人確認のためマイナンバー123456789018をお伝えします。"),
    ("account", "個人番号は000000000060です。こちらで手続きできますか。"),
    ("card", "カード番号 4111-1111-1111-1111 で二重に請求されています。"),
    ("card", "クレジットカード4000000000000002の利用を止めてください。"),
    ("account", "運転免許証の番号309012345620で登録を直してください。"),
    ("account", "在留カード番号 AB12345678CD に変わりました。"),
    ("account", "パスポート TR1234567 の写しを送りました。"),
    ("delivery", "電話 03-0000-0000 に連絡をください。"),
    ("return", "返金の案内はメール user@example.jp にお願いします。"),
    ("card", "返金先の口座は普通 0000001 です。支店番号は 999 です。"),
)


def write_memos(connection: duckdb.DuckDBPyConnection, seed: int) -> None:
    """Give every tenth person of the training half a memo, and a few an injected one."""
    generator = np.random.default_rng([seed, 2])
    rows = [row for (row,) in connection.execute(
        "SELECT source_row FROM persons WHERE trains ORDER BY source_row"
    ).fetchall()]  # fmt: skip
    memo = np.where(
        generator.random(len(rows)) < 0.1,
        np.asarray(_MEMOS, dtype=object)[generator.integers(0, len(_MEMOS), len(rows))],
        "",
    )
    places = generator.choice(len(rows), len(INJECTED_MEMOS), replace=False)
    memo[places] = np.asarray(INJECTED_MEMOS, dtype=object)
    connection.register("written", {"source_row": np.asarray(rows), "memo": memo})
    connection.execute("CREATE TABLE memos AS SELECT * FROM written")
    connection.unregister("written")


def write_inquiries(path: Path, rows: int, seed: int) -> None:
    """Write inquiries in CP932, the encoding that Japanese business software still writes."""
    generator = np.random.default_rng([seed, 3])
    topics = list(_TOPICS)
    injected = dict(
        zip(
            generator.choice(rows, len(INJECTED_INQUIRIES), replace=False).tolist(),
            INJECTED_INQUIRIES,
            strict=True,
        )
    )
    with path.open("w", encoding="cp932", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(["受付番号", "受付日", "経路", "分類", "本文"])
        for row in range(rows):
            topic = topics[int(generator.integers(len(topics)))]
            text = _TOPICS[topic].format(n=int(generator.integers(1_000, 90_000)))
            topic, text = injected.get(row, (topic, text))
            day = dt.date(2026, 9, 1) + dt.timedelta(days=row * 60 // rows)
            channel = ("チャット", "メール", "電話")[int(generator.integers(3))]
            writer.writerow([f"Q{row + 1:05d}", day.isoformat(), channel, topic, text])
