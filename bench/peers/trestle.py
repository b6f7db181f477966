# SPDX-License-Identifier: Apache-2.0
"""compliance-trestle reads an OSCAL export: FOLDER -> JSON with model, UUID and counts per file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.catalog import Catalog
from trestle.oscal.mapping import MappingCollection

found = {}
for file in sorted(Path(sys.argv[1]).glob("*.json")):
    (model,) = json.loads(file.read_text(encoding="utf-8"))
    if model == "catalog":
        read = Catalog.oscal_read(file)
        count = len(read.controls or ())
    elif model == "mapping-collection":
        read = MappingCollection.oscal_read(file)
        count = sum(len(mapping.maps) for mapping in read.mappings)
    else:
        read = AssessmentResults.oscal_read(file)
        count = sum(len(result.findings or ()) for result in read.results)
    found[file.name] = [model, str(read.uuid), count]
print(json.dumps({"read": found}))
