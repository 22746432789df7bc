"""Chromium, driven by its command line: what it says of a page, and the page as it prints it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--enable-logging=stderr",
)
_SECONDS = 60


def browser() -> str:
    """Return the program, or skip; fail where the environment says it must be here."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        if os.environ.get("PILOTTASK_REQUIRE_CHROMIUM") == "1":
            pytest.fail("PILOTTASK_REQUIRE_CHROMIUM=1, but there is no Chromium on PATH")
        pytest.skip("no Chromium on PATH")
    return found


def run(page: Path, *flags: str) -> tuple[str, list[str]]:
    """Open `page`; return what Chromium prints, and the lines of the page's console."""
    profile = page.with_name(f"{page.stem}-profile")
    done = subprocess.run(
        [browser(), *_FLAGS, f"--user-data-dir={profile}", *flags, page.as_uri()],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=_SECONDS,
        check=True,
    )
    return done.stdout, [line for line in done.stderr.splitlines() if ":CONSOLE" in line]


def printed(page: Path) -> Path:
    """Print `page` as a browser's user would; return the PDF."""
    pdf = page.with_suffix(".pdf")
    run(page, "--no-pdf-header-footer", f"--print-to-pdf={pdf}")
    return pdf
