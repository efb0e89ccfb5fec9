"""Words that people use for an option of prun, and how that option is written.

They come from batch systems, Snakemake, CWL, GitLab and the like.  Option names are panda-client's
(:mod:`.panda.client`); a test sees to it that each of them exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..text.suggest import fold_name


@dataclass(frozen=True, slots=True)
class Habit:
    """The advice for a word that is no option.

    :param option: the canonical name of the option that does it; empty without one.
    :param how: how it is written, as an order: ``write …``.
    :param kind: the kind of value with which the word means exactly that option; without one
        the word has no certain meaning.
    """

    option: str
    how: str
    kind: str = ""


_ATHENA = 'athena_tag = "AnalysisBase,25.2.15" and cmt_config = "x86_64-el9-gcc13-opt"'
_READS = (
    'an existing dataset: in_ds = "DATASET" and %IN in exec; an output: {TASK.outputs[0]} in exec'
)
#: The ways to wait for other tasks: the value of such an attribute names tasks.
WAITS = "write: after TASK"

_TABLE: tuple[tuple[str, Habit], ...] = (
    (
        "command cmd command_line commandline execute executable run shell",
        Habit("exec", 'write: exec = "python SCRIPT …"', "string"),
    ),
    (
        "script program code python bash interpreter entrypoint",
        Habit("exec", 'write the whole command: exec = "python SCRIPT …"'),
    ),
    (
        "args arg arguments argument params parameters parameter",
        Habit("", 'write them in the command: exec = "python SCRIPT {NAME} …"'),
    ),
    (
        "container image docker docker_image container_img singularity apptainer",
        Habit("containerImage", 'write: container_image = "docker://NAME:TAG"', "string"),
    ),
    (
        "gpu gpus ngpu ngpus num_gpus accelerator accelerators cuda",
        Habit(
            "architecture",
            'to request a GPU, write: architecture = "&nvidia"',
        ),
    ),
    ("arch", Habit("architecture", 'write: architecture = "PLATFORM#CPU&GPU"')),
    ("platform", Habit("cmtConfig", 'write: cmt_config = "x86_64-el9-gcc13-opt"', "string")),
    (
        "queue queues sites panda_queue computing_site cluster partition cloud where location",
        Habit("site", 'write: site = "QUEUE"', "string"),
    ),
    (
        "exclude exclude_site exclude_sites excluded_sites blacklist",
        Habit("excludedSite", 'write: excluded_site = ["QUEUE"]', "string"),
    ),
    (
        "athena release athena_release athena_version atlas_release asetup software",
        Habit("athenaTag", f"for an Athena release, write: {_ATHENA}"),
    ),
    ("root root_version", Habit("rootVer", 'write: root_ver = "6.28/00"')),
    (
        "input inputs in infile infiles in_file in_files input_file input_files input_dataset "
        "input_datasets input_data in_dataset data reads source",
        Habit("inDS", _READS),
    ),
    (
        "depends_on depends dependencies dependency needs need requires require wait_for waits "
        "waits_for wait parent parents after_task prerequisites follows upstream",
        Habit("", WAITS),
    ),
    (
        "history previous past all_iterations state",
        Habit(
            "",
            "a learner sees only its own iteration; to remember a value, write it to the result, "
            "declare it as 'param', and pass {NAME} or {iteration} in the command",
        ),
    ),
    (
        "ram mem memory_mb rss max_memory request_memory mem_mb",
        Habit("memory", "write MB per core: memory = 2000"),
    ),
    (
        "cores core cpus cpu ncpu ncpus ncores n_cores threads nthreads num_cores",
        Habit("nCore", "write 1 or 8: n_core = 8"),
    ),
    (
        "time walltime wall_time timeout max_time time_limit duration runtime hours",
        Habit("maxWalltime", "write hours for each job: max_walltime = 12"),
    ),
    (
        "jobs number_of_jobs num_jobs job_count replicas parallel instances",
        Habit("nJobs", "write: n_jobs = 10", "int"),
    ),
    (
        "events number_of_events num_events nevent nevts",
        Habit(
            "nEventsPerJob",
            "of a dataset that is read: n_events_per_job = 1000; of a generator: write the number "
            "in exec",
        ),
    ),
    ("events_per_job", Habit("nEventsPerJob", "write: n_events_per_job = 1000", "int")),
    ("files_per_job", Habit("nFilesPerJob", "write: n_files_per_job = 10", "int")),
    (
        "max_files files_max num_files number_of_files",
        Habit("nFiles", "write: n_files = 100", "int"),
    ),
    (
        "output out outfile outfiles out_file out_files output_file output_files writes produces "
        "products artifacts",
        Habit("outputs", 'write: outputs = ["FILE"]', "string"),
    ),
    (
        "files file scripts include includes send upload ship transfer source_files input_sandbox "
        "package packages tarball",
        Habit("", 'to send files to the jobs, write: sandbox = ["FILE"]'),
    ),
    (
        "env environment envs env_vars variables vars export",
        Habit("", 'prun sets no variables: set them in exec = "export NAME=VALUE; python …"'),
    ),
    (
        "setup before_script pre_script prologue source_script modules module",
        Habit("", 'write it in the command: exec = "source setup.sh && python …"'),
    ),
    ("build compile make", Habit("bexec", 'write: bexec = "make"', "string")),
    (
        "retry retries max_retry max_retries attempts attempt max_attempts",
        Habit("maxAttempt", "write how often a failed job is run again: max_attempt = 5"),
    ),
    (
        "email mail notify notification",
        Habit("noEmail", "PanDA sends a mail at the end by itself; without it: no_email = true"),
    ),
    (
        "name label title task_name job_name id",
        Habit("", "a task is called by the word after 'task'; its datasets by: dataset = \"…\""),
    ),
    (
        "description comment doc note",
        Habit("", "write a comment: # TEXT"),
    ),
    (
        "workdir work_directory working_directory cwd directory dir folder chdir cd",
        Habit(
            "",
            'a job has a directory of its own: write exec = "cd FOLDER && …"; files are sent with: '
            'sandbox = "FOLDER"',
        ),
    ),
    (
        "user username owner nickname account",
        Habit("outDS", 'it is a part of the dataset\'s name: dataset = "user.NICKNAME.NAME"'),
    ),
    (
        "datasets out_dataset output_dataset destination out_dir output_dir output_directory",
        Habit("outDS", 'write where names of datasets start: dataset = "user.NICKNAME.NAME"'),
    ),
    ("group", Habit("workingGroup", 'write: working_group = "NAME"', "string")),
    (
        "storage endpoint rse destination_se se",
        Habit("destSE", 'write: dest_se = "NAME"', "string"),
    ),
    (
        "seed random_seed",
        Habit("", "a number of its own for each job is %RNDM:1 in exec"),
    ),
    ("merge merging", Habit("mergeOutput", "write: merge_output = true", "flag")),
    (
        "condition when if unless while until",
        Habit("", "only a loop has a condition: repeat while CONDITION at most N times"),
    ),
    (
        "iterations max_iterations max_iter n_iterations repeat_times times",
        Habit("", "a loop says it at its end: repeat while CONDITION at most N times"),
    ),
    (
        "foreach for scatter matrix array grid over",
        Habit("", "write one task for each element: there is no list of tasks"),
    ),
)

HABITS: Mapping[str, Habit] = MappingProxyType(
    {fold_name(word): habit for words, habit in _TABLE for word in words.split()}
)
"""By the word, folded."""


def habit(word: str) -> Habit | None:
    """Return what ``word`` leads to, if people use it for something."""
    return HABITS.get(fold_name(word))
