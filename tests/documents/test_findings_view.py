# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import msgspec
import sample

from shirube.documents.report.findings_view import finding_view
from shirube.documents.report.names import Names


def _told(detail: str) -> str:
    finding = next(one for one in sample.findings() if one.others)
    run = msgspec.structs.replace(finding.others[0], detail=detail)
    content = sample.content(findings=(msgspec.structs.replace(finding, others=(run,)),))
    (told,) = finding_view(content.findings[0], content, Names(content)).others
    return told


def test_arguments_of_a_run_are_written_so_that_lines_can_break() -> None:
    told = _told('{"binning":"deciles","columns":["a","b"],"level":0.95,"window":null}')
    assert told.endswith("(binning: deciles; columns: a, b; level: 0.95; window: null)")


def test_a_reason_in_words_stays_as_it_is() -> None:
    assert _told("wrong extract").endswith("(wrong extract)")
    assert _told("[1]").endswith("([1])")
