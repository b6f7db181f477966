# SPDX-License-Identifier: Apache-2.0
"""Japanese addresses taken apart: 町丁目, 市区町村, 都道府県, 地方.

Prefectures are the 47 of the Local Autonomy Act's list; regions are the eight of common use. The
municipality is found by its ending, with the cities whose names hold such an ending themselves.
"""

from __future__ import annotations

import re
from typing import Final

REGIONS: Final = {
    "北海道": ("北海道",),
    "東北": ("青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県"),
    "関東": ("茨城県", "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県"),
    "中部": (
        "新潟県", "富山県", "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県",
    ),
    "近畿": ("三重県", "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県"),
    "中国": ("鳥取県", "島根県", "岡山県", "広島県", "山口県"),
    "四国": ("徳島県", "香川県", "愛媛県", "高知県"),
    "九州・沖縄": (
        "福岡県", "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
    ),
}  # fmt: skip

REGION_OF: Final = {
    prefecture: region for region, prefectures in REGIONS.items() for prefecture in prefectures
}

_SHORT: Final = {
    prefecture[:-1]: region for prefecture, region in REGION_OF.items() if prefecture != "北海道"
}


def region(prefecture: str) -> str | None:
    """Return the region of a prefecture, written with its ending or without; None for another."""
    return REGION_OF.get(prefecture) or _SHORT.get(prefecture)


_PREFECTURE = re.compile("|".join(REGION_OF))
# Names that hold 市, 郡, 町 or 村 before their own ending come first: 四日市市, 郡山市, 町田市.
_CITIES = (
    "四日市市|廿日市市|野々市市|八日市市|市川市|市原市|郡山市|郡上市|蒲郡市|小郡市|大和郡山市|町田市|"
    "大町市|十日町市|村山市|武蔵村山市|東村山市|村上市|田村市|羽村市|大村市|玉村町|佐波郡玉村町"
)
_MUNICIPALITY = re.compile(
    rf"(?:(?:{_CITIES})|[^0-90-9]{{1,6}}?郡[^0-90-9]{{1,6}}?[町村]|[^0-90-9]{{1,7}}?市"
    r"|[^0-90-9]{1,5}?区|[^0-90-9]{1,6}?[町村])"
)
_WARD = re.compile(r"[^0-90-9市]{1,4}?区")
_CHOME = re.compile(r"^.*?[0-90-9一二三四五六七八九十]+丁目")
_BEFORE_NUMBER = re.compile(r"^[^0-90-9]+")


def parts(address: str) -> tuple[str, str, str, str] | None:
    """Return 町丁目, 市区町村, 都道府県 and 地方 of an address; None without a prefecture.

    A part that is missing in the address is the part above it.
    """
    found = _PREFECTURE.match(address)
    if found is None:
        return None
    prefecture, rest = found.group(), address[found.end() :]
    city = _MUNICIPALITY.match(rest)
    if city is None:
        return prefecture, prefecture, prefecture, REGION_OF[prefecture]
    name, rest = city.group(), rest[city.end() :]
    if name.endswith("市") and (ward := _WARD.match(rest)):
        name, rest = name + ward.group(), rest[ward.end() :]
    municipality = prefecture + name
    block = _CHOME.match(rest) or _BEFORE_NUMBER.match(rest)
    town = block.group().rstrip("字- ") if block else ""
    return municipality + town, municipality, prefecture, REGION_OF[prefecture]
