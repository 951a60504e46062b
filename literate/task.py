"""An example as a worker of a cluster runs it: all that it needs comes with it, and nothing of it stays behind.

A worker that is killed can clean up nothing. The runner's watchdog ends the example then; the folder lies in the
worker's own, which Dask removes when it starts the next worker there.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from tempfile import TemporaryDirectory

from dask.typing import Key
from distributed import Reschedule, Status, Worker, get_worker

from literate.runner import Job, Run, run
from literate.workspace import Workspace

_EVERY = 0.3  # seconds between two looks at whether the run is still wanted
_NO_MODULE = "ModuleNotFoundError: No module named "


@dataclass(frozen=True, slots=True)
class Task:
    """An example to run so many `times`, as `job` says, in a project of nothing but `files`.

    `topic` is where the worker tells that it begins.
    """

    example: str
    job: Job
    files: dict[str, bytes]
    times: int
    topic: str


def carry_out(task: Task) -> list[Run]:
    """The runs of the example on this worker, up to the first that failed.

    Raises Reschedule, which Dask takes for a request to run it elsewhere, where this worker is about to close.
    """
    worker = get_worker()
    worker.log_event(task.topic, [task.example, str(worker.name)])
    with (
        TemporaryDirectory(dir=worker.local_directory, ignore_cleanup_errors=True) as folder,
        _cancelled(worker, worker.get_current_task()) as cancelled,
    ):
        root = _unpack(task.files, folder)
        job = replace(
            task.job,
            script=os.path.join(root, *task.example.split("/")),
            folder=root if task.job.folder else None,
        )
        runs: list[Run] = []
        while len(runs) < task.times and not (runs and runs[-1].failure):
            runs.append(_on_worker(str(worker.name), run(job, cancelled).portable(root), job.packages))
        if cancelled.is_set():
            raise Reschedule
    return runs


def _unpack(files: dict[str, bytes], folder: str) -> str:
    """Write `files` into `folder`; its path without links, as the paths in a traceback have it."""
    workspace = Workspace(folder)
    for path, data in files.items():
        workspace.write_bytes(path, data)
    workspace.close()
    return workspace.root


@contextmanager
def _cancelled(worker: Worker, key: Key) -> Iterator[threading.Event]:
    """An event that is set when nobody wants the task `key` any more, or the worker is about to close.

    Dask cannot stop a thread, and a worker that closes would wait for it.
    """
    cancelled, ended = threading.Event(), threading.Event()

    def watch() -> None:
        while not ended.wait(_EVERY):
            if not _is_wanted(worker, key):
                cancelled.set()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield cancelled
    finally:
        ended.set()
        thread.join()


def _is_wanted(worker: Worker, key: Key) -> bool:
    task = worker.state.tasks.get(key)
    return worker.status in (Status.running, Status.paused) and task is not None and task.state == "executing"


def _on_worker(name: str, result: Run, packages: frozenset[str]) -> Run:
    """The same run with the name of the worker, in the failure too, if there was one."""
    failure = f"{result.failure}, on worker '{name}'" if result.failure else ""
    last = result.errors[-1] if result.errors else ""
    package = last.removeprefix(_NO_MODULE).strip("'")
    if failure and package != last and package in packages:
        failure = f"worker '{name}' has no package '{package}'"
    return replace(result, failure=failure, machine=result.machine._replace(worker=name))
