# SPDX-License-Identifier: Apache-2.0
"""The measure ``token_reversal``: which hashed identifiers of a table anybody can turn back."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from shirube.measures.privacy.plain_numbers import plain
from shirube.measures.registry import measure
from shirube.terms.errors import Problem, Problems
from shirube.terms.measurement import Column, Detail, Result, Scalar, Value
from shirube.terms.rule import Name
from shirube.terms.text import Text
from shirube.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.measures.privacy.tokens.search import Found
    from shirube.terms.source import Progress, Source

METHOD = Text(
    "MD5、SHA-1、SHA-256の形（16進又はBase64）をした値を、候補の値を同じ方法でハッシュ化したものと"
    "照合しました。候補は、携帯電話番号と個人番号（検査用数字付き）の空間の一部、よくある氏名、及び"
    "指定された候補の表です。鍵のない場合と、列名などをソルトとした場合を試しました。復元できた数は"
    "下限であり、0件でも復元できないことの証明にはなりません。",
    "Values that look like an MD5, SHA-1 or SHA-256 (hexadecimal or Base64) were compared with "
    "hashes of candidates: part of the space of mobile numbers and of My Numbers with their check "
    "digit, common names, and the table of candidates where one is given; without a key, and with "
    "names of columns and the like as salt. What was reversed is a lower bound: none reversed does "
    "not prove that none can be.",
)

_NO_LIST = N_(
    "No table of candidates is given. Without the original values only a part of what could stand "
    "behind a token was tried."
)

PRODUCES = (
    Name("columns", "number", Text("調べた列の数", "columns looked at"), "count"),
    Name("token_columns", "number", Text("ハッシュ値の列の数", "columns of hashes"), "count"),
    Name("tokens", "number", Text("ハッシュ値の種類", "different hashes"), "count"),
    Name("candidates", "number", Text("試した候補の数", "candidates tried"), "count"),
    Name("known_candidates", "number", Text("候補の表の値の数", "candidates given"), "count"),
    Name("reversed", "number", Text("復元できたハッシュ値", "hashes reversed"), "count"),
    Name("reversed_share", "number", Text("復元できた割合", "share reversed"), "share"),
)


@measure(
    name="token_reversal",
    version="1",
    subject="dataset",
    title=Text("ハッシュ値の復元", "Reversal of hashed identifiers"),
    description=Text(
        "氏名、電話番号、個人番号などを単にハッシュ化した値を、候補の総当たりで復元できるかを確かめます。",
        "Tries to turn hashed names, phone numbers, My Numbers and the like back by hashing "
        "candidates.",
    ),
    produces=PRODUCES,
)
def token_reversal(
    source: Source,
    *,
    columns: tuple[str, ...] | None = None,
    candidates: Source | None = None,
    phone_prefixes: tuple[str, ...] = ("070", "080", "090"),
    my_number_prefixes: tuple[str, ...] = ("",),
    salts: tuple[str, ...] = (),
    tries: int = 100_000,
    most_rows: int = 200_000,
    seed: int = 0,
    progress: Progress | None = None,
) -> Result:
    """Reverse hashed identifiers by hashing what could stand behind them.

    A hash without a secret key hides nothing that can be counted through: there are 3·10⁸ mobile
    numbers and 10¹¹ My Numbers, of which this machine's speed and the time for all are told. A
    column is one of hashes when at least half of its different values have the form of one.

    Parameters
    ----------
    source
        The table.
    columns
        Columns to look at; all columns of texts when left out.
    candidates
        A table of texts an attacker may know (names, phone numbers, e-mail addresses): all its
        values are tried with the usual normalisations. The original table is the severest test.
    phone_prefixes
        Mobile numbers are tried from those that begin so.
    my_number_prefixes
        My Numbers are tried from those that begin so; the check digit is computed.
    salts
        Texts that may have been put before or after the identifier. Names of columns are tried.
    tries
        Candidates from each space, drawn without repetition; all of it where it is not larger.
    most_rows
        Rows drawn from a larger table.
    seed
        Draws rows and candidates.
    progress
        Told which space is being tried.

    Returns
    -------
    Result
        Counts of different hashes. ``reversed`` is a lower bound without an interval; details tell
        per column what was reversed, and per space how much of it was tried, how fast, and how
        long all of it takes (measured, so it differs from run to run).

    Raises
    ------
    Problem, Problems
        When a column does not exist, a prefix is no number, or a number is out of range.

    References
    ----------
    Act on the Protection of Personal Information, Enforcement Rules, Art. 31 item 1 and Art. 34
    item 1 (replacement without a rule that allows restoring). Marx, M., Zimmer, E., Mueller, T.,
    Blochberger, M. and Federrath, H. (2018), *Hashing of personally identifiable information is
    not sufficient*, Sicherheit 2018, Lecture Notes in Informatics, p. 55.
    """
    import numpy as np

    from shirube.measures.privacy.tokens import candidates as of
    from shirube.measures.privacy.tokens.search import search, ways

    _check(tries, most_rows)
    spaces = [of.full_names(), of.phones(phone_prefixes), of.my_numbers(my_number_prefixes)]
    chosen = _text_columns(source) if columns is None else list(columns)
    if not chosen:
        return _result(0, {}, [], 0)
    drawn = source.records(chosen, limit=most_rows, seed=seed)
    hashes = {name: found for name, labels in drawn.labels.items() if (found := _hashes(labels))}
    wanted = {digest for found in hashes.values() for digest in found}
    if not wanted:
        return _result(len(chosen), hashes, [], drawn.taken, drawn.rows)
    made = ways(hashes, salts)
    searched: list[Found] = []
    if candidates is not None:
        texts = _texts_of(candidates, most_rows, seed)
        searched.append(search("candidates", len(texts), of.known(texts), wanted, made))
    for number, space in enumerate(spaces):
        if progress:
            progress(_("Hashing candidates"), number / len(spaces))
        some = space.some(tries, np.random.default_rng([seed, number]))
        searched.append(search(space.name, space.size, some, wanted, made))
    return _result(len(chosen), hashes, searched, drawn.taken, drawn.rows)


def _hashes(labels: Sequence[str]) -> dict[bytes, str]:
    """Return digest -> form of a column of hashes; empty for any other column."""
    from shirube.measures.privacy.tokens.forms import digest_of

    found = {
        spelled[1]: spelled[0] for label in labels if (spelled := digest_of(label)) is not None
    }
    return found if labels and 2 * len(found) >= len(labels) else {}


def _texts_of(candidates: Source, most_rows: int, seed: int) -> list[str]:
    """Return the different values of a table of candidates."""
    names = [column.name for column in candidates.table.columns]
    drawn = candidates.records(names, limit=most_rows, seed=seed)
    texts = {label for labels in drawn.labels.values() for label in labels}
    for numbers in drawn.numbers.values():
        texts |= {plain(number) for number in set(numbers.tolist()) if not math.isnan(number)}
    return sorted(texts)


def _text_columns(source: Source) -> list[str]:
    """Return the columns that can hold a token."""
    return [column.name for column in source.table.columns if column.kind == "text"]


def _result(
    columns: int,
    hashes: dict[str, dict[bytes, str]],
    spaces: Sequence[Found],
    taken: int,
    rows: int = 0,
) -> Result:
    """Count what was reversed."""
    tokens = {digest for found in hashes.values() for digest in found}
    back = {digest for space in spaces for digest in space.digests}
    counts = {
        "columns": columns,
        "token_columns": len(hashes),
        "tokens": len(tokens),
        "candidates": sum(space.tried for space in spaces),
    }
    given = next((space.tried for space in spaces if space.name == "candidates"), None)
    known = Value(
        name="known_candidates",
        value=given,
        unit="count",
        reason=None if given is not None else Text.of(_NO_LIST),
    )
    share = Value(
        name="reversed_share",
        value=len(back) / len(tokens) if tokens else None,
        unit="share",
        sample_size=len(tokens),
        reason=None if tokens else Text.of(N_("No column holds values of the form of a hash.")),
    )
    drawn = N_("Of the {rows} rows {taken} were drawn.")
    return Result(
        values=(
            *(Value(name=name, value=count, unit="count") for name, count in counts.items()),
            known,
            Value(name="reversed", value=len(back), unit="count", sample_size=len(tokens)),
            share,
        ),
        sample_size=taken,
        method=METHOD,
        details=(_by_column(hashes, back), _by_space(spaces)),
        notes=(Text.of(drawn, rows=rows, taken=taken),) if taken < rows else (),
    )


def _by_column(hashes: dict[str, dict[bytes, str]], back: set[bytes]) -> Detail:
    """Return per column, algorithm and form how many hashes there are and how many fell."""
    from shirube.measures.privacy.tokens.forms import ALGORITHMS

    rows: list[tuple[Scalar, ...]] = []
    for name, found in hashes.items():
        kinds: dict[tuple[str, str], list[bool]] = {}
        for digest, form in found.items():
            kinds.setdefault((ALGORITHMS[len(digest)], form), []).append(digest in back)
        rows += [
            (name, algorithm, form, sum(each), len(each), sum(each) / len(each))
            for (algorithm, form), each in sorted(kinds.items())
        ]
    return Detail(
        name="token_columns",
        title=Text("列ごとの復元", "Reversed per column"),
        columns=(
            Column("column", Text("列", "column")),
            Column("algorithm", Text("方式", "algorithm")),
            Column("form", Text("表記", "form")),
            Column("reversed", Text("復元", "reversed"), "count"),
            Column("tokens", Text("ハッシュ値", "hashes"), "count"),
            Column("reversed_share", Text("復元の割合", "share reversed"), "share"),
        ),
        rows=tuple(rows),
    )


def _by_space(spaces: Sequence[Found]) -> Detail:
    """Return per space what was tried, what it gave, and what all of it would take."""
    return Detail(
        name="spaces",
        title=Text("候補の空間", "Spaces of candidates"),
        columns=(
            Column("space", Text("空間", "space")),
            Column("size", Text("大きさ", "size"), "count"),
            Column("tried", Text("試した数", "tried"), "count"),
            Column("reversed", Text("復元", "reversed"), "count"),
            Column("hashes_per_second", Text("毎秒のハッシュ", "hashes a second"), "count"),
            Column("hours_for_all", Text("全数に要する時間数", "hours for all")),
        ),
        rows=tuple(
            (
                space.name,
                space.size,
                space.tried,
                len(space.digests),
                space.hashes_per_second,
                space.hours_for_all,
            )
            for space in spaces
        ),
        note=Text(
            "速さと時間は、この計算機の一つのコアでの実測と推定です。専用の装置では桁違いに速くなります。",
            "Speed and hours are measured and estimated on one core of this machine; hardware made "
            "for it is faster by orders of magnitude.",
        ),
    )


def _check(tries: int, most_rows: int) -> None:
    """Refuse numbers that make no search."""
    problems = [
        Problem(
            _("The argument {name} is {value}.").format(name=name, value=value),
            remedy=_("Give a whole number of at least 1."),
        )
        for name, value in (("tries", tries), ("most_rows", most_rows))
        if value < 1
    ]
    if problems:
        raise Problems(problems)
