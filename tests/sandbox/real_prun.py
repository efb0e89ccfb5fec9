"""Runs prun itself up to the submission: it archives the folder it is run in, and makes the map.

``python real_prun.py ARCHIVE ARGUMENTS...`` copies the archive and prints the map.  Only what asks
for a person or a server is replaced.
"""

import contextlib
import io
import json
import os
import sys

os.environ["PANDA_BEHIND_REAL_LB"] = "1"

from pandaclient import PrunScript, PsubUtils


def main() -> None:
    PsubUtils.check_proxy = lambda *args, **kwargs: True
    PsubUtils.getNickname = lambda *args, **kwargs: "me"
    PsubUtils.setRucioAccount = lambda *args, **kwargs: None
    archive, *arguments = sys.argv[1:]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        made = PrunScript.main(True, [*arguments, "--noSubmit", f"--outTarBall={archive}"])
    print(json.dumps(made))


main()
