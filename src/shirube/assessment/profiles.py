# SPDX-License-Identifier: Apache-2.0
"""Profiles: what the manifest says about each subject, flat, under the names of the vocabulary.

Three values as in the conditions: a fact that is ``unknown`` or was not given is None, never a
guess. A list that was not given is None; a list that was given and lacks something is an answer.
*Is stated* (purpose, source, licence …) is False where nothing is stated, None where the manifest
says ``unknown``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.terms.fact import Profile
from shirube.terms.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from shirube.terms.manifest import Dataset, Manifest, Model, RiskRecord, Supplier, System
    from shirube.terms.measurement import Scalar

Known = bool | None
Facts = dict[str, "Scalar"]

_ROLES = ("developer", "provider", "user")
_PURPOSES = ("rights_holders", "personal_data", "complaints", "security")
_DESIGNATIONS = {
    "digital_platform": "designated_platform",
    "large_platform": "large_platform",
    "core_infrastructure": "core_infrastructure",
    "model_risk_principles": "model_risk_institution",
}
_COMMITMENTS = {
    "principle_code": "principle_code_accepted",
    "hiroshima_code_of_conduct": "hiroshima_code_followed",
    "hiroshima_reporting": "hiroshima_reporting",
}
_SYSTEM_FACTS = (
    "advanced", "physical", "recommender", "learns_in_operation", "government_procurement",
    "external_transmission", "medical_device",
)  # fmt: skip
_DATASET_FACTS = (
    "sample", "trajectories", "counts",
    "special_care", "my_number", "face_features", "provision", "foreign_transfer", "crawled",
    "works", "works_basis",
)  # fmt: skip
_NO_LOG = ("training", "release", "reference")


def profiles(manifest: Manifest) -> tuple[Profile, ...]:
    """Return one profile for each subject; all know the facts of their operator."""
    reader = _Reader(manifest)
    own = reader.operator()
    named: list[tuple[Subject, Facts]] = [(Subject("operator", manifest.operator.id), {})]
    named += [(Subject("system", item.id), reader.system(item)) for item in manifest.systems]
    named += [(Subject("dataset", item.id), reader.dataset(item)) for item in manifest.datasets]
    named += [(Subject("model", item.id), reader.model(item)) for item in manifest.models]
    named += [(Subject("supplier", item.id), reader.supplier(item)) for item in manifest.suppliers]
    return tuple(Profile(subject=subject, facts={**own, **facts}) for subject, facts in named)


def columns_of(manifest: Manifest, dataset: str, kind: str) -> frozenset[str] | None:
    """Return the declared columns of a kind; None where nobody listed the columns."""
    reader = _Reader(manifest)
    item = reader.datasets.get(dataset)
    if item is None or not reader.columns_listed(item):
        return None
    return frozenset(column.name for column in item.columns if column.kind == kind)


def tables_of(manifest: Manifest, dataset: str, key: str) -> frozenset[str] | None:
    """Return the data sets that one lists under a key; None where nobody listed any."""
    reader = _Reader(manifest)
    item = reader.datasets.get(dataset)
    if item is None or not reader.listed(getattr(item, key), f"datasets.{dataset}.{key}"):
        return None
    return frozenset(getattr(item, key))


def any_of(answers: Iterable[Known]) -> Known:
    """Return True if one is True, None if none is but one is open, else False."""
    had = set(answers)
    if True in had:
        return True
    return None if None in had else False


def all_of(answers: Iterable[Known]) -> Known:
    """Return False if one is False, None if none is but one is open, else True."""
    had = set(answers)
    if False in had:
        return False
    return None if None in had else True


class _Reader:
    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self.unknown = frozenset(manifest.unknown)
        self.datasets = {item.id: item for item in manifest.datasets}
        self.models = {item.id: item for item in manifest.models}

    # What was given, what is unknown.

    def is_unknown(self, key: str) -> bool:
        """Tell whether this key or one above it is ``unknown``."""
        while key:
            if key in self.unknown:
                return True
            key = key.rpartition(".")[0]
        return False

    def listed(self, items: Sequence[object], key: str) -> bool:
        """Tell whether a list was given, even an empty one."""
        return bool(items) or (key in self.manifest.lines and not self.is_unknown(key))

    def has(self, items: Sequence[str], wanted: str, key: str) -> Known:
        return wanted in items if self.listed(items, key) else None

    def count(self, items: Sequence[object], key: str) -> int | None:
        return len(items) if self.listed(items, key) else None

    def stated(self, value: object, key: str) -> Known:
        """Tell whether something is stated: no if it is left out, open if it is ``unknown``."""
        if value is not None and value not in ("", ()):
            return True
        return None if self.is_unknown(key) else False

    # One subject after the other.

    def operator(self) -> Facts:
        manifest, own = self.manifest, self.manifest.operator
        facts: Facts = {
            "operator.kind": own.kind,
            "operator.size": own.size,
            "operator.country": own.country,
            "operator.has_generative_system": any_of(item.generative for item in manifest.systems),
            "operator.has_advanced_system": any_of(item.advanced for item in manifest.systems),
            "operator.uses_personal_data": any_of(item.personal_data for item in manifest.datasets),
        }
        for role in _ROLES:
            facts[f"operator.role_{role}"] = self.has(own.roles, role, "operator.roles")
        purposes = [contact.purpose for contact in manifest.contacts]
        for purpose in _PURPOSES:
            facts[f"operator.contact_{purpose}"] = self.has(purposes, purpose, "contacts")
        for given, name in _DESIGNATIONS.items():
            facts[f"operator.{name}"] = self.has(own.designations, given, "operator.designations")
        for given, name in _COMMITMENTS.items():
            facts[f"operator.{name}"] = self.has(own.commitments, given, "operator.commitments")
        facts["operator.vendor_hhi_max"] = self._concentration(lambda item: item.id)
        facts["operator.country_hhi_max"] = self._concentration(lambda item: item.country)
        return facts

    def _concentration(self, origin: Callable[[Supplier], str | None]) -> float | None:
        """Return the highest Herfindahl index of a layer, on a scale to 10,000.

        Suppliers of a layer weigh the same: the manifest knows no volumes. None where a layer or
        an origin is not known, since the missing one could change the answer.
        """
        layers: dict[str | None, list[str | None]] = {}
        for item in self.manifest.suppliers:
            layers.setdefault(item.layer, []).append(origin(item))
        if not layers or None in layers or any(None in origins for origins in layers.values()):
            return None
        return max(
            10_000 * sum(origins.count(one) ** 2 for one in set(origins)) / len(origins) ** 2
            for origins in layers.values()
        )

    def system(self, item: System) -> Facts:
        key = f"systems.{item.id}"
        affected = f"{key}.affected_people"
        facts: Facts = {
            "system.sector": item.sector,
            "system.stage": item.stage,
            "system.autonomy": item.autonomy,
            "system.oversight": item.oversight,
            "system.generative": item.generative,
            "system.profiling": item.profiling,
            "system.users_per_month": item.users_per_month,
            "system.offered_to_others": item.offered_to_others,
            "system.affects_people": (
                bool(item.affected_people) if self.listed(item.affected_people, affected) else None
            ),
            "system.affects_children": self.has(item.affected_people, "children", affected),
            "system.uses_personal_data": self._over_datasets(
                item, [self._personal(name) for name in item.datasets]
            ),
            "system.has_predictions": self._over_datasets(
                item, [self._predictions(name) for name in item.datasets]
            ),
            "system.has_purpose": self.stated(item.purpose, f"{key}.purpose"),
            "system.models": self.count(item.models, f"{key}.models"),
            "system.training_data_known": (
                all_of(self._training_data(name) for name in item.models) if item.models else None
            ),
        }
        facts.update({f"system.{name}": getattr(item, name) for name in _SYSTEM_FACTS})
        for role in _ROLES:
            facts[f"system.role_{role}"] = self.has(item.roles, role, f"{key}.roles")
        return {**facts, **self._risks(item.risk_record, f"{key}.risk_record")}

    def _risks(self, record: RiskRecord | None, key: str) -> Facts:
        if self.is_unknown(key):
            record_facts: Facts = dict.fromkeys(
                ("system.risks", "system.risks_open", "system.risk_decided")
            )
            return {**record_facts, "system.benefits_recorded": None}
        risks = record.risks if record else ()
        still_open = sum(1 for risk in risks if risk.treatment is None)
        decided = (
            self.stated(record.decided_by if record else None, f"{key}.decided_by"),
            self.stated(record.decided_on if record else None, f"{key}.decided_on"),
        )
        return {
            "system.risks": None if self.is_unknown(f"{key}.risks") else len(risks),
            # Where nothing is on record, nothing can be called settled either.
            "system.risks_open": still_open if risks else None,
            "system.risk_decided": all_of(decided),
            "system.benefits_recorded": self.stated(
                record.benefits if record else None, f"{key}.benefits"
            ),
        }

    def _over_datasets(self, item: System, answers: list[Known]) -> Known:
        return (
            any_of(answers) if self.listed(item.datasets, f"systems.{item.id}.datasets") else None
        )

    def _personal(self, name: str) -> Known:
        dataset = self.datasets.get(name)
        return dataset.personal_data if dataset else None

    def _predictions(self, name: str) -> Known:
        """Tell whether a data set is a log with predictions, as far as its columns are declared."""
        dataset = self.datasets.get(name)
        if dataset is None:
            return None
        if any(column.kind == "prediction" for column in dataset.columns):
            return True
        told = dataset.role in _NO_LOG or self.columns_listed(dataset)
        return False if told else None

    def _training_data(self, name: str) -> Known:
        model = self.models.get(name)
        return self._origin(model) if model else None

    def _origin(self, model: Model) -> Known:
        key = f"models.{model.id}"
        return any_of(
            (
                self.stated(model.training_data, f"{key}.training_data"),
                self.stated(model.training_data_origins, f"{key}.training_data_origins"),
            )
        )

    def columns_listed(self, item: Dataset) -> bool:
        return self.listed(item.columns, f"datasets.{item.id}.columns")

    def dataset(self, item: Dataset) -> Facts:
        key = f"datasets.{item.id}"
        kinds = [column.kind for column in item.columns]
        listed = self.columns_listed(item)
        return {
            "dataset.role": item.role,
            "dataset.personal_data": item.personal_data,
            "dataset.legal_route": item.legal_route,
            "dataset.location": item.location,
            "dataset.source_known": self.stated(item.source, f"{key}.source"),
            "dataset.licence_known": self.stated(item.licence, f"{key}.licence"),
            "dataset.synthetic": item.synthetic,
            "dataset.derived": self.stated(item.derived_from, f"{key}.derived_from"),
            "dataset.population_known": self.stated(item.population, f"{key}.population"),
            "dataset.earlier_releases": self.count(
                item.earlier_releases, f"{key}.earlier_releases"
            ),
            "dataset.purpose_known": self.stated(item.purpose, f"{key}.purpose"),
            "dataset.retention_known": self.stated(item.retention, f"{key}.retention"),
            **{f"dataset.{name}": getattr(item, name) for name in _DATASET_FACTS},
            "dataset.quasi_identifiers": kinds.count("quasi_identifier") if listed else None,
            "dataset.sensitive": kinds.count("sensitive") if listed else None,
        }

    def model(self, item: Model) -> Facts:
        key = f"models.{item.id}"
        return {
            "model.kind": item.kind,
            "model.version_known": self.stated(item.version, f"{key}.version"),
            "model.licence_known": self.stated(item.licence, f"{key}.licence"),
            "model.training_data_known": self._origin(item),
        }

    def supplier(self, item: Supplier) -> Facts:
        key = f"suppliers.{item.id}"
        return {
            "supplier.layer": item.layer,
            "supplier.country": item.country,
            "supplier.has_fallback": self.stated(item.fallback, f"{key}.fallback"),
            "supplier.drilled": self.stated(item.fallback_drill, f"{key}.fallback_drill"),
            "supplier.processes_personal_data": item.processes_personal_data,
            "supplier.trains_on_inputs": item.trains_on_inputs,
        }
