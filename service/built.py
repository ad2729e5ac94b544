"""The parts of pages that run in browsers and were built at packaging; see ``hatch_build.py``."""

from __future__ import annotations

from importlib.resources import files

FOLDER = "vendor"
"""Where they are below ``static/``; their names change with their content."""


def built_script(name: str) -> str:
    """Return the file of a script below ``static/``, empty if it was not built.

    Args:
        name: What the script is called, such as ``"editor"``.
    """
    place = files("service").joinpath("static", FOLDER)
    if not place.is_dir():
        return ""
    found = (entry.name for entry in place.iterdir())
    scripts = sorted(file for file in found if file.startswith(f"{name}.") and file.endswith(".js"))
    return f"{FOLDER}/{scripts[0]}" if scripts else ""
