# SPDX-License-Identifier: Apache-2.0
"""Write a new rule with all its files: complete at once, and never over another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.rules.packs import is_id
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

_PACK = """\
# SPDX-License-Identifier: Apache-2.0
# One instrument. The folder's name is the id.
id: {pack}
title: {{ja: 新しい規程, en: A new instrument}}
issuer: {{ja: 当社, en: Our company}}
version: "1"
instrument_url: https://example.com/{pack}
from: 2026-01-01
binding: {{ja: 当社が自ら定めた規程です。, en: Our own policy.}}
"""
_TITLE = {"ja": "新しい規程", "en": "A new instrument"}

_RULE = """\
# SPDX-License-Identifier: Apache-2.0
# One expectation. Change the words, the citation and the condition; then change cases.yaml.
title: {{ja: リスクが記録されている, en: Risks are on record}}
expectation:
  ja: AIシステムごとに、一つ以上のリスクを記録します。
  en: For each AI system at least one risk is on record.
citations:
  - instrument: {{ja: {ja}, en: {en}}}
    provision: {{ja: 第1条, en: Article 1}}
    url: {url}
addressee: operator
footing: own-policy
status: in-force
confidence: high
text_held: true
from: {start}
until: {end}
subject: system
applies: system.stage <> 'retired'
evidence: {{manifest: true}}
over: every
shown: system.risks >= value.min_risks
values:
  min_risks:
    {start}:
      value: 1
      footing: own-policy
      reason: {{ja: 少なくとも一つは考えられます。, en: One can always be thought of.}}
note:
  ja: 当社の方針です。これを求める法令はありません。
  en: Our own policy. No statute demands it.
next_step:
  ja: マニフェストの risk_record にリスクを記録してください。
  en: Record the risks under risk_record in the manifest.
effort: hours
"""

_CASES = """\
# SPDX-License-Identifier: Apache-2.0
# Sentences: these facts must lead to this outcome.
- sentence: {{ja: リスクがちょうど一つ記録されている。, en: Exactly one risk is on record.}}
  on: {start}
  profile: {{system.stage: operation, system.risks: 1}}
  outcome: shown
- sentence: {{ja: リスクが一つも記録されていない。, en: No risk is on record.}}
  on: {start}
  profile: {{system.stage: operation, system.risks: 0}}
  outcome: not_shown
- sentence: {{ja: 記録の有無が分からない。, en: Nobody knows whether risks are on record.}}
  on: {start}
  profile: {{system.stage: operation}}
  outcome: could_not_be_judged
- sentence: {{ja: 段階が分からない。, en: The stage is not known.}}
  on: {start}
  profile: {{system.risks: 1}}
  outcome: could_not_be_judged
- sentence: {{ja: 廃止されたシステムである。, en: The system is retired.}}
  on: {start}
  profile: {{system.stage: retired, system.risks: 0}}
  outcome: not_applicable
- sentence: {{ja: 施行の前日である。, en: The day before the rule begins.}}
  on: {before}
  profile: {{system.stage: operation, system.risks: 1}}
  outcome: not_applicable
"""
_ENDED = """\
- sentence: {{ja: 規程が終わった日である。, en: The day on which the instrument has ended.}}
  on: {end}
  profile: {{system.stage: operation, system.risks: 1}}
  outcome: not_applicable
"""


def write_new(folder: Path, pack: str, rule: str) -> tuple[Path, ...]:
    """Write ``rule.yaml`` and ``cases.yaml``, and ``pack.yaml`` when the pack is new.

    Parameters
    ----------
    folder
        The folder that holds packs.
    pack, rule
        The ids of the pack and of the rule.

    Returns
    -------
    tuple of Path
        The files that were written.

    Raises
    ------
    Problem
        When an id is not snake_case, or the rule exists: nothing is ever overwritten.
    """
    for name in (pack, rule):
        if not name or not is_id(name):
            raise Problem(
                _("“{name}” cannot be an id.").format(name=name),
                remedy=_("Use small letters, digits and _, beginning with a letter."),
            )
    home = folder / pack / rule
    if home.exists():
        raise Problem(
            _("The rule {pack}/{rule} exists already.").format(pack=pack, rule=rule),
            where=str(home),
            remedy=_("Choose another id; nothing is overwritten."),
        )
    words = {"pack": pack, **_of_pack(folder / pack)}
    home.mkdir(parents=True)
    written = []
    for file, form in _files(folder / pack, home):
        text = form + (_ENDED if form is _CASES and words["end"] != "null" else "")
        file.write_text(text.format(**words), encoding="utf-8")
        written.append(file)
    return tuple(written)


def _files(pack: Path, home: Path) -> list[tuple[Path, str]]:
    files = [(home / "rule.yaml", _RULE), (home / "cases.yaml", _CASES)]
    if not (pack / "pack.yaml").exists():
        files.insert(0, (pack / "pack.yaml", _PACK))
    return files


def _of_pack(pack: Path) -> dict[str, str]:
    """Return what a new rule takes from its pack: the instrument, and the days of its validity.

    Titles are written as JSON, which YAML reads whatever signs are in them.
    """
    import datetime as dt
    import json

    from shirube.rules.positions import read_sheet

    data: dict[str, Any] = {"from": "2026-01-01"}
    if (pack / "pack.yaml").is_file():
        data = read_sheet(pack / "pack.yaml", "pack").data
    title = data.get("title", _TITLE)
    before = dt.date.fromisoformat(data["from"]) - dt.timedelta(days=1)
    return {
        "ja": json.dumps(title["ja"], ensure_ascii=False),
        "en": json.dumps(title["en"], ensure_ascii=False),
        "url": data.get("instrument_url", f"https://example.com/{pack.name}"),
        "start": data["from"],
        "before": before.isoformat(),
        "end": data.get("until") or "null",
    }
