# SPDX-License-Identifier: Apache-2.0
"""De-identify a table: collapse, search, write, measure what was written, and record it."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

import msgspec

from shirube import engines, measures
from shirube.api.clock import now
from shirube.api.operator import measured_again, wishes
from shirube.api.operator.releasable import open_releasable, unpacked
from shirube.api.operator.token_keys import file_of, open_key
from shirube.deidentification import hierarchies, standards
from shirube.terms.deidentification import ProcessingRecord, Solution, TokenKeyUsed, Wish
from shirube.terms.errors import Problem
from shirube.terms.release import ReleasePlan
from shirube.terms.text import Text
from shirube.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from shirube.deidentification.hierarchies import Hierarchy
    from shirube.deidentification.token_key import TokenKey
    from shirube.deidentification.transforming import Transformed
    from shirube.terms.deidentification import ModelUtility
    from shirube.terms.measurement import Detail
    from shirube.terms.release import Releasable
    from shirube.terms.source import Progress, Table


class Deidentified(msgspec.Struct, frozen=True, kw_only=True):
    """A de-identified table: where it lies, the transformation, and its record."""

    out: str
    record_file: str
    attributes: tuple[str, ...]
    transformation: tuple[int, ...]
    information_loss: float
    suppressed_records: int
    rows: int
    released_rows: int
    nodes_checked: int
    seconds: float
    proven_optimal: bool
    charts: tuple[str, ...]
    losses_by_k: dict[int, float | None]
    record: ProcessingRecord
    token_key: str = ""
    token_key_file: str = ""


def deidentify(
    file: Path,
    folder: Path,
    out: Path,
    wish: Wish,
    *,
    population: Path | None = None,
    charts: Path | None = None,
    compare_k: Sequence[int] = (),
    encoding: str | None = None,
    progress: Progress | None = None,
) -> Deidentified:
    """Write the best release of a table under a requirement, and the record of how it was made.

    Parameters
    ----------
    file, folder, out
        The table, the folder of hierarchies, and where the result goes (CSV or Parquet by suffix).
    wish
        What is wanted.
    population
        The table that the first is a part of, for δ-presence.
    charts
        A folder for pictures of the classes, the search and (with ``compare_k``) loss against k.
    compare_k
        Values of k for which the loss of the best release is found as well.

    Raises
    ------
    Problem
        When a table, a hierarchy or the wish cannot be used, or nothing satisfies the requirement.
    """
    from shirube.deidentification import pictures, utility

    wishes.check_out(file, out)
    wishes.check_requirement(wish.requirement)
    found = {name: hierarchies.read(path, name) for name, path in hierarchies.files(folder).items()}
    with unpacked(file) as plain, unpacked(population) as people, engines.open_engine() as engine:
        table = open_releasable(plain or file, engine, encoding, progress)
        wishes.check_labels(found, wish.encoding or table.table.encoding, out)
        began = time.monotonic()
        transformed = _transform(
            table,
            found,
            wish,
            open_releasable(people, engine, encoding, progress) if people else None,
            progress,
        )
        seconds = time.monotonic() - began
        model = _model(transformed, wish)
        key, used = _token_key(wish)
        plan = _plan(transformed, wish, key)
        released_rows, written = table.write(plan, out)
        losses = _losses(transformed, wish, compare_k, progress)
        columns = utility.columns(transformed, {each.name: each for each in written})
        source = table.table
    solution = transformed.solution
    figures = pictures.figures(transformed, losses)
    as_read = encoding if wish.encoding is None else None  # the result is encoded as the table
    with unpacked(file) as plain:
        linked = measured_again.linked(out, plain or file, as_read, progress)
    models, not_measured = measured_again.models(out, solution, wish, progress)
    processing = standards.Processing(
        requirement=wish.requirement,
        solution=solution,
        columns=columns,
        before=standards.Classes(*transformed.before()),
        after=standards.Classes(*transformed.after()),
        released_rows=released_rows,
        dropped=wish.dropped,
        kept=_kept(source, solution, wish),
        tokens=wish.tokens,
        token_key=used,
        limits=wish.limits,
        hits=measured_again.hits(out, progress),
        linked=linked,
        features=measured_again.features(out, as_read, progress),
        extremes=measured_again.extremes(out, wish.requirement.k, as_read, progress),
        models=models,
        titles={each.name: each.title for each in measures.get("anonymity").produces},
        not_measured=not_measured,
        model=model,
        keep_suppressed=wish.keep_suppressed,
    )
    record = ProcessingRecord(
        table=file.name,
        table_sha256=_sha256(file),
        out=out.name,
        out_sha256=_sha256(out),
        made_at=now().isoformat(),
        rows=transformed.encoded.rows,
        released_rows=released_rows,
        requirement=wish.requirement,
        solution=solution,
        hierarchies={name: found[name].sha256 for name in solution.attributes if name in found},
        columns=columns,
        model=model,
        standards=standards.standards(processing),
        notes=_notes(transformed, wish, found, [each.name for each in source.columns]),
        token_key=used,
        figures=figures,
    )
    kept = out.with_name(out.name + ".record.json")
    _write(kept, msgspec.json.format(msgspec.json.encode(record), indent=2))
    return Deidentified(
        out=str(out),
        record_file=str(kept),
        attributes=solution.attributes,
        transformation=solution.levels,
        information_loss=solution.information_loss,
        suppressed_records=solution.suppressed_records,
        rows=record.rows,
        released_rows=released_rows,
        nodes_checked=solution.certificate.nodes_checked,
        seconds=seconds,
        proven_optimal=solution.certificate.proven,
        charts=_charts(figures, charts, f"{out.stem}_"),
        losses_by_k=losses,
        record=record,
        token_key=key.name if key else "",
        token_key_file=str(file_of(key)) if key else "",
    )


def _transform(
    table: Releasable,
    found: Mapping[str, Hierarchy],
    wish: Wish,
    population: Releasable | None,
    progress: Progress | None,
) -> Transformed:
    from shirube.deidentification import transforming

    names = [each.name for each in table.table.columns]
    asked = wish.quasi_identifiers
    taken = {*wish.sensitive, *wish.dropped, *wish.tokens}
    chosen = set(asked) if asked is not None else found.keys() - taken
    wishes.check_columns(names, wish, chosen)
    quasi_identifiers = [name for name in names if name in chosen]
    if not quasi_identifiers:
        raise Problem(
            _("No column of the table has a hierarchy."),
            where=table.table.dataset,
            why=_("A hierarchy belongs to the column whose name its file bears."),
            remedy=_("Columns are: {names}.").format(names=", ".join(names[:50])),
        )
    if (wish.requirement.presence is None) != (population is None):
        raise Problem(
            _("δ-presence needs both its limits and a population table."),
            remedy=_("Give --delta LOW HIGH and --population FILE together."),
        )
    encoded = transforming.encode(
        table,
        found,
        quasi_identifiers,
        wish.requirement,
        carried=(wish.target,) if wish.target else (),
        limits=wish.limits,
        population=population,
    )
    return transforming.transform(
        encoded,
        wish.requirement,
        objective=wish.objective,
        seconds=wish.seconds,
        progress=progress,
    )


def _model(transformed: Transformed, wish: Wish) -> ModelUtility | None:
    from shirube.deidentification import utility

    if wish.target is None:
        return None
    values = len(transformed.encoded.cells.values[wish.target])
    if values > utility.MOST_TARGET_VALUES:
        raise Problem(
            _("{name} has {values} different values; a model for it is not trained.").format(
                name=wish.target, values=values
            ),
            where="--target",
            remedy=_("Name a column with at most {most} values.").format(
                most=utility.MOST_TARGET_VALUES
            ),
        )
    return utility.model(transformed, wish.target, wish.seed)


def _token_key(wish: Wish) -> tuple[TokenKey | None, TokenKeyUsed | None]:
    """Return the key of the tokens, and what the record says of it; None where there are none."""
    if not wish.tokens:
        return None, None
    key, is_new = open_key(wish.token_key)
    return key, TokenKeyUsed(fingerprint=key.fingerprint, is_new=is_new)


def _plan(transformed: Transformed, wish: Wish, key: TokenKey | None) -> ReleasePlan:
    """Return how the rows are released."""
    return ReleasePlan(
        labels=transformed.labels(),
        tokens={name: key.tokens_of(name) for name in wish.tokens} if key else {},
        limits=wish.limits,
        dropped=wish.dropped,
        suppressed=transformed.suppressed(),
        keep_suppressed=wish.keep_suppressed,
        encoding=wish.encoding,
    )


def _kept(table: Table, solution: Solution, wish: Wish) -> tuple[str, ...]:
    """Return the columns that are released as they are and are part of no class."""
    known = {*solution.attributes, *wish.sensitive, *wish.dropped, *wish.tokens}
    return tuple(each.name for each in table.columns if each.name not in known)


def _losses(
    transformed: Transformed, wish: Wish, compare_k: Sequence[int], progress: Progress | None
) -> dict[int, float | None]:
    """Return the loss of the best release for each k; None where no release satisfies it."""
    from shirube.deidentification import transforming

    own = {wish.requirement.k: transformed.solution.information_loss} if compare_k else {}
    losses: dict[int, float | None] = {**own}
    for k in sorted({*compare_k} - own.keys()):
        asked = msgspec.structs.replace(wish.requirement, k=k)
        try:
            found = transforming.transform(
                transformed.encoded,
                asked,
                objective=wish.objective,
                seconds=wish.seconds,
                progress=progress,
            )
        except Problem:
            losses[k] = None
        else:
            losses[k] = found.solution.information_loss
    return dict(sorted(losses.items()))


def _charts(figures: Sequence[Detail], folder: Path | None, name: str) -> tuple[str, ...]:
    """Draw what is to be seen; nothing where no folder is named."""
    if folder is None:
        return ()
    from shirube.documents import charts

    return tuple(str(path) for path in charts.write(figures, folder, name))


def _notes(
    transformed: Transformed,
    wish: Wish,
    found: Mapping[str, Hierarchy],
    columns: Sequence[str],
) -> tuple[Text, ...]:
    notes = [
        Text.of(N_("Measurements and steps are recorded here. Whether the result is anonymised"
                   " information is a question of law that no measurement answers."))
    ]  # fmt: skip
    repeated = [
        name for name in transformed.solution.attributes if name in found and found[name].repeated
    ]
    if repeated:
        notes.append(
            Text.of(
                N_("Rows that repeat another were counted once in the hierarchies of: {names}."),
                names=", ".join(repeated),
            )
        )
    strange = [name for name in found if name not in columns]
    if strange:
        notes.append(
            Text.of(
                N_("Hierarchies of columns that the table does not have were not used: {names}."),
                names=", ".join(strange),
            )
        )
    bare = [name for name in transformed.solution.attributes if name not in found]
    if bare:
        notes.append(
            Text.of(
                N_("Quasi-identifiers without a hierarchy stay as they are: {names}."),
                names=", ".join(bare),
            )
        )
    if wish.requirement.presence is not None:
        notes.append(Text.of(N_("δ was judged for released classes, over the given population.")))
    return tuple(notes)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    path.chmod(0o600)
