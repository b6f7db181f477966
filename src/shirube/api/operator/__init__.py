# SPDX-License-Identifier: Apache-2.0
"""The operator's journeys: declare, measure, seal, judge, tell."""

from shirube.api.operator.bom import bom, bom_difference
from shirube.api.operator.categories import categories
from shirube.api.operator.check import Checked, check
from shirube.api.operator.coming import coming_dates, deadline, write_calendar
from shirube.api.operator.cosigning import cosign_add, cosign_ask, cosign_request
from shirube.api.operator.crosswalks import follow_crosswalk, load_crosswalks
from shirube.api.operator.deidentify import Deidentified, deidentify
from shirube.api.operator.documents import Approved, DocumentState, approve, documents
from shirube.api.operator.dossier import (
    keep_receipt,
    open_dossier,
    redact_dossier,
    seal_dossier,
    verify_dossier,
)
from shirube.api.operator.drafting import draft, draft_kinds
from shirube.api.operator.evidence import erase, list_evidence, withdraw
from shirube.api.operator.finding import Search, find
from shirube.api.operator.hierarchies import Proposals, propose_hierarchies
from shirube.api.operator.init import Begun, init
from shirube.api.operator.interview import (
    Interview,
    begin_interview,
    interview_answer,
    interview_question,
    interview_reach,
)
from shirube.api.operator.judge import Judgement, judge
from shirube.api.operator.keys import list_keys, revoke_key, rotate_key
from shirube.api.operator.ledger import (
    backup,
    export,
    prove,
    restore,
    status,
    verify,
    verify_proof,
)
from shirube.api.operator.measure import describe_measure, measure, measure_names
from shirube.api.operator.models import ModelChecked, sign_model, verify_models
from shirube.api.operator.pack_signing import (
    SignedPack,
    distrust_signer,
    known_signers,
    sign_pack,
    trust_signer,
)
from shirube.api.operator.questions import Asked, Taken, hand_out_questions, take_answers
from shirube.api.operator.reaching import Changes, ReachOf, rules_diff, rules_for, titles_of_names
from shirube.api.operator.redact import Redacted, redact
from shirube.api.operator.report import junit, report, sarif
from shirube.api.operator.reproducing import read_reproduction, reproduce, sign_reproduction
from shirube.api.operator.rules import check_packs, find_rule, load_packs
from shirube.api.operator.rules_export import export_rules
from shirube.api.operator.stamps import add_stamp, check_stamps, request_stamp
from shirube.api.operator.timeline import timeline
from shirube.api.operator.upgrading import upgrade_pack

__all__ = [
    "Approved",
    "Asked",
    "Begun",
    "Changes",
    "Checked",
    "Deidentified",
    "DocumentState",
    "Interview",
    "Judgement",
    "ModelChecked",
    "Proposals",
    "ReachOf",
    "Redacted",
    "Search",
    "SignedPack",
    "Taken",
    "add_stamp",
    "approve",
    "backup",
    "begin_interview",
    "bom",
    "bom_difference",
    "categories",
    "check",
    "check_packs",
    "check_stamps",
    "coming_dates",
    "cosign_add",
    "cosign_ask",
    "cosign_request",
    "deadline",
    "deidentify",
    "describe_measure",
    "distrust_signer",
    "documents",
    "draft",
    "draft_kinds",
    "erase",
    "export",
    "export_rules",
    "find",
    "find_rule",
    "follow_crosswalk",
    "hand_out_questions",
    "init",
    "interview_answer",
    "interview_question",
    "interview_reach",
    "judge",
    "junit",
    "keep_receipt",
    "known_signers",
    "list_evidence",
    "list_keys",
    "load_crosswalks",
    "load_packs",
    "measure",
    "measure_names",
    "open_dossier",
    "propose_hierarchies",
    "prove",
    "read_reproduction",
    "redact",
    "redact_dossier",
    "report",
    "reproduce",
    "request_stamp",
    "restore",
    "revoke_key",
    "rotate_key",
    "rules_diff",
    "rules_for",
    "sarif",
    "seal_dossier",
    "sign_model",
    "sign_pack",
    "sign_reproduction",
    "status",
    "take_answers",
    "timeline",
    "titles_of_names",
    "trust_signer",
    "upgrade_pack",
    "verify",
    "verify_dossier",
    "verify_models",
    "verify_proof",
    "withdraw",
    "write_calendar",
]
