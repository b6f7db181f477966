# SPDX-License-Identifier: Apache-2.0
"""The interview on a terminal: answers are read, wrong ones are told, and it can be stopped."""

from __future__ import annotations

import json

from click.testing import CliRunner

from shirube.cli.commands.rules import command


def run(answers: str, *options: str):
    return CliRunner().invoke(command, ["interview", *options], input=answers)


def answered(answers: str) -> dict:
    return json.loads(run(answers, "--json").stdout)


def test_a_retired_system_is_settled_by_one_answer_about_it() -> None:
    found = answered("retired\n")
    assert found["answers"] == {"system.stage": "retired"}
    # Conditions about systems end with retirement, whatever else is not known.
    running = answered("operation\n")
    assert len(found["reach"]["not_reached"]) > len(running["reach"]["not_reached"])


def test_what_is_not_known_is_not_asked_again() -> None:
    found = answered("?\n?\nq\n")
    assert found["answers"] == {}
    assert len(found["declined"]) == 2


def test_a_word_that_no_rule_knows_is_told_and_asked_again() -> None:
    done = run("no such stage\noperation\nq\n")
    assert done.exit_code == 0
    assert "no such stage" in done.stderr
    assert "rules reach it" in done.stdout


def test_an_end_of_the_answers_stops_and_tells_what_is_open() -> None:
    found = answered("")
    assert found["answers"] == {}
    assert found["reach"]["open"]
