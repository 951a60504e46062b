"""Runs on a Dask cluster: each example becomes a task, and comes back as its runs.

Dask places the tasks, and runs those of a worker that is lost elsewhere. What comes back comes back once: a
recording is made of a task's result, not by a worker.
"""

import logging
import pickle
import queue
import time
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

from literate import __version__
from literate.dependencies import find_dependencies
from literate.errors import ExampleError, LiterateError, UsageError
from literate.plan import Plan
from literate.runner import Run
from literate.runs import Finished, Runs, job_of

try:
    from dask import config
    from distributed import Client, Future, KilledWorker
    from distributed.client import FutureCancelledError
    from distributed.comm.addressing import get_address_host_port
    from distributed.versions import VersionMismatchWarning

    from literate.task import Task
except ImportError:
    raise LiterateError("clusters are Dask's: pip install 'literate-readme[cluster]'") from None

_ANSWER = 10.0  # seconds for a scheduler to answer
_PATIENCE = 60.0  # seconds for a worker to come that has what an example asks for
_EVERY = 1.0  # seconds between two looks at the workers
_NAMED = 10  # examples in an error

Started = Callable[[str, str], None]  # example, worker


def run_on_cluster(plan: Plan, address: str, times: int, started: Started) -> Finished:
    """The runs of each example as they finish, by the workers of the scheduler at `address`.

    When the consumer stops, so do they. Raises UsageError where no scheduler answers, ExampleError where it is lost.
    """
    with closing(_Cluster(address, started)) as cluster:
        for example in plan.examples:
            try:
                task = _task(plan, example, times, cluster.topic)
            except LiterateError as error:
                yield example, error
            else:
                cluster.submit(task, plan.project.settings.of_example(example).resources)
        yield from cluster.finished()


def _task(plan: Plan, example: str, times: int, topic: str) -> Task:
    """The task that runs `example`, with every file it depends on. Raises LiterateError where one is missing."""
    sources = plan.recordings.sources
    inputs = plan.project.settings.of_example(example).inputs
    files = {path: sources.raw(path) for path in find_dependencies(example, inputs, sources).files}
    return Task(example, job_of(plan, example), files, times, topic)


class _Cluster:
    """A scheduler, and the tasks that it was given."""

    def __init__(self, address: str, started: Started) -> None:
        self.topic = f"literate-{uuid.uuid4().hex}"
        self._address = address
        self._started = started
        self._pending: dict[str, tuple[str, Future[Any]]] = {}  # by the task's key
        self._resources: dict[str, dict[str, float]] = {}  # what each example asks for
        self._unserved: dict[str, float] = {}  # since when nobody has offered that
        self._done: queue.SimpleQueue[Future[Any]] = queue.SimpleQueue()
        self._begin = _beginning()
        self._client = _connect(address)
        self._client.subscribe_topic(self.topic, self._tell)

    def submit(self, task: Task, resources: dict[str, float]) -> None:
        """Give `task` to the scheduler, for a worker that offers `resources`."""
        key = f"{task.example}-{self.topic}"
        future = self._client.submit(
            self._begin, __version__, pickle.dumps(task), key=key, resources=resources, pure=False
        )
        self._pending[key] = (task.example, future)
        self._resources[task.example] = resources
        future.add_done_callback(self._done.put)

    def finished(self) -> Iterator[tuple[str, Runs]]:
        """The runs of each task as it ends. Raises ExampleError where the scheduler is lost."""
        while self._pending:
            try:
                future = self._done.get(timeout=_EVERY)
            except queue.Empty:
                yield from self._given_up()
                continue
            if future.key in self._pending:
                runs = self._runs(future)
                example, _ = self._pending.pop(future.key)
                yield example, runs

    def close(self) -> None:
        """Take back what has not ended, and leave."""
        if self._client.status == "running":
            self._client.cancel([future for _, future in self._pending.values()])
        self._client.close(timeout=_EVERY)

    def _tell(self, event: tuple[float, list[str]]) -> None:
        """Tell that a worker has begun with an example; again, where another one does."""
        example, worker = event[1]
        if f"{example}-{self.topic}" in self._pending:
            self._started(example, worker)

    def _runs(self, future: "Future[Any]") -> Runs:
        try:
            fault = future.exception()
            result: list[Run] | str = future.result() if fault is None else ""
        except FutureCancelledError:
            raise self._lost() from None
        if isinstance(fault, FutureCancelledError):
            raise self._lost()
        if isinstance(fault, LiterateError):
            return fault
        if isinstance(fault, KilledWorker):
            return ExampleError(
                f"{fault.allowed_failures + 1} workers died of it, the last was '{fault.last_worker.name}'"
            )
        if fault is not None:
            return ExampleError(f"the cluster could not run it: {type(fault).__name__}: {fault}")
        return ExampleError(result) if isinstance(result, str) else result

    def _lost(self) -> ExampleError:
        """The error where the scheduler is gone."""
        examples = sorted(example for example, _ in self._pending.values())
        noun = "example has" if len(examples) == 1 else "examples have"
        notes = examples[:_NAMED]
        if len(examples) > _NAMED:
            notes.append(f"and {len(examples) - _NAMED} more")
        notes.append("the next `record` takes up from there")
        message = f"lost the scheduler at {self._address}: {len(examples)} {noun} not been recorded"
        return ExampleError(message, None, tuple((None, text) for text in notes))

    def _given_up(self) -> Iterator[tuple[str, Runs]]:
        """The examples that ask for what no worker has offered for too long."""
        try:
            workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        except OSError:
            return  # the scheduler is lost, which its tasks are about to tell
        offers = [worker["resources"] for worker in workers]
        for key, (example, future) in list(self._pending.items()):
            asked = self._resources[example]
            if any(all(offer.get(name, 0) >= asked[name] for name in asked) for offer in offers):
                self._unserved.pop(key, None)
            elif time.monotonic() - self._unserved.setdefault(key, time.monotonic()) > _PATIENCE:
                del self._pending[key]
                future.cancel()
                yield example, self._unserved_error(asked)

    def _unserved_error(self, asked: dict[str, float]) -> ExampleError:
        """The error for an example that asked for what nobody offers."""
        shown = " ".join(f"{name}={value:g}" for name, value in sorted(asked.items()))
        command = f"dask worker {self._address}" + (f' --resources "{shown}"' if asked else "")
        what = f"no worker of {self._address} offers {shown}" if asked else f"{self._address} has no worker"
        return ExampleError(what, None, ((None, f"`{command}` starts one"),))


def _connect(address: str) -> Client:
    """A client of the scheduler at `address`. Raises UsageError where none answers there."""
    try:
        get_address_host_port(address)
    except ValueError as error:
        raise UsageError(f"--scheduler takes an address such as tcp://host:8786: {error}") from None
    # What Dask would log on our streams comes as an error of ours; that tasks carry files is on purpose.
    for name in ("distributed", *logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore", VersionMismatchWarning)
    config.set({"distributed.admin.large-graph-warning-threshold": "1TB"})
    try:
        return Client(address, timeout=_ANSWER, set_as_default=False)
    except OSError:
        raise UsageError(f"no Dask scheduler answers at {address}") from None


def _beginning() -> Callable[[str, bytes], Any]:
    """What a worker begins a task with.

    As a function inside a function it travels as code. By its name, the scheduler would have to have our package,
    and a worker that has not could not say so.
    """

    def begin(version: str, task: bytes) -> Any:
        import pickle

        from distributed import get_worker

        name = get_worker().name
        try:
            from literate import __version__
            from literate.task import carry_out
        except ImportError:
            return f"worker '{name}' has no package 'literate-readme'"
        if __version__ != version:
            return f"worker '{name}' has literate-readme {__version__}; here is {version}"
        return carry_out(pickle.loads(task))

    return begin
