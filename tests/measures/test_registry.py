# SPDX-License-Identifier: Apache-2.0
"""Measures are found by file; arguments are canonical; equal measurements have equal keys."""

from __future__ import annotations

import pytest

from shirube import measures
from shirube.measures import parameters
from shirube.terms.errors import Problem, Problems


def example(
    source: object,
    *,
    columns: tuple[str, ...],
    floor: int = 5,
    label: str | None = None,
    level: float = 0.95,
    exact: bool = False,
    seed: int = 0,
) -> None:
    """Measure nothing.

    Parameters
    ----------
    source
        The table.
    columns
        The columns
        to look at.
    floor : int, default 5
        Smallest class.
    label, level
        Two at once.

    Returns
    -------
    Nothing
        at all.
    """


READ = parameters.parameters_of(example)


def test_parameters_come_from_the_signature_and_their_help_from_the_docstring():
    assert [(p.name, p.type, p.default, p.required, p.optional, p.help) for p in READ] == [
        ("columns", "texts", None, True, False, "The columns to look at."),
        ("floor", "integer", 5, False, False, "Smallest class."),
        ("label", "text", None, False, True, "Two at once."),
        ("level", "number", 0.95, False, False, "Two at once."),
        ("exact", "boolean", False, False, False, ""),
    ]


def test_defaults_are_filled_in_and_lists_become_tuples():
    assert parameters.canonical("example", READ, {"columns": ["a", "b"], "level": 1}) == {
        "columns": ("a", "b"),
        "floor": 5,
        "label": None,
        "level": 1.0,
        "exact": False,
    }


def test_one_text_stands_for_a_list_of_one():
    assert parameters.canonical("example", READ, {"columns": "a"})["columns"] == ("a",)


def test_all_wrong_arguments_are_named_in_one_pass():
    with pytest.raises(Problems) as caught:
        parameters.canonical("example", READ, {"flor": 3, "floor": "five", "exact": 1})
    text = str(caught.value)
    assert "no argument flor" in text
    assert "needs the argument columns" in text
    assert "floor of example is 'five', expected is a whole number" in text
    assert "exact of example is 1, expected is true or false" in text


@pytest.mark.parametrize("value", [True, 2.5, None])
def test_a_whole_number_is_neither_true_nor_broken_nor_none(value: object):
    with pytest.raises(Problems):
        parameters.canonical("example", READ, {"columns": ["a"], "floor": value})


def test_an_unknown_measure_is_told_which_there_are():
    with pytest.raises(Problem, match="no measure named 'anonimity'"):
        measures.get("anonimity")


@pytest.mark.parametrize("name", measures.names())
def test_every_measure_has_help_for_every_parameter_and_a_name_for_every_value(name: str):
    measure = measures.get(name)
    assert measure.name == name
    assert measure.produces
    assert len({item.name for item in measure.produces}) == len(measure.produces)
    assert [p.name for p in measure.parameters if not p.help] == []
    assert "References" in measure.documentation


def test_the_vocabulary_holds_every_value_of_every_measure():
    words = measures.vocabulary()
    assert set(words.sources) == set(measures.names())
    assert "dataset" in words.profile
