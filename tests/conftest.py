"""What all tests share: where real recordings lie, and what a skip means in CI."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]
# how long an example takes is the benchmarks' business, and tests run side by side
settings.register_profile("calmline", deadline=None)
settings.load_profile("calmline")
NO_DATA = "the shared recordings are absent (set CALMLINE_DATA)"


@pytest.fixture(scope="session")
def data() -> Path:
    """Folder of real recordings; they are not part of the project."""
    folder = Path(os.environ.get("CALMLINE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(NO_DATA)
    return folder


@pytest.fixture(autouse=True, scope="session")
def _compiled() -> None:
    """Tests run side by side, and on a new machine each process would compile the same."""
    from server.compiled_cache import load_compiled

    load_compiled(precise=True)


@pytest.fixture(autouse=True, scope="session")
def _models_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Only the bundled model is there, whatever the user of this machine has fetched."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CALMLINE_MODELS", str(tmp_path_factory.mktemp("fetched")))
        patch.setenv("CALMLINE_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):  # type: ignore[no-untyped-def]
    """With CALMLINE_REQUIRE_ALL a skip is a failure, unless only the shared data is missing."""
    report = (yield).get_result()
    if (
        report.skipped
        and os.environ.get("CALMLINE_REQUIRE_ALL")
        and not hasattr(report, "wasxfail")
    ):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if NO_DATA not in reason:
            report.outcome = "failed"
            report.longrepr = f"skipped, and CALMLINE_REQUIRE_ALL is set: {reason}"
