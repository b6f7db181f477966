# SPDX-License-Identifier: Apache-2.0
"""regopy (Rego, the language of Open Policy Agent, in C++): FILE -> JSON with codes and seconds.

In Rego a name that is absent makes a rule's body undefined, and ``not`` of it true. So each
condition becomes two sets of bodies without ``not``, those that hold where its answer is TRUE and
those where it is FALSE; what is in neither set is NULL. All rules are one module, compiled once,
and asked in one query for each subject.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import product
from pathlib import Path

import regopy

given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
TURNED = {"=": "!=", "<>": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def bodies(tree: list, wanted: bool) -> list[list[str]]:
    """Return alternatives, each a list of what must hold, for the answer ``wanted``."""
    head, parts = tree[0], tree[1:]
    if head == "not":
        return bodies(parts[0], not wanted)
    if head in ("and", "or"):
        each = [bodies(part, wanted) for part in parts]
        if (head == "and") == wanted:
            return [[one for body in chosen for one in body] for chosen in product(*each)]
        return [body for alternatives in each for body in alternatives]
    if head == "value":
        return [["true"]] if parts[0] is wanted else []
    if head == "in" and wanted:
        return [[f"{operand(parts[0])} == {operand(item)}"] for item in parts[1:]]
    return [question(head, parts, wanted)]


def question(head: str, parts: list, wanted: bool) -> list[str]:
    """Return what must hold for the answer ``wanted`` of a part without alternatives."""
    if head == "name":
        return [f"{operand([head, *parts])} == {str(wanted).lower()}"]
    if head == "is_null":
        sign = "==" if wanted else "!="
        return [f'object.get(input, "{parts[0][1].replace(".", "_")}", null) {sign} null']
    operands = [operand(part) for part in parts]
    if head == "in":
        return [f"{operands[0]} != {item}" for item in operands[1:]]
    sign = {"=": "==", "<>": "!="}.get(head, head) if wanted else TURNED[head]
    return [f"{operands[0]} {sign} {operands[1]}"]


def operand(tree: list) -> str:
    if tree[0] == "name":
        return "input." + tree[1].replace(".", "_")
    if tree[0] == "value":
        return json.dumps(tree[1] if isinstance(tree[1], str) else float(tree[1]))
    return f"({operand(tree[1])} {tree[0]} {operand(tree[2])})"


SETS = {"applies": (0, True), "outside": (0, False), "shown": (1, True), "refuted": (1, False)}
lines = ["package bench", "import rego.v1"]
for number, pair in enumerate(given["rules"]):
    for name, (side, wanted) in SETS.items():
        for body in bodies(pair[side], wanted):
            lines.append(f"{name} contains {number} if {{ {'; '.join(body)} }}")

interpreter = regopy.Interpreter()
interpreter.add_module("bench", "\n".join(lines))
asked = interpreter.build("x = [" + ", ".join(f"data.bench.{name}" for name in SETS) + "]", [])

begun = time.process_time()
codes = []
for row in given["rows"]:
    known = {n.replace(".", "_"): value for n, value in row.items() if value is not None}
    interpreter.set_input(known)
    answer = json.loads(str(interpreter.query_bundle(asked)))
    applies, outside, shown, refuted = (set(each) for each in answer["bindings"]["x"])
    # 4 does not apply, 1 could not be judged, 2 shown, 0 not shown: as ``CODES`` numbers them.
    codes.append([
        4 if at in outside else 1 if at not in applies else 2 if at in shown
        else 0 if at in refuted else 1
        for at in range(len(given["rules"]))
    ])  # fmt: skip
print(json.dumps({"results": codes, "cpu": [time.process_time() - begun]}))
