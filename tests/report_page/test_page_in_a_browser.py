"""The page in a real browser: it filters, searches, links, copies; nothing runs, nothing gets out.

Skipped, with the reason, where there is no Chromium.
"""

import json
from pathlib import Path

import pytest
from reports_to_show import HOSTILE, QUOTES, as_column, every_verdict, hostile

from lstm_spec.report import html
from lstm_spec.site import matrix_html, site_of_reports

VERDICTS = html.render(every_verdict())
HOSTILE_PAGE = html.render(hostile())
MATRIX = matrix_html.render_matrix(
    [as_column("keras-2", every_verdict()), as_column(HOSTILE, hostile())],
    {"keras-2": "k.html", HOSTILE: "javascript:alert(6)"},
)
PAGES = {"report": VERDICTS, "hostile": HOSTILE_PAGE, "matrix": MATRIX}


def site_of_two_hostile_versions():
    """The pages of a site that have no clauses to filter."""
    reports = {}
    for name, more in (("one", ""), ("two", "2")):
        data = hostile()
        data["implementation"]["version"] += more
        data["clauses"][0]["verdict"] = "fail" if more else "pass"
        reports[Path(f"{name}.json")] = data
    made = site_of_reports.site(reports)
    return {"overview": made["index.html"], "history": made["history.html"]}


SITE = site_of_two_hostile_versions()

CONTRAST = """
const light = (c) => { c /= 255; return c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4; };
const parse = (text) => {
  const parts = text.match(/[\\d.]+/g).map(Number);
  return {sum: .2126 * light(parts[0]) + .7152 * light(parts[1]) + .0722 * light(parts[2]),
          alpha: parts.length > 3 ? parts[3] : 1};
};
const ground = (one) => {
  for (; one; one = one.parentElement) {
    const found = parse(getComputedStyle(one).backgroundColor);
    if (found.alpha === 1) return found.sum;
    if (found.alpha > 0) throw new Error("half transparent: " + one.className);
  }
  throw new Error("no background");
};
// A word of a picture stands on the rectangle drawn just before it, or else on the page behind.
const behind = (word) => {
  const drawn = word.previousElementSibling;
  if (drawn && drawn.tagName === "rect") return parse(getComputedStyle(drawn).fill).sum;
  return ground(word.ownerSVGElement.parentElement);
};
const bad = [];
let seen = 0;
document.querySelectorAll("details").forEach((one) => { one.open = true; });
for (const one of document.querySelectorAll("body *")) {
  const own = [...one.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
  if (!own || one.offsetParent === null && !one.ownerSVGElement) continue;
  if (["SCRIPT", "STYLE", "title"].includes(one.tagName)) continue;
  const style = getComputedStyle(one);
  const ink = parse(one.ownerSVGElement ? style.fill : style.color).sum;
  const paper = one.ownerSVGElement ? behind(one) : ground(one);
  const ratio = (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05);
  seen += 1;
  if (ratio < 4.5) bad.push([ratio.toFixed(2), one.tagName, one.className, one.textContent]);
}
return {seen, bad};
"""


def texts_of(browser, selector):
    return browser.run(
        "return [...document.querySelectorAll(arguments[0])].map(one => one.textContent)", selector
    )


@pytest.mark.parametrize("name", [*PAGES, *SITE])
def test_a_page_loads_without_a_word_on_the_console_and_asks_for_nothing(browser, name):
    browser.open({**PAGES, **SITE}[name])
    assert browser.driver.get_log("browser") == []
    events = [
        json.loads(one["message"])["message"] for one in browser.driver.get_log("performance")
    ]
    asked = [
        one["params"]["request"]["url"]
        for one in events
        if one["method"] == "Network.requestWillBeSent"
    ]
    assert len([one for one in asked if one.startswith("file:")]) == 1
    assert all(one.startswith(("file:", "data:")) for one in asked), asked


@pytest.mark.parametrize("name", ["hostile", "matrix", *SITE])
def test_hostile_words_are_shown_and_never_run(browser, name):
    browser.open({**PAGES, **SITE}[name])
    browser.run("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert browser.run("return window.harmed ?? null") is None
    assert browser.run("return document.images.length + document.scripts.length") == 1
    shown = browser.run("return document.body.innerText")
    assert HOSTILE in shown
    assert QUOTES in shown
    schemes = browser.run(
        "return [...new Set([...document.links].map(one => one.protocol))].sort()"
    )
    assert set(schemes) <= {"file:", "https:"}


def test_even_a_script_that_got_into_the_page_does_not_run(browser):
    planted = VERDICTS.replace("</main>", f"{HOSTILE}<img src='http://127.0.0.1:9/x.png'></main>")
    assert planted != VERDICTS
    browser.open(planted)
    assert browser.run("return window.harmed ?? null") is None
    refused = [one["message"] for one in browser.driver.get_log("browser")]
    assert len([one for one in refused if "Content Security Policy" in one]) == 2


def test_the_filters_show_what_was_asked_for(browser):
    browser.open(VERDICTS)
    assert len(browser.shown()) == 8
    browser.choose("verdict", "fail")
    assert browser.shown() == ["CELL-12", "PIPE-81"]
    browser.choose("family", "PIPE")
    assert browser.shown() == ["PIPE-81"]
    assert texts_of(browser, "#count") == ["1 of 8 clauses"]
    browser.choose("strength", "SHOULD")
    assert browser.shown() == []
    assert browser.driver.find_element("id", "none").is_displayed()
    browser.driver.find_element("id", "again").click()
    assert len(browser.shown()) == 8
    assert browser.run("return document.activeElement.id") == "search"


def test_families_without_a_fitting_clause_disappear_with_their_headings(browser):
    browser.open(VERDICTS)
    browser.choose("family", "MASK")
    headings = browser.driver.find_elements("css selector", "h3")
    assert [one.text.split()[0] for one in headings if one.is_displayed()] == ["MASK"]


def test_what_is_not_as_expected_can_be_seen_at_one_choice(browser):
    browser.open(VERDICTS)
    browser.choose("verdict", "fail error unexpected-pass not-run")
    assert browser.shown() == ["CELL-12", "MASK-40", "MASK-41", "PIPE-81", "PIPE-82"]


def test_the_search_finds_words_in_any_order_and_ids(browser):
    browser.open(VERDICTS)
    browser.choose("search", "state-07")
    assert browser.shown() == ["STATE-07"]
    browser.choose("search", "OTHERS got")
    assert browser.shown() == ["CELL-12"]
    browser.choose("search", "no such words")
    assert browser.shown() == []


def test_a_number_in_the_summary_shows_its_clauses(browser):
    browser.open(VERDICTS)
    browser.driver.find_element("css selector", "[data-show-verdict='error']").click()
    assert browser.shown() == ["MASK-40"]


def test_a_deep_link_opens_and_marks_its_clause(browser):
    browser.open(VERDICTS, "#STATE-07")
    assert browser.run("return [...document.querySelectorAll('[open]')].map(one => one.id)") == [
        "STATE-07"
    ]
    assert browser.run("return document.querySelector('.linked').id") == "STATE-07"
    assert browser.run("return document.activeElement.parentElement.id") == "STATE-07"
    top = browser.run("return document.getElementById('STATE-07').getBoundingClientRect().top")
    assert -1 <= top < 900


def test_a_link_to_a_clause_that_is_filtered_away_shows_it(browser):
    browser.open(VERDICTS)
    browser.choose("verdict", "pass")
    browser.run("location.hash = 'CELL-12'")
    browser.run("return new Promise(done => setTimeout(done, 100))")
    assert "CELL-12" in browser.shown()
    assert browser.run("return document.getElementById('CELL-12').open")


@pytest.mark.parametrize("anchor", ["#nothing", "#%E0%A4%A", "#<script>", "#filter"])
def test_an_anchor_that_leads_nowhere_does_no_harm(browser, anchor):
    browser.open(VERDICTS, anchor)
    assert len(browser.shown()) == 8
    assert browser.driver.get_log("browser") == []


def test_the_copy_button_copies_the_command(browser):
    browser.open(VERDICTS, "#CELL-12")
    allowed = {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    browser.driver.execute_cdp_cmd("Browser.grantPermissions", allowed)
    button = browser.driver.find_element("css selector", "#CELL-12 .copy")
    assert button.is_displayed()
    assert button.accessible_name == "Copy the command that judges CELL-12 again"
    button.click()
    copied = browser.driver.execute_async_script(
        "const done = arguments[0];"
        "setTimeout(() => navigator.clipboard.readText().then(done, e => done(String(e))), 200)"
    )
    assert copied == "lstm-spec verify keras --only CELL-12 --seed 0"
    assert texts_of(browser, "#said") == ["Copied."]


def test_the_keyboard_reaches_everything_in_the_order_of_the_page(browser):
    from selenium.webdriver import ActionChains, Keys

    browser.open(VERDICTS)
    reached = []
    for _ in range(80):
        ActionChains(browser.driver).send_keys(Keys.TAB).perform()
        at = browser.run(
            "const one = document.activeElement, all = [...document.querySelectorAll('*')];"
            "return {place: all.indexOf(one), name: one.id || one.textContent.trim(),"
            "tag: one.tagName, width: parseFloat(getComputedStyle(one).outlineWidth)}"
        )
        if at["tag"] == "BODY":
            break
        reached.append(at)
    assert reached[0]["name"] == "Skip to the clauses"
    places = [one["place"] for one in reached]
    assert places == sorted(set(places))
    assert all(one["width"] >= 2 for one in reached), reached
    names = [one["name"] for one in reached]
    at = names.index("search")
    assert names[at : at + 6] == ["search", "verdict", "family", "strength", "Show all", "open"]
    assert sum(one["tag"] == "SUMMARY" for one in reached) == 8


def test_enter_opens_a_clause(browser):
    from selenium.webdriver import Keys

    browser.open(VERDICTS)
    browser.driver.find_element("css selector", "#CELL-12 summary").send_keys(Keys.ENTER)
    assert browser.run("return document.getElementById('CELL-12').open")


def test_all_clauses_that_are_shown_can_be_opened_and_closed(browser):
    browser.open(VERDICTS)
    browser.choose("family", "MASK")
    browser.driver.find_element("id", "open").click()
    assert browser.run("return document.querySelectorAll('details[open]').length") == 2
    browser.driver.find_element("id", "close").click()
    assert browser.run("return document.querySelectorAll('details[open]').length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [*PAGES, "history"])
def test_every_word_can_be_read_in_the_light_and_in_the_dark(browser, name, scheme):
    browser.media(scheme)
    browser.open({**PAGES, **SITE}[name], "#CELL-12")
    paper = browser.run("return getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(20, 22, 26)") is (scheme == "dark")
    found = browser.run(CONTRAST)
    assert found["seen"] > (50 if name in PAGES else 30)
    assert found["bad"] == []


@pytest.mark.parametrize("name", [*PAGES, *SITE])
def test_a_page_fits_the_width_of_a_phone(browser, name):
    browser.media(width=360, height=780)
    browser.open({**PAGES, **SITE}[name])
    browser.run("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert browser.run("return document.documentElement.scrollWidth") <= 360


def test_without_scripts_every_clause_is_there_and_no_dead_button(browser):
    switch = "Emulation.setScriptExecutionDisabled"
    browser.driver.execute_cdp_cmd(switch, {"value": True})
    try:
        browser.open(VERDICTS)
        assert len(browser.driver.find_elements("css selector", "details")) == 8
        for selector in ("#filter", ".copy"):
            for one in browser.driver.find_elements("css selector", selector):
                assert not one.is_displayed()
    finally:
        browser.driver.execute_cdp_cmd(switch, {"value": False})


def test_the_matrix_filters_by_what_divides_and_links_to_its_rows(browser):
    other = every_verdict()
    for one in other["clauses"]:
        one["verdict"] = "pass" if one["id"] == "CELL-12" else one["verdict"]
    columns = [as_column("a", every_verdict()), as_column("b", other)]
    page = matrix_html.render_matrix(columns, {"a": "a.html"})
    browser.open(page, "#CELL-12")
    assert browser.run("return document.querySelector('.linked').id") == "CELL-12"
    browser.choose("verdict", "differs")
    assert browser.shown() == ["CELL-12"]
    link = browser.driver.find_element("css selector", "#CELL-12 td a")
    assert link.get_attribute("href").endswith("/a.html#CELL-12")
    browser.choose("verdict", "error")
    assert browser.shown() == ["MASK-40"]
