"""Compiles the modules that most of the time goes into, while a wheel is built, if that is asked for (docs/speed.md).

Off unless ``HATCH_BUILD_HOOK_ENABLE_CUSTOM=1``; what is compiled is listed in pyproject.toml. The wheel then holds each of
those modules twice: the extension, which Python imports, and its source, which tracebacks show. Nothing is written into
the checkout, where an extension beside its source would go on hiding it after the next change (hatch-mypyc does that).
"""

import contextlib
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledModules(BuildHookInterface):
    """Hatchling's build hook: adds extension modules to a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and have the results taken into the wheel; raises ``RuntimeError`` where that cannot be."""
        if version == "editable":
            raise RuntimeError(
                "an editable installation runs the sources: leave out --editable, or do not ask to compile"
            )
        scratch = tempfile.TemporaryDirectory(prefix="flexsim-compiled-")
        self._scratch = scratch  # until the wheel is written
        for path in _compiled(self.config["modules"], Path(self.root), Path(scratch.name)):
            build_data["force_include"][str(path)] = path.relative_to(scratch.name, "lib").as_posix()
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 -- hatchling's signature
        """The wheel is written."""
        self._scratch.cleanup()


def _compiled(modules: list[str], root: Path, scratch: Path) -> list[Path]:
    """The extension modules, below ``scratch/lib`` where they belong in the wheel."""
    from mypyc.build import mypycify  # noqa: PLC0415 -- these two are there only when this is asked for
    from setuptools import Distribution  # noqa: PLC0415

    with contextlib.chdir(root):  # mypy finds its settings here, and names the modules by their place
        # One library for all of them, so that one calls the other directly.
        extensions = mypycify(modules, group_name="flexsim", target_dir=str(scratch / "c"))
        command = Distribution({"name": "flexsim", "ext_modules": extensions}).get_command_obj("build_ext")
        command.build_lib, command.build_temp = str(scratch / "lib"), str(scratch / "objects")
        command.ensure_finalized()
        try:
            command.run()
        except Exception as error:
            raise RuntimeError(f"the modules cannot be compiled; is there a C compiler? ({error})") from error
    return [Path(each) for each in command.get_outputs()]
