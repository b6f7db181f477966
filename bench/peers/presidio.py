# SPDX-License-Identifier: Apache-2.0
"""Presidio's default recognisers on lines of text: LINES.txt -> JSON with CPU seconds and lines.

The pattern recognisers of Presidio's default registry for English, with spaCy's blank English
pipeline in place of its model, which is not on PyPI: so the costly entity recognition is left out,
in Presidio's favour. Each line is analysed by itself, as Presidio is used.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
from pathlib import Path

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine

logging.disable(logging.WARNING)


class Blank(SpacyNlpEngine):
    """SpaCy without a model."""

    def __init__(self) -> None:
        super().__init__(models=[{"lang_code": "en", "model_name": "blank"}])
        self.nlp = {"en": spacy.blank("en")}

    def load(self) -> None:
        pass


def cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


lines = Path(sys.argv[1]).read_text("utf-8").split("\n")
registry = RecognizerRegistry()
registry.load_predefined_recognizers(languages=["en"])
registry.remove_recognizer("SpacyRecognizer")
analyzer = AnalyzerEngine(
    registry=registry, nlp_engine=Blank(), supported_languages=["en"], log_decision_process=False
)
analyzer.analyze(text=lines[0], language="en")
before = cpu()
found = sum(bool(analyzer.analyze(text=line, language="en")) for line in lines)
used = cpu() - before
names = sorted({each.name for each in registry.recognizers})
print(json.dumps({"cpu": [used], "results": found, "recognisers": names}))
