"""Neovim's and Emacs's files work in the real editors, where these are installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

from .kinds import keywords

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

EDITORS = ROOT / "editors"
README = (EDITORS / "README.md").read_text("utf-8")
#: Answers one message as a server does, and stores the message.
SERVER = """
import json, re, sys
def read():
    length = 0
    while (line := sys.stdin.buffer.readline().strip()):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return json.loads(sys.stdin.buffer.read(length)) if length else None
with open(sys.argv[1], "a", buffering=1) as log:
    while message := read():
        params = message.get("params") or {}
        print(message["method"], json.dumps(params.get("textDocument")), file=log)
        if message["method"] == "exit":
            break
        if "id" in message:
            starts = message["method"] == "initialize"
            result = {"capabilities": {"textDocumentSync": 1}} if starts else None
            body = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}).encode()
            sys.stdout.buffer.write(b"Content-Length: %d\\r\\n\\r\\n%s" % (len(body), body))
            sys.stdout.buffer.flush()
"""


def _run(program: str, *words: str, folder: Path) -> str:
    if shutil.which(program) is None:
        pytest.skip(f"there is no {program}")
    done = subprocess.run(
        [program, *words],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "my flows").mkdir()
    path = tmp_path / "my flows" / "a.alw"
    for script in ("simplescript.py", "merge.py"):
        shutil.copy(ROOT / "samples" / script, path.parent)
    shutil.copy(ROOT / "samples" / "active_learning.alw", path)
    (tmp_path / "server.py").write_text(SERVER, "utf-8")
    return path


def _nvim(source: Path, *commands: str, before: str = "let g:alw_command = v:false") -> str:
    words = [word for command in commands for word in ("-c", command)]
    runtime = f"set runtimepath^={EDITORS / 'nvim'}"
    start = ["--headless", "-u", "NONE", "-i", "NONE", "-n", "--cmd", runtime, "--cmd", before]
    on = ["--cmd", "filetype plugin on", "--cmd", "syntax on"]
    return _run("nvim", *start, *on, str(source), *words, "-c", "qa!", folder=source.parent)


def test_neovim_starts_one_server_for_two_files(source: Path) -> None:
    log = source.parent / "log"
    other = source.with_name("b.alw")
    shutil.copy(source, other)
    command = [sys.executable, str(source.parents[1] / "server.py"), str(log)]
    before = f"let g:alw_command = {command!r}"
    wait = "lua vim.wait(20000, function() return #vim.fn.readfile('{}') >= {} end, 50)"
    log.touch()
    said = _nvim(
        source, wait.format(log, 3), f"edit {other.name}", wait.format(log, 4), before=before
    )
    assert "rror" not in said
    methods = [line.split()[0] for line in log.read_text("utf-8").splitlines()]
    assert methods[:4] == ["initialize", "initialized", *["textDocument/didOpen"] * 2]
    assert '"languageId": "alw"' in log.read_text("utf-8")


def test_neovim_tells_that_there_is_no_server(source: Path) -> None:
    said = _nvim(source, before="let g:alw_command = ['no-alw']")
    assert "no program 'no-alw'; pip install 'alw[lsp]'" in said


@pytest.mark.parametrize(
    ("line", "part", "group"),
    [
        ("workflow altest {", "workflow", "alwBlock"),
        ("workflow altest {", "altest", "alwName"),
        ("input user: string", "input", "alwDeclaration"),
        ("input user: string", "string", "alwType"),
        ("n_jobs = 10", "n_jobs", "alwAttribute"),
        ("n_jobs = 10", "10", "alwNumber"),
        ("n_jobs = 1e-7", "1e-7", "alwNumber"),
        ("repeat while merge.result at most 20 times", "while", "alwRepeat"),
        ("repeat while merge.result at most 20 times", "result", "alwMember"),
        ("repeat while merge.result at most 20 times", "times", "alwStatement"),
        ('exec = "a {b} {{ $X %IN"', "a", "alwString"),
        ('exec = "a {b} {{ $X %IN"', "b", "alwInterpolation"),
        ('exec = "a {b} {{ $X %IN"', "{{", "alwEscape"),
        ('exec = "a {b} {{ $X %IN"', "$X", "alwShell"),
        ('exec = "a {b} {{ $X %IN"', "%IN", "alwPlaceholder"),
        ('exec = "a task # b"', "task", "alwString"),
        ("a = 1 # alw: ignore x", "ignore", "alwSilence"),
        ("a = 1 # task", "task", "alwComment"),
    ],
)
def test_neovim_highlights(tmp_path: Path, line: str, part: str, group: str) -> None:
    source = tmp_path / "a.alw"
    source.write_text(line + "\n", "utf-8")
    column = line.rindex(part) if part == "result" else line.index(part)
    if part == "a" and line.startswith("exec"):
        column = line.index('"') + 1
    shown = _nvim(source, f"echo synIDattr(synID(1, {column + 1}, 1), 'name')")
    assert shown.strip() == group


@pytest.mark.parametrize("file", ["nvim/syntax/alw.vim", "emacs/alw-mode.el"])
def test_every_keyword_is_highlighted(file: str) -> None:
    words = set(re.findall(r"[a-z]+", (EDITORS / file).read_text("utf-8")))
    assert not keywords() - words


def _emacs(folder: Path, *words: str) -> str:
    return _run("emacs", "-Q", "--batch", "-L", str(folder), *words, folder=folder)


def test_emacs_compiles_the_mode_without_a_warning(tmp_path: Path) -> None:
    shutil.copy(EDITORS / "emacs" / "alw-mode.el", tmp_path)
    strict = ["--eval", "(setq byte-compile-error-on-warn t)"]
    said = _emacs(tmp_path, *strict, "-f", "batch-byte-compile", "alw-mode.el")
    assert "arning" not in said
    assert (tmp_path / "alw-mode.elc").exists()


def test_emacs_highlights_and_keeps_the_indentation_of_the_samples(tmp_path: Path) -> None:
    shutil.copy(EDITORS / "emacs" / "alw-mode.el", tmp_path)
    shutil.copy(ROOT / "samples" / "active_learning.alw", tmp_path / "a.alw")
    script = tmp_path / "try.el"
    script.write_text(
        """
(require 'alw-mode)
(find-file "a.alw")
(font-lock-ensure)
(let ((before (buffer-string)))
  (dolist (text '("workflow" "altest" "float" "while" "python" "# value" "exec" "{m1}"))
    (goto-char (point-min))
    (search-forward text)
    (message "%s: %s" text (get-text-property (match-beginning 0) 'face)))
  (indent-region (point-min) (point-max))
  (message "same: %s" (string= before (buffer-string))))
(message "mode: %s, server: %s" major-mode alw-server-command)
(provide 'eglot)
""",
        "utf-8",
    )
    said = _emacs(tmp_path, "--eval", "(setq eglot-server-programs nil)", "-l", str(script))
    lines = dict(line.split(": ", 1) for line in said.splitlines() if ": " in line)
    assert lines["workflow"] == "font-lock-keyword-face"
    assert lines["altest"] == "font-lock-function-name-face"
    assert lines["float"] == "font-lock-type-face"
    assert lines["while"] == "font-lock-keyword-face"
    assert lines["python"] == "font-lock-string-face"
    assert lines["# value"].startswith("font-lock-comment")
    assert lines["exec"] == "font-lock-variable-name-face"
    assert "font-lock-variable-name-face" in lines["{m1}"]
    assert lines["same"] == "t"
    assert lines["mode"] == "alw-mode, server: (alw lsp)"


def test_emacs_offers_to_run_the_workflow(tmp_path: Path) -> None:
    folder = tmp_path / "it's $HOME; `id`"
    folder.mkdir()
    source = folder / "a b.alw"
    shutil.copy(ROOT / "samples" / "active_learning.alw", source)
    script = tmp_path / "try.el"
    script.write_text(
        """
(setq alw-server-command '("/my venv/python" "-m" "alw" "lsp" "--stdio"))
(require 'alw-mode)
(find-file (getenv "ALW_FILE"))
(message "%s" compile-command)
""",
        "utf-8",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALW_FILE", str(source))
        said = _emacs(EDITORS / "emacs", "-l", str(script))
    command = said.strip().splitlines()[-1]
    words = subprocess.run(
        ["/bin/sh", "-c", f"printf '%s\\n' {command}"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert words == ["/my venv/python", "-m", "alw", "run", "--resume", str(source)]


def _block(language: str, part: str) -> str:
    section = README.split(f"## {part}\n")[1].split("\n## ")[0]
    found = re.search(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def test_the_settings_for_helix_can_be_read() -> None:
    settings = tomllib.loads(_block("toml", "Helix"))
    (language,) = settings["language"]
    assert language["file-types"] == ["alw"]
    (name,) = language["language-servers"]
    server = settings["language-server"][name]
    assert [server["command"], *server["args"]] == ["alw", "lsp"]
