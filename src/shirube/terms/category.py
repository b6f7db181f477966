# SPDX-License-Identifier: Apache-2.0
"""A category of information under the Act on the Protection of Personal Information.

Which category data belong to is a legal question. A measurement can rule a category out or find
what makes one; it never shows that data *are* anonymised information, and nothing here says so.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec

from shirube.terms.finding import Finding
from shirube.terms.rule import Citation
from shirube.terms.text import Text


class Category(msgspec.Struct, frozen=True, kw_only=True):
    """One category: what it means, which rules test it, and what only people can say.

    Attributes
    ----------
    route
        The legal route under which its rules are judged, whatever the manifest declares.
    packs, rules
        Packs and single rules (``pack/id``) that data of this category have to meet. A measured one
        that is not shown rules the category out.
    found_by
        Rules (``pack/id``) whose measured failure *is* what makes this category.
    questions
        Facts that no measurement can give: who holds the matching table, purpose, contract.
    """

    id: str
    title: Text
    meaning: Text
    citation: Citation
    route: str
    packs: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    found_by: tuple[str, ...] = ()
    questions: tuple[Text, ...] = ()


class Standing(StrEnum):
    """How a category stands after what was measured; there is no *is*.

    *Found*: what makes the category was measured. *Ruled out*: a measured rule of the category is
    not shown, by what the law itself says. *Against*: the same, by a figure that is our policy.
    *No sign*: looked for and not found, which rules nothing out. *Open*: anything else.
    """

    FOUND = "found"
    RULED_OUT = "ruled_out"
    AGAINST = "against"
    OPEN = "open"
    NO_SIGN = "no_sign"


class CategoryStanding(msgspec.Struct, frozen=True, kw_only=True):
    """How one category stands for one data set on a date.

    ``findings`` are those of the category's rules, judged as if the data set were declared under
    the category's route; explanations do not count, since an explained hit is still there.
    ``deciding`` are the measured ones because of which it does not stay open.
    """

    category: Category
    dataset: str
    on: dt.date
    standing: Standing
    deciding: tuple[Finding, ...] = ()
    findings: tuple[Finding, ...] = ()
