"""Of the output files of a learner's jobs, only the last one is read."""

import json
import pathlib
import tempfile

from clerk import learner
from finding import conclude

folder = pathlib.Path(tempfile.mkdtemp())
answers = {"out.1.json": {"a": 1}, "out.2.json": {"b": 2}}


class Rucio:
    """The learner had two jobs, each of which has left a file."""

    def list_files(self, scope, name):
        """The files of a dataset."""
        return [{"name": name} for name in answers]

    def download_dids(self, items):
        """Put files into their folders."""
        found = []
        for item in items:
            name = item["did"].split(":")[1]
            path = folder / name
            path.write_text(json.dumps(answers[name]))
            found.append({"name": name, "dest_file_paths": [str(path)]})
        return found


learn = learner("learn")
learn.output_files[0]["file"] = "out.${SN}.json"
learn.get_rucio_client = learn.get_rucio_download_client = Rucio
learn.work_dir = str(folder)
processing = {"processing_id": 1, "request_id": 1, "workload_id": 1, "transform_id": 1}
conclude(
    learn.process_outputs(processing),
    documented=(True, {"b": 2}),
    expected=(True, {"a": 1, "b": 2}),
)
