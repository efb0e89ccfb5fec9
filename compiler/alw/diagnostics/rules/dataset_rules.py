"""Rules about datasets."""

from __future__ import annotations

from ..rule import rule

INPUT_DATASET = rule(
    315,
    "input-dataset",
    "error",
    "The input datasets are not valid.",
    """
A task reads one dataset, or several in a list: `in_ds = [a.outputs[0], "mc23.x"]`. Name each
one once and in full. A name may contain wildcards, except in a learner.

## Why

prun passes the list to PanDA unchanged. A dataset that is listed twice is read twice, so its
events count double. An output combined with other text is not the name of a dataset. A wildcard
is resolved when the task starts, and PanDA makes at least one job for each dataset it finds: a
learner would decide several times.

- panda-server 1.0.4, `pandajedi/jedirefine/TaskRefinerBase.py:576`:
  `datasetNameList = datasetSpec.datasetName.split(",")`
- panda-server 1.0.4, `pandajedi/jedirefine/TaskRefinerBase.py:654`:
  `tmpDatasetNameList = tmpIF.listDatasets(datasetName)`

## Wrong

```alw
workflow merging {
  dataset = "user.wguan.merging"
  task signal     { exec = "generate s.root" outputs = ["s.root"] n_jobs = 5 }
  task background { exec = "generate b.root" outputs = ["b.root"] n_jobs = 10 }
  task merge {
    exec  = "merge m.root %IN"
    in_ds = "{signal.outputs[0]} {background.outputs[0]}"
  }
}
```

## Right

```alw
workflow merging {
  dataset = "user.wguan.merging"
  task signal     { exec = "generate s.root" outputs = ["s.root"] n_jobs = 5 }
  task background { exec = "generate b.root" outputs = ["b.root"] n_jobs = 10 }
  task merge {
    exec  = "merge m.root %IN"
    in_ds = [signal.outputs[0], background.outputs[0]]
  }
}
```
""",
)

DATASET_NAME = rule(
    410,
    "dataset-name",
    "error",
    "PanDA refuses this dataset name.",
    r"""
PanDA refuses this dataset name. A name starts with `user.NICKNAME.`, or with `group.GROUP.` if
the task sets `official = true`; more must follow, consisting of letters, digits and `. - _`. A
dataset that is only read can have any name, also with a scope or wildcards.

## Why

prun checks this too, but not when it only makes parameters; the PanDA server checks it again.

- panda-client 2.2.0, `pandaclient/PsubUtils.py:271`: `matStrN = r"^user\." + nickName + r"\."`
- panda-client 2.2.0, `pandaclient/PsubUtils.py:164`: `def check_invalid_char(s, is_file=False):`
- panda-server 1.0.4, `pandaserver/dataservice/DataServiceUtils.py:50`: `{1,255}$", dataset_name)`

## Wrong

```alw
workflow altest {
  dataset = "wguan.altest"
  task simulate { exec = "simulate 200 out.root" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 out.root" }
}
```
""",
)

NAME_TOO_LONG = rule(
    411,
    "name-too-long",
    "error",
    "The name is too long for PanDA.",
    """
The dataset name is longer than PanDA allows: 132 characters for the dataset of an output or of
the logs (the task's dataset followed by the file name), or 120 if outputs are merged. In a
loop, the number of the last iteration counts. Shorten `dataset`, the task name or the file
name.

## Why

prun refuses longer names, to leave space for what PanDA appends.

- panda-client 2.2.0, `pandaclient/PsubUtils.py:281`: `55 is reserved for Panda-internal`
- panda-client 2.2.0, `pandaclient/PsubUtils.py:286`: `maxLengthCont = 132`
- panda-client 2.2.0, `pandaclient/PsubUtils.py:650`: `maxLengthCont = 132`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.active_learning_of_the_dark_photon_search_with_mass_and_coupling"
            ".first_campaign_with_the_new_geometry"
  task simulate {
    exec    = "simulate 200 hits_after_overlap_removal.root"
    outputs = ["hits_after_overlap_removal.root"]
  }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.dark_photon.geometry2.first"
  task simulate {
    exec    = "simulate 200 hits_after_overlap_removal.root"
    outputs = ["hits_after_overlap_removal.root"]
  }
}
```
""",
)

NO_DATASET = rule(
    413,
    "no-dataset",
    "error",
    "The task has outputs but no dataset name.",
    """
Neither the task nor the workflow has a `dataset`, from which the names of outputs and logs are
made. Set it once in the workflow; each task adds its own name.

## Why

prun needs a name for what a task writes, even if that is only its logs.

- panda-client 2.2.0, `pandaclient/PrunScript.py:479`: `no outDS is given`

## Wrong

```alw
workflow altest {
  task simulate { exec = "simulate 200 out.root" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 out.root" }
}
```
""",
)

OUTPUTS = rule(
    416,
    "outputs",
    "error",
    "PanDA refuses these outputs.",
    """
PanDA does not accept the outputs of the task: two of them would have the same dataset, or a
file name contains a space, which prun removes. Rename the files.

## Why

The name of an output's dataset is made from the file name, and PanDA silently skips a second
output with the same dataset.

- panda-client 2.2.0, `pandaclient/PrunScript.py:1146`:
  `dataset = f"{outDatasetName[:-1]}_{tmpDsSuffix}/"`
- panda-client 2.2.0, `pandaclient/PrunScript.py:147`: `re.sub(" ", "", options.outputs)`
- panda-server 1.0.4, `pandajedi/jedirefine/TaskRefinerBase.py:515`:
  `if tmpItem["dataset"] not in allDsList:`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate {
    exec    = "simulate 200 hits.root truth.root"
    outputs = ["hits.root", "hits.root"]
  }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate {
    exec    = "simulate 200 hits.root truth.root"
    outputs = ["hits.root", "truth.root"]
  }
}
```
""",
)
