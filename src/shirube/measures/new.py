# SPDX-License-Identifier: Apache-2.0
"""Write a new measure with its test: complete at once, and never over another one."""

from __future__ import annotations

from pathlib import Path

from shirube.measures.registry import names
from shirube.terms.errors import Problem
from shirube.texts import N_, _

_ROOM = Path(__file__).parent
_COLUMN = N_("A column of the table.")
"""Help of the new measure's parameter; marked here, so that it is in Japanese from the start."""

_MEASURE = '''\
# SPDX-License-Identifier: Apache-2.0
"""The measure ``{name}``: say in one sentence what it tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.measures.registry import measure
from shirube.terms.measurement import Result, Value
from shirube.terms.rule import Name
from shirube.terms.text import Text

if TYPE_CHECKING:
    from shirube.terms.source import Progress, Source

METHOD = Text("全行を数えました。", "Every row was counted.")


@measure(
    name="{name}",
    version="1",
    subject="dataset",
    title=Text("新しい測定", "A new measure"),
    description=Text("列の値の欠損の割合を測ります。", "The share of missing values of a column."),
    produces=(Name("missing_share", "number", Text("欠損の割合", "missing share"), "share"),),
)
def {name}(
    source: Source, *, column: str, seed: int = 0, progress: Progress | None = None
) -> Result:
    """Measure the share of missing values: empty cells / rows.

    Parameters
    ----------
    source
        The table.
    column
        {column}
    seed, progress
        Not used: nothing is random, and one query does the work.

    Returns
    -------
    Result
        ``missing_share`` in [0, 1]; None for an empty table. A census: no interval.

    References
    ----------
    Name the source of the definition here, with its DOI or article.
    """
    del seed, progress
    cells = source.class_cells([column])
    missing = cells.nulls.get(column, 0)
    share = missing / cells.rows if cells.rows else None
    value = Value(
        name="missing_share",
        value=share,
        unit="share",
        sample_size=cells.rows,
        reason=None if cells.rows else Text("表に行がありません。", "The table has no rows."),
    )
    return Result(values=(value,), sample_size=cells.rows, method=METHOD)
'''

_TEST = '''\
# SPDX-License-Identifier: Apache-2.0
"""The measure ``{name}`` on a world small enough to work out by hand."""

from __future__ import annotations

from pathlib import Path

from shirube import engines
from shirube.measures import get
from shirube.terms.source import Table


def test_the_share_of_missing_values_is_one_of_four(tmp_path: Path) -> None:
    # Four rows, one without a value: 1 / 4.
    file = tmp_path / "four.csv"
    file.write_text("flag,id\\n1,1\\n0,2\\n,3\\n1,4\\n", encoding="utf-8")
    with engines.open_engine() as engine:
        table = engine.describe(Table(dataset="four", files=(str(file),), format="csv"))
        result = get("{name}").function(engine.source(table), column="flag")
    assert {{value.name: value.value for value in result.values}} == {{"missing_share": 0.25}}
'''


def write_new(field: str, name: str, tests: Path) -> tuple[Path, ...]:
    """Write ``measures/<field>/<name>.py`` and its mirrored test.

    Parameters
    ----------
    field, name
        The field's folder and the measure's name, both snake_case.
    tests
        The folder of the tests of this room.

    Raises
    ------
    Problem
        When a name is not an id, or the measure exists: nothing is ever overwritten.
    """
    for given in (field, name):
        if not given.isidentifier() or given != given.lower():
            raise Problem(
                _("“{name}” cannot be an id.").format(name=given),
                remedy=_("Use small letters, digits and _, beginning with a letter."),
            )
    if name in names():
        raise Problem(
            _("The measure {name} exists already.").format(name=name),
            remedy=_("Choose another id; nothing is overwritten."),
        )
    wanted = {
        _ROOM / field / "__init__.py": f'# SPDX-License-Identifier: Apache-2.0\n"""{field}."""\n',
        _ROOM / field / f"{name}.py": _MEASURE.format(name=name, column=_COLUMN),
        tests / field / f"test_{name}.py": _TEST.format(name=name),
    }
    written = [file for file in wanted if not file.exists()]
    for file in written:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(wanted[file], encoding="utf-8")
    return tuple(written)
