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
        from .commands import alw

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
