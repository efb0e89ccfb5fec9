"""A marker that nothing replaces keeps the old classes (idds.workflow) busy forever."""

import signal

from finding import conclude
from idds.atlas.workflow.atlaspandawork import ATLASPandaWork


def give_up(*_):
    """Stop waiting."""
    raise TimeoutError


work = ATLASPandaWork(task_parameters={"taskName": "user.me.a"})
signal.signal(signal.SIGALRM, give_up)
signal.alarm(2)
try:
    seen = work.renew_parameter("simulate ___idds___user_x___")
except TimeoutError:
    seen = "no end after 2 s"
conclude(seen, documented="no end after 2 s", expected="simulate ___idds___user_x___")
