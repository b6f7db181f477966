# SPDX-License-Identifier: Apache-2.0
"""What decides which regimes reach an operator, its systems, data and suppliers."""

from __future__ import annotations

from typing import Any

import pytest

from shirube import assessment
from shirube.terms.manifest import Dataset, Manifest, Operator, Supplier, System
from shirube.terms.subject import Subject
from shirube.terms.text import Text

WORDS = Text("語", "words")
SHOP = Subject("operator", "shop")


def _facts(subject: Subject, **given: Any) -> dict[str, Any]:
    own = given.pop("operator", Operator(id="shop", name=WORDS, kind="company"))
    manifest = Manifest(file="shirube.yaml", operator=own, **given)
    found = {profile.subject: profile.facts for profile in assessment.facts(manifest, ()).profiles}
    return found[subject]


def _suppliers(*given: tuple[str, str | None, str | None]) -> tuple[Supplier, ...]:
    return tuple(
        Supplier(id=name, name=WORDS, layer=layer, country=country)  # type: ignore[arg-type]
        for name, layer, country in given
    )


def test_a_designation_is_an_answer_once_the_list_was_given() -> None:
    named = Operator(id="shop", name=WORDS, kind="company", designations=("large_platform",))
    told = _facts(SHOP, operator=named)
    assert told["operator.large_platform"] is True
    assert told["operator.core_infrastructure"] is False
    assert _facts(SHOP)["operator.large_platform"] is None
    empty = _facts(SHOP, lines={"operator.designations": 4, "operator.commitments": 5})
    assert empty["operator.large_platform"] is False
    assert empty["operator.principle_code_accepted"] is False


def test_a_commitment_is_told_under_its_own_name() -> None:
    kept = Operator(id="shop", name=WORDS, kind="company", commitments=("principle_code",))
    told = _facts(SHOP, operator=kept)
    assert told["operator.principle_code_accepted"] is True
    assert told["operator.hiroshima_reporting"] is False


@pytest.mark.parametrize(
    ("suppliers", "vendors", "countries"),
    [
        # Two clouds of one country: 2 x (1/2)^2 = 0.5 of 10,000 by vendor, all of it by country.
        ((("a", "cloud", "JP"), ("b", "cloud", "JP")), 5_000, 10_000),
        # The worst layer counts: four clouds, but one model: 4 x (1/4)^2 = 0.25 and 1.
        (
            (
                ("a", "cloud", "JP"),
                ("b", "cloud", "US"),
                ("c", "cloud", "FR"),
                ("d", "cloud", "DE"),
                ("e", "model", "US"),
            ),
            10_000,
            10_000,
        ),
        # Three of one layer, two of them from one country: (2/3)^2 + (1/3)^2 = 5/9.
        (
            (("a", "data", "JP"), ("b", "data", "JP"), ("c", "data", "US")),
            10_000 / 3,
            10_000 * 5 / 9,
        ),
        # A country that nobody gave leaves the countries open, not the vendors.
        ((("a", "cloud", "JP"), ("b", "cloud", None)), 5_000, None),
        # A layer that nobody gave leaves both open.
        ((("a", None, "JP"),), None, None),
        ((), None, None),
    ],
)
def test_concentration_is_that_of_the_worst_layer(
    suppliers: Any, vendors: float | None, countries: float | None
) -> None:
    told = _facts(SHOP, suppliers=_suppliers(*suppliers))
    for name, wanted in (("vendor", vendors), ("country", countries)):
        found = told[f"operator.{name}_hhi_max"]
        assert found == (wanted if wanted is None else pytest.approx(wanted))


def test_an_advanced_system_makes_its_operator_one_that_has_it() -> None:
    systems = (System(id="one", name=WORDS, advanced=False), System(id="two", name=WORDS))
    assert _facts(SHOP, systems=systems)["operator.has_advanced_system"] is None
    systems = (*systems, System(id="three", name=WORDS, advanced=True))
    assert _facts(SHOP, systems=systems)["operator.has_advanced_system"] is True


def test_facts_of_a_system_a_data_set_and_a_supplier_stand_as_they_were_given() -> None:
    system = System(id="one", name=WORDS, medical_device="class_iii", recommender=True)
    told = _facts(Subject("system", "one"), systems=(system,))
    assert (told["system.medical_device"], told["system.recommender"]) == ("class_iii", True)
    assert told["system.physical"] is None
    data = Dataset(id="log", title=WORDS, provision="consent", purpose=WORDS, crawled=False)
    told = _facts(Subject("dataset", "log"), datasets=(data,), unknown=("datasets.log.retention",))
    assert (told["dataset.provision"], told["dataset.purpose_known"]) == ("consent", True)
    assert (told["dataset.crawled"], told["dataset.retention_known"]) == (False, None)
    supplier = Supplier(id="one", name=WORDS, trains_on_inputs=True)
    told = _facts(Subject("supplier", "one"), suppliers=(supplier,))
    assert told["supplier.trains_on_inputs"] is True
    assert told["supplier.processes_personal_data"] is None
