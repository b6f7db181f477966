# SPDX-License-Identifier: Apache-2.0
"""The measure ``reidentification``: how far attacks on a released table get, beside a control."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.measures.registry import measure
from shirube.terms.codes import ATTACKS
from shirube.terms.errors import Problem, Problems
from shirube.terms.measurement import Result
from shirube.terms.rule import Name
from shirube.terms.text import Text
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.measures.privacy.attacks.outcome import Outcome
    from shirube.measures.privacy.attacks.tables import Coded
    from shirube.terms.source import Progress, Source

METHOD = Text(
    "公開する表だけを手掛かりに、元の表の人について推測し、的中の割合（主攻撃）を、無作為の推測"
    "（基準）及び元の表にいない人への同じ攻撃（対照）と比べました。リスクは（主攻撃−対照）÷（1−対照）です。"
    "割合はウィルソンの区間の中心で、リスクの区間は両者の誤差の伝播によります。識別は、元の表と"
    "対照の行数が異なるとき、少ない方の行数での期待値で比べます。",
    "From the released table alone people of the original table are guessed at; the share of right "
    "guesses (main) is compared with guessing at random (baseline) and with the same attack on "
    "people who are not in the original table (control). The risk is (main - control) / (1 - "
    "control). Rates are the centres of Wilson's interval; the interval of the risk propagates "
    "both errors. Where original and control differ in size, singling-out is compared at the "
    "smaller size, in expectation.",
)

_ATTACKS = {
    **ATTACKS,
    "inference": Text("推測（列ごとの最大）", "inference, the worst of the columns"),
}


def _names(attack: str, title: Text) -> tuple[Name, ...]:
    """Name the values of one attack."""
    told = (
        ("guesses", "推測の数", "guesses", "count"),
        ("rate", "的中の割合", "share of right guesses", "share"),
        ("control_rate", "対照での割合", "share of right guesses about the control", "share"),
        ("risk", "リスク", "risk", "share"),
    )
    return tuple(
        Name(f"{attack}_{name}", "number", Text(f"{title.ja}の{ja}", f"{title.en}: {en}"), unit)
        for name, ja, en, unit in told
    )


PRODUCES = (
    Name("rows", "number", Text("公開する表の行数", "rows of the released table"), "count"),
    Name("rows_original", "number", Text("元の表の行数", "rows of the original table"), "count"),
    Name("rows_control", "number", Text("対照の行数", "rows of the control table"), "count"),
    Name("columns", "number", Text("攻撃者が用いる列の数", "columns that are used"), "count"),
    Name(
        "columns_left_out",
        "number",
        Text("用いていない列の数", "columns of the release that are not used"),
        "count",
    ),
    *(name for attack, title in _ATTACKS.items() for name in _names(attack, title)),
    Name("inference_column", "text", Text("リスクが最大の列", "column with the largest risk")),
)


@measure(
    name="reidentification",
    version="1",
    subject="dataset",
    title=Text("再識別の攻撃（識別、連結、推測）", "Attacks: singling out, linking, inference"),
    description=Text(
        "公開する表を手掛かりに元の表の人を言い当てる攻撃を実際に行い、対照と比べたリスクを測ります。",
        "Attacks a released table and measures how much better people of its original are guessed "
        "than people outside it.",
    ),
    produces=PRODUCES,
)
def reidentification(
    source: Source,
    *,
    original: Source,
    control: Source | None = None,
    columns: tuple[str, ...] = (),
    sensitive: tuple[str, ...] = (),
    linked: tuple[str, ...] = (),
    categories: tuple[str, ...] = (),
    guesses: int = 2000,
    columns_at_once: int = 3,
    neighbours: int = 1,
    tolerance: float = 0.05,
    most_rows: int = 200_000,
    seed: int = 0,
    progress: Progress | None = None,
) -> Result:
    r"""Attack a released (anonymised or synthetic) table as Giomi et al. propose.

    Each attack makes :math:`n` guesses about people of the original table; :math:`k` are right.
    With Wilson's estimate :math:`r = (k + z^2/2)/(n + z^2)` of both rates the risk is
    :math:`R = (r_{main} - r_{control})/(1 - r_{control})`: 0 where people of the table are guessed
    no better than people outside it, 1 where every guess about them is right. Without a control
    nobody can tell what the release gives away about its own people from what is true of people
    in general: the risk is then None, and only rates are told.

    ============  ============================================================================
    univariate    one condition that fits one row of the release: does it fit one person?
    multivariate  the same with conditions on ``columns_at_once`` columns
    linkability   are the rows nearest to both halves of a person's columns the same?
    inference     is the value of a sensitive column in the nearest row the person's own?
    ============  ============================================================================

    An attack that is no better than its baseline is a weak attack; that does not make data safe.
    Rows are people: unlike Anonymeter, equal rows are not dropped, and a predicate that fits two
    people with equal rows singles out nobody. Rates are shares of the guesses that could be made.

    Parameters
    ----------
    source
        The released table.
    original
        The table from which the release was made.
    control
        People of the same population whom the release does not know. Needed for every risk.
    columns
        Columns that the attacker knows and that all tables have; all such columns when left out.
    sensitive
        Columns that inference tries to guess, each from all other columns.
    linked
        Columns of the first of two tables to be linked, the second has the others; every second
        column in the order of their names when left out.
    categories
        Columns of numbers that are codes, so that 3 is not nearer to 4 than to 9.
    guesses
        Guesses of each attack, as far as they can be made.
    columns_at_once
        Columns of a predicate of multivariate singling-out.
    neighbours
        Nearest rows that linkability compares on each side.
    tolerance
        A guessed number is right within this share of the true one.
    most_rows
        Of a larger table so many rows are drawn; the notes say so.
    seed
        Draws rows, targets, predicates and baselines.
    progress
        Told which attack is running.

    Returns
    -------
    Result
        Rates and risks with 95 % intervals; ``baseline`` is the rate of guessing at random. With
        several sensitive columns inference is the worst of them and its intervals hold for all of
        them together (Bonferroni). A risk is None with its reason where there is no control, no
        guess could be made, or every guess about the control was right.

    Raises
    ------
    Problems
        When a column is missing in a table, no column is shared, or a number is out of range.

    References
    ----------
    Giomi et al. (2023), doi:10.56553/popets-2023-0055. Wilson (1927),
    doi:10.1080/01621459.1927.10502953. Gower (1971), doi:10.2307/2528823. Cohen and Nissim (2020),
    doi:10.1073/pnas.1914598117.
    """
    from shirube.measures.privacy.attacks import telling
    from shirube.measures.privacy.attacks.chosen_columns import columns_of_attack
    from shirube.measures.privacy.attacks.tables import coded

    _check(guesses, columns_at_once, neighbours, tolerance, most_rows)
    tables = {"release": source, "original": original, **({"control": control} if control else {})}
    chosen, left_out = columns_of_attack(
        list(tables.values()), columns, sensitive=sensitive, linked=linked, categories=categories
    )
    if progress:
        progress(_("Drawing rows"), None)
    drawn = [table.records(chosen, limit=most_rows, seed=seed) for table in tables.values()]
    known = coded(drawn, categories)
    outcomes = _attacks(
        dict(zip(tables, known, strict=True)),
        sensitive=sensitive,
        linked=linked,
        guesses=guesses,
        columns_at_once=columns_at_once,
        neighbours=neighbours,
        tolerance=tolerance,
        seed=seed,
        progress=progress,
    )
    return Result(
        values=telling.values(PRODUCES, drawn, outcomes, sensitive, left_out),
        sample_size=min(guesses, drawn[1].taken),
        method=METHOD,
        details=(telling.table(outcomes, len(sensitive)),),
        notes=telling.notes(dict(zip(tables, drawn, strict=True)), outcomes, left_out, guesses),
    )


def _attacks(
    tables: dict[str, Coded],
    *,
    sensitive: Sequence[str],
    linked: Sequence[str],
    guesses: int,
    columns_at_once: int,
    neighbours: int,
    tolerance: float,
    seed: int,
    progress: Progress | None,
) -> list[Outcome]:
    """Run all attacks that can be run; each draws from a generator of its own."""
    import numpy as np

    from shirube.measures.privacy.attacks import linking, singling_out

    release, original, control = tables["release"], tables["original"], tables.get("control")
    if not release.rows or not original.rows or (control and not control.rows):
        return []
    targets = original.first(guesses)
    others = control.first(guesses) if control else None
    everything = range(len(release.columns))
    halves = _halves(release.columns, linked)
    at = {name: place for place, name in enumerate(release.columns)}

    def attack(number: int, doing: str) -> np.random.Generator:
        if progress:
            progress(doing, number / (3 + len(sensitive)))
        return np.random.default_rng([seed, number])

    single = (release, original, control, guesses)
    pair = (release, targets, others)
    found = [
        singling_out.univariate(*single, attack(0, _("Singling out"))),
        singling_out.multivariate(*single, columns_at_once, attack(1, _("Singling out"))),
    ]
    if all(halves):
        found.append(linking.linkability(*pair, halves, neighbours, attack(2, _("Linking"))))
    if len(everything) > 1:
        for number, name in enumerate(sensitive, start=3):
            known = [place for place in everything if place != at[name]]
            rng = attack(number, _("Inferring"))
            found.append(linking.inference(*pair, known, at[name], tolerance, rng))
    return found


def _halves(columns: Sequence[str], linked: Sequence[str]) -> tuple[list[int], list[int]]:
    """Split the columns between the two tables that are linked."""
    first = set(linked or sorted(columns)[::2])
    left = [place for place, name in enumerate(columns) if name in first]
    return left, [place for place in range(len(columns)) if place not in left]


def _check(
    guesses: int, columns_at_once: int, neighbours: int, tolerance: float, most_rows: int
) -> None:
    """Refuse numbers that no attack can have."""
    counts = {
        "guesses": guesses,
        "columns_at_once": columns_at_once,
        "neighbours": neighbours,
        "most_rows": most_rows,
    }
    problems = [
        Problem(
            _("The argument {name} is {value}.").format(name=name, value=value),
            remedy=_("Give a whole number of at least 1."),
        )
        for name, value in counts.items()
        if value < 1
    ]
    if not 0 <= tolerance < 1:
        problems.append(
            Problem(
                _("The argument {name} is {value}.").format(name="tolerance", value=tolerance),
                remedy=_("Give a share of at least 0 and below 1."),
            )
        )
    if problems:
        raise Problems(problems)
