"""The site in a real Chromium: what a reader can do with it, and that nothing leaves the page."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import chromium, needs_browser
from tests.project import ROOT, write
from tests.test_site import BAD, bad_project, export, site_of_this_project

pytestmark = [pytest.mark.browser, needs_browser, pytest.mark.xdist_group("browser")]

SCRIPTS = sorted(
    path.relative_to(ROOT).as_posix()
    for name in ("tensor", "autograd", "nn")
    for path in (ROOT / name).glob("*.py")
)
SIZES = {"desk": (1280, 900), "phone": (390, 844)}
VIEWS = [(size, scheme) for size in SIZES for scheme in ("light", "dark")]
each_view = pytest.mark.parametrize(
    ("size", "scheme"), VIEWS, ids=[f"{size}-{scheme}" for size, scheme in VIEWS]
)
each_size = pytest.mark.parametrize("size", SIZES)

# The sum of all that moved by itself since the page began.
SHIFT = """new Promise((done) => {
    let moved = 0;
    new PerformanceObserver((list) => {
        for (const one of list.getEntries()) if (!one.hadRecentInput) moved += one.value;
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(moved), 100);
})"""

Page = Any  # of Playwright, which may be missing


class Visit:
    """A visit to the site: its page, and what the browser complained of or asked for outside of the site."""

    def __init__(self, context: Any, address: str) -> None:
        self.faults: list[str] = []
        self.address = address
        self.page: Page = context.new_page()
        self.page.on("console", lambda said: self.faults.append(f"{said.type}: {said.text}"))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", self._requested)
        self.page.goto(address)

    def _requested(self, request: Any) -> None:
        if not request.url.startswith((self.address.rpartition("/")[0] + "/", "data:,")):
            self.faults.append(f"asked for {request.url}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the site of this project is."""
    folder = tmp_path_factory.mktemp("site")
    write(folder, site_of_this_project())
    return (folder / "index.html").as_uri()


@pytest.fixture
def visit(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A visit at the test's size and in its scheme; nothing may be complained of in the end."""
    named = getattr(request.node, "callspec", None)
    given = named.params if named else {}
    size = given.get("size", "desk")
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=given.get("scheme", "light"),
        is_mobile=size == "phone",
        has_touch=size == "phone",
        reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"],
    )
    visited = Visit(context, address)
    yield visited
    context.close()
    assert visited.faults == []


def wait_for(page: Page, expression: str) -> None:
    """Wait until `expression` holds on the page. (Playwright's own way needs `eval`, which the page forbids.)"""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"never true: {expression}")


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")


@each_view
def test_nothing_leaves_nothing_overflows_nothing_moves(visit: Visit, size: str, scheme: str) -> None:
    page = visit.page
    assert page.evaluate(SHIFT) == 0
    unfold(page)
    for image in page.query_selector_all("main img"):
        image.scroll_into_view_if_needed()
    wait_for(page, "[...document.images].every((one) => one.complete && one.naturalWidth > 0)")
    assert page.evaluate("document.documentElement.scrollWidth") == SIZES[size][0]
    dark = page.evaluate("[...document.images].map((one) => one.currentSrc.includes('-dark.svg'))")
    assert dark
    assert set(dark) == {scheme == "dark"}


@each_view
def test_axe_finds_nothing(browser: Any, address: str, size: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        bypass_csp=True,  # axe reads the style sheet anew
    )
    page = Visit(context, address).page
    folded = axe.run(page)
    unfold(page)
    unfolded = axe.run(page)
    context.close()
    found = [*folded.response["violations"], *unfolded.response["violations"]]
    assert [(one["id"], [node["html"][:100] for node in one["nodes"]][:3]) for one in found] == []
    assert len(folded.response["passes"]) > 20


def test_each_copy_is_the_script(visit: Visit) -> None:
    page = visit.page
    copied = {}
    for path in SCRIPTS:
        figure = page.locator("figure.code", has=page.locator(f'figcaption a[href="{path}"]'))
        figure.get_by_role("button", name=f"Copy {path}").click()
        wait_for(page, "document.querySelector('.said').textContent !== ''")
        copied[path] = page.evaluate("navigator.clipboard.readText()")
        page.evaluate("document.querySelector('.said').textContent = ''")
    assert copied == {path: (ROOT / path).read_text(encoding="utf-8") for path in SCRIPTS}


def test_a_copy_has_no_prompts(browser: Any, tmp_path: Path) -> None:
    shell = "```sh\n$ make test\nok\n$ cd docs\n```\n\n```python\n>>> for x in 1, 2:\n...     print(x)\n1\n2\n```\n"
    write(tmp_path, {"README_raw.md": f"# A\n\n{shell}"})
    assert export(tmp_path) == 0
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = Visit(context, (tmp_path / "site/index.html").as_uri()).page
    copied = []
    for button in page.query_selector_all("figcaption button"):
        button.click()
        page.wait_for_timeout(50)
        copied.append(page.evaluate("navigator.clipboard.readText()"))
    context.close()
    assert copied == ["make test\ncd docs\n", "for x in 1, 2:\n    print(x)\n"]


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


@each_view
def test_the_switch_is_remembered(visit: Visit, size: str, scheme: str) -> None:
    page = visit.page
    before = background(page)
    switch = page.get_by_role("button", name="Dark")
    assert switch.get_attribute("aria-pressed") == str(scheme == "dark").lower()
    switch.click()
    after = background(page)
    assert after != before
    page.reload()
    assert background(page) == after
    unfold(page)
    page.locator("main img").first.scroll_into_view_if_needed()
    other = "light" if scheme == "dark" else "dark"
    wait_for(page, f"document.images[0].currentSrc.includes('-{other}.svg')")
    page.get_by_role("button", name="Dark").click()
    page.reload()
    assert background(page) == before
    assert page.evaluate("localStorage.length") == 0


def test_the_contents_follow_the_scroll(visit: Visit) -> None:
    page = visit.page
    current = "document.querySelector('#literate-contents [aria-current=true]')?.textContent ?? ''"
    assert page.evaluate(current) == ""
    for title in ("Warm-up: numpy", "PyTorch: nn", "PyTorch: Tensors"):
        page.evaluate(
            f"[...document.querySelectorAll('h2')].find((one) => one.textContent === '{title}').scrollIntoView()"
        )
        wait_for(page, f"({current}) === '{title}'")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    wait_for(page, f"({current}) === 'License'")


@each_size
def test_each_anchor_is_reached(visit: Visit, size: str) -> None:
    page = visit.page
    links = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map((one) => one.getAttribute('href'))"
    )
    github = re.findall(r"\]\((#[^)]*)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert github
    assert set(github) <= set(links)
    for link in dict.fromkeys(links):
        page.goto(f"{visit.address}{link}")
        top = page.evaluate("document.querySelector(':target').getBoundingClientRect().top")
        bottom = page.evaluate("innerHeight + scrollY >= document.documentElement.scrollHeight - 2")
        assert 0 <= top < 200 or bottom, link


def test_folding(visit: Visit) -> None:
    page = visit.page
    output = page.locator("details.output").first
    curve = page.locator("details", has_text="The loss as a curve").first
    assert output.locator("samp").is_visible()
    assert not curve.locator("img").is_visible()
    output.locator("summary").click()
    curve.locator("summary").click()
    assert not output.locator("samp").is_visible()
    assert curve.locator("img").is_visible()
    page.get_by_role("button", name="Unfold all").click()
    assert page.evaluate("[...document.querySelectorAll('main details')].every((one) => one.open)")
    page.get_by_role("button", name="Fold all").click()
    assert not page.evaluate("[...document.querySelectorAll('main details')].some((one) => one.open)")


@each_size
def test_a_difference_is_side_by_side_where_there_is_room(visit: Visit, size: str) -> None:
    page = visit.page
    unfold(page)
    boxes = page.evaluate("""(() => {
        const rows = [...document.querySelectorAll('.diff tr')];
        const row = rows.find((one) => one.querySelector('del') && one.querySelector('ins'));
        return [...row.cells].map((one) => { const { x, y } = one.getBoundingClientRect(); return { x, y }; });
    })()""")
    assert (boxes[0]["y"] == boxes[1]["y"]) == (size == "desk")
    assert (boxes[0]["x"] == boxes[1]["x"]) == (size == "phone")
    assert len(page.query_selector_all(".diff")) == 8


def test_the_keyboard_suffices(visit: Visit) -> None:
    page = visit.page
    focused = "document.activeElement.textContent.trim()"
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "Skip to the text"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    reached = set()
    for _ in range(150):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
        )
        ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        if page.evaluate("document.activeElement === document.body"):
            break
        assert ring != "none", name
        reached.add(name.strip())
    assert {f"Copy {path}" for path in SCRIPTS} | {"The loss as a curve", "MIT"} <= reached
    page.locator("summary", has_text="The loss as a curve").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("main img").first.is_visible()
    page.get_by_role("button", name=f"Copy {SCRIPTS[0]}").focus()
    page.keyboard.press("Space")
    wait_for(page, f"document.querySelector('.said').textContent === 'Copied {SCRIPTS[0]}'")


@pytest.mark.parametrize("size", ["phone"])
def test_the_contents_on_a_phone(visit: Visit, size: str) -> None:
    page = visit.page
    contents = page.locator("#literate-contents")
    assert not contents.is_visible()
    page.get_by_role("button", name="Contents").press("Enter")
    assert contents.is_visible()
    page.keyboard.press("Escape")
    assert not contents.is_visible()
    page.get_by_role("button", name="Contents").tap()
    contents.get_by_role("link", name="PyTorch: optim").tap()
    assert not contents.is_visible()
    assert page.url.endswith("#pytorch-optim")


def test_paper_shows_everything(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("button", name="Dark").click()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("[...document.querySelectorAll('main details')].every((one) => one.open)")
    assert not page.locator(".bar").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('main')).color") == "rgb(36, 33, 28)"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not page.evaluate("[...document.querySelectorAll('main details')].every((one) => one.open)")
    assert page.pdf().startswith(b"%PDF")


def test_without_script_everything_can_be_read(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    visible = [button.inner_text() for button in page.query_selector_all("button") if button.is_visible()]
    assert visible == []
    assert page.locator("h1").inner_text() == "Learning PyTorch by examples"
    assert page.locator("#literate-contents").is_visible()
    context.close()


PROVOKE = """(() => {
    const names = ['mouseover', 'click', 'focus', 'load', 'error', 'toggle'];
    for (const one of document.querySelectorAll('main :is(b, img, summary, details, div)'))
        for (const name of names) one.dispatchEvent(new Event(name));
    return [...document.links].map((one) => one.protocol);
})()"""


def test_what_is_bad_does_not_run(browser: Any, tmp_path: Path) -> None:
    context = browser.new_context(bypass_csp=True)  # the template's own defence is not what is tested here
    context.add_init_script("globalThis.ran = 0; globalThis.pwned = () => { globalThis.ran += 1; }")
    for number, (name, markdown) in enumerate(BAD.items()):
        folder = tmp_path / str(number)
        bad_project(folder, markdown)
        assert export(folder) == 0
        visit = Visit(context, (folder / "site/index.html").as_uri())
        unfold(visit.page)
        assert set(visit.page.evaluate(PROVOKE)) <= {"file:", "https:", "mailto:"}, name
        assert visit.page.evaluate("globalThis.ran") == 0, name
        assert [fault for fault in visit.faults if "asked for" in fault] == [], name
        visit.page.close()
    context.close()
