# SPDX-License-Identifier: Apache-2.0
"""Rules as data: read packs, check them, judge a condition, write it out.

A condition is TRUE, FALSE or NULL: shown, not shown, could not be judged.
"""

from shirube.rules.cases import Case, Run, read_cases
from shirube.rules.categories import categories
from shirube.rules.completeness import missing_cases
from shirube.rules.crosswalks import crosswalk, crosswalk_files
from shirube.rules.deciding import deciding
from shirube.rules.duties import differing_duties
from shirube.rules.judging import judge, unknown_names
from shirube.rules.keeping import pack_digest, pack_files
from shirube.rules.keeping_cases import KeptCases, kept_cases
from shirube.rules.language import ConditionError, compile_condition, names_in
from shirube.rules.names import choices, evidence_prefix, thresholds
from shirube.rules.new import write_new
from shirube.rules.packs import (
    compile_pack,
    copies,
    document_titles,
    is_shipped,
    load,
    load_pack,
    pack_folders,
)
from shirube.rules.querying import sql
from shirube.rules.rendering import render, words

__all__ = [
    "Case",
    "ConditionError",
    "KeptCases",
    "Run",
    "categories",
    "choices",
    "compile_condition",
    "compile_pack",
    "copies",
    "crosswalk",
    "crosswalk_files",
    "deciding",
    "differing_duties",
    "document_titles",
    "evidence_prefix",
    "is_shipped",
    "judge",
    "kept_cases",
    "load",
    "load_pack",
    "missing_cases",
    "names_in",
    "pack_digest",
    "pack_files",
    "pack_folders",
    "read_cases",
    "render",
    "sql",
    "thresholds",
    "unknown_names",
    "words",
    "write_new",
]
