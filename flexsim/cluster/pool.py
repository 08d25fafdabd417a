"""Functions called on the machines of a cluster, as ``concurrent.futures`` has them called by processes."""

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any, Final

from flexsim.cluster.connection import check_version, connected
from flexsim.errors import TargetUnreachable

_RETRIES: Final = 5

_begun: list[str] = []  # of a process that works for another: for which pool it has begun


class Pool:
    """Get one from ``pool``."""

    def __init__(self, ray: Any, begin: Callable[..., None], given: tuple[Any, ...]) -> None:
        self._ray = ray
        self._run = ray.remote(max_retries=_RETRIES)(_do)
        # Once for all calls: a plan may be megabytes.
        self._beginning = ray.put((_name(), version("flexsim"), begin, given))
        self._underway: list[Any] = []

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Call this somewhere; a call whose node is lost is made again elsewhere."""
        reference = self._run.remote(self._beginning, function, arguments)
        self._underway.append(reference)
        future: Future[Any] = Future()
        reference.future().add_done_callback(lambda theirs: self._settle(future, theirs))
        return future

    def _settle(self, future: "Future[Any]", theirs: "Future[Any]") -> None:
        """Ray wraps an error in one of its own, with the traceback of there in its message."""
        error = theirs.exception()
        if error is None:
            future.set_result(theirs.result())
        elif isinstance(error, self._ray.exceptions.RayTaskError):
            future.set_exception(error.cause)
        else:
            future.set_exception(TargetUnreachable(f"the cluster has given up: {str(error).strip().splitlines()[0]}"))

    def cancel(self) -> None:
        """What has not been done is not wanted any more."""
        for each in self._underway:
            self._ray.cancel(each, force=True)


@contextmanager
def pool(address: str, begin: Callable[..., None], *given: Any) -> Iterator[Pool]:
    """The cluster at ``address`` as a pool; each process there does ``begin(*given)`` before its first call.

    Raises as ``connected`` does. Whatever is under way at the end is stopped.
    """
    with connected(address) as ray:
        found = Pool(ray, begin, given)
        try:
            yield found
        finally:
            found.cancel()


def _name() -> str:
    return uuid.uuid4().hex  # noqa: TID251 -- no id of ours: it tells two pools apart in processes that outlive them


def _do(
    beginning: tuple[str, str, Callable[..., None], tuple[Any, ...]], function: Callable[..., Any], arguments: Any
) -> Any:
    """On a machine of the cluster."""
    name, theirs, begin, given = beginning
    if _begun != [name]:
        check_version(theirs)
        begin(*given)
        _begun[:] = [name]
    return function(*arguments)
