# SPDX-License-Identifier: Apache-2.0
"""cel-python: FILE -> JSON with the code of each rule and subject, and CPU seconds.

CEL has no third value: a name that is absent is an error. So each condition becomes two
expressions, one that is true where its answer is TRUE and one where it is FALSE; each comparison
asks ``has()`` first, and ``not`` swaps the two. What makes neither true is NULL.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import celpy
from celpy import celtypes

given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))


def told(tree: list, wanted: bool) -> str:
    """Return the expression that is true where the answer is ``wanted``."""
    head, parts = tree[0], tree[1:]
    if head == "not":
        return told(parts[0], not wanted)
    if head in ("and", "or"):
        joined = " && " if (head == "and") == wanted else " || "
        return "(" + joined.join(told(part, wanted) for part in parts) + ")"
    if head == "value":
        return str(parts[0] is wanted).lower()
    if head == "is_null":
        return f"{'!' if wanted else ''}has({operand(parts[0])})"
    there = [f"has({operand(['name', name])})" for name in names(tree)]
    return "(" + " && ".join([*there, question(tree) if wanted else f"!({question(tree)})"]) + ")"


def question(tree: list) -> str:
    head, parts = tree[0], tree[1:]
    if head == "name":
        return operand(tree)
    operands = [operand(part) for part in parts]
    if head == "in":
        return f"{operands[0]} in [{', '.join(operands[1:])}]"
    sign = {"=": "==", "<>": "!="}.get(head, head)
    return f"{operands[0]} {sign} {operands[1]}"


def operand(tree: list) -> str:
    if tree[0] == "name":
        return "s." + tree[1].replace(".", "_")
    if tree[0] == "value":
        return f"'{tree[1]}'" if isinstance(tree[1], str) else repr(float(tree[1]))
    return f"({operand(tree[1])} {tree[0]} {operand(tree[2])})"


def names(tree: list) -> list[str]:
    if tree[0] == "name":
        return [tree[1]]
    return [] if tree[0] == "value" else [name for part in tree[1:] for name in names(part)]


def cell(value: object) -> object:
    if isinstance(value, bool):
        return celtypes.BoolType(value)
    return celtypes.StringType(value) if isinstance(value, str) else celtypes.DoubleType(value)


environment = celpy.Environment()
programs = []
for applies, shown in given["rules"]:
    # 4 does not apply, 1 could not be judged, 2 shown, 0 not shown: as ``CODES`` numbers them.
    text = (
        f"{told(applies, False)} ? 4 : !{told(applies, True)} ? 1 :"
        f" {told(shown, True)} ? 2 : {told(shown, False)} ? 0 : 1"
    )
    programs.append(environment.program(environment.compile(text)))

begun = time.process_time()
codes = []
for row in given["rows"]:
    subject = celtypes.MapType(
        {celtypes.StringType(name.replace(".", "_")): cell(value)
         for name, value in row.items() if value is not None}
    )  # fmt: skip
    codes.append([int(program.evaluate({"s": subject})) for program in programs])
print(json.dumps({"results": codes, "cpu": [time.process_time() - begun]}))
