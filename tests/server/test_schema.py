"""``calmline schema`` prints a schema of each thing that has one, and it is that thing's."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from server.cli import main


def printed(*options: str) -> dict[str, Any]:
    done = CliRunner().invoke(main, ["schema", *options])
    assert done.exit_code == 0, done.output
    schema: dict[str, Any] = json.loads(done.stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


def test_each_option_prints_the_schema_of_its_own() -> None:
    schemas = [printed(), printed("--protocol"), printed("--report"), printed("--form")]
    titles = {schema["title"] for schema in schemas}
    assert len(titles) == 4, titles


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_form_as_people_write_it_is_of_the_schema(language: str) -> None:
    file = resources.files("coaching.review").joinpath("forms", f"{language}.yaml")
    form = yaml.safe_load(file.read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(printed("--form"))
    validator.validate(form)
    del form["criteria"][0]["question"]
    (fault,) = validator.iter_errors(form)
    assert list(fault.absolute_path) == ["criteria", 0]
    assert "'question' is a required property" in fault.message
