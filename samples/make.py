"""Make the bundled calls: ``python -m samples.make [NAME ...]``.

Needs Debian's ``flite``, ``libttspico-utils`` and ``espeak-ng``, and the Python package
``pypinyin``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from samples import labels, render, script, wav


def make(name: str, folder: Path) -> dict[str, object]:
    """Write ``<name>.wav`` and ``<name>.json`` into a folder and return the labels."""
    text = script.load(name)
    call = render.render(text)
    truth = labels.labels(text, call)
    (folder / f"{name}.wav").write_bytes(wav.mulaw_wav(call.codes, render.RATE_HZ))
    (folder / f"{name}.json").write_text(
        json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return truth


def main() -> None:
    """Render the named calls, or all."""
    parser = argparse.ArgumentParser(description="Make the bundled synthetic calls.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all of texts/")
    parser.add_argument("--out", type=Path, default=script.FOLDER, help="folder to write to")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.names or script.names():
        truth = make(name, arguments.out)
        print(f"{name:12} {truth['duration_s']:7.1f} s")


if __name__ == "__main__":
    main()
