"""A learner without an output file is Finished."""

import tempfile

from clerk import learner
from finding import conclude


class Rucio:
    """The output dataset is empty."""

    def list_files(self, scope, name):
        """The files of a dataset."""
        return []


learn = learner("learn", to_continue=True)
learn.get_rucio_client = Rucio
learn.work_dir = tempfile.mkdtemp()
processing = {"processing_id": 1, "request_id": 1, "workload_id": 1, "transform_id": 1}
done, data = learn.process_outputs(processing)  # not done: the processing is Failed
print("data:", data)
conclude(done, documented=True, expected=False)
