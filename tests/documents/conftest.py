# SPDX-License-Identifier: Apache-2.0
"""Japanese from the sources of the catalogue, so that no test waits for a build."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from shirube import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Catalog

SOURCES = texts.LOCALES / "ja" / "LC_MESSAGES"


def _japanese_catalogue() -> Catalog:
    with (SOURCES / "shirube.po").open("rb") as stream:
        return read_po(stream, locale="ja")


@pytest.fixture(scope="session")
def catalogue() -> Catalog:
    return _japanese_catalogue()


@pytest.fixture(scope="module", autouse=True)
def japanese(catalogue: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("locales") / "ja" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "shirube.mo").open("wb") as stream:
        write_mo(stream, catalogue)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts, "LOCALES", folder.parent.parent)
        texts._catalogue.cache_clear()
        yield
    texts._catalogue.cache_clear()
