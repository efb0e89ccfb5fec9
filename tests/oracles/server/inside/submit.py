"""Submit the Workflow JSON named by the first argument, as a user of idds.client does.

The last line of the output is the answer of ``ClientManager.submit`` as JSON: a request number, or
``[false, message]`` (``idds/common/utils.py``, ``exception_handler``).
"""

import json
import sys
from pathlib import Path

from idds.client.clientmanager import ClientManager
from idds.common.utils import json_loads


def main() -> None:
    workflow = json_loads(Path(sys.argv[1]).read_text("utf-8"))
    print(json.dumps(ClientManager().submit(workflow)))


if __name__ == "__main__":
    main()
