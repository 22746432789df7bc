"""Other tools that tests run: there, or passed over, or where the environment says so, missed."""

import os
import shutil

import pytest


def needed(program: str, *, package: str) -> None:
    """Skip where `program` is not on PATH; fail where the environment says that it must be. `package` is Debian's."""
    if shutil.which(program) is not None:
        return
    said = f"{program} (Debian: {package}) is not on PATH"
    if os.environ.get("PILOTTASK_REQUIRE_PEERS") == "1":
        pytest.fail(f"PILOTTASK_REQUIRE_PEERS=1, but {said}")
    pytest.skip(said)
