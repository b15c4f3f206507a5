"""Tool: one function over many values on a Dask cluster. The home of distributed, which is an extra."""

import logging
import socket
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import CancelledError
from typing import Any, TypeVar
from urllib.parse import urlsplit

from bulletin_pdf.system.processes import Lost

Value = TypeVar("Value")
Result = TypeVar("Result")

# Seconds to wait for the scheduler, and for a first worker.
PATIENCE = 10
# How often a value is tried again whose worker died.
RETRIES = 3


class NoClusterError(Exception):
    """There is no cluster to work on; says why, in Chinese."""


def on_cluster(
    function: Callable[[Value], Result], values: Sequence[Value], scheduler: str
) -> Generator[tuple[int, Result | Lost], None, None]:
    """The results of a function as they come, each with the index of its value, by the workers of a cluster.

    scheduler: its address, as tcp://10.0.0.1:8786. A value whose worker dies is given to another: function must bear being
    called twice. Raises NoClusterError before the first result.
    """
    client = _client(scheduler)
    with client:
        from distributed import as_completed

        futures = {
            client.submit(function, value, pure=False, retries=RETRIES): index
            for index, value in enumerate(values)
        }
        try:
            for future in as_completed(futures, loop=client.loop):
                yield futures[future], _outcome(future)
        finally:
            client.cancel(list(futures))


def _client(scheduler: str) -> Any:
    """A client of a scheduler that has workers."""
    try:
        from distributed import Client
    except ImportError:
        raise NoClusterError("没有装 Dask；请运行：pip install 'bulletin-pdf[dask]'") from None
    _silence()
    unreachable = NoClusterError(f"连不上“{scheduler}”，核对地址（如 tcp://10.0.0.1:8786）和防火墙")
    try:
        # Asked first whether anybody is there: a client that finds nobody does not always come back.
        address = urlsplit(scheduler)
        socket.create_connection((address.hostname or "", address.port or 0), PATIENCE).close()
        client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError):  # TimeoutError is an OSError
        raise unreachable from None
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        client.close()
        raise NoClusterError(
            f"“{scheduler}”还没有 worker；在各台机器上运行：dask worker {scheduler}"
        ) from None
    return client


def _silence() -> None:
    """No tracebacks in English over every lost connection: what comes of the values is told. Some loggers have levels of
    their own, set by Dask's configuration."""
    for name in ("distributed", *logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _outcome(future: Any) -> Any:
    """The result of a future; Lost where there is none."""
    from distributed import KilledWorker

    try:
        return future.result()
    except KilledWorker:
        return Lost("集群里生成它的 worker 接连死了，多半是内存不够")
    except ModuleNotFoundError as problem:
        return Lost(f"集群里的 worker 没有装 {problem.name}")
    except CancelledError:
        return Lost("和集群的调度器断了联系")
    except Exception as problem:
        return Lost(f"{type(problem).__name__}：{problem}")
