# SPDX-License-Identifier: Apache-2.0
"""Both languages of a rule must say the same duty: for whom, how strongly, and with which numbers.

It is a check of signs, not of meaning: it finds a *must* that became a *should*, an addressee who
got lost, a number or a date that differs. An English sentence in the plain indicative is the house
style for what is expected and counts as *should*.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shirube.terms.rule import Rule
    from shirube.terms.text import Text

# In their order: the first that is found gives the modality. "Must try" is a duty of effort, and so
# is what the Act words as 努めるものとする; other efforts give way to what is expected of them.
_SIGNS = (
    ("try", r"努める(?:ものとされ|ことが求められ)|努めなければなりません", r"\bmust try\b"),
    (
        "must",
        r"なければなりません|てはなり?ませ?ん|てはならず|責務を有します|ものとされています|必要があります"
        r"|認められません",
        r"\bmust\b|\b(?:is|are) to \w+|\b(?:is|are) responsible for\b",
    ),
    (
        "should",
        r"期待|望まれ|求められ|重要です|推奨",
        r"\bshould\b|\bexpect|\bdesirable\b|\bimportant\b|\brecommend",
    ),
    ("try", r"努め", r"\b(?:try|tries)\b"),
    ("may", r"できます", r"\bmay (?:also )?(?:ask|call|use|rely|leave)\b"),
)

_ADDRESSEES = {
    "State": (
        r"(?<![外各全両米英の])国(?=[はがのにへとを、及又や])|政府",
        r"(?<!Ministers of )(?<!United )(?-i:\bState\b)|(?<!local )\bgovernment\b|\bnational\b",
    ),
    "local governments": (r"地方公共団体", r"\blocal governments?\b"),
    "Headquarters": (r"本部", r"\bheadquarters\b"),
    "Prime Minister": (r"内閣総理大臣", r"\bprime minister\b"),
    "R&D institutions": (r"研究開発機関", r"\bR&D institutions?\b"),
    "developer": (r"開発者", r"\bdevelopers?\b"),
    "provider": (r"提供(?:事業|する)?者", r"\bproviders?\b|\bwhoever provides\b"),
    "processor": (r"委託先", r"\bprocessors?\b"),
    "rights holder": (r"権利者", r"\brights? holders?\b"),
}

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DATE_JA = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日")
_ERA = re.compile(r"令和([0-9]{1,2})年")
_DATE_EN = re.compile(rf"([0-9]{{1,2}}) ({'|'.join(_MONTHS)}) ([0-9]{{4}})")
_NUMBER = re.compile(r"(?<![0-9.])[0-9][0-9,]*(?:\.[0-9]+)?")
_MAN = re.compile(r"([0-9][0-9,.]*)(万|億|兆)")
_SCALES = {"万": 10**4, "億": 10**8, "兆": 10**12}
_LARGE = {"million": 10**6, "billion": 10**9, "trillion": 10**12}
_SCALED = re.compile(rf"\b([0-9][0-9,.]*|a) ({'|'.join(_LARGE)})\b", re.IGNORECASE)

# Small numbers are often spelled out, in one language or in both.
_SPELLED = {
    "0": (r"ない|なし", r"\b(?:no|none|zero|not|nobody|nothing)\b"),
    "0.5": (r"半", r"\bhalf\b"),
    "1": (r"一", r"\b(?:one|first|a|an|single|once|alone|yearly|every)\b"),
    "2": (r"二|両|双", r"\b(?:two|second|both|twice|half)\b"),
    "3": (r"三", r"\b(?:three|third)\b"),
    "4": (r"四", r"\b(?:four|fourth|quarter)\b"),
    "5": (r"五", r"\b(?:five|fifth)\b"),
    "6": (r"六", r"\b(?:six|sixth|half-year)\b"),
    "7": (r"七", r"\b(?:seven|seventh)\b"),
    "8": (r"八", r"\b(?:eight|eighth)\b"),
    "9": (r"九", r"\b(?:nine|ninth)\b"),
    "10": (r"十", r"\b(?:ten|tenth)\b"),
    "11": (r"十一", r"\beleven\b"),
    "12": (r"十二|毎年", r"\b(?:twelve|yearly)\b"),
}


def differing_duties(rule: Rule) -> Iterator[str]:
    """Tell where the two languages of a rule say different duties.

    Parameters
    ----------
    rule
        A compiled rule. Title, expectation, next step, note and the reasons of thresholds are held
        against each other for numbers and dates; the expectation also for whom it binds and how.
    """
    yield from _modality(rule.expectation)
    yield from _addressees(rule.expectation)
    texts = {"title": rule.title, "expectation": rule.expectation, "next_step": rule.next_step}
    if rule.note:
        texts["note"] = rule.note
    texts |= {
        f"values.{name}": value.reason for name, dated in rule.values.items() for value in dated
    }
    for key, text in texts.items():
        yield from _numbers(key, text)


def modality(text: str, language: str) -> str:
    """Return how strongly a sentence binds: ``must``, ``try``, ``should`` or ``may``."""
    for name, ja, en in _SIGNS:
        if re.search(ja if language == "ja" else en, text, re.IGNORECASE):
            return name
    return "should"


def numbers(text: str, language: str) -> frozenset[str]:
    """Return the numbers and dates of a text in one form for both languages."""
    text = unicodedata.normalize("NFKC", text)
    found: set[str] = set()

    def taken(value: str) -> str:
        found.add(value)
        return " "

    if language == "ja":
        text = _ERA.sub(lambda era: f"{int(era[1]) + 2018}年", text)
        text = _DATE_JA.sub(lambda day: taken(_day(day[1], int(day[2]), day[3])), text)
        text = _MAN.sub(lambda one: taken(_amount(one[1], _SCALES[one[2]])), text)
    else:
        text = _DATE_EN.sub(
            lambda day: taken(_day(day[3], _MONTHS.index(day[2]) + 1, day[1])), text
        )
        text = _SCALED.sub(lambda one: taken(_amount(one[1], _LARGE[one[2].lower()])), text)
        text = re.sub(rf"\b({'|'.join(_MONTHS)})\b", lambda one: f" {_month(one[1])} ", text)
    found |= {_plain(one) for one in _NUMBER.findall(text)}
    return frozenset(found)


def _modality(text: Text) -> Iterator[str]:
    ja, en = modality(text.ja, "ja"), modality(text.en, "en")
    if ja != en:
        found = _("expectation: Japanese says {ja}, English says {en}.")
        yield found.format(ja=ja, en=en)


def _numbers(key: str, text: Text) -> Iterator[str]:
    ja, en = numbers(text.ja, "ja"), numbers(text.en, "en")
    only_ja = frozenset(one for one in ja - en if not _is_spelled(one, text.en, 1))
    only_en = frozenset(one for one in en - ja if not _is_spelled(one, text.ja, 0))
    if only_ja or only_en:
        found = _("{key}: the numbers differ: Japanese has {ja}, English has {en}.")
        yield found.format(key=key, ja=_listed(only_ja), en=_listed(only_en))


def _is_spelled(number: str, text: str, language: int) -> bool:
    signs = _SPELLED.get(number)
    return signs is not None and bool(re.search(signs[language], text, re.IGNORECASE))


def _addressees(text: Text) -> Iterator[str]:
    for name, (ja, en) in _ADDRESSEES.items():
        had = bool(re.search(ja, text.ja))
        has = bool(re.search(en, text.en, re.IGNORECASE))
        if had != has:
            found = (
                _("expectation: only the Japanese names {name}.")
                if had
                else _("expectation: only the English names {name}.")
            )
            yield found.format(name=name)


def _day(year: str, month: int, day: str) -> str:
    return f"{int(year):04}-{month:02}-{int(day):02}"


def _month(name: str) -> int:
    return _MONTHS.index(name) + 1


def _amount(number: str, scale: int) -> str:
    times = 1.0 if number.lower() == "a" else float(number.replace(",", ""))
    return _plain(f"{times * scale:.3f}")


def _plain(number: str) -> str:
    number = number.replace(",", "")
    return number.rstrip("0").rstrip(".") if "." in number else str(int(number))


def _listed(items: frozenset[str]) -> str:
    return ", ".join(sorted(items)) or "–"
