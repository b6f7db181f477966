# SPDX-License-Identifier: Apache-2.0
"""Build a CycloneDX 1.7 ML-BOM as plain dictionaries: equal input gives equal bytes.

No clock is read and no random number drawn: the serial number is made of the content. Names stand
in English, as BOM tools expect, with the Japanese beside them as a property.

References
----------
CycloneDX 1.7 (ECMA-424), https://cyclonedx.org/docs/1.7/json/
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from shirube.documents.bom import cards, licences, metrics
from shirube.terms.bom import Bom
from shirube.terms.text import Text
from shirube.texts import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.documents.bom.metrics import Figures
    from shirube.terms.bom import Card, Contents, Package
    from shirube.terms.evidence import Evidence
    from shirube.terms.manifest import Dataset, Manifest, Model, Supplier, System
    from shirube.terms.measurement import Input

_SCHEMA = "http://cyclonedx.org/schema/bom-1.7.schema.json"
_LONGEST_VERSION = 1024  # of the schema; what is longer is no version
_SERVICES = {"compute", "cloud", "model", None}
_SUPPLIED = {"software": "application", "data": "data", "other": "application"}


def bom(
    manifest: Manifest,
    system: System,
    contents: Contents,
    evidence: Sequence[Evidence],
    tool_version: str,
) -> Bom:
    """Return the bill of materials of a system.

    Parameters
    ----------
    manifest, system
        What is declared, and the system of it that the bill is for.
    contents
        What was found in the folder.
    evidence
        All that is sealed, in the ledger's order.
    tool_version
        The version of Shirube that the bill names as its tool.
    """
    return _Building(manifest, system, contents, evidence).finish(tool_version)


class _Building:
    """One bill while it is made: components, and what stays open."""

    def __init__(
        self, manifest: Manifest, system: System, contents: Contents, evidence: Sequence[Evidence]
    ) -> None:
        self.manifest, self.system, self.contents = manifest, system, contents
        self.evidence = evidence
        self.cards, notes = cards.bind(contents)
        self.figures, open_ = metrics.figures(manifest, system, evidence)
        self.notes = [*contents.notes, *notes]
        self.questions = list(open_)
        self.suppliers = {one.id: one for one in manifest.suppliers}
        self.models = [one for one in manifest.models if one.id in system.models]
        used = {*system.datasets, *(data for one in self.models for data in one.training_data)}
        self.datasets = [one for one in manifest.datasets if one.id in used]

    def finish(self, tool_version: str) -> Bom:
        """Put the bill together."""
        named = [self.suppliers[one] for one in self.system.suppliers if one in self.suppliers]
        services = [one for one in named if one.layer in _SERVICES]
        components = [
            *map(self._model, self.models),
            *map(self._dataset, self.datasets),
            *(self._supplied(one) for one in named if one not in services),
            *map(self._package, self.contents.packages),
        ]
        body: dict[str, Any] = {
            "$schema": _SCHEMA,
            "bomFormat": "CycloneDX",
            "specVersion": "1.7",
            "version": 1,
            "metadata": self._metadata(tool_version),
            "components": components,
            "services": [self._service(one) for one in services],
            "dependencies": self._dependencies(components, services),
        }
        body = {key: value for key, value in body.items() if value != []}
        content = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        body["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, content)}"
        text = json.dumps(body, ensure_ascii=False, sort_keys=True, indent=2) + "\n"
        return Bom(
            text=text,
            serial_number=body["serialNumber"],
            components=len(components),
            questions=tuple(self.questions),
            notes=tuple(self.notes),
        )

    def _metadata(self, tool_version: str) -> dict[str, Any]:
        operator = self.manifest.operator
        tool = {"type": "application", "name": "shirube", "version": tool_version}
        who: dict[str, Any] = {"name": operator.name.en}
        if operator.country:
            who["address"] = {"country": operator.country}
        system = self.system
        facts = {
            "shirube:name:ja": system.name.ja,
            "shirube:sector": system.sector,
            "shirube:stage": system.stage,
            "shirube:autonomy": system.autonomy,
            "shirube:generative": None
            if system.generative is None
            else str(system.generative).lower(),
            "shirube:operator:corporate_number": operator.corporate_number,
        }
        mine = [one for one in self.figures if one.declared.system and not self._on_model()]
        component = {
            "type": "application",
            "bom-ref": f"system:{system.id}",
            "name": system.name.en,
            **({"description": system.purpose.en} if system.purpose else {}),
            "properties": [*_properties(facts), *_measured(mine)],
        }
        return {"tools": {"components": [tool]}, "manufacturer": who, "component": component}

    def _on_model(self) -> bool:
        """Tell whether the system's figures are its only model's; of several, nobody said whose."""
        return len(self.models) == 1

    def _model(self, model: Model) -> dict[str, Any]:
        key, card = f"model:{model.id}", self.cards.get(f"model:{model.id}")
        own = [one for one in self.figures if one.declared.system and self._on_model()]
        component: dict[str, Any] = {
            "type": "machine-learning-model",
            "bom-ref": key,
            "name": model.name.en,
            "properties": [
                *_properties({"shirube:name:ja": model.name.ja}),
                *map(metrics.proof, own),
                *metrics.seal_of(model.id, self.evidence),
                *_from_card(card),
            ],
        }
        self._common(component, key, "models", model.id, model.version, model.licence, card)
        if model.supplier in self.suppliers:
            component["supplier"] = self._organisation(self.suppliers[model.supplier])
        elif model.supplier is None and not model.files:
            self._ask("models", model.id, "supplier")
        if not model.training_data and model.training_data_origins is None:
            self._ask("models", model.id, "training_data_origins")
        component["modelCard"] = _model_card(model, card, own)
        return {name: value for name, value in component.items() if value not in ({}, [])}

    def _dataset(self, dataset: Dataset) -> dict[str, Any]:
        key, card = f"dataset:{dataset.id}", self.cards.get(f"dataset:{dataset.id}")
        own = [
            one
            for one in self.figures
            if one.declared.system is None and one.declared.dataset == dataset.id
        ]
        facts = {
            "shirube:name:ja": dataset.title.ja,
            "shirube:legal_route": dataset.legal_route,
            "shirube:location": dataset.location,
            "shirube:role": dataset.role,
            "shirube:synthetic": "true" if dataset.synthetic else None,
        }
        if dataset.personal_data is not None:
            facts["shirube:personal_data"] = str(dataset.personal_data).lower()
        data: dict[str, Any] = {"type": "dataset", "name": dataset.title.en}
        if dataset.source:
            data["description"] = dataset.source.en
        component: dict[str, Any] = {
            "type": "data",
            "bom-ref": key,
            "name": dataset.title.en,
            "data": [data],
            "properties": [*_properties(facts), *_measured(own), *_from_card(card)],
        }
        self._common(component, key, "datasets", dataset.id, "", dataset.licence, card)
        if dataset.source is None:
            self._ask("datasets", dataset.id, "source")
        if dataset.location is None:
            self._ask("datasets", dataset.id, "location")
        return component

    def _common(
        self,
        component: dict[str, Any],
        key: str,
        kind: str,
        item: str,
        version: str | None,
        licence: str | None,
        card: Card | None,
    ) -> None:
        """Set version, licence, files and the card's address; ask for what nobody said."""
        for name, declared, said in (
            ("version", version, card.version if card else ""),
            ("licence", licence, card.licence if card else ""),
        ):
            value, notes = cards.settled(declared, said, f"{kind}.{item}.{name}", card)
            self.notes += notes
            if name == "version" and 0 < len(value) <= _LONGEST_VERSION:
                component["version"] = value
            elif value and name == "licence":
                component["licenses"] = licences.choice(value)
            elif name == "licence" or kind == "models":
                self._ask(kind, item, name)
        files = self.contents.files.get(key, ())
        if files:
            component["components"] = [_file(key, file) for file in files]
        elif kind == "datasets":
            self.questions.append(
                Text.of(N_("{key} has no files, so no digest binds it."), key=f"{kind}.{item}")
            )
        if card:
            component["externalReferences"] = [
                {
                    "type": "model-card" if kind == "models" else "documentation",
                    "url": quote(card.file),
                    "hashes": [{"alg": "SHA-256", "content": card.sha256}],
                }
            ]

    def _supplied(self, supplier: Supplier) -> dict[str, Any]:
        return {
            "type": _SUPPLIED[str(supplier.layer)],
            "bom-ref": f"supplier:{supplier.id}",
            "name": supplier.component or supplier.name.en,
            "supplier": self._organisation(supplier),
        }

    def _service(self, supplier: Supplier) -> dict[str, Any]:
        layer = {"shirube:layer": supplier.layer, "shirube:name:ja": supplier.name.ja}
        return {
            "bom-ref": f"supplier:{supplier.id}",
            "name": supplier.component or supplier.name.en,
            "provider": self._organisation(supplier),
            "properties": _properties(layer),
        }

    def _organisation(self, supplier: Supplier) -> dict[str, Any]:
        if supplier.country is None:
            self._ask("suppliers", supplier.id, "country")
            return {"name": supplier.name.en}
        return {"name": supplier.name.en, "address": {"country": supplier.country}}

    def _package(self, package: Package) -> dict[str, Any]:
        name = quote(package.name, safe="/")
        purl = f"pkg:{package.ecosystem}/{name.replace('@', '%40')}"
        component: dict[str, Any] = {
            "type": "library",
            "name": package.name,
            "evidence": {"occurrences": [{"location": place} for place in package.found_in]},
        }
        if 0 < len(package.version) <= _LONGEST_VERSION:
            component["version"] = package.version
            purl += f"@{quote(package.version)}"
        else:
            self.questions.append(
                Text.of(
                    N_("{file} does not fix the version of {name}."),
                    file=", ".join(package.found_in), name=package.name,
                )
            )  # fmt: skip
        if package.licence:
            component["licenses"] = licences.choice(package.licence)
        return component | {"bom-ref": purl, "purl": purl}

    def _dependencies(
        self, components: list[dict[str, Any]], services: list[Supplier]
    ) -> list[dict[str, Any]]:
        of_system = [
            *(part["bom-ref"] for part in components), *(f"supplier:{one.id}" for one in services)
        ]  # fmt: skip
        known = set(of_system)
        listed = [{"ref": f"system:{self.system.id}", "dependsOn": sorted(of_system)}]
        for model in self.models:
            trained = sorted({f"dataset:{one}" for one in model.training_data} & known)
            if trained:
                listed.append({"ref": f"model:{model.id}", "dependsOn": trained})
        return listed

    def _ask(self, kind: str, item: str, name: str) -> None:
        question = Text.of(N_("{key} is not known."), key=f"{kind}.{item}.{name}")
        if question not in self.questions:
            self.questions.append(question)


def _model_card(model: Model, card: Card | None, own: Sequence[Figures]) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    if card and card.task:
        parameters["task"] = card.task
    if model.kind:
        parameters["architectureFamily"] = model.kind
    if model.training_data:
        parameters["datasets"] = [{"ref": f"dataset:{one}"} for one in model.training_data]
    elif model.training_data_origins or (card and card.datasets):
        told = [model.training_data_origins.en] if model.training_data_origins else []
        names = card.datasets if card else ()
        parameters["datasets"] = [
            *({"type": "dataset", "description": one} for one in told),
            *({"type": "dataset", "name": one} for one in names),
        ]
    figures = [metric for one in own for metric in metrics.performance(one)]
    figures += [
        {"type": f"{card.file}: {one.name}", "value": one.value}
        | ({"slice": one.dataset} if one.dataset else {})
        for one in (card.metrics if card else ())
        if card
    ]
    whole: dict[str, Any] = {"modelParameters": parameters} if parameters else {}
    if figures:
        whole["quantitativeAnalysis"] = {"performanceMetrics": figures}
    return whole


def _from_card(card: Card | None) -> list[dict[str, str]]:
    """Return what a card says and no field of CycloneDX holds."""
    if card is None:
        return []
    said = [("name", (card.name,)), ("creator", card.creators), ("base_model", card.base_models)]
    said.append(("description", (card.description,)))
    return [
        {"name": f"shirube:card:{name}", "value": value}
        for name, values in said
        for value in values
        if value
    ]


def _measured(found: Sequence[Figures]) -> list[dict[str, str]]:
    return [entry for one in found for entry in (*metrics.properties(one), metrics.proof(one))]


def _properties(facts: dict[str, str | None]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in facts.items() if value]


def _file(key: str, file: Input) -> dict[str, Any]:
    return {
        "type": "file",
        "bom-ref": f"{key}/{file.name}",
        "name": file.name,
        "hashes": [{"alg": "SHA-256", "content": file.sha256}],
    }
