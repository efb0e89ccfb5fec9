"""What is installed, and what is loaded."""

from __future__ import annotations

import subprocess
import sys


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )


def test_without_the_extra() -> None:
    done = python(
        "import sys; sys.modules['pygls'] = None; sys.argv = ['alw', 'lsp', '--stdio']\n"
        "from alw.cli import main; main()"
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Error: install alw[lsp]\n"


def test_nothing_else_loads_it() -> None:
    done = python(
        "import sys, alw.cli.app, alw.editing.document, alw.driver.loader\n"
        "sys.exit('pygls' in sys.modules or 'asyncio' in sys.modules)"
    )
    assert done.returncode == 0, done.stderr


def test_options_that_editors_pass() -> None:
    done = python(
        "import sys; sys.argv = ['alw', 'lsp', '--stdio', '--clientProcessId=1', '--help']\n"
        "from alw.cli import main; main()"
    )
    assert done.returncode == 0
    assert "alw[lsp]" in done.stdout


def test_of_pygls_only_what_it_documents_is_overridden() -> None:
    from pygls.protocol import LanguageServerProtocol

    from alw.server.protocol import Protocol

    theirs = {name for base in LanguageServerProtocol.__mro__ for name in vars(base)}
    ours = {name for name in vars(Protocol) if name in theirs and not name.startswith("__")}
    assert ours == {"handle_message", "structure_message"}
    assert "_send_response" in theirs  # the one private name that is used
