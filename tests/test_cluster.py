"""A real scheduler of Dask and real workers, each a process of its own, some of which are killed."""

import json
import os
import signal
import site
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from literate.errors import UsageError
from literate.model import Settings
from literate.plan import plan
from literate.project import Project
from literate.workspace import Workspace
from tests.project import ROOT, Files, run, write

pytest.importorskip("distributed")
from literate.cluster import run_on_cluster

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="needs /proc"),
    pytest.mark.xdist_group("cluster"),
]

PATIENCE = 60
# What a script begins with that tells who runs it: its own number, that of its worker, and where it lies.
NOTE = """
import os, sys, time
with open(sys.argv[1], "a") as file:
    file.write(f"{os.path.basename(__file__)} {os.getpid()} {os.getppid()} {__file__}\\n")
"""


class Dask:
    """A scheduler and workers that a test starts; none of them can see the project."""

    def __init__(self, folder: Path, processes: ExitStack) -> None:
        self.folder = folder
        self._processes = processes
        self._file = folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "--port=0", "--host=127.0.0.1")

    @property
    def address(self) -> str:
        wait_for(self._file.exists)
        address: str = json.loads(self._file.read_text())["address"]
        return address

    def worker(
        self, *options: str, python: str = sys.executable, path: Path | None = ROOT
    ) -> subprocess.Popen[bytes]:
        """Start a worker with one thread; `path` is where it finds our package."""
        more = ["--nthreads=1", f"--local-directory={self.folder}", "--host=127.0.0.1", *options]
        return self._start("worker", *more, python=python, path=path)

    def wait_for_workers(self, count: int) -> None:
        logs = [path for path in self.folder.glob("*.log") if path.name.startswith("worker")]
        wait_for(lambda: sum(b"Registered to" in log.read_bytes() for log in logs) >= count)

    def _start(
        self, command: str, *options: str, python: str = sys.executable, path: Path | None = None
    ) -> subprocess.Popen[bytes]:
        number = len(list(self.folder.glob("*.log")))
        log = self._processes.enter_context((self.folder / f"{command}-{number}.log").open("wb"))
        process = subprocess.Popen(
            [
                *(python, "-m", f"distributed.cli.dask_{command}"),
                *(f"--scheduler-file={self._file}", "--no-dashboard", *options),
            ],
            cwd=self.folder,
            env={
                **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
                **({"PYTHONPATH": str(path)} if path else {}),
                "DASK_CONFIG": str(self.folder),
                "DASK_TEMPORARY_DIRECTORY": str(self.folder),
                "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        self._processes.callback(kill_group, process)
        return process


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """A worker may hang on SIGTERM."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Dask]:
    folder = tmp_path / "cluster"
    folder.mkdir()
    with ExitStack() as processes:
        yield Dask(folder, processes)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


def project(folder: Path, scripts: Files, tables: str = "", arguments: list[str] | None = None) -> Path:
    """A project whose page shows what `scripts` print; each has the `arguments`, and the settings `tables`."""
    template = "".join(f":OUTPUT {name}\n\n" for name in scripts if "/" not in name)
    settings = [f'[tool.literate.example."{name}"]\narguments = {arguments}\n' for name in scripts]
    own = settings if arguments else []
    write(folder, {"README_raw.md": template, "pyproject.toml": "\n".join(["[tool.literate]", *own, tables])})
    write(folder, scripts)
    return folder


def record(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(ROOT / "build_readme.py"), "record", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    output, errors = process.communicate(timeout=PATIENCE)
    return process.returncode, output, errors


def recorded(folder: Path) -> dict[str, dict[str, object]]:
    """The recordings of a project, without what two runs never have in common."""
    found = {}
    for path in sorted((folder / "recordings").rglob("*.json")):
        fields = json.loads(path.read_text())
        for name in ("checksum", "seconds", "times"):
            del fields[name]
        found[path.name.removesuffix(".json")] = fields
    return found


def noted(path: Path) -> list[tuple[str, int, int, str]]:
    """What the scripts noted: name, process, worker, place."""
    lines = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
    return [(name, int(own), int(worker), place) for name, own, worker, place in lines]


# What comes back


def test_recordings_are_those_of_a_local_run(dask: Dask, tmp_path: Path) -> None:
    """Modules, inputs and arguments travel; where it ran is said, addresses are not."""
    scripts = {
        "a.py": "import sys, jinja2\nfrom own.part import NAME\nprint(NAME, sys.argv[1:], open('in/data').read())\n"
        "print(jinja2.__name__, __file__, file=sys.stderr)\n",
        "b.py": 'print("step 0  loss 4.00")\nprint("step 1  loss 1.00")\n',
        "own/__init__.py": "",
        "own/part.py": "NAME = 'own'\n",
        "in/data": "taken along",
    }
    tables = '[tool.literate.example."a.py"]\narguments = ["x y"]\ninputs = ["in/data"]\n'
    here, there = (project(tmp_path / name, scripts, tables) for name in ("here", "there"))
    dask.worker("--no-nanny", "--name=one")
    dask.wait_for_workers(1)
    local = ended(record(here))
    status, output, errors = ended(record(there, "--twice", "--scheduler", dask.address))
    assert (local[0], local[2], status, errors) == (0, "", 0, "")
    assert sorted(line.split()[0] + line.partition("  on ")[2] for line in output.splitlines()) == [
        "a.pyone",
        "b.pyone",
    ]
    remote = recorded(there)
    assert [fields.pop("worker") for fields in remote.values()] == ["one", "one"]
    assert remote == recorded(here)
    assert remote["a.py"]["stderr"] == ["jinja2 a.py"]
    write(there, {"README_raw.md": ':OUTPUT b.py\n\n{{ example("a.py").worker }} ran a.\n'})
    assert ended(record(there, "--list"))[0] == 0
    build = [sys.executable, str(ROOT / "build_readme.py"), "--set", "values=true"]
    subprocess.run(build, cwd=there, check=True, capture_output=True)
    assert "\none ran a.\n" in (there / "README.md").read_text()


def test_examples_go_where_their_resources_are(dask: Dask, tmp_path: Path) -> None:
    log = tmp_path / "log"
    tables = "gpu = 1\n"
    scripts = dict.fromkeys(("a.py", "b.py", "c.py"), NOTE)
    folder = project(tmp_path / "project", scripts, tables, [str(log)])
    dask.worker("--no-nanny")
    with_gpu = dask.worker("--no-nanny", "--name=with-gpu", "--resources=GPU=1")
    dask.wait_for_workers(2)
    status, _, errors = ended(record(folder, "--scheduler", dask.address))
    assert (status, errors) == (0, "")
    assert [worker for name, _, worker, _ in noted(log) if name == "c.py"] == [with_gpu.pid]
    names = {name: fields["worker"] for name, fields in recorded(folder).items()}
    assert names["c.py"] == "with-gpu"
    assert set(names.values()) <= {"with-gpu", "unnamed"}
    for name, _, _, place in noted(log):
        assert place.startswith(str(dask.folder)), name


# What is killed

TWO = {"two workers": 2, "one worker that its nanny starts again": 1}


@pytest.mark.parametrize("count", TWO.values(), ids=TWO)
def test_worker_is_killed(dask: Dask, tmp_path: Path, count: int) -> None:
    """Its example runs elsewhere, its orphans are ended, nothing is lost or recorded twice."""
    log = tmp_path / "log"
    names = "abcd"[: 2 * count]
    orphan = "if not os.fork():\n    os.setsid(); time.sleep(1000)\n"
    scripts = {f"{name}.py": f"{NOTE}{orphan}time.sleep(0.5)\nprint('{name}')\n" for name in names}
    folder = project(tmp_path / "project", scripts, arguments=[str(log)])
    for name in ("one", "two")[:count]:
        dask.worker(f"--name={name}", *(["--no-nanny"] if count == 2 else []))
    dask.wait_for_workers(count)
    process = record(folder, "--scheduler", dask.address)
    wait_for(lambda: len(noted(log)) > 0)
    first, child, worker, _ = noted(log)[0]
    os.kill(worker, signal.SIGKILL)
    wait_for(lambda: not is_alive(child))
    status, output, errors = ended(process)
    tell("killed worker", worker, "in", first, log, output)
    assert (status, errors) == (0, "")
    assert sorted(line.split()[:2] for line in output.splitlines()) == [
        [f"{name}.py", "recorded"] for name in names
    ]
    assert {name: fields["lines"] for name, fields in recorded(folder).items()} == {
        f"{name}.py": [name] for name in names
    }
    runs = [name for name, *_ in noted(log)]
    assert (set(runs), runs.count(first)) == (set(scripts), 2)
    assert [own for name, _, own, _ in noted(log) if name == first][1] != worker
    wait_for(lambda: orphans(log) == [])
    assert ended(record(folder, "--list"))[0] == 0
    if count == 1:
        wait_for(lambda: list(dask.folder.rglob("*.py")) == [])


def tell(*words: object) -> None:
    """What `pytest -s` shows of a kill."""
    *words, log, output = words
    runs = (f"  {name} as {own} on worker {worker}" for name, own, worker, _ in noted(Path(str(log))))
    sys.stdout.write("\n".join([" ".join(map(str, words)), "began:", *runs, "recorded:", str(output)]))


def orphans(log: Path) -> list[int]:
    """The processes that hold the path of `log`, an argument of every script, in their command line."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = Path(f"/proc/{name}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if str(log).encode() in words:
            found.append(int(name))
    return found


def test_worker_is_asked_to_go(dask: Dask, tmp_path: Path) -> None:
    """It does not wait for the example, which begins anew elsewhere."""
    log = tmp_path / "log"
    text = f"{NOTE}time.sleep(50 if len(open(sys.argv[1]).readlines()) == 1 else 0)\nprint('done')\n"
    folder = project(tmp_path / "project", {"a.py": text}, arguments=[str(log)])
    workers = [dask.worker("--no-nanny") for _ in range(2)]
    dask.wait_for_workers(2)
    process = record(folder, "--scheduler", dask.address)
    wait_for(lambda: len(noted(log)) > 0)
    [worker] = [worker for worker in workers if worker.pid == noted(log)[0][2]]
    worker.terminate()
    assert ended(process)[::2] == (0, "")
    worker.wait(timeout=20)
    assert [recording["lines"] for recording in recorded(folder).values()] == [["done"]]
    assert orphans(log) == []


def test_scheduler_is_killed(dask: Dask, tmp_path: Path) -> None:
    log = tmp_path / "log"
    wait = "while os.path.exists(sys.argv[1] + '.wait'): time.sleep(0.05)\n"
    scripts = {"a.py": f"{NOTE}print('a')\n", **{f"{n}.py": f"{NOTE}{wait}print('{n}')\n" for n in "bc"}}
    folder = project(tmp_path / "project", scripts, arguments=[str(log)])
    worker = dask.worker("--no-nanny", "--name=one")
    dask.wait_for_workers(1)
    (tmp_path / "log.wait").touch()
    process = record(folder, "--scheduler", dask.address)
    wait_for(lambda: list(recorded(folder)) == ["a.py"] and len(noted(log)) == 2)
    kept = (folder / "recordings/a.py.json").read_bytes()
    dask.scheduler.kill()
    status, output, errors = ended(process)
    assert errors == (
        f"error: lost the scheduler at {dask.address}: 2 examples have not been recorded\n"
        "    b.py\n    c.py\n    the next `record` takes up from there\n"
    )
    assert (status, output.split()[:2], list(recorded(folder))) == (4, ["a.py", "recorded"], ["a.py"])
    worker.wait(timeout=PATIENCE)
    wait_for(lambda: orphans(log) == [])
    (tmp_path / "log.wait").unlink()
    status, output, errors = ended(record(folder))
    assert (status, sorted(line.split()[0] for line in output.splitlines())) == (0, ["b.py", "c.py"])
    assert (folder / "recordings/a.py.json").read_bytes() == kept


def test_interrupted(dask: Dask, tmp_path: Path) -> None:
    log = tmp_path / "log"
    folder = project(tmp_path / "project", {"a.py": f"{NOTE}time.sleep(50)\n"}, arguments=[str(log)])
    dask.worker("--no-nanny")
    dask.wait_for_workers(1)
    process = record(folder, "--scheduler", dask.address)
    wait_for(lambda: len(noted(log)) > 0)
    process.send_signal(signal.SIGINT)
    assert ended(process) == (130, "", "")
    wait_for(lambda: orphans(log) == [])


# What is wrong


def test_example_fails_or_takes_its_workers_down(dask: Dask, tmp_path: Path) -> None:
    scripts = {
        "a.py": "1 / 0\n",
        "b.py": "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n",
        "c.py": "print('c')\n",
    }
    folder = project(tmp_path / "project", scripts)
    dask.worker("--name=one")
    dask.wait_for_workers(1)
    status, _, errors = ended(record(folder, "--scheduler", dask.address))
    assert (status, list(recorded(folder))) == (4, ["c.py"])
    assert errors == (
        "a.py:1: error: exit status 1, on worker 'one'\n"
        "    Traceback (most recent call last):\n"
        '      File "a.py", line 1, in <module>\n'
        "        1 / 0\n"
        "        ~~^~~\n"
        "    ZeroDivisionError: division by zero\n"
        "    README_raw.md:1:1: shown here\n"
        "b.py: error: 2 workers died of it, the last was 'one'\n"
    )


def without_torch(folder: Path) -> str:
    """The Python of a real environment that has all that this one has but torch."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    [packages] = (folder / "lib").glob("python3.*/site-packages")
    for origin in map(Path, site.getsitepackages()):
        for path in origin.iterdir():
            if path.name.partition("-")[0] not in ("torch", "torchgen", "functorch"):
                (packages / path.name).symlink_to(path)
    return str(folder / "bin" / "python")


def test_worker_lacks_a_package(dask: Dask, tmp_path: Path) -> None:
    folder = project(tmp_path / "project", {"a.py": "import sys\nimport torch\nprint(torch)\n"})
    dask.worker("--no-nanny", "--name=bare", python=without_torch(tmp_path / "bare"))
    dask.wait_for_workers(1)
    status, _, errors = ended(record(folder, "--scheduler", dask.address))
    assert (status, recorded(folder)) == (4, {})
    assert errors == (
        "a.py:2: error: worker 'bare' has no package 'torch'\n"
        "    Traceback (most recent call last):\n"
        '      File "a.py", line 2, in <module>\n'
        "        import torch\n"
        "    ModuleNotFoundError: No module named 'torch'\n"
        "    README_raw.md:1:1: shown here\n"
    )


def test_worker_lacks_us_and_another_lacks_a_resource(dask: Dask, tmp_path: Path) -> None:
    tables = '[tool.literate.example."b.py"]\ngpu = 2\nmemory = "1 GB"\n'
    folder = project(tmp_path / "project", {"a.py": "print('a')\n", "b.py": "print('b')\n"}, tables)
    dask.worker("--no-nanny", "--name=bare", "--resources=GPU=1 MEMORY=2e9", path=None)
    dask.wait_for_workers(1)
    result = record_impatiently(folder, "--scheduler", dask.address)
    assert (result.returncode, recorded(folder)) == (4, {})
    assert result.stderr == (
        "a.py: error: worker 'bare' has no package 'literate-readme'\n"
        f"b.py: error: no worker of {dask.address} offers GPU=2 MEMORY=1e+09\n"
        f'    `dask worker {dask.address} --resources "GPU=2 MEMORY=1e+09"` starts one\n'
    )


def record_impatiently(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom literate import cli, cluster\n"
    command += "cluster._PATIENCE = cluster._ANSWER = 1\nsys.exit(cli.main())"
    return subprocess.run(
        [sys.executable, "-c", command, "record", *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


def test_no_scheduler(tmp_path: Path) -> None:
    folder = project(tmp_path, {"a.py": "print('a')\n"})
    result = record_impatiently(folder, "--scheduler", "tcp://127.0.0.1:1")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "error: no Dask scheduler answers at tcp://127.0.0.1:1\n"


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        pytest.param("nonsense", "missing port number in address 'nonsense'", id="no port"),
        pytest.param("carrier://pigeon:1", "unknown address scheme 'carrier'", id="no protocol"),
    ],
)
def test_no_address(tmp_path: Path, address: str, fault: str) -> None:
    folder = project(tmp_path, {"a.py": "print('a')\n"})
    chosen = plan(Project(Workspace(str(folder)), Settings(), []), [], every=False)
    with pytest.raises(UsageError) as caught:
        next(run_on_cluster(chosen, address, 1, lambda example, worker: None))
    start = f"--scheduler takes an address such as tcp://host:8786: {fault}"
    assert caught.value.message.startswith(start)


def test_without_dask(tmp_path: Path) -> None:
    project(tmp_path, {"a.py": "print('a')\n"})
    result = run(tmp_path, "record", "--scheduler", "tcp://127.0.0.1:8786")
    assert (result.returncode, result.stderr) == (
        3,
        "error: clusters are Dask's: pip install 'literate-readme[cluster]'\n",
    )
    assert run(tmp_path, "record").returncode == 0


def test_record_here_imports_no_dask(tmp_path: Path) -> None:
    project(tmp_path, {"a.py": "print('a')\n"})
    command = (
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom literate.cli import main\n"
        "assert main(['record']) == 0\nassert not {'dask', 'distributed'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", command], cwd=tmp_path, check=True, capture_output=True)
