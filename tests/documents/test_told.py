# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import msgspec
import sample

from shirube.documents.report.names import Names
from shirube.documents.report.told import told
from shirube.terms.manifest import Manifest
from shirube.terms.text import Text
from shirube.texts import using


def sentences(manifest: Manifest) -> list[str]:
    content = sample.content(manifest=manifest)
    with using("en"):
        return [
            sentence for sentence in told(content, Names(content)) if "is not shown" in sentence
        ]


def test_a_strong_footing_speaks_before_a_weak_one() -> None:
    first, second = sentences(sample.manifest())
    assert first.startswith("Release that claims to be anonymised: “No class so small")
    assert second.startswith("Credit screening: “Change in operation is monitored”")


def test_real_data_speak_before_data_with_an_injected_change() -> None:
    # Now the release carries an injected change and the log does not: they change places,
    # though the release's rule is a statute and the log's a guideline.
    log, release, clicks = sample.manifest().datasets
    note = Text("変化を加えています。", "A change was put in.")
    datasets = (
        msgspec.structs.replace(log, injected=None),
        msgspec.structs.replace(release, injected=note),
        clicks,
    )
    first, second = sentences(msgspec.structs.replace(sample.manifest(), datasets=datasets))
    assert first.startswith("Credit screening")
    assert second.endswith("[injected]")


def test_a_mark_of_an_ancestor_is_told_and_not_attached() -> None:
    log, release, clicks = sample.manifest().datasets
    release = msgspec.structs.replace(release, derived_from=("log", "gone"))
    names = Names(
        sample.content(
            manifest=msgspec.structs.replace(sample.manifest(), datasets=(log, release, clicks))
        )
    )
    with using("en"):
        assert names.data_marks("release") == ()
        assert names.ancestry_notes("release") == (
            "Derived from “Credit prediction log” [injected]: A shift was put into the balances "
            "of September 2005 for demonstration.",
        )


def test_nothing_sealed_is_said_plainly() -> None:
    content = sample.content(findings=(), evidence=())
    with using("en"):
        assert told(content, Names(content))[-1] == "No evidence has been sealed yet."
