"""ClientManager.get_transforms cannot be called."""

import logging

from finding import conclude
from idds.client.clientmanager import ClientManager

logging.disable(logging.CRITICAL)
manager = ClientManager(host="https://127.0.0.1:1/idds")
manager.auth_type = "x509_proxy"
manager.x509_proxy = __file__  # any file: the server is not reached
done, message = manager.get_transforms(request_id=1)
print(message)
seen = "no such argument" if "unexpected keyword argument" in message else "no connection"
conclude(seen, documented="no such argument", expected="no connection")
