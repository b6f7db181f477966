# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501 - sentences read best whole
"""A labelled synthetic corpus of descriptions of people, and of what looks like them.

Everything is drawn from a seeded generator; nobody is meant. Each line has labelled spans: names in
kanji, kana and Latin letters, addresses, dates of birth, words of special care that speak of
somebody. About half of the lines hold look-alikes only: companies, stations, places and ships that
bear family names, order numbers, dates, amounts, part numbers, diseases as a topic.

The vocabulary was written apart from the detector's lists. ``RARE_FAMILY`` and ``RARE_GIVEN`` are
held out: none of them stands in ``known_names``, and part of the given names is in no dictionary.
The sentences are ours as well, so what is measured here does not promise the same elsewhere.

    python tests/measures/privacy/labelled_corpus.py 1000 7 > corpus.jsonl
"""

from __future__ import annotations

import json
import random
import sys
from typing import NamedTuple


class Span(NamedTuple):
    """A labelled stretch of a line."""

    start: int
    end: int
    kind: str
    held_out: bool = False


class Line(NamedTuple):
    """A line with its labels."""

    text: str
    spans: tuple[Span, ...]


COMMON_FAMILY = (
    ("佐藤", "サトウ", "Sato"), ("高橋", "タカハシ", "Takahashi"), ("渡辺", "ワタナベ", "Watanabe"), ("小林", "コバヤシ", "Kobayashi"),
    ("松本", "マツモト", "Matsumoto"), ("林", "ハヤシ", "Hayashi"), ("清水", "シミズ", "Shimizu"), ("山口", "ヤマグチ", "Yamaguchi"),
    ("石川", "イシカワ", "Ishikawa"), ("長谷川", "ハセガワ", "Hasegawa"), ("福田", "フクダ", "Fukuda"), ("千葉", "チバ", "Chiba"),
    ("本田", "ホンダ", "Honda"), ("三浦", "ミウラ", "Miura"), ("宮崎", "ミヤザキ", "Miyazaki"), ("東", "ヒガシ", "Higashi"),
    ("五十嵐", "イガラシ", "Igarashi"), ("大久保", "オオクボ", "Okubo"), ("森", "モリ", "Mori"), ("福島", "フクシマ", "Fukushima"),
)  # fmt: skip
RARE_FAMILY = (
    ("勅使河原", "テシガワラ", "Teshigawara"), ("鑓水", "ヤリミズ", "Yarimizu"), ("朽木", "クツキ", "Kutsuki"), ("御手洗", "ミタライ", "Mitarai"),
    ("一色", "イッシキ", "Isshiki"), ("薬袋", "ミナイ", "Minai"), ("小鳥遊", "タカナシ", "Takanashi"), ("月見里", "ヤマナシ", "Yamanashi"),
    ("東海林", "ショウジ", "Shoji"), ("百目鬼", "ドウメキ", "Domeki"), ("纐纈", "コウケツ", "Koketsu"), ("海老名", "エビナ", "Ebina"),
    ("蓬莱", "ホウライ", "Horai"), ("雲母", "キララ", "Kirara"), ("九鬼", "クキ", "Kuki"), ("真壁", "マカベ", "Makabe"),
    ("玉城", "タマキ", "Tamaki"), ("比嘉", "ヒガ", "Higa"), ("具志堅", "グシケン", "Gushiken"), ("四十物", "アイモノ", "Aimono"),
    ("栗花落", "ツユリ", "Tsuyuri"), ("設楽", "シタラ", "Shitara"), ("伊集院", "イジュウイン", "Ijuin"), ("渡会", "ワタライ", "Watarai"),
    ("権田原", "ゴンダワラ", "Gondawara"), ("喜屋武", "キャン", "Kyan"), ("鬼頭", "キトウ", "Kito"), ("榊原", "サカキバラ", "Sakakibara"),
)  # fmt: skip
COMMON_GIVEN = (
    ("太郎", "タロウ", "Taro"), ("花子", "ハナコ", "Hanako"), ("健一", "ケンイチ", "Kenichi"), ("美咲", "ミサキ", "Misaki"),
    ("翔太", "ショウタ", "Shota"), ("陽子", "ヨウコ", "Yoko"), ("大輔", "ダイスケ", "Daisuke"), ("結衣", "ユイ", "Yui"),
    ("誠", "マコト", "Makoto"), ("直美", "ナオミ", "Naomi"), ("蓮", "レン", "Ren"), ("さくら", "サクラ", "Sakura"),
)  # fmt: skip
RARE_GIVEN = (
    ("千景", "チカゲ", "Chikage"), ("椋", "リョウ", "Ryo"), ("蒼空", "ソラ", "Sora"), ("弥生", "ヤヨイ", "Yayoi"),
    ("惣一朗", "ソウイチロウ", "Soichiro"), ("志乃", "シノ", "Shino"), ("碧斗", "アオト", "Aoto"), ("つむぎ", "ツムギ", "Tsumugi"),
    ("小百合", "サユリ", "Sayuri"), ("嘉月", "カヅキ", "Kazuki"), ("瑠偉", "ルイ", "Rui"), ("寅之助", "トラノスケ", "Toranosuke"),
    ("汐里", "シオリ", "Shiori"), ("絃", "イト", "Ito"), ("杜和", "トワ", "Towa"), ("きよみ", "キヨミ", "Kiyomi"),
)  # fmt: skip
_HONORIFICS = ("様", "さん", "氏", "先生", "殿")
_NAMED = (
    "お客様氏名:{full}", "氏名 {spaced}", "ご依頼主は{full}でした。", "フリガナ:{kana}", "記入者:{full}(営業部)",
    "{full}{title}よりお電話がありました。", "昨日、{family}{title}と打ち合わせ済み。", "受付担当 {full}",
    "差出人: {roman}", "Dear {roman},", "{roman}から英文メールあり", "{full}と申します。契約の件で伺います。",
    "参加者は{full}、{full2}の二名です。", "{family}{title}の席は3番です。", "「{full}」名義で登録されています。",
    "担当の{family}が対応します。", "本日付で{full}を主任に任命する。", "{kana} 様のご予約を承りました。",
    "保証人欄に{spaced}と署名あり。", "利用者 {full} が2026年3月5日に退会。", "to: {roman_upper}", "{full}の妻です。",
    "電話口は{family}{title}。折り返し希望。", "発表者 {full}(名古屋支社)", "{full}\t経理課\t内線 {n4}", "{family}{title}宛に{n3}円を送金",
)  # fmt: skip
_CITIES = (
    ("東京都", "港区"), ("東京都", "世田谷区"), ("北海道", "札幌市中央区"), ("神奈川県", "横浜市青葉区"), ("大阪府", "堺市北区"),
    ("愛知県", "名古屋市千種区"), ("京都府", "京都市左京区"), ("福岡県", "福岡市博多区"), ("長野県", "松本市"), ("岩手県", "紫波郡矢巾町"),
    ("沖縄県", "中頭郡北谷町"), ("奈良県", "吉野郡十津川村"), ("千葉県", "市川市"), ("静岡県", "三島市"), ("三重県", "四日市市"), ("広島県", "廿日市市"),
)  # fmt: skip
_TOWNS = (
    "緑ケ丘",
    "栄町",
    "本町",
    "桜木",
    "大字上原",
    "宮の前",
    "東雲",
    "みどり台",
    "若葉町",
    "南一条",
    "松ヶ枝",
    "字中沢",
)
_BUILDINGS = ("", "", "", " コーポ青空 203号室", " グランメゾン305", "サンハイツ101号室")
_HOUSED = (
    "住所:{address}", "送付先は{address}です。", "{address}", "現住所 {address}", "〒{postal} {address}", "{full}、{address}在住。",
    "転居先: {address}", "勤務先ではなく{address}へ届けてください。", "お届け先/{address}/午前指定", "本籍は{address}。", "{address}に住んでいます。",
)  # fmt: skip
_BORN = (
    "生年月日:{date}", "{date}生まれ", "{full}({date}生)", "誕生日は{date}です。", "DOB: {western}", "Date of birth {western}",
    "生年月日 {short_era}", "{date}に{city}で出生。",
)  # fmt: skip
_CARED = (
    ("medical_history", "患者は{word}の既往あり。", ("2型糖尿病", "糖尿病", "うつ病", "心筋梗塞", "乳がん", "潰瘍性大腸炎", "結核", "認知症", "てんかん", "関節リウマチ", "適応障害")),
    ("medical_history", "{full}さんは{word}のため休職中。", ("うつ病", "パニック障害", "脳梗塞", "白血病", "椎間板ヘルニア")),
    ("medical_care", "本人は先月から{word}している。", ("通院", "服薬", "入院", "リハビリ", "化学療法を受診")),
    ("disability", "従業員({full})は{word}を所持。", ("身体障害者手帳", "療育手帳", "障害者手帳")),
    ("criminal_record", "応募者には{word}があると申告。", ("前科", "犯罪歴", "執行猶予中の判決")),
    ("criminal_procedure", "{full}容疑者を{word}した。", ("逮捕", "書類送検", "起訴")),
    ("creed", "父は熱心な{word}で毎週通う。", ("信者", "クリスチャン", "党員")),
    ("crime_victim", "相談者は昨年{word}を出している。", ("被害届",)),
    ("health_check", "社員の{word}が要再検査だった。", ("健診結果", "健康診断の結果", "HbA1c")),
    ("juvenile_procedure", "彼は17歳で{word}に入った。", ("少年院", "少年鑑別所")),
    ("race", "私は{word}です。", ("アイヌ民族", "在日韓国人")),
)  # fmt: skip
_LOOK_ALIKES = (
    "高橋駅で事故、{n2}分遅れ", "小林製薬の株価は{n4}円", "本田技研工業が新型を発表", "松本市の人口は約{n2}万人", "福島県産の桃", "長谷川工務店より見積もり受領",
    "清水港に入港", "山口県立美術館の展覧会", "株式会社佐藤商店 第{n2}期決算", "注文番号 {n4}-{n4}-{n4}", "品番 AB-{n4}-{n2}", "2026年{m}月{d}日 第{n2}回定例会",
    "合計 {n3},{n3}円(税込)", "納期は{m}/{d}、数量{n3}個", "version {n2}.{n2}.{n3}", "Tokyo Station で待ち合わせ", "New York Office より", "Visual Studio Code を更新",
    "糖尿病の予防に関する講演会のご案内", "うつ病の研究論文を{n2}本読んだ", "がん対策推進計画の改定案", "障害者雇用促進法の改正", "お客様各位", "関係者の皆様へ", "仕様書の{n2}頁を参照",
    "会議室B-{n2}-{n2}を予約", "東京都の条例第{n2}条", "港区で講演会を開催", "三番町の信号を右折", "第{n2}回 二十一世紀フォーラム", "大森貝塚遺跡庭園", "千葉都市モノレール",
    "宮崎牛フェア開催中", "森永製菓と石川島播磨", "三浦半島の天気", "受付時間 9:00-17:30", "予算は{n2}%減、{n3}百万円", "ISBN 978-4-{n4}-{n4}-1", "生産日: 2025/{m}/{d}", "発行日 令和7年{m}月{d}日",
    "更新日時 2026-{m}-{d} 12:{n2}", "電源を切って再起動してください。", "The meeting starts at {n2}:00.", "在庫{n3}、単価{n4}円、小計{n3},{n3}円", "東海道新幹線のぞみ{n3}号", "渡辺橋南詰の交差点",
    "一級河川 石川の水位 {n2}cm", "中川区の区役所", "型式 MORI-{n4} 森精機製", "佐渡汽船の時刻表", "お父さんのための料理教室", "パートさんを3名募集", "同様の不具合が{n2}件", "多様な働き方", "神様の言うとおり",
)  # fmt: skip
_ERA = {"昭和": 1925, "平成": 1988}


class Writer:
    """Draws one labelled line after another."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - a corpus, not a secret

    def line(self) -> Line:
        draw = self.rng.random()
        if draw < 0.48:
            return self.written(self.rng.choice(_LOOK_ALIKES), {})
        if draw < 0.72:
            return self.written(self.rng.choice(_NAMED), {})
        if draw < 0.84:
            return self.written(self.rng.choice(_HOUSED), {})
        if draw < 0.92:
            return self.written(self.rng.choice(_BORN), {})
        kind, template, words = self.rng.choice(_CARED)
        return self.written(template, {"word": (self.rng.choice(words), kind, False)})

    def written(self, template: str, given: dict[str, tuple[str, str, bool]]) -> Line:
        """Fill a template; whatever stands for a description becomes a span."""
        text, spans, at = "", [], 0
        while (low := template.find("{", at)) >= 0:
            high = template.index("}", low)
            text += template[at:low]
            filled, kind, held_out = given.get(template[low + 1 : high]) or self.draw(
                template[low + 1 : high]
            )
            if kind:
                spans.append(Span(len(text), len(text) + len(filled), kind, held_out))
            text += filled
            at = high + 1
        return Line(text + template[at:], tuple(spans))

    def draw(self, name: str) -> tuple[str, str, bool]:
        if name in ("full", "full2", "spaced", "family", "kana", "roman", "roman_upper"):
            return self.name(name)
        if name == "address":
            return self.address(), "address", False
        if name in ("date", "western", "short_era"):
            return self.birth(name), "birth_date", False
        return self.no_description(name), "", False

    def no_description(self, name: str) -> str:
        rng = self.rng
        if name == "title":
            return rng.choice(_HONORIFICS)
        if name == "city":
            return rng.choice(_CITIES)[1]
        if name == "postal":
            return f"{rng.randrange(100, 999)}-{rng.randrange(10000):04}"
        ranges = {"n2": (10, 99), "n3": (100, 999), "n4": (1000, 9999), "m": (1, 12), "d": (1, 28)}
        return str(rng.randint(*ranges[name]))

    def name(self, way: str) -> tuple[str, str, bool]:
        rng = self.rng
        rare = rng.random() < 0.5, rng.random() < 0.5
        family = rng.choice(RARE_FAMILY if rare[0] else COMMON_FAMILY)
        given = rng.choice(RARE_GIVEN if rare[1] else COMMON_GIVEN)
        held_out = rare[0] or (rare[1] and way != "family")
        text = {
            "full": family[0] + given[0], "full2": family[0] + given[0], "family": family[0],
            "spaced": f"{family[0]} {given[0]}", "kana": f"{family[1]} {given[1]}",
            "roman": rng.choice((f"{given[2]} {family[2]}", f"{family[2]} {given[2]}")),
            "roman_upper": f"{family[2].upper()} {given[2]}",
        }[way]  # fmt: skip
        return text, "person_name", held_out

    def address(self) -> str:
        rng = self.rng
        prefecture, city = rng.choice(_CITIES)
        a, b, c = (rng.randint(1, high) for high in (9, 30, 40))
        kanji = "一二三四五六七八九"[a - 1]
        number = rng.choice(
            (
                f"{a}-{b}-{c}",
                f"{a}丁目{b}番{c}号",
                f"{kanji}丁目{b}番地{c}",
                f"{b * 10 + c}番地",
                f"{a}-{b}",
                f"{b}番地の{c}",
            )
        )
        head = rng.choice((prefecture + city, prefecture + city, city))
        return head + rng.choice(_TOWNS) + number + rng.choice(_BUILDINGS)

    def birth(self, way: str) -> str:
        rng = self.rng
        era = rng.choice(tuple(_ERA))
        year, month, day = rng.randint(2, 30), rng.randint(1, 12), rng.randint(1, 28)
        full = _ERA[era] + year
        if way == "western":
            return rng.choice((f"{full}-{month:02}-{day:02}", f"{full}/{month}/{day}"))
        if way == "short_era":
            return f"{'S' if era == '昭和' else 'H'}{year}.{month}.{day}"
        return rng.choice(
            (
                f"{full}年{month}月{day}日",
                f"{era}{year}年{month}月{day}日",
                f"{full}/{month:02}/{day:02}",
            )
        )


def corpus(lines: int, seed: int) -> list[Line]:
    """Return labelled lines, the same for a seed."""
    writer = Writer(seed)
    return [writer.line() for _line in range(lines)]


def main() -> None:
    """Write a corpus as JSON lines."""
    count, seed = (int(each) for each in sys.argv[1:3])
    for line in corpus(count, seed):
        spans = [span._asdict() for span in line.spans]
        sys.stdout.write(json.dumps({"text": line.text, "spans": spans}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
