"""Rules about the files that are sent with a task."""

from __future__ import annotations

from ..rule import rule

SANDBOX_FOLDER = rule(
    420,
    "sandbox-folder",
    "error",
    "The files cannot be sent as a sandbox.",
    """
The files that `sandbox` names cannot be sent: a folder or file does not exist or cannot be
read, is outside the folder of the source, or is not a regular file. Links to files outside the
folder of the source are not followed. Correct the path, or list the file in `.alwignore` in the
folder.

## Why

prun archives what it can read and goes on, so the jobs would find out what is missing. A link
that leads out of the project may lead to files that nobody wants to send.

- panda-client 2.2.0, `pandaclient/PrunScript.py:772`:
  `tar --exclude '.[a-zA-Z]*' -rh '{}' -f '{}'`

## Wrong

```alw
workflow calibrate {
  dataset = "user.wguan.calibrate"
  task measure { exec = "python measure.py 1.0 points.json" sandbox = "../detector" }
}
```

## Right

```alw
workflow calibrate {
  dataset = "user.wguan.calibrate"
  task measure { exec = "python measure.py 1.0 points.json" sandbox = "detector" }
}
```
""",
)

SANDBOX_ADDRESS = rule(
    421,
    "sandbox-address",
    "error",
    "Jobs cannot fetch a sandbox from this address.",
    """
Jobs cannot fetch a sandbox from this address. It must have the form
`https://HOST/cache/NAME.tar.gz`, as on PanDA's cache servers.

## Why

Jobs do not get the address. They get the server (`sourceURL`) and the name of the archive, and
put `/cache/` between them.

- panda-wnscript 96788a6, `src/rungen/runGen.py:307`:
  `url = '%s/cache/%s' % (sourceURL, archiveJobO)`

## Wrong

```alw
workflow calibrate {
  dataset = "user.wguan.calibrate"
  task measure {
    exec    = "python measure.py 1.0 points.json"
    sandbox = "https://aipanda048.cern.ch:25443/sources.0ca6a2fb.tar.gz"
  }
}
```

## Right

```alw
workflow calibrate {
  dataset = "user.wguan.calibrate"
  task measure {
    exec    = "python measure.py 1.0 points.json"
    sandbox = "https://aipanda048.cern.ch:25443/cache/sources.0ca6a2fb.tar.gz"
  }
}
```
""",
)

SANDBOX_SIZE = rule(
    422,
    "sandbox-size",
    "error",
    "The sandbox is too large for PanDA.",
    """
The archive of the sandbox is larger than PanDA accepts: 768 MiB for a task with a build job, 10
MiB for one without (`no_build`, or a container). The message lists the size and the largest
files: leave them out with `.alwignore`, or put them into a dataset.

## Why

Without a build, every job fetches the archive from the cache server. The server refuses a
larger archive at upload. Large inputs belong in datasets.

- panda-client 2.2.0, `pandaclient/Client.py:81`: `NO_BUILD_LIMIT = 10 * 1024 * 1024`
- panda-client 2.2.0, `pandaclient/Client.py:82`: `SOURCES_LIMIT = 768 * 1024 * 1024`

## Wrong

```console
$ head -c 11000000 /dev/urandom > detector/table.bin
$ echo '!table.bin' >> detector/.alwignore
$ echo 'workflow w { dataset = "user.wguan.w"' > large.alw
$ echo 'task t { exec = "./run" sandbox = "detector" no_build = true } }' >> large.alw
$ alw check large.alw
```

## Right

```console
$ head -c 11000000 /dev/urandom > detector/table.bin
$ echo 'table.bin' >> detector/.alwignore
$ echo 'workflow w { dataset = "user.wguan.w"' > large.alw
$ echo 'task t { exec = "./run" sandbox = "detector" no_build = true } }' >> large.alw
$ alw check large.alw
```
""",
)

NO_SANDBOX = rule(
    423,
    "no-sandbox",
    "error",
    "The other task has no sandbox to share.",
    """
`TASK.sandbox` is the sandbox of another task, but that task has none: no `sandbox`, and no
stored map that names an archive on PanDA's cache. Give that task a sandbox, or name the files
here.

## Why

The name of the archive is copied into this task's map, so there must be one, on a known server.

- panda-server 1.0.4, `pandajedi/jedirefine/RefinerUtils.py:150`:
  `m = re.search("^-a ([^ ]+)$", tmpParam["value"])`

## Wrong

```alw
workflow calibrate {
  dataset = "user.wguan.calibrate"
  task measure { exec = "python measure.py 1.0 points.json" }
  task adjust  { exec = "python adjust.py next.json 1.0 points.json" sandbox = measure.sandbox }
}
```

## Right

```alw
workflow calibrate {
  dataset = "user.wguan.calibrate"
  task measure { exec = "python measure.py 1.0 points.json" sandbox = "detector" }
  task adjust  { exec = "python adjust.py next.json 1.0 points.json" sandbox = measure.sandbox }
}
```
""",
)

UNUSED_SANDBOX = rule(
    424,
    "unused-sandbox",
    "error",
    "The jobs would not unpack the sandbox.",
    """
The jobs of the task would not unpack its sandbox: with these options prun sends none, or the
stored map takes it from a dataset. Change the options as the message says.

## Why

In the old container mode, prun puts the name of the archive into the map only if `useSandbox`
is set. Otherwise the command would not find its files.

- panda-client 2.2.0, `pandaclient/PrunScript.py:1086`:
  `if options.containerImage == "" or options.useSandbox:`

## Wrong

```alw
workflow calibrate {
  dataset = "user.wguan.calibrate"
  task measure {
    exec            = "python measure.py 1.0 points.json"
    sandbox         = "detector"
    container_image = "docker://atlas/analysisbase"
    old_cont_mode   = true
  }
}
```

## Right

```alw
workflow calibrate {
  dataset = "user.wguan.calibrate"
  task measure {
    exec            = "python measure.py 1.0 points.json"
    sandbox         = "detector"
    container_image = "docker://atlas/analysisbase"
    old_cont_mode   = true
    use_sandbox     = true
  }
}
```
""",
)

FILE_LEFT_OUT = rule(
    425,
    "file-left-out",
    "warning",
    "prun's rules leave a file out of the sandbox.",
    """
By prun's rules, a file of the sandbox is not sent: it is larger than 1 MiB, or a ROOT file
(`*.root`), an object or a library (`*.o`, `*.a`, `*.so`). List it in `.alwignore` in the
folder: `!NAME` sends it, `NAME` leaves it out without this warning.

## Why

prun leaves such files out because they are usually results or can be built. A table or model
that the command needs is left out too, and its jobs fail.

- panda-client 2.2.0, `pandaclient/PrunScript.py:662`: `skippedExt = [".o", ".a", ".so"]`
- panda-client 2.2.0, `pandaclient/PrunScript.py:727`: `skip large file`

## Wrong

```console
$ head -c 1100000 /dev/zero > detector/table.bin
$ alw check --strict detector.alw
```

## Right

```console
$ head -c 1100000 /dev/zero > detector/table.bin
$ echo '!table.bin' >> detector/.alwignore
$ alw check --strict detector.alw
```
""",
)

FILE_NOT_SENT = rule(
    630,
    "file-not-sent",
    "warning",
    "The file is not sent to the jobs.",
    """
The command names a file that is next to the source, but nothing sends it to the jobs. Add it to
`sandbox`. If the command itself makes or fetches a file of this name, add
`# alw: ignore file-not-sent` at the end of the line.

## Why

A job starts in its own directory, which contains only the sandbox. When you run prun by hand,
it packs the folder where you start it; a task compiled here sends only what `sandbox` names.

- panda-client 2.2.0, `pandaclient/PrunScript.py:654`: `os.chdir(options.workDir)`

## Wrong

```alw
workflow simulation {
  dataset = "user.wguan.simulation"
  task simulate {
    exec    = "python simplescript.py 0.5 0.5 200 output.json"
    outputs = ["output.json"]
  }
}
```

## Right

```alw
workflow simulation {
  dataset = "user.wguan.simulation"
  task simulate {
    exec    = "python simplescript.py 0.5 0.5 200 output.json"
    outputs = ["output.json"]
    sandbox = ["simplescript.py"]
  }
}
```
""",
)

NOT_IN_SANDBOX = rule(
    631,
    "not-in-sandbox",
    "warning",
    "The file is not in the sandbox.",
    """
The command names a file that is not in its sandbox: the name is misspelt, the list lacks the
file, or its path is different there. With `sandbox = "detector"`, jobs find `measure.py`; with
`sandbox = ["detector/"]`, they find `detector/measure.py`.

## Why

A job starts in its own directory, which contains only the sandbox. Without the file, the job
fails, or the program runs without its settings.

- panda-client 2.2.0, `pandaclient/PrunScript.py:654`: `os.chdir(options.workDir)`

## Wrong

```alw
workflow calibrate {
  dataset = "user.wguan.calibrate"
  task measure { exec = "python mesure.py 1.0 points.json" sandbox = "detector" }
}
```

## Right

```alw
workflow calibrate {
  dataset = "user.wguan.calibrate"
  task measure { exec = "python measure.py 1.0 points.json" sandbox = "detector" }
}
```
""",
)
