"""`build-readme preview`: the real server, asked over real HTTP and by a real Chromium."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser import chromium, needs_browser
from tests.project import ROOT, run, write
from tests.recorded import recorded

SCRIPT = '''\
"""Waits for a file, so that a test can look while it runs."""
import sys, time
from pathlib import Path

folder = Path(__file__).parent
print("step 0  loss 4.0", flush=True)
while not (folder / "go").exists():
    time.sleep(0.01)
print("step 1  loss 1.0")
sys.exit((folder / "fail").exists())
'''
PARAGRAPHS = "".join(f"Paragraph {number} of the first part.\n\n" for number in range(40))
TEMPLATE = f"""\
# A page

## First

{PARAGRAPHS}<details><summary>More</summary>

Hidden at first.

</details>

## Second

:INCLUDE nn/net.py

:OUTPUT nn/net.py

![curve](curve.svg) and [docs](docs/), [the licence](LICENSE)

{PARAGRAPHS.replace("first", "second")}
"""
FILES = {
    "README_raw.md": TEMPLATE,
    "docs/README_raw.md": "# Docs\n\n[Home](../README.md#second)\n",
    "LICENSE": "MIT\n",
    "curve.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="15"/>',
    "nn/net.py": SCRIPT,
    "secret.txt": "nobody links to this\n",
    "pyproject.toml": '[tool.literate]\nexamples = ["nn/*.py"]\n',
}
LINES = ["step 0  loss 4.0", "step 1  loss 2.0"]  # the script prints another last loss now
RECORDING = "recordings/nn/net.py.json"
COMMAND = [sys.executable, str(ROOT / "build_readme.py"), "preview"]
Page = Any  # of Playwright, which may be missing


class Preview:
    """A preview that runs, and the project it is of."""

    def __init__(self, folder: Path, process: "subprocess.Popen[str]", address: str) -> None:
        self.folder = folder
        self.process = process
        self.address = address
        self.connections: list[http.client.HTTPConnection] = []

    def ask(self, target: str, method: str = "GET", body: str = "", **headers: str) -> tuple[int, str]:
        """The status of the answer and its text; `X_Y` stands for the header `X-Y`."""
        answer = self.answer(target, method, body, **headers)
        text = answer.read().decode()
        self.close()
        return answer.status, text

    def close(self) -> None:
        for connection in self.connections:
            connection.close()
        self.connections.clear()

    def answer(
        self, target: str, method: str = "GET", body: str = "", **headers: str
    ) -> http.client.HTTPResponse:
        parts = urlsplit(self.address)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        self.connections.append(connection)
        connection.putrequest(method, target, skip_host=True)
        given = {"Host": parts.netloc} | {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in given.items():
            connection.putheader(name, value.replace("PORT", str(parts.port)))
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body.encode() or None)
        return connection.getresponse()

    def token(self) -> str:
        found = re.search('<meta name="preview-token" content="([^"]+)">', self.ask("/")[1])
        assert found
        return found[1]

    def run(self, **headers: str) -> tuple[int, str]:
        """The answer to asking for a run of the example with such `headers`."""
        return self.ask("/.preview/run", "POST", json.dumps({"example": "nn/net.py"}), **headers)

    def save(self, path: str, before: str, after: str) -> None:
        text = (self.folder / path).read_text(encoding="utf-8")
        assert before in text
        (self.folder / path).write_text(text.replace(before, after), encoding="utf-8")

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)


@contextmanager
def previewing(folder: Path, *words: str) -> Iterator[Preview]:
    """A preview of the project in `folder`, which is ended as Ctrl-C does it."""
    process = subprocess.Popen(
        [*COMMAND, *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stderr
    try:
        line = process.stdout.readline()
        preview = Preview(folder, process, line.removeprefix("preview: ").strip())
        yield preview
        preview.close()
        assert process.poll() is not None or process.send_signal(signal.SIGINT) is None
        assert process.wait(20) == 130
        assert "Traceback" not in process.stderr.read()
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """A preview whose files no test changes."""
    folder = tmp_path_factory.mktemp("shared")
    write(folder, recorded(FILES, {"nn/net.py": LINES}))
    (folder / "out").symlink_to("/etc/hostname")
    with previewing(folder) as started:
        yield started


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    """A preview of its own."""
    write(tmp_path, recorded(FILES, {"nn/net.py": LINES}))
    with previewing(tmp_path) as started:
        yield started


# What is refused

FOREIGN = "this is a preview for this machine alone, at 127.0.0.1 and localhost\n"
ELSEWHERE = "a page from elsewhere has nothing to ask here\n"
NO_FILE = "no such file in this preview\n"
NO_METHOD = "Method Not Allowed"
REFUSED: dict[str, tuple[int, str, str, str, dict[str, str]]] = {
    "foreign host": (403, FOREIGN, "GET", "/", {"Host": "evil.example"}),
    "foreign host, our port": (403, FOREIGN, "GET", "/", {"Host": "evil.example:PORT"}),
    "our host, another port": (403, FOREIGN, "GET", "/", {"Host": "127.0.0.1:1"}),
    "host that begins like ours": (403, FOREIGN, "GET", "/", {"Host": "127.0.0.1.evil.example:PORT"}),
    "empty host": (403, FOREIGN, "GET", "/", {"Host": ""}),
    "foreign host for the style sheet": (403, FOREIGN, "GET", "/literate.css", {"Host": "evil.example"}),
    "foreign host for the events": (403, FOREIGN, "GET", "/.preview/events", {"Host": "evil.example"}),
    "foreign host for a run": (403, FOREIGN, "POST", "/.preview/run", {"Host": "evil.example"}),
    "foreign origin": (403, ELSEWHERE, "GET", "/", {"Origin": "http://evil.example"}),
    "origin of a file": (403, ELSEWHERE, "GET", "/", {"Origin": "null"}),
    "origin on another port": (403, ELSEWHERE, "GET", "/", {"Origin": "http://127.0.0.1:1"}),
    "origin of another scheme": (403, ELSEWHERE, "GET", "/", {"Origin": "https://127.0.0.1:PORT"}),
    "foreign origin for a run": (403, ELSEWHERE, "POST", "/.preview/run", {"Origin": "http://evil.example"}),
    "asking for leave": (403, ELSEWHERE, "OPTIONS", "/.preview/run", {"Origin": "http://evil.example"}),
    "up": (404, NO_FILE, "GET", "/../secret.txt", {}),
    "up, encoded": (404, NO_FILE, "GET", "/%2e%2e/%2e%2e/etc/hostname", {}),
    "up, with slashes encoded": (404, NO_FILE, "GET", "/..%2f..%2fetc%2fhostname", {}),
    "up, encoded twice": (404, NO_FILE, "GET", "/%252e%252e/etc/hostname", {}),
    "up, with backslashes": (404, NO_FILE, "GET", "/..\\..\\etc\\hostname", {}),
    "up out of our own": (404, NO_FILE, "GET", "/.preview/../server.py", {}),
    "up out of our own, encoded": (404, NO_FILE, "GET", "/.preview/..%2fserver.py", {}),
    "absolute": (404, NO_FILE, "GET", "//etc/hostname", {}),
    "absolute, encoded": (404, NO_FILE, "GET", "/%2fetc%2fhostname", {}),
    "NUL": (404, NO_FILE, "GET", "/LICENSE.txt%00.html", {}),
    "a link that leads out": (404, NO_FILE, "GET", "/out", {}),
    "a file of the project that no page shows": (404, NO_FILE, "GET", "/secret.txt", {}),
    "a template": (404, NO_FILE, "GET", "/README_raw.md", {}),
    "a folder without a page": (404, NO_FILE, "GET", "/nn/", {}),
    "POST": (405, NO_METHOD, "POST", "/", {}),
    "PUT": (405, NO_METHOD, "PUT", "/LICENSE.txt", {}),
    "DELETE": (405, NO_METHOD, "DELETE", "/LICENSE.txt", {}),
    "TRACE": (405, NO_METHOD, "TRACE", "/", {}),
    "GET of a run": (404, NO_FILE, "GET", "/.preview/run", {}),
}
NO_TOKEN = "running an example needs the token of the page\n"
WITHOUT_TOKEN: dict[str, dict[str, str]] = {
    "none": {},
    "empty": {"X_Literate_Token": ""},
    "wrong": {"X_Literate_Token": "x" * 43},
    "not ASCII": {"X_Literate_Token": "\xe9"},
    "elsewhere": {
        "Authorization": "TOKEN",
        "Cookie": "token=TOKEN",
        "Referer": "http://127.0.0.1:PORT/?token=TOKEN",
    },
}


@pytest.mark.parametrize(
    ("status", "text", "method", "target", "headers"), list(REFUSED.values()), ids=list(REFUSED)
)
def test_refuses(
    shared: Preview, status: int, text: str, method: str, target: str, headers: dict[str, str]
) -> None:
    assert shared.ask(target, method, **headers) == (status, text)


@pytest.mark.parametrize("headers", list(WITHOUT_TOKEN.values()), ids=list(WITHOUT_TOKEN))
def test_runs_nothing_without_the_token(shared: Preview, headers: dict[str, str]) -> None:
    token = shared.token()
    given = {name: value.replace("TOKEN", token) for name, value in headers.items()}
    assert shared.run(**given) == (403, NO_TOKEN)


def test_the_token_counts_in_no_address(shared: Preview) -> None:
    target = f"/.preview/run?token={shared.token()}&X-Literate-Token={shared.token()}"
    assert shared.ask(target, "POST", '{"example": "nn/net.py"}') == (403, NO_TOKEN)


@pytest.mark.parametrize(
    "body",
    ['{"example": "secret.py"}', '{"example": "../net.py"}', '{"example": 1}', "[]", "{", "x" * 5000],
    ids=["no example", "outside", "no name", "no object", "no JSON", "too long"],
)
def test_runs_nothing_but_examples(shared: Preview, body: str) -> None:
    answer = shared.ask("/.preview/run", "POST", body, X_Literate_Token=shared.token())
    assert answer == (404, "no such example on the pages\n")


def test_answers_ask_the_browser_to_be_strict(shared: Preview) -> None:
    answer = shared.answer("/", Host="localhost:PORT", Origin="http://localhost:PORT")
    host = f"localhost:{urlsplit(shared.address).port}"
    assert answer.status == 200
    assert answer.headers["Content-Security-Policy"] == (
        f"default-src 'none'; img-src 'self' data:; style-src 'self'; script-src http://{host}/literate.js "
        f"http://{host}/.preview/preview.js; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert [name for name in answer.headers if name.lower().startswith("access-control")] == []
    assert b"http-equiv" not in answer.read()
    drawing = shared.answer("/curve.svg")
    assert drawing.headers["Content-Type"] == "image/svg+xml"
    assert drawing.headers["Content-Security-Policy"].endswith("sandbox; frame-ancestors 'none'")


def test_serves_the_site(shared: Preview) -> None:
    assert "<h1>Docs" in shared.ask("/docs/")[1].replace(' id="docs"', "").replace('<a href="#docs">', "")
    assert shared.answer("/docs").headers["Location"] == "/docs/"
    assert shared.ask("/LICENSE.txt") == (200, "MIT\n")
    assert '<h2 id="second">Second</h2>' in shared.ask("/?github")[1]


def test_a_picture_that_is_a_link_out_of_the_project_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "out.png").symlink_to("/etc/hostname")
    write(tmp_path, {"README_raw.md": "# A\n\n![x](out.png)\n"})
    with previewing(tmp_path) as preview:
        assert preview.ask("/out.png") == (404, NO_FILE)
        assert "<h1>No page yet</h1>" in preview.ask("/")[1]
        event = preview.answer("/.preview/events").readline().decode()
    assert [error["message"] for error in json.loads(event.removeprefix("data: "))["errors"]] == [
        "error: 'out.png' leads out of the project through a symbolic link"
    ]


# The command


def test_a_port_that_is_taken(shared: Preview) -> None:
    port = urlsplit(shared.address).port
    result = subprocess.run(
        [*COMMAND, "--port", str(port)],
        cwd=shared.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stdout, result.stderr) == (
        2,
        "",
        f"error: cannot serve at port {port}: Address already in use; without --port a free one is found\n",
    )


def test_serves_at_the_port_asked_for(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    write(tmp_path, {"README_raw.md": "# A\n"})
    with previewing(tmp_path, "--port", str(port)) as preview:
        assert preview.address == f"http://127.0.0.1:{port}/"
        assert preview.ask("/")[0] == 200


def test_says_what_to_install(tmp_path: Path) -> None:
    write(tmp_path, {"README_raw.md": "# A\n"})
    result = run(tmp_path, "preview")
    assert (result.returncode, result.stdout) == (3, "")
    assert re.fullmatch(r"error: .*: pip install 'literate-readme\[[a-z,]+\]'\n", result.stderr)


def test_ctrl_c_ends_the_example_too(preview: Preview) -> None:
    answer = preview.answer(
        "/.preview/run", "POST", '{"example": "nn/net.py"}', X_Literate_Token=preview.token()
    )
    assert json.loads(answer.readline()) == {"line": "step 0  loss 4.0"}
    assert preview.run(X_Literate_Token=preview.token()) == (
        409,
        "another example is running; one at a time\n",
    )
    script = str(preview.folder / "nn/net.py")
    assert running(script) == 1
    before = (preview.folder / RECORDING).read_bytes()
    assert preview.end() == 130
    assert running(script) == 0
    assert (preview.folder / RECORDING).read_bytes() == before
    assert not (preview.folder / "README.md").exists()


def running(script: str) -> int:
    """How many processes run `script`."""
    found = 0
    for name in filter(str.isdecimal, os.listdir("/proc")):
        try:
            found += script.encode() in Path(f"/proc/{name}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # it has ended
    return found


# In the browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Any, preview: Preview) -> Iterator[Page]:
    """The page in a browser, up to date; nothing may be complained of in the end."""
    with looking(browser, preview) as opened:
        yield opened


@contextmanager
def looking(browser: Any, preview: Preview, **options: Any) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("console", lambda said: faults.append(said.text))
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.goto(preview.address)
    opened.wait_for_selector("[data-state=good] .preview-said")
    yield opened
    assert faults == []
    context.close()


browser_tests = [pytest.mark.browser, needs_browser, pytest.mark.xdist_group("browser")]


def in_chromium(test: Any) -> Any:
    for mark in browser_tests:
        test = mark(test)
    return test


def top_of(page: Page, selector: str) -> float:
    found: float = page.evaluate(
        "(selector) => document.querySelector(selector).getBoundingClientRect().top", selector
    )
    return found


def wait_for_width(page: Page, width: int) -> None:
    """Wait until the picture has this `width`."""
    for _ in range(500):
        if page.evaluate("document.querySelector('main img').naturalWidth") == width:
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"the picture was never {width} wide")


def errors_of(page: Page) -> list[str]:
    found: list[str] = page.locator(".preview-errors li > p:first-child").all_inner_texts()
    return found


@in_chromium
def test_a_save_keeps_the_place_and_the_folds(preview: Preview, page: Page) -> None:
    page.click("details:not(.output) > summary")
    page.click("details.output > summary")
    page.evaluate("document.querySelector('#second').scrollIntoView({ behavior: 'instant' })")
    page.evaluate("window.stayed = document.querySelector('#second')")
    top = top_of(page, "#second")
    preview.save("README_raw.md", "## First\n", "## First\n\nThis is new, above.\n\nThis as well.\n")
    page.wait_for_selector("text=This is new, above.", state="attached")
    assert top_of(page, "#second") == pytest.approx(top, abs=1)
    preview.save("README_raw.md", "![curve]", "New beside the output. ![curve]")
    preview.save("README_raw.md", "Hidden at first.", "Hidden at first, and new.")
    page.wait_for_selector("text=Hidden at first, and new.", state="attached")
    page.wait_for_selector("text=New beside the output.", state="attached")
    assert top_of(page, "#second") == pytest.approx(top, abs=1)
    assert page.evaluate("[...document.querySelectorAll('main details')].map((one) => one.open)") == [
        True,
        False,
    ]
    assert page.evaluate("window.stayed.isConnected")  # so the page was never loaded again
    assert page.locator("figcaption button.copy").count() == 1


@in_chromium
def test_an_error_is_shown_on_the_last_good_page_until_it_is_mended(preview: Preview, page: Page) -> None:
    preview.save("README_raw.md", ":INCLUDE nn/net.py", ":INCLUDE nn/nett.py\n\nNew prose.")
    page.wait_for_selector(".preview-errors:visible")
    assert errors_of(page) == ["README_raw.md:93:10\nno file 'nn/nett.py'; the nearest is 'nn/net.py'"]
    assert page.locator(".preview-said").inner_text() == "1 error"
    assert page.locator("figure.code").count() == 1
    assert page.locator("text=New prose.").count() == 0
    preview.save("README_raw.md", "nn/nett.py", "nn/net.py")
    page.wait_for_selector("[data-state=good] .preview-said")
    assert page.locator(".preview-errors").is_hidden()
    assert page.locator("text=New prose.").count() == 1


@in_chromium
def test_a_new_script_is_shown_though_its_recording_is_stale(preview: Preview, page: Page) -> None:
    preview.save("nn/net.py", "loss 4.0", "loss 5.0")
    page.wait_for_selector(".preview-errors:visible")
    assert "loss 5.0" in page.locator("figure.code code").inner_text()
    (preview.folder / "nn/go").touch()
    page.click(".preview-errors >> text=Run nn/net.py")
    page.wait_for_selector("[data-state=good] .preview-said")
    assert page.locator("details.output samp").inner_text() == "step 0  loss 5.0\nstep 1  loss 1.0\n"


@in_chromium
def test_a_run_streams_and_is_recorded(preview: Preview, page: Page) -> None:
    page.click("figcaption .preview-start")
    page.wait_for_selector(".preview-run[data-state=running] pre:has-text('step 0  loss 4.0')")
    assert page.locator(".preview-outcome").inner_text() == "running"
    assert "loss 2.0" in (preview.folder / RECORDING).read_text()
    (preview.folder / "nn/go").touch()
    page.wait_for_selector(".preview-run[data-state=good]")
    assert re.fullmatch(r"recorded in \d+\.\d s", page.locator(".preview-outcome").inner_text())
    page.wait_for_selector("details.output samp:has-text('step 1  loss 1.0')")
    assert "loss 1.0" in (preview.folder / RECORDING).read_text()


@in_chromium
def test_a_run_that_fails_or_is_stopped_is_not_recorded(preview: Preview, page: Page) -> None:
    before = (preview.folder / RECORDING).read_bytes()
    page.click("figcaption .preview-start")
    page.wait_for_selector(".preview-run[data-state=running] pre:has-text('step 0  loss 4.0')")
    page.click(".preview-run >> text=Stop")
    page.wait_for_selector(".preview-run[data-state=failed]")
    assert page.locator(".preview-outcome").inner_text() == "stopped; nothing is recorded"
    write(preview.folder, {"nn/go": "", "nn/fail": ""})
    for _ in range(50):  # until the one that was stopped has ended
        page.click(".preview-run >> text=Close")
        page.click("figcaption .preview-start")
        page.wait_for_selector(".preview-run[data-state=failed]")
        if "another" not in page.locator(".preview-outcome").inner_text():
            break
    assert page.locator(".preview-outcome").inner_text() == "failed; nothing is recorded"
    assert (
        page.locator(".preview-run pre")
        .inner_text()
        .startswith("step 0  loss 4.0\nstep 1  loss 1.0\nnn/net.py")
    )
    assert (preview.folder / RECORDING).read_bytes() == before


@in_chromium
def test_a_picture_that_changes_is_shown(preview: Preview, page: Page) -> None:
    page.evaluate("document.querySelector('main img').scrollIntoView()")
    wait_for_width(page, 30)
    preview.save("curve.svg", 'width="30"', 'width="60"')
    wait_for_width(page, 60)
    assert "?v=" in page.evaluate("document.querySelector('main img').src")


@in_chromium
def test_the_switch_shows_the_page_as_github_does(preview: Preview, page: Page) -> None:
    page.evaluate("document.querySelector('#second').scrollIntoView({ behavior: 'instant' })")
    page.click(".preview-switch >> text=GitHub")
    page.wait_for_selector("body.github [data-state=good] .preview-said")
    assert urlsplit(page.url)._replace(netloc="").geturl() == "http:///?github#second"
    assert page.locator("main pre[lang=python]").count() == 1
    preview.save("README_raw.md", "[docs]", "seen on GitHub, [docs]")
    page.wait_for_selector("text=seen on GitHub")
    page.click("main >> text=docs")
    page.wait_for_selector("body.github h1:has-text('Docs')")
    page.click(".preview-switch >> text=Page")
    page.wait_for_selector("#literate-text")
    assert urlsplit(page.url).path == "/docs/index.html"


@in_chromium
def test_a_first_page_that_is_wrong_comes_up_when_it_is_mended(browser: Any, tmp_path: Path) -> None:
    write(tmp_path, {"README_raw.md": "# A\n\n:INCLUDE b.py\n"})
    with previewing(tmp_path) as preview:
        page = browser.new_page()
        page.goto(preview.address)
        page.wait_for_selector(".preview-errors:visible")
        assert errors_of(page) == ["README_raw.md:3:10\nno file 'b.py'"]
        write(tmp_path, {"b.py": "print(1)\n"})
        page.wait_for_selector("figure.code")
        assert page.locator(".preview-errors").is_hidden()
        page.close()


@in_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_the_preview_adds_can_be_used_by_all(browser: Any, preview: Preview, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    write(preview.folder, {"nn/go": ""})
    with looking(browser, preview, color_scheme=scheme) as page:
        page.click("figcaption .preview-start")
        page.wait_for_selector(".preview-run[data-state=good]")
        page.wait_for_selector("details.output samp:has-text('step 1  loss 1.0')")
        preview.save("README_raw.md", ":INCLUDE nn/net.py", ":INCLUDE nn/nett.py")
        page.wait_for_selector(".preview-errors:visible")
        page.click(".preview-menu")
        found = axe.run(page).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
