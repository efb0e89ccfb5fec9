"""What runs in the panel with the workflow's picture, in a browser."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from alw.drawing.chart import Links
from alw.drawing.chart_builder import build_drawing
from alw.drawing.svg import write_svg
from alw.driver.pipeline import analyse
from alw.driver.session import Session
from alw.text.source import Source

from .node import EXTENSION

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NODE = shutil.which("node")
SOURCE = '\n\nworkflow w {\n  dataset = "user.me.w"\n  task probe { exec = "true" }\n}\n'
#: Stands for the editor, and writes what it is sent into the title.
EDITOR = """
const sent = [];
window.acquireVsCodeApi = () => ({ postMessage: (message) => {
  sent.push(message);
  document.title = JSON.stringify(sent);
  if (message.ready) window.postMessage({ svg: SVG });
  if (message.drawn) {
    const texts = [...document.querySelectorAll("#picture a text, #picture a *")];
    texts.find((text) => text.textContent.trim() === "probe")
      .dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    document.getElementById("picture").dispatchEvent(new MouseEvent("click", { bubbles: true }));
    window.postMessage({ note: "<b>a note</b>" });
  }
} });
"""


@pytest.mark.skipif(CHROMIUM is None or NODE is None, reason="Chromium or node is not installed")
def test_a_click_leads_to_a_line(tmp_path: Path) -> None:
    assert CHROMIUM and NODE
    show = (
        "const M = require('node:module'), load = M._load;"
        "M._load = (name, ...rest) => (name === 'vscode' ? {} : load(name, ...rest));"
        f"console.log(require({json.dumps(str(EXTENSION / 'src' / 'picture.js'))}).page('abc'))"
    )
    page = subprocess.run([NODE, "-e", show], capture_output=True, text=True, check=True).stdout
    known = analyse(Source("a.alw", SOURCE), Session())
    svg = write_svg(build_drawing(known.workflows, Links("#L{line}")))
    stub = EDITOR.replace("SVG", json.dumps(svg).replace("</", "<\\/"))
    file = tmp_path / "page.html"
    file.write_text(page.replace("<head>", f'<head><script nonce="abc">{stub}</script>'), "utf-8")
    done = subprocess.run(
        [
            *(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"),
            *("--virtual-time-budget=5000", f"--user-data-dir={tmp_path / 'browser'}"),
            file.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    title = re.search("<title>(\\[.*?)</title>", done.stdout)
    assert title is not None, done.stdout[-2000:]
    sent = json.loads(html.unescape(title[1]))
    assert sent == [{"ready": True}, {"drawn": svg.count("<a ")}, {"line": 5}]
    assert "&lt;b&gt;a note" in done.stdout  # text, whatever it is
