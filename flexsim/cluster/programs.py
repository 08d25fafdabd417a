"""Programs on the machines of a cluster, spoken to in lines: each runs beside an actor that hands lines on."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from importlib.metadata import version
from typing import Any, Final

from flexsim.cluster.connection import check_version, connected
from flexsim.errors import ConfigurationError, FlexsimError

_ROOM: Final = 60.0  # seconds for a place to be found: a node may be on its way
_PATIENCE: Final = 5.0  # for a program to end by itself


class Cluster:
    """A cluster whose machines run programs for us; get one from ``programs_at``."""

    def __init__(self, ray: Any) -> None:
        self._ray = ray
        self._actor = ray.remote(num_cpus=1)(_Relay)

    @property
    def cores(self) -> int:
        """How many programs there is room for: one a core."""
        return int(self._ray.cluster_resources().get("CPU", 0))

    def check_room(self, programs: int) -> None:
        """Raise ConfigurationError where there are more programs than cores."""
        if programs > self.cores:
            raise ConfigurationError(
                f"{programs} processes are more than the cluster has cores: {self.cores}; add nodes"
            )

    def program(self, module: str) -> "Program":
        """``python -m module``, somewhere in the cluster, once it is begun."""
        return Program(self._ray, self._actor, module)


@contextlib.asynccontextmanager
async def programs_at(address: str) -> AsyncIterator[Cluster]:
    """The cluster at ``address`` while inside; raises as ``connected`` does."""
    with contextlib.ExitStack() as stack:
        yield Cluster(stack.enter_context(connected(address)))


class Program:
    """One program; ``ask`` raises ConnectionError once it, or the machine that it runs on, is no more."""

    def __init__(self, ray: Any, actor: Any, module: str) -> None:
        self._ray = ray
        self._actor = actor
        self._module = module
        self._relay: Any = None
        self.pid = 0

    async def begin(self) -> None:
        """Find it a place, and start it; raises FlexsimError where there is none for a minute."""
        self._relay = self._actor.remote(version("flexsim"), self._module)
        try:
            async with asyncio.timeout(_ROOM):
                self.pid = await self._relay.pid.remote()
        except TimeoutError as error:
            self._ray.kill(self._relay)
            raise FlexsimError(f"the cluster has had no free core for {_ROOM:g} seconds") from error
        except self._ray.exceptions.RayError as error:
            cause = getattr(error, "cause", None)
            if isinstance(cause, FlexsimError):
                raise cause from error
            raise FlexsimError(f"a program could not be started in the cluster: {_first_line(error)}") from error

    async def ask(self, line: bytes) -> bytes:
        """The line that it answers with; nothing where it has ended."""
        try:
            answer: bytes = await self._relay.ask.remote(line)
        except self._ray.exceptions.RayError as error:
            raise ConnectionError(_first_line(error)) from error
        return answer

    async def end(self) -> None:
        """End of its input; killed if that does not end it."""
        if self._relay is None:
            return
        with contextlib.suppress(self._ray.exceptions.RayError):
            await self._relay.end.remote()
        self._ray.kill(self._relay)
        self._relay = None


class _Relay:
    """On a machine of the cluster: a program of its own interpreter, whose input ends with this process."""

    def __init__(self, theirs: str, module: str) -> None:
        check_version(theirs)
        self._process = subprocess.Popen(  # noqa: S603 -- our interpreter, and a module of ours
            [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )

    def pid(self) -> int:
        return self._process.pid

    def ask(self, line: bytes) -> bytes:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except BrokenPipeError:
            return b""
        return self._process.stdout.readline()

    def end(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()


def _first_line(error: Exception) -> str:
    lines: Sequence[str] = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
