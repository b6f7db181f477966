# SPDX-License-Identifier: Apache-2.0
"""A crosswalk: from the items of another framework to our rules, with what remains.

A pointer never says that a rule *meets* another framework. It says that what shows our rule would
show something there as well, and a crosswalk of ours is not the other framework's own.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Literal

import msgspec

from shirube.terms.finding import Outcome
from shirube.terms.rule import Confidence
from shirube.terms.text import Text

Extent = Literal["covers", "partly", "touches"]
Held = Literal["summary", "name", "number"]


class CrosswalkSource(msgspec.Struct, frozen=True, kw_only=True):
    """A published crosswalk or the instrument itself; ``rows_held`` tells whether we read rows."""

    id: str
    title: Text
    url: str
    date: str = ""
    rows_held: bool = False


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """Where the dates of items stand: the text as first adopted, or an amendment."""

    id: str
    title: Text
    note: Text


class ItemDate(msgspec.Struct, frozen=True, kw_only=True):
    """From when an item applies under one basis, and to what."""

    basis: str
    start: dt.date = msgspec.field(name="from")
    scope: Text


class Pointer(msgspec.Struct, frozen=True, kw_only=True):
    """From an item to one of our rules (``pack/id``).

    Attributes
    ----------
    extent
        ``covers``: what shows the rule shows all that we hold of the item. ``partly``: some of it;
        ``left`` says what not. ``touches``: the same subject, no more.
    source
        The published crosswalk whose row says so; empty where the pointer is ours.
    """

    rule: str
    extent: Extent
    left: Text | None = None
    source: str = ""


class CrosswalkItem(msgspec.Struct, frozen=True, kw_only=True):
    """One item of the other framework.

    ``held`` says how much of it is known here: a summary of what it asks, only its name, or only
    its number. ``left`` is what no rule of ours reaches.
    """

    id: str
    title: Text
    provision: Text
    held: Held
    dates: tuple[ItemDate, ...] = ()
    pointers: tuple[Pointer, ...] = ()
    left: Text | None = None


class Crosswalk(msgspec.Struct, frozen=True, kw_only=True):
    """One framework: its items, and whose the pointers are."""

    id: str
    title: Text
    version: str
    url: str
    confidence: Confidence
    nature: Text
    sources: tuple[CrosswalkSource, ...] = ()
    bases: tuple[Basis, ...] = ()
    items: tuple[CrosswalkItem, ...]


class Carried(StrEnum):
    """What evidence already held would show of an item; none of them says that it is met."""

    ALL = "all"
    SOME = "some"
    NONE = "none"


class PointerStanding(msgspec.Struct, frozen=True, kw_only=True):
    """A pointer with the outcomes of its rule: how many subjects have which."""

    pointer: Pointer
    title: Text
    outcomes: dict[Outcome, int]


class ItemStanding(msgspec.Struct, frozen=True, kw_only=True):
    """How one item stands on a date."""

    item: CrosswalkItem
    carried: Carried
    pointers: tuple[PointerStanding, ...]


class CrosswalkStanding(msgspec.Struct, frozen=True, kw_only=True):
    """A crosswalk on a date; ``judged`` tells whether findings of a folder were looked at."""

    crosswalk: Crosswalk
    on: dt.date
    judged: bool
    items: tuple[ItemStanding, ...]
