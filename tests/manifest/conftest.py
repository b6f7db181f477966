# SPDX-License-Identifier: Apache-2.0
"""A small manifest that holds, for tests to change."""

from __future__ import annotations

import datetime as dt

import pytest

TODAY = dt.date(2026, 11, 1)

MANIFEST = """\
shirube: 1
operator:
  id: hoshi_credit
  name: {ja: 星クレジット株式会社, en: Hoshi Credit}
  corporate_number: 7123456789012
  kind: company
  roles: [developer, provider]
  country: JP
contacts:
  - {id: desk, purpose: complaints, name: {ja: 窓口, en: Desk}, email: ai@example.jp}
systems:
  - id: credit_screening
    name: {ja: 与信審査, en: Credit screening}
    sector: finance
    users_per_month: unknown
    models: [gbm]
    datasets: [log]
    risk_record:
      benefits: {ja: 速い審査, en: Fast screening}
      risks:
        - {id: bias, harmed: {ja: 申込者, en: Applicants}, how: {ja: 不公平, en: Unfair}}
      decided_on: 2026-04-01
datasets:
  - id: log
    title: {ja: 予測ログ, en: Prediction log}
    files: data/log.csv
    columns:
      - {name: SEX, kind: attribute}
models:
  - {id: gbm, name: {ja: 決定木, en: Trees}, version: 1.10, training_data: [log]}
suppliers:
  - {id: cloud, name: {ja: 雲, en: Cloud}, layer: cloud, country: US}
documents:
  - {id: policy, kinds: [governance_policy], file: docs/policy.md, date: 2026-04-01}
measurements:
  - id: gaps
    measure: group_fairness
    dataset: log
    system: credit_screening
    arguments: {attributes: [SEX], prediction: approved}
explanations:
  - rule: hq_guideline/transparency
    subject: system:credit_screening
    reason: {ja: 準備中, en: In preparation}
    author: Hoshi Hanako
    date: 2026-10-01
    expires: 2027-03-31
"""


@pytest.fixture
def text() -> str:
    """Return a manifest that holds."""
    return MANIFEST


@pytest.fixture
def today() -> dt.date:
    """Return the day of these tests."""
    return TODAY
