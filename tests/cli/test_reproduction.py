# SPDX-License-Identifier: Apache-2.0
"""``shirube dossier reproduce``: what is told of each verdict, and the code that a script sees."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from shirube import texts
from shirube.cli.__main__ import main
from shirube.cli.reproduction import exit_code, tell_reproduction
from shirube.terms.reproduction import (
    Difference,
    Hole,
    MeasuredAgain,
    ModelAgain,
    Reproduction,
    ValueAgain,
)
from shirube.terms.text import Text

if TYPE_CHECKING:
    from pathlib import Path


def again(verdict: Any, **more: Any) -> MeasuredAgain:
    return MeasuredAgain(
        index=7, id="gaps", measure="group_fairness", dataset="log", verdict=verdict, **more
    )


def made(*several: MeasuredAgain, **more: Any) -> Reproduction:
    return Reproduction(
        dossier_sha256="ab" * 32, operator_id="six", key_id="cd" * 32,
        at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC), tool_version="1", measurements=several, **more,
    )  # fmt: skip


EQUAL, OTHER, NONE = again("equal"), again("different", cause="data"), again("not_reproduced")
REDACTED, ERASED = (Hole(index=1, why=why) for why in ("redacted", "erased"))


@pytest.mark.parametrize(
    ("reproduction", "code"),
    [
        (made(EQUAL, again("within_interval")), 0),
        (made(EQUAL, NONE, OTHER), 1),
        (made(EQUAL, NONE), 3),
        (made(), 3),
        (made(EQUAL, holes=(REDACTED,)), 3),
        (made(EQUAL, holes=(ERASED,)), 0),
        (made(EQUAL, models=(ModelAgain(index=2, id="m", verdict="different"),)), 1),
        (made(EQUAL, models=(ModelAgain(index=2, id="m", verdict="not_given"),)), 0),
    ],
)
def test_the_code_says_the_gravest(reproduction: Reproduction, code: int) -> None:
    assert exit_code(reproduction) == code


def test_everything_is_told_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    file = Difference(cause="data", what="log.csv", sealed="a" * 64, found="")
    kinds = [
        Difference(cause=cause, what=what, sealed="1", found="2")
        for cause, what in (
            ("version", "method"), ("version", "tool"), ("version", "engine"), ("seed", "seed"),
        )
    ]  # fmt: skip
    ends = ("0.1", "0.2")
    values = (
        ValueAgain(name="gap", agreement="different", sealed="0.1", found="0.3", interval=ends),
        ValueAgain(name="details.groups", agreement="different"),
        ValueAgain(name="rows_seen", agreement="different", sealed="3", found="3"),
        *(ValueAgain(name=f"v{n}", agreement="different") for n in range(3)),
    )
    equal = (ValueAgain(name="gap", agreement="equal", sealed="1", found="1"),)
    reproduction = made(
        again("different", cause="data", differences=(file, *kinds), values=values),
        again("different", cause="data", differences=(file,), values=equal, withdrawn=True),
        again("different", cause="unexplained", values=values[2:3]),
        again("not_reproduced", reason=Text("理由がある", "There is a reason")),
        seed=5,
        models=tuple(
            ModelAgain(index=2, id="m", verdict=verdict)
            for verdict in ("same", "different", "not_given")
        ),
        holes=(REDACTED, ERASED, Hole(index=3, id="x", measure="drift", why="not_chosen")),
    )
    with texts.using("en"):
        tell_reproduction(reproduction)
    told = capsys.readouterr().out
    for part in (
        "log.csv: sealed with the digest aaaaaaaaaaaaaaaa, here –",
        "gap: sealed 0.1, again 0.3 (interval 0.1 to 0.2)",
        "the table groups is another one",
        "and 1 further values",
        "All values are equal nevertheless.",
        "The operator has withdrawn this run since.",
        "There is a reason",
        "With the seed 5 instead of those recorded.",
        "entry 3 x (drift) was left out",
        "rows_seen: 3 as sealed, with another interval or sample size",
        "4 measurements: equal 0, within the interval 0, different 3, could not be measured",
    ):
        assert part in told
    # What is another value comes first; of the first measurement it is the sixth, and not named.
    assert told.count("rows_seen") == 1
    with texts.using("ja"):
        tell_reproduction(reproduction)
    said = capsys.readouterr().out
    assert len(said.splitlines()) == len(told.splitlines())
    assert "理由がある" in said
    assert "取り除かれています" in said


def _run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    told = capsys.readouterr()
    return int(left.value.code or 0), told.out, told.err


def test_wrong_wishes_end_with_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from shirube.evidence import keys

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHIRUBE_KEY_DIR", str(tmp_path / "keys"))
        pem = keys.create("six").public.pem
    file, key = tmp_path / "d", tmp_path / "key.pem"
    file.write_bytes(b"PK\x03\x04")
    key.write_bytes(pem)
    given = ("dossier", "reproduce", file, "--public-key", key, "--data", tmp_path)
    code, _told, err = _run(capsys, *given, "--key", "six")
    assert (code, "both --key and --record" in err) == (2, True)
    code, _told, err = _run(capsys, *given)
    assert (code, "This is not a dossier" in err) == (2, True)
