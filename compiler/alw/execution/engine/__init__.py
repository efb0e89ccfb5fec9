"""The workflow engine of iDDS 2.6.21, as its server drives it, in this process.

The server looks at a request now and then: it loads the JSON that was submitted and what it has
stored of the run, brings in what the tasks have become, and submits what is due.  Between two
looks nothing else survives.  Here the same is done with the real library and without a database,
an event bus and other agents.

:mod:`.request` is the clerk, :mod:`.storage` what PostgreSQL gives back, :mod:`.library` iDDS.
"""

from .idds_library import dump, load
from .request import IddsRequest, Submission, Transform
from .storage import RefusedError, to_jsonb

__all__ = ["IddsRequest", "RefusedError", "Submission", "Transform", "dump", "load", "to_jsonb"]
