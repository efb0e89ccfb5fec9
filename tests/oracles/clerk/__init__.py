"""The clerk of iDDS 2.6.21: what its server does with a workflow, in any order, in one process.

The server looks at a request now and then: it loads the JSON that was submitted and what it has
stored of the run, brings in what the tasks have become, and submits what is due.  Between two
looks nothing else survives.  ``alw run`` does the same (:mod:`alw.execution.engine`); here, when
tasks are accepted and how they end is drawn from a seed (:mod:`~tests.oracles.clerk.orders`).
"""

from alw.execution.engine import Submission, dump, load, to_jsonb
from tests.oracles.clerk.model import Answers, Ending, Endings, Order, Trace
from tests.oracles.clerk.orders import orders, run

__all__ = [
    "Answers", "Ending", "Endings", "Order", "Submission", "Trace",
    "dump", "load", "orders", "run", "to_jsonb",
]  # fmt: skip
