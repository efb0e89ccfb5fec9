"""The command line, ``alw``."""

from __future__ import annotations

import gc
import sys
from contextlib import suppress

__all__ = ["main"]


def main() -> None:
    """Run the command line on ``sys.argv`` and end the process with its exit code."""
    gc.disable()  # a compilation makes no circles, and the process ends soon
    try:
        from .app import alw

        for stream in (sys.stdout, sys.stderr):
            # What the terminal's encoding lacks is escaped; absent streams are None.
            with suppress(AttributeError):
                stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        alw.main(prog_name="alw")
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        # Files that fail are diagnostics long before: this is the output itself.
        with suppress(OSError):
            print(f"error: cannot write the output: {error.strerror}", file=sys.stderr)
        sys.exit(1)
    except Exception as error:
        unsupported = _unsupported(error)
        with suppress(OSError):
            print(unsupported or _fault(error), file=sys.stderr)
        sys.exit(1 if unsupported else 3)


def _unsupported(error: Exception) -> str:
    """Return what to say if panda-client cannot be used; nothing of another exception."""
    from ..panda.client import UnsupportedClient

    if not isinstance(error, UnsupportedClient):
        return ""
    return f"error: {error}\n   = help: {error.help}"


def _fault(error: Exception) -> str:
    """Return what to say of an exception that nobody foresaw."""
    from traceback import extract_tb

    from ..text.display import clean

    frame = extract_tb(error.__traceback__)[-1]
    place = f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno}, in {frame.name}"
    return (
        f"error: alw itself failed: {clean(f'{type(error).__name__}: {error}'[:300])}\n"
        f"  --> {clean(place)}\n"
        "   = help: this is a bug in alw: please report it, with the command and the files"
    )
