"""The clerk of iDDS 2.6.21: what its server does with a workflow, in any order, in one process.

The server looks at a request now and then: it loads the JSON that was submitted and what it has
stored of the run, brings in what the tasks have become, and submits what is due.  Between two
looks nothing else survives.  Here the same is done with the real library and without a database,
an event bus and other agents; when tasks are accepted and how they end is drawn from a seed.

:mod:`~tests.oracles.clerk.request` is the clerk, :mod:`~tests.oracles.clerk.storage` what
PostgreSQL gives back, :mod:`~tests.oracles.clerk.orders` everything that happens between looks.
"""

from tests.oracles.clerk.library import dump, load
from tests.oracles.clerk.model import Answers, Ending, Endings, Order, Submission, Trace
from tests.oracles.clerk.orders import orders, run
from tests.oracles.clerk.storage import stored

__all__ = [
    "Answers", "Ending", "Endings", "Order", "Submission", "Trace",
    "dump", "load", "orders", "run", "stored",
]  # fmt: skip
