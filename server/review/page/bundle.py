"""ES modules as one script: what a page needs that is a single file and has no build step.

A browser that opens a file from disk loads no module beside it, so the modules that the page and
the console share are put together when the page is made: each in a function of its own, those that
it imports before it. Only the forms that these modules use are understood; any other is an error.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

IMPORT = re.compile(r'^import (\{[^}]*\}|\* as \w+|\w+) from "(\.{1,2}/[^"]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:(?:async )?function|class|const) (\w+))", re.MULTILINE)
DEFAULT = re.compile(r"^export default ", re.MULTILINE)
LEFT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


class BundleError(ValueError):
    """A module uses a form of import or export that is not understood."""


@cache
def bundle(entry: Path) -> str:
    """Put a module and all that it imports into one script.

    Parameters
    ----------
    entry
        The module that begins; its imports are relative paths.

    Returns
    -------
    str
        A script that neither imports nor exports anything.

    Raises
    ------
    BundleError
        Of an import or export in another form than these modules use, or of a circle.
    """
    names: dict[Path, str] = {}
    parts: list[str] = []
    _add(entry.resolve(), names, parts, ())
    return "".join(parts)


def _add(path: Path, names: dict[Path, str], parts: list[str], above: tuple[Path, ...]) -> str:
    """Write a module after those that it imports; give the name under which it is known."""
    if path in above:
        raise BundleError(f"{path.name}: imports itself by way of {above[-1].name}")
    if path in names:
        return names[path]
    text = path.read_text("utf-8")

    def imported(found: re.Match[str]) -> str:
        what, where = found.groups()
        module = _add((path.parent / where).resolve(), names, parts, (*above, path))
        if what.startswith("{"):
            return f"const {what.replace(' as ', ': ')} = {module};"
        if what.startswith("*"):
            return f"const {what.removeprefix('* as ')} = {module};"
        return f"const {what} = {module}.default;"

    text = IMPORT.sub(imported, text)
    given = EXPORT.findall(text)
    text = EXPORT.sub("", text)
    text, defaults = DEFAULT.subn("const $default = ", text)
    given += ["default: $default"] * defaults
    if other := LEFT.search(text):
        raise BundleError(f"{path.name}: not understood: {other[0]}")
    names[path] = f"$m{len(names)}"
    parts.append(
        f"const {names[path]} = (() => {{\n{text}\nreturn {{ {', '.join(given)} }};\n}})();\n"
    )
    return names[path]
