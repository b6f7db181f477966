# SPDX-License-Identifier: Apache-2.0
"""``ajv``, in another language and by other hands, finds our bills valid CycloneDX 1.7."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import cyclonedx.schema
import pytest
from on_this_machine import need, program

if TYPE_CHECKING:
    from conftest import Demonstration

pytestmark = pytest.mark.full

_NODE = Path(__file__).parent.parent.parent / "build" / "node-ajv"
_PACKAGES = ("ajv@8", "ajv-formats@3", "ajv-formats-draft2019@1")
_SCHEMAS = Path(cyclonedx.schema.__file__).parent / "_res"

_VALIDATE = """
const fs = require('fs');
const Ajv = require('ajv');
const { schemas, bills } = JSON.parse(fs.readFileSync(0, 'utf8'));
const read = file => JSON.parse(fs.readFileSync(file, 'utf8'));
const [first, ...others] = schemas;
const ajv = new Ajv({ strict: false, allErrors: true });
require('ajv-formats')(ajv);
require('ajv-formats-draft2019')(ajv);
// Known by the names that the bill's schema calls them, which are not the names they bear.
others.forEach(file => {
  const { $id, ...schema } = read(file);
  ajv.addSchema(schema, 'http://cyclonedx.org/schema/' + require('path').basename(file));
});
const validate = ajv.compile(read(first));
const told = bills.map(bill => validate(bill) ? '' : ajv.errorsText(validate.errors));
process.stdout.write(JSON.stringify(told));
"""


def test_ajv_accepts_our_bill_and_refuses_a_number_where_a_text_belongs(
    demo: Demonstration, tmp_path: Path
) -> None:
    node, npm = program("node"), program("npm")
    if not (_NODE / "node_modules" / "ajv-formats-draft2019").is_dir():
        _NODE.mkdir(parents=True, exist_ok=True)
        fetched = subprocess.run(
            [npm, "install", "--prefix", _NODE, "--no-save", "--no-audit", *_PACKAGES],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        need((_NODE / "node_modules" / "ajv").is_dir(), f"no ajv: {fetched.stderr[-500:]}")
    bills = []
    for system in ("credit_screening", "generative_assistant"):
        out = tmp_path / f"{system}.json"
        made = demo.shirube("bom", "write", system, demo.operator, "--out", out)
        assert made.returncode == 0, made.stderr
        bills.append(json.loads(out.read_text(encoding="utf-8")))
    broken = json.loads(json.dumps(bills[0]))
    model = next(one for one in broken["components"] if one["bom-ref"] == "model:credit_model")
    model["modelCard"]["quantitativeAnalysis"]["performanceMetrics"][0]["value"] = 0.2
    schemas = ("bom-1.7", "spdx", "jsf-0.82", "cryptography-defs")
    told = subprocess.run(
        [node, "-e", _VALIDATE],
        input=json.dumps(
            {
                "schemas": [str(_SCHEMAS / f"{one}.SNAPSHOT.schema.json") for one in schemas],
                "bills": [*bills, broken],
            }
        ),
        capture_output=True, text=True, check=True, cwd=_NODE,
    )  # fmt: skip
    first, second, refused = json.loads(told.stdout)
    assert (first, second) == ("", "")
    assert "value must be string" in refused
