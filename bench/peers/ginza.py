# SPDX-License-Identifier: Apache-2.0
"""GiNZA on a labelled corpus: CORPUS.jsonl -> JSON with the recall of names and places, and CPU.

A label counts as found when any entity of a fitting type overlaps it: ``Person`` for names; for
addresses any of the types of places, postal addresses and facilities.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import spacy


def cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


PLACES = {"City", "Province", "Address", "Postal_Address", "GPE_Other", "County", "Country"}
TYPES = {"person_name": {"Person"}, "address": PLACES | {"Location_Other", "Facility_Other"}}
lines = [json.loads(line) for line in Path(sys.argv[1]).read_text("utf-8").splitlines()]
# The model leaves this setting open, which later releases of its loader refuse.
nlp = spacy.load("ja_ginza", config={"components": {"compound_splitter": {"split_mode": "C"}}})
nlp("温める。")
before = cpu()
documents = [nlp(line["text"]) for line in lines]
used = cpu() - before
found, all_of = dict.fromkeys(TYPES, 0), dict.fromkeys(TYPES, 0)
for line, document in zip(lines, documents, strict=True):
    for span in line["spans"]:
        kind = span["kind"]
        if kind not in TYPES:
            continue
        all_of[kind] += 1
        found[kind] += any(
            entity.label_ in TYPES[kind]
            and entity.start_char < span["end"]
            and entity.end_char > span["start"]
            for entity in document.ents
        )
print(json.dumps({"cpu": [used], "results": {"found": found, "labels": all_of}}))
