# SPDX-License-Identifier: Apache-2.0
"""AISI's ten perspectives hold the goals and weights of its tool, as counted in its goal trees."""

from __future__ import annotations

import pytest

from shirube.api import operator
from shirube.cli.__main__ import main

# Goals, and the weight of those that the tool tests itself, for each perspective in its order.
COUNTED = {
    "p1": (51, 0.72), "p2": (16, 0.349), "p3": (38, 0.90), "p4": (9, 0), "p5": (8, 0),
    "p6": (11, 0.25), "p7": (5, 0.28), "p8": (7, 0.65), "p9": (14, 0), "p10": (18, 0),
}  # fmt: skip


def test_every_perspective_has_the_goals_of_its_tree() -> None:
    found = {}
    for pack in operator.load_packs():
        for rule in pack.rules:
            if rule.goal_tree:
                goals = sum(part.goals for part in rule.goal_tree.parts)
                found[rule.id.partition("_")[0]] = (goals, rule.goal_tree.automatic)
    assert found == COUNTED
    assert sum(goals for goals, _share in found.values()) == 177


def test_the_weights_are_shown_with_whose_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["rules", "show", "aisi_perspectives/p7_explainability", "--lang", "en"])
    told = capsys.readouterr().out
    assert " 70 %  Direct grounds (goals: 3)" in told
    assert "Presets of aisev" in told
    assert "no measure of certification" in told
