"""The data dictionary that lies beside the datasets: printed from the schemas, never written."""

from __future__ import annotations

from .columns import DATASETS, SCHEMA, SORTED_BY, described

DICTIONARY = "data_dictionary.md"

_ABOUT = {
    "calls": "One row a recording.",
    "windows": "One row for each 0.5 s of speech on each channel. Of agents only the articulation "
    "rate and pauses are measured.",
    "events": "The whole log of each call: facts, and the advice that follows from them.",
}
_HEAD = """# Data dictionary

Written by `calmline archive`, version {schema} of the columns. Times count from the begin of a
call, in seconds. Null means *not known* or *not measured*, never zero. Text is redacted: numbers,
addresses and names of the kinds that Calmline knows never get here.

| file | what |
|---|---|
| `calls/`, `windows/`, `events/` | the datasets: Parquet parts named `part-NUMBER.parquet`; what \
is still being written has another name |
| `failures.csv` | recordings that could not be scored, why, and what to do |
| `run.json` | each run on this archive: versions, settings, command, counts |
| `ledger.jsonl` | which recordings are done: what a resumed run goes by; do not edit it |
| `pseudonyms.key` | what pseudonyms are made with. Whoever has it can test whether a pseudonym is \
a certain person's: leave it out when you hand the datasets on |

Nobody's tension here is the agent's: pitch, tilt, periodicity and level of agents are not computed.
The index is no probability and no diagnosis.
"""


def dictionary() -> str:
    """Give the text."""
    lines = [_HEAD.format(schema=SCHEMA)]
    for dataset, schema in DATASETS.items():
        order = ", ".join(f"`{name}`" for name in SORTED_BY[dataset])
        lines += [f"## {dataset}", "", f"{_ABOUT[dataset]} Each part is in order of {order}.", ""]
        lines += ["| column | type | null | what |", "|---|---|---|---|"]
        lines += [
            f"| `{field.name}` | {field.type} | {'yes' if field.nullable else 'no'} "
            f"| {described(schema, field.name)} |"
            for field in schema
        ]
        lines.append("")
    return "\n".join(lines)
