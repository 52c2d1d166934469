"""Who does the jobs: all cores of this machine, or a Dask cluster."""

from __future__ import annotations

from lstm_spec.run.dask import DASK, Dask
from lstm_spec.run.jobs import Executor
from lstm_spec.run.local import Local, cores


def executor(address: str | None = None, processes: int | None = None) -> Executor:
    """The executor of an address: None for this machine, ``dask://HOST:PORT`` for a scheduler.

    Raises ValueError for any other address.
    """
    if address is None or address == "local":
        return Local(processes or len(cores()))
    if address.startswith(DASK) and len(address) > len(DASK):
        return Dask(address.removeprefix(DASK))
    raise ValueError(f"an executor is local or dask://HOST:PORT, got {address!r}")
