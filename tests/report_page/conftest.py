"""A real headless Chromium for the tests of the page."""

import shutil

import pytest

REMEDY = "install them with: apt-get install chromium chromium-driver; pip install selenium"
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update --disable-dev-shm-usage "
    "--window-size=1200,900"
)


class Browser:
    """One window; opens pages from files and tells what happened in them."""

    def __init__(self, driver, folder):
        self.driver, self.folder = driver, folder

    def open(self, text, anchor=""):
        """Load a page afresh; what the browser had to say before is forgotten."""
        file = self.folder / "page.html"
        file.write_text(text, "utf-8")
        self.driver.get("about:blank")
        self.driver.get_log("browser"), self.driver.get_log("performance")
        self.driver.get(file.as_uri() + anchor)

    def run(self, script, *given):
        return self.driver.execute_script(script, *given)

    def shown(self):
        """The ids of the clauses that are to be seen."""
        return self.run(
            "return [...document.querySelectorAll('[data-verdict]')]"
            ".filter(one => one.offsetParent !== null).map(one => one.id)"
        )

    def choose(self, name, value):
        """Choose an option, or write into the search field, as a person does."""
        from selenium.webdriver.support.ui import Select

        element = self.driver.find_element("id", name)
        if element.tag_name == "select":
            Select(element).select_by_value(value)
        else:
            element.clear()
            element.send_keys(value)

    def media(self, scheme="light", width=1200, height=900):
        """Light or dark, wide or narrow; without motion, so that nothing moves under a click."""
        command = self.driver.execute_cdp_cmd
        features = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        pairs = [{"name": name, "value": value} for name, value in features.items()]
        command("Emulation.setEmulatedMedia", {"features": pairs})
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        command("Emulation.setDeviceMetricsOverride", size)


@pytest.fixture(scope="session")
def window(tmp_path_factory):
    """Chromium under its driver, once for all tests; a skip that says what to install."""
    webdriver = pytest.importorskip("selenium.webdriver", reason=f"no selenium; {REMEDY}")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    driver = shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip(f"no Chromium with its driver on the path; {REMEDY}")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in FLAGS.split():
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('profile')}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    running = webdriver.Chrome(options, webdriver.ChromeService(driver))
    running.set_page_load_timeout(60)
    yield Browser(running, tmp_path_factory.mktemp("pages"))
    running.quit()


@pytest.fixture
def browser(window):
    """The window in the light, wide, with scripts allowed."""
    window.media()
    return window
