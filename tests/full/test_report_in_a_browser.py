# SPDX-License-Identifier: Apache-2.0
"""The pages of the demonstration in Chromium, offline, as a reader sees and operates them.

The socket to the browser's driver on this machine is the only one that is open.
"""

from __future__ import annotations

import json
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from on_this_machine import need, need_package, program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium.webdriver import Chrome

    from conftest import Demonstration

pytestmark = [
    pytest.mark.full,
    pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"]),
]

_NODE = Path(__file__).parents[2] / "build" / "node"
_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-default-apps", "--disable-extensions", "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
_PHONE, _DESK = 390, 1280

_OPEN_ALL = "for (const one of document.querySelectorAll('details')) one.open = true"
_HEADINGS = """
return [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(
  heading => [Number(heading.tagName[1]), heading.textContent.trim()])
"""
_BROKEN_LINKS = """
return [...document.querySelectorAll('a[href^="#"]')]
  .map(link => link.getAttribute('href').slice(1))
  .filter(id => !document.getElementById(id))
"""
_REPEATED_IDS = """
const ids = [...document.querySelectorAll('[id]')].map(one => one.id)
return ids.filter((id, at) => ids.indexOf(id) !== at)
"""
_NAMELESS_IMAGES = """
const named = one => one.getAttribute('alt') || one.getAttribute('aria-label')
return [...document.querySelectorAll('img, svg, [role=img]')]
  .filter(one => !named(one.closest('[role=img]') ?? one))
  .map(one => one.outerHTML.slice(0, 200))
"""
_WIDER_THAN_THE_SCREEN = """
const page = document.documentElement
return [...document.querySelectorAll('main *, header *, nav *, footer *')]
  .filter(one => page.scrollWidth > page.clientWidth
    && one.getBoundingClientRect().right > page.clientWidth + 1 && !one.closest('.scroll'))
  .map(one => one.outerHTML.slice(0, 120))
  .concat(page.scrollWidth > page.clientWidth ? [`${page.scrollWidth} px`] : [])
"""
_AXE = """
const done = arguments[arguments.length - 1]
axe.run(document, {resultTypes: ['violations']}).then(
  told => done(told.violations.map(one => ({
    id: one.id, impact: one.impact, count: one.nodes.length,
    example: one.nodes[0].html.slice(0, 200), why: one.nodes[0].failureSummary}))),
  error => done([{id: String(error), impact: 'critical'}]))
"""


@pytest.fixture(scope="module")
def axe() -> str:
    """Return the accessibility checker's script, fetched once by npm."""
    script = _NODE / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        npm = program("npm")
        _NODE.mkdir(parents=True, exist_ok=True)
        fetched = subprocess.run(
            [npm, "install", "--prefix", _NODE, "--no-save", "--no-audit", "axe-core@4"],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        need(script.is_file(), f"axe-core could not be fetched: {fetched.stderr[-500:]}")
    return script.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Start Debian's Chromium with an empty profile and no way out."""
    need_package("selenium")
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = program("chromium", "chromium-browser", "google-chrome")
    for flag in (*_FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options=options, service=Service(program("chromedriver")))
    driver.set_script_timeout(120)
    yield driver
    driver.quit()


@pytest.fixture(params=["ja", "en"])
def page(request: pytest.FixtureRequest, demo: Demonstration, browser: Chrome) -> Chrome:
    """Open a page anew, on a desk."""
    _wide(browser, _DESK)
    browser.get("about:blank")
    browser.get_log("browser")
    browser.get_log("performance")
    browser.get((demo.out / f"report.{request.param}.html").as_uri())
    return browser


def _wide(browser: Chrome, width: int) -> None:
    screen = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width == _PHONE}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)


def _requests(browser: Chrome) -> list[str]:
    events: list[dict[str, Any]] = [
        json.loads(entry["message"])["message"] for entry in browser.get_log("performance")
    ]
    return [
        event["params"]["request"]["url"]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
    ]


def _press(browser: Chrome, *keys: str) -> None:
    from selenium.webdriver import ActionChains

    ActionChains(browser).send_keys(*keys).perform()


def test_opening_it_asks_the_network_for_nothing_and_logs_nothing(page: Chrome) -> None:
    assert _requests(page) == [page.current_url]
    assert page.get_log("browser") == []
    policy = page.execute_script(
        "return document.querySelector('meta[http-equiv=Content-Security-Policy]').content"
    )
    assert policy.startswith("default-src 'none'")
    assert page.execute_script("return document.scripts.length") == 0


def test_it_says_its_language_and_its_headings_descend_in_order(page: Chrome) -> None:
    language = page.execute_script("return document.documentElement.lang")
    assert page.current_url.endswith(f"report.{language}.html")
    headings = page.execute_script(_HEADINGS)
    levels = [level for level, _text in headings]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert [text for (above, _text), (level, text) in pairwise(headings) if level > above + 1] == []
    assert all(text for _level, text in headings)


def test_each_link_has_its_target_and_each_picture_a_name(page: Chrome) -> None:
    assert page.execute_script(_BROKEN_LINKS) == []
    assert page.execute_script(_REPEATED_IDS) == []
    assert page.execute_script("return document.querySelectorAll('svg').length") > 0
    assert page.execute_script(_NAMELESS_IMAGES) == []


def test_the_keyboard_skips_to_the_content(page: Chrome) -> None:
    from selenium.webdriver.common.keys import Keys

    _press(page, Keys.TAB)
    focused = page.switch_to.active_element
    assert focused.get_attribute("href").endswith("#content")
    assert page.execute_script("return arguments[0].getBoundingClientRect().top >= 0", focused)
    _press(page, Keys.ENTER)
    assert page.switch_to.active_element.get_attribute("id") == "content"


def test_the_keyboard_opens_and_closes_what_is_folded(page: Chrome) -> None:
    from selenium.webdriver.common.keys import Keys

    folded = "document.querySelector('details:not([open]) > summary')"
    summary = page.execute_script(f"const one = {folded}; one.focus(); return one")
    for key, is_open in ((Keys.ENTER, True), (Keys.SPACE, False), (Keys.SPACE, True)):
        _press(page, key)
        assert page.execute_script("return arguments[0].parentElement.open", summary) is is_open


@pytest.mark.parametrize("width", [_PHONE, _DESK])
def test_it_never_scrolls_sideways(page: Chrome, width: int) -> None:
    _wide(page, width)
    assert page.execute_script(_WIDER_THAN_THE_SCREEN) == []
    page.execute_script(_OPEN_ALL)
    assert page.execute_script(_WIDER_THAN_THE_SCREEN) == []


def test_axe_finds_no_serious_barrier_with_everything_unfolded(page: Chrome, axe: str) -> None:
    page.execute_script(_OPEN_ALL)
    page.execute_script(axe)
    found = page.execute_async_script(_AXE)
    assert [one for one in found if one["impact"] in {"serious", "critical"}] == []
