"""Pages in Chromium."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def needs_chromium(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test as slow, and skip it where there is no Chromium."""
    missing = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
    marked: Callable[..., None] = pytest.mark.slow(missing(test))
    return marked


def dom(page: Path, *options: str) -> str:
    """What a page is after its scripts have run."""
    assert CHROMIUM
    done = subprocess.run(
        [
            *(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"),
            *("--virtual-time-budget=4000", f"--user-data-dir={page.parent / 'browser'}"),
            *(*options, page.as_uri()),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


def asked(pages: dict[str, str], widths: tuple[int, ...], script: str, folder: Path) -> Any:
    """What ``script`` returns of each page at each width, by ``name width``.

    :param script: the body of a function of ``page``, a window.
    """
    frames = "".join(
        f'<iframe id="{name} {width}" style="border:0;width:{width}px;height:900px" '
        f'srcdoc="{html.escape(free(text))}"></iframe>'
        for name, text in pages.items()
        for width in widths
    )
    asking = f"""
    const ask = (page) => {{ {script} }};
    window.addEventListener("load", () => {{
      const said = {{}};
      for (const frame of document.querySelectorAll("iframe")) {{
        try {{ said[frame.id] = ask(frame.contentWindow); }}
        catch (error) {{ said[frame.id] = String(error); }}
      }}
      const out = document.createElement("pre");
      out.id = "said";
      out.textContent = JSON.stringify(said);
      document.body.replaceChildren(out);
    }});
    """
    file = folder / "asking.html"
    file.write_text(f"<!DOCTYPE html><body>{frames}<script>{asking}</script>", "utf-8")
    found = re.search('<pre id="said">(.*?)</pre>', dom(file, "--window-size=1400,1000"), re.S)
    assert found
    return json.loads(html.unescape(found[1]))


def free(page: str) -> str:
    """A page in which other scripts may run, which stays as it is."""
    page, policies = re.subn("<meta http-equiv=[^>]*>", "", page)
    assert policies
    return page
