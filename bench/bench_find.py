# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501 - templates of lines and long queries read best whole
"""Finding personal data: the pattern tier against Python's ``re`` and Presidio, names against GiNZA.

    python bench/bench_find.py [LINES]

1. Patterns: text in which nine lines of ten carry digits and one of eight an identifier, check
   digits and width folding included. The same search in Python (``re``) must find the same; a
   plainer one, a single alternation with check digits and without context, does less and is beside
   it. Presidio runs its default English recognisers on a part, without spaCy's model.
2. Names and addresses: recall and speed on the labelled corpus, beside GiNZA's.
3. Precision and recall by kind, those of held-out names apart.
4. ``personal_data`` on a table of 10 million rows, beside one ``GROUP BY`` of the same columns.
"""

from __future__ import annotations

import json
import random
import re
import sys
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any

import duckdb

import ratio

sys.path.insert(0, str(ratio.ROOT / "tests" / "measures" / "privacy"))
from labelled_corpus import corpus

from shirube.engines import open_engine
from shirube.measures.privacy import descriptions
from shirube.measures.privacy.identifiers import check_digits, scan_text
from shirube.measures.privacy.identifiers.tally import Level
from shirube.measures.privacy.personal_data import personal_data
from shirube.terms.source import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from labelled_corpus import Line

LINES, ROWS = 200_000, 10_000_000
NAMED, SEED = 2000, 12
PRESIDIO_LINES, GINZA_LINES = 2000, 400
WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")
ALTERNATION = re.compile(
    r"(?P<card>[0-9]{4}[- ]?[0-9]{4}[- ]?[0-9]{4}[- ]?[0-9]{4})"
    r"|(?P<corporate>T[0-9]{13})|(?P<mine>[0-9]{4}[- ]?[0-9]{4}[- ]?[0-9]{4})"
    r"|(?P<residence>[A-Z]{2}[0-9]{8}[A-Z]{2})|(?P<passport>[A-Z]{2}[0-9]{7})"
    r"|(?P<phone>0[0-9]{1,4}-[0-9]{1,4}-[0-9]{4}|0[5-9]0[0-9]{8})|(?P<postal>〒?[0-9]{3}-[0-9]{4})"
    r"|(?P<mail>[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,})|(?P<pension>[0-9]{4}-[0-9]{6})"
    r"|(?P<employment>[0-9]{4}-[0-9]{6}-[0-9])|(?P<account>[0-9]{4}-[0-9]{3} ?(?:普通|当座) ?[0-9]{7})"
    r"|(?P<insured>記号.{1,10}番号.{1,8})|(?P<resident>[0-9]{11})|(?P<insurer>[0-9]{8})"
)
PROSE = (
    "本日の会議では来年度の予算と人員の配置について検討を行いました。", "the quarterly report was sent to all members",
    "作業は予定どおり完了し、次の工程に引き継いだ。", "資料は共有フォルダに置いてあります。",
)  # fmt: skip


def drawn(count: int, seed: int) -> list[str]:
    """Draw lines of business text."""
    rng = random.Random(seed)
    n = lambda digits: f"{rng.randrange(10**digits):0{digits}}"  # noqa: E731

    def checked(digits: int, passes: Callable[[str], bool]) -> str:
        while not passes(number := n(digits)):
            pass
        return number

    identifiers: Sequence[Callable[[], str]] = (
        lambda: f"電話 090-{n(4)}-{n(4)}",
        lambda: f"担当者 user{n(3)}@mail.example.jp",
        lambda: f"マイナンバー {checked(12, check_digits.my_number)}",
        lambda: f"カード番号 4{checked(15, lambda d: check_digits.luhn('4' + d))}",
        lambda: (
            f"登録番号T{checked(13, lambda d: d[0] != '0' and check_digits.corporate_number(d))}"
        ),
        lambda: f"〒{n(3)}-{n(4)}",
        lambda: f"{n(4)}-{n(3)} 普通 {n(7)}",
    )
    others: Sequence[Callable[[], str]] = (
        lambda: (
            f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02} {rng.randrange(24):02}:{n(2)}:{n(2)} INFO job {n(3)} done in {n(4)} ms"
        ),
        lambda: f"注文番号 {n(4)}-{n(4)}-{n(4)} 数量{n(2)}個 単価{n(4)}円",
        lambda: f"合計 {n(3)},{n(3)}円(税込) 納期 {rng.randint(1, 12)}/{rng.randint(1, 28)}",
        lambda: f"品番 AB-{n(4)}-{n(2)} 在庫 {n(3)} 棚 {n(2)}",
        lambda: f"2026年{rng.randint(1, 12)}月{rng.randint(1, 28)}日 第{n(2)}回定例会 参加{n(2)}名",
        lambda: f"version {n(1)}.{n(2)}.{n(3)} build {n(8)}",
        lambda: f"追跡番号 {n(12)} 重量{n(2)}.{n(1)}kg",
        lambda: f"192.168.{rng.randrange(256)}.{rng.randrange(256)} GET /items/{n(5)} 200 {n(4)}",
    )
    lines = []
    for _line in range(count):
        draw = rng.random()
        if draw < 0.1:
            text = rng.choice(PROSE)
        elif draw < 0.225:
            text = rng.choice(PROSE)[: rng.randrange(30)] + " " + rng.choice(identifiers)()
        else:
            text = rng.choice(others)()
        lines.append(text.translate(WIDE) if rng.random() < 0.1 else text)
    return lines


def plainer(lines: list[str]) -> int:
    """Look for the formats with one alternation per line, and check digits on what it finds."""
    checks = {"card": check_digits.luhn, "mine": check_digits.my_number}
    found = 0
    for line in lines:
        for match in ALTERNATION.finditer(unicodedata.normalize("NFKC", line)):
            check = checks.get(match.lastgroup or "")
            digits = "".join(each for each in match[0] if each.isdigit())
            found += check is None or check(digits)
    return found


def patterns(count: int) -> None:
    """Compare the pattern tier."""
    lines = drawn(count, 1)
    size = sum(len(line.encode()) for line in lines) / 1e6
    digits = sum(any(each.isdigit() for each in line) for line in lines) / count
    print(f"{size:.1f} MB, {digits:.0%} of the lines carry digits")

    def counted(compiled: bool) -> dict[Any, Any]:
        scan, _findings = scan_text(lines, words=False, compiled=compiled)
        return {place: (tally.hits, tally.rows) for place, tally in sorted(scan.tallies.items())}

    counted(True)  # compiles, or loads what was compiled
    ours = ratio.measure(lambda: counted(True), 5)
    same, less = ratio.measure(lambda: counted(False), 1), ratio.measure(lambda: plainer(lines), 1)
    print(
        f"ours {size / ours.cpu:.0f} MB/s, re {size / same.cpu:.1f}, plainer {size / less.cpu:.1f}"
    )
    ratio.print_equal("hits by kind and level", ours.result == same.result)
    ratio.print_ratio("patterns / the same search in re", ours, same, ">= 10")
    ratio.print_ratio("patterns / one alternation without context", ours, less, ">= 10")
    part = lines[:PRESIDIO_LINES]
    file = ratio.data_folder() / "lines.txt"
    file.write_text("\n".join(part), "utf-8")
    answer = ratio.peer("presidio", str(file))
    if answer is not None:
        portion = sum(len(line.encode()) for line in part) / 1e6
        theirs = ratio.peer_timing(answer).cpu / portion * size
        ratio.print_ratio("patterns / Presidio's default recognisers", ours, theirs, ">= 500")


def described(lines: Sequence[Line]) -> tuple[dict[str, list[int]], list[str]]:
    """Return per kind right, wrong, missed, held-out right and held-out labels."""
    _scan, findings = scan_text([line.text for line in lines], salt=b"bench")
    told: dict[int, list[tuple[str, int, int]]] = {}
    for each in findings:
        if each.level > Level.WEAK and each.kind in descriptions.KINDS:
            told.setdefault(each.row, []).append((each.kind, each.start, each.end))
    counts: dict[str, list[int]] = {}
    for row, line in enumerate(lines, start=1):
        here = told.get(row, [])
        kinds = Counter(span.kind for span in line.spans)
        for span in line.spans:
            hit = any(k == span.kind and a < span.end and b > span.start for k, a, b in here)
            tally = counts.setdefault(span.kind, [0] * 5)
            tally[0 if hit else 2] += 1
            tally[3] += span.held_out and hit
            tally[4] += span.held_out
        for kind, low, high in here:
            overlaps = any(s.kind == kind and low < s.end and high > s.start for s in line.spans)
            if (not overlaps and kind in ("person_name", "address", "birth_date")) or (
                not overlaps and kind not in kinds
            ):
                counts.setdefault(kind, [0] * 5)[1] += 1
    return counts, sorted(counts)


def names() -> None:
    """Compare names and addresses with GiNZA, and tell precision and recall."""
    lines = corpus(NAMED, SEED)
    described(lines[:10])  # loads the dictionary
    ours = ratio.measure(lambda: described(lines), 3)
    counts, kinds = ours.result
    size = sum(len(line.text.encode()) for line in lines) / 1e6
    print(f"names and the rest {size / ours.cpu:.2f} MB/s")
    for kind in kinds:
        right, wrong, missed, kept, held = counts[kind]
        apart = f", held out {kept / held:.3f}" if held else ""
        precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
        print(
            f"         {kind}: precision {precision:.3f}, recall {recall:.3f}{apart} (n {right + missed})"
        )
    part = lines[:GINZA_LINES]
    file = ratio.data_folder() / "labelled.jsonl"
    written = [
        json.dumps({"text": line.text, "spans": [s._asdict() for s in line.spans]}) for line in part
    ]
    file.write_text("\n".join(written), "utf-8")
    answer = ratio.peer("ginza", str(file))
    if answer is None:
        return
    mine, _kinds = described(part)
    for kind in ("person_name", "address"):
        labels, theirs = answer["results"]["labels"][kind], answer["results"]["found"][kind]
        print(
            f"         {kind}: recall ours {mine[kind][0] / labels:.3f}, GiNZA {theirs / labels:.3f}"
        )
        # Of shares it is read as ours over theirs.
        ratio.print_ratio(
            f"recall of {kind} / GiNZA", theirs / labels, mine[kind][0] / labels, ">= 0.95", ""
        )
    portion = sum(len(line.text.encode()) for line in part) / 1e6
    ratio.print_ratio(
        "names and addresses / GiNZA", ours, ratio.peer_timing(answer).cpu / portion * size, ">= 20"
    )


def table(rows: int) -> None:
    """Tell what a table of so many rows costs."""
    file: Path = ratio.data_folder() / f"customers_{rows}.parquet"
    if not file.exists():
        duckdb.execute(
            f"COPY (SELECT 100000 + i AS customer_id, '2026-' || lpad((1 + hash(i) % 12)::VARCHAR, 2, '0') AS month,"
            f" (hash(i * 8) % 5) * 10 || '代' AS age_band, (['東京都', '大阪府', '愛知県'])[(1 + hash(i * 3) % 3)::INT] AS pref,"
            f" round((hash(i * 5) % 10000) / 10000, 4) AS score, (hash(i * 7) % 1000000)::BIGINT AS amount,"
            f" 'C' || lpad(i::VARCHAR, 9, '0') AS code FROM range({rows}) t(i)) TO '{file}'"
        )
    with duckdb.connect() as plain, open_engine() as engine:
        source = engine.source(Table(dataset="customers", files=(str(file),), format="parquet"))
        ours = ratio.measure(lambda: personal_data(source), 1)
        floor = ratio.measure(
            lambda: plain.execute(
                f"SELECT count(*) FROM (SELECT month, age_band, pref, count(*), max(code) FROM '{file}' GROUP BY ALL)"
            ).fetchall(),
            1,
        )
    print(
        f"personal_data on {rows:,} rows and 7 columns: {ours.cpu:.1f} CPU s, peak {ratio.peak_mib():.0f} MiB"
    )
    ratio.print_told(f"personal_data of {rows:,} rows / GROUP BY", ours, floor, of="ours")


def main() -> int:
    """Run all; return the exit code."""
    patterns(int(sys.argv[1]) if len(sys.argv) > 1 else LINES)
    names()
    table(ROWS)
    return ratio.finish()


if __name__ == "__main__":
    sys.exit(main())
