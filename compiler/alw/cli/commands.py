"""The commands.

What a command needs is imported when it runs: help and schemas load no compiler.
"""

from __future__ import annotations

from collections.abc import Sequence

import click

from . import arguments


class _Interruptible(click.Group):
    """Commands that Ctrl-C ends without a word."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(130)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0].endswith(".alw") and not ctx.resilient_parsing:
            ctx.fail(f"'{args[0]}' is not a command; write: alw compile {args[0]}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Interruptible,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="alw", message="%(prog)s %(version)s")
def alw() -> None:
    """Compile active-learning workflows for iDDS and PanDA.

    You write a workflow in an .alw file.  "alw check" reports its problems, and "alw compile"
    writes iDDS Workflow JSON and PanDA task parameters.
    """


# The commands


@alw.command("compile", short_help="Compile workflows to JSON for iDDS and PanDA.")
@arguments.compiles
@click.option(
    "-o",
    "directory",
    metavar="DIR",
    type=click.Path(readable=False),
    callback=arguments.place,
    default="build",
    show_default=True,
    help="The folder to write to.",
)
@click.option("-q", "--quiet", is_flag=True, help="Do not list the files that were written.")
@click.pass_context
def compile_command(
    ctx: click.Context,
    files: tuple[str, ...],
    settings: Sequence[tuple[str, str]],
    params: str | None,
    target: str,
    strict: bool,
    form: str,
    directory: str,
    quiet: bool,
) -> None:
    """Compile workflows to iDDS Workflow JSON and PanDA task parameters.

    \b
    DIR/<workflow>/workflow.json        the iDDS workflow
    DIR/<workflow>/tasks/<task>.json    the parameters of each PanDA task
    DIR/<workflow>/sandboxes/<archive>  the files that tasks send

    A folder means all .alw files in it and below; they are compiled together.  FILE "-" is
    standard input.  If there are errors, nothing is written and the exit status is 1.
    """
    from ..driver.output import write
    from .formats import FOR_PROGRAMS
    from .programs import read
    from .report import show, status, unwritable
    from .wording import summary

    programs = read(files, settings, params, target, strict)
    files = programs.files
    result = programs.compile()
    diagnostics = result.diagnostics
    if not result.ok:
        closing = f"{summary(diagnostics, len(files))}; nothing was written"
        show(diagnostics, form, closing, err=True)
        ctx.exit(status(diagnostics, ok=False))
    try:
        written = write(result.workflows.values(), directory, lambda: _say_waiting(directory))
    except OSError as error:
        failure = unwritable(error, directory)
        show([failure, *diagnostics], form, "nothing was written", err=True)
        ctx.exit(1)
    if diagnostics or form in FOR_PROGRAMS:
        show(diagnostics, form, summary(diagnostics, len(files)), err=True)
    if not quiet and form not in FOR_PROGRAMS:
        for workflow in result.workflows.values():
            _say_written(directory, workflow.name, len(workflow.tasks), len(workflow.sandboxes))
        for folder in written.removed:
            _say(f"removed the files in {folder}: no source defines this workflow any more")


def _say_waiting(directory: str) -> None:
    _say(f"waiting for another alw that writes in {directory}")


def _say(message: str) -> None:
    from .display import clean

    click.echo(clean(message), err=True)


def _say_written(directory: str, workflow: str, tasks: int, sandboxes: int) -> None:
    from pathlib import Path

    from .display import clean
    from .wording import counted

    folder = clean(str(Path(directory, workflow)))
    behind = f" and {counted(tasks, 'file')} in {folder}/tasks" if tasks else ""
    click.echo(f"wrote {folder}/workflow.json{behind}", err=True)
    if sandboxes:
        counts = "1 sandbox" if sandboxes == 1 else f"{sandboxes} sandboxes"
        place = f"{folder}/sandboxes"
        click.echo(f"wrote {counts} in {place}, to be uploaded before the tasks run", err=True)


@alw.command("check")
@arguments.compiles
@click.option(
    "-o",
    "output",
    metavar="FILE",
    type=click.Path(readable=False),
    callback=arguments.place,
    help="Write the report to FILE.",
)
@click.option("--fix", is_flag=True, help="Fix the problems that have one right fix, in place.")
@click.option("--diff", is_flag=True, help="Show what --fix would change; change nothing.")
@click.pass_context
def check_command(
    ctx: click.Context,
    files: tuple[str, ...],
    settings: Sequence[tuple[str, str]],
    params: str | None,
    target: str,
    strict: bool,
    form: str,
    output: str | None,
    fix: bool,
    diff: bool,
) -> None:
    """Report problems in workflows.

    A folder stands for all .alw files in it; FILE "-" is standard input.  The exit status is 1 if
    there are errors.

    With --fix, only the remaining problems are reported and count for the exit status.  For
    standard input, the fixed text goes to standard output and the report to standard error.

    With --diff, the changes are printed as a unified diff and the remaining problems go to
    standard error.  The exit status is 1 if there are changes or errors.
    """
    from .checking import check
    from .programs import read

    programs = read(files, settings, params, target, strict)
    ctx.exit(check(programs, form, output, fix, diff))


@alw.command("fmt", short_help="Format files.")
@arguments.files
@click.option("--check", is_flag=True, help="List the files that would change; change nothing.")
@click.option("--diff", is_flag=True, help="Show what would change; change nothing.")
@click.pass_context
def fmt_command(ctx: click.Context, files: tuple[str, ...], check: bool, diff: bool) -> None:
    """Format files in place.

    A folder means all .alw files in it and below.  FILE "-" is standard input; its text goes to
    standard output.  A file with syntax errors is not changed.  The exit status is 1 if there are
    syntax errors, or with --check or --diff if anything would change.
    """
    from .formatting import fmt

    ctx.exit(0 if fmt(files, check, diff) else 1)


@alw.command("graph", short_help="Draw workflows.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("mermaid", "dot", "svg")),
    help="The format of the drawing.  [default: by the suffix of -o FILE, else mermaid]",
)
@arguments.writes
@click.option(
    "--link",
    metavar="ADDRESS",
    help="The address that a click opens: {file} is the source relative to the drawing, {path} "
    "its full path, {line} the line.  [default: {file}#L{line}]",
)
@arguments.given
@click.argument("file", metavar="FILE", type=arguments.FILE)
@click.pass_context
def graph_command(
    ctx: click.Context,
    file: str,
    settings: Sequence[tuple[str, str]],
    params: str | None,
    target: str,
    form: str | None,
    output: str | None,
    link: str | None,
) -> None:
    """Draw the workflows of FILE: tasks, loops, data flow and conditions.

    \b
    alw graph flow.alw                   Mermaid, which GitHub and GitLab display
    alw graph flow.alw -o flow.svg       a picture with links to the source
    alw graph flow.alw --format dot      for Graphviz

    FILE "-" is standard input.  A source with errors is drawn as far as possible, and the exit
    code is 1.  A source that cannot be parsed is not drawn.
    """
    from .below import is_folder
    from .drawing import chosen_form, draw
    from .programs import read

    if is_folder(file):
        raise click.UsageError(f"{file!r} is a folder; draw one file at a time")
    form = chosen_form(form, output)
    programs = read((file,), settings, params, target, strict=False)
    ctx.exit(0 if draw(programs, form, output, link) else 1)


@alw.command("fetch", short_help="Get the parameter map of an existing PanDA task.")
@click.argument("task_id", metavar="TASKID", type=click.IntRange(min=1))
@arguments.writes
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True, max=86400),
    default=60,
    show_default=True,
    help="How long to wait for the server.",
)
@click.pass_context
def fetch_command(ctx: click.Context, task_id: int, output: str | None, timeout: float) -> None:
    """Get the parameter map of task TASKID from the PanDA server, for  map = "FILE".

    Personal data is removed.  panda-client sends the request: it uses the server in
    PANDA_URL_SSL, and a grid proxy, or a token if PANDA_AUTH=oidc.  The exit status is 1 if
    there is no map.
    """
    from .fetching import fetch

    ctx.exit(0 if fetch(task_id, output, timeout) else 1)


@alw.command("import", short_help="Convert prun commands or task maps to a source.")
@click.argument("words", metavar="FILE | -- prun ...", nargs=-1, required=True)
@arguments.writes
@click.option(
    "--task",
    "chosen",
    metavar="N",
    multiple=True,
    type=click.IntRange(min=1),
    help="Import only the Nth prun call of a script.  May be repeated.",
)
@click.pass_context
def import_command(
    ctx: click.Context, words: tuple[str, ...], output: str | None, chosen: tuple[int, ...]
) -> None:
    """Convert existing tasks to a source that compiles to the same maps.

    \b
    alw import simulate.json                    a task parameter map (see "alw fetch")
    alw import submit.sh                        a script that calls prun
    alw import -- prun --exec ... --outDS ...   the command line itself

    A map becomes prun options if they produce an equal map; otherwise  map = "FILE"  and a
    comment that says what differs.

    A script is read, not run.  Each prun call becomes a task, also in loops and functions; a
    task that reads the output of another waits for it.  Values from outside the script, such as
    $USER or $(date), become inputs.  Files named by --inDsTxt, --inOutDsJson and --loadJson are
    read.  Comments say what was left out.

    FILE "-" is standard input.  The exit status is 1 if nothing could be imported.
    """
    from .importing import import_

    ctx.exit(0 if import_(words, output, chosen) else 1)


class _SchemaCommand(click.Command):
    """A command whose help ends with the names it takes."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Schemas"):
            formatter.write_dl(_schemas())


def _schemas() -> list[tuple[str, str]]:
    from ..resources import SCHEMAS, schema

    return [(name, str(schema(name).get("title", ""))) for name in SCHEMAS]


def _schema_name(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    from ..resources import SCHEMAS

    if value is not None and value not in SCHEMAS:
        from ..text.suggest import did_you_mean

        known = f"the schemas are: {', '.join(SCHEMAS)}"
        raise click.BadParameter(f"no schema {value!r}: {did_you_mean(value, SCHEMAS, known)}")
    return value


@alw.command("run", short_help="Run the loop on this machine, driven by iDDS.")
@arguments.runs
@click.option(
    "-o",
    "folder",
    metavar="DIR",
    type=click.Path(readable=False),
    callback=arguments.place,
    help="The folder of the run.  [default: runs/<workflow>]",
)
@click.option(
    "--data",
    metavar="NAME=FILES",
    multiple=True,
    callback=arguments.data,
    help="The files of a dataset that no task makes: a folder or a pattern with *.  "
    "May be repeated.",
)
@click.option("--resume", is_flag=True, help="Go on with the run in DIR.")
@click.option("--restart", is_flag=True, help="Remove the run in DIR, and begin anew.")
@click.option(
    "-j",
    "--jobs",
    metavar="N",
    type=click.IntRange(1),
    help="So many jobs run at once.  [default: the number of processors]",
)
@click.option(
    "--time-limit",
    metavar="SECONDS",
    type=click.FloatRange(0, min_open=True),
    help="Fail a job that takes longer.",
)
@click.option(
    "--memory-limit",
    metavar="MB",
    type=click.IntRange(1),
    help="Fail a job that wants more memory.",
)
@click.option(
    "--attempts",
    metavar="N",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="How often a job is tried.",
)
@click.option(
    "--fast", is_flag=True, help="Only 2 jobs of each task and at most 3 iterations, as a trial."
)
@click.option(
    "--jobs-per-task",
    metavar="N",
    type=click.IntRange(1),
    help="Only the first N jobs of each task, as a trial.",
)
@click.option(
    "--iterations",
    metavar="K",
    type=click.IntRange(1),
    help="At most K iterations, as a trial.",
)
@click.option("--no-container", is_flag=True, help="Run jobs without the containers they name.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl"]),
    default="text",
    show_default=True,
    help="How progress is shown: for people, or a JSON object a line on standard output.",
)
@click.option("-q", "--quiet", is_flag=True, help="Show failures only.")
@click.pass_context
def run_command(
    ctx: click.Context,
    file: str,
    settings: Sequence[tuple[str, str]],
    params: str | None,
    strict: bool,
    workflow: str | None,
    folder: str | None,
    data: tuple[tuple[str, str], ...],
    resume: bool,
    restart: bool,
    jobs: int | None,
    time_limit: float | None,
    memory_limit: int | None,
    attempts: int,
    fast: bool,
    jobs_per_task: int | None,
    iterations: int | None,
    no_container: bool,
    form: str,
    quiet: bool,
) -> None:
    """Run a workflow on this machine: its jobs are processes here.

    iDDS's own engine decides what runs next, and each job gets the command and the files that it
    would get on the grid.  Everything is written to DIR: the folder of each job, the datasets, a
    report (report.html) and the history (history.csv, history.json).

    If it is interrupted, --resume goes on with it; what has run, and has not changed, does not run
    again.  The exit status is 1 if the run fails, and 130 if it is interrupted.

    It needs the extra alw[run].
    """
    from .running import Options, run_file

    if resume and restart:
        raise click.UsageError("--resume and --restart exclude each other")
    options = Options(
        folder, data, resume, restart, jobs, time_limit, memory_limit, attempts, fast,
        jobs_per_task, iterations, not no_container, "quiet" if quiet else form,
    )  # fmt: skip
    ctx.exit(run_file(file, settings, params, strict, workflow, options))


def _runnable(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    name = arguments.target(ctx, parameter, value)
    if name != "idds-2":
        raise click.BadParameter(
            f"{name} cannot be simulated: what steps the workflow is the engine of iDDS 2.6.21"
        )
    return name


@alw.command("simulate", short_help="Show what a workflow would submit.")
@arguments.runs
@click.option(
    "--target",
    metavar="NAME",
    callback=_runnable,
    expose_value=False,
    help="The engine: idds-2, the only one that can be simulated.",
)
@click.option(
    "--results",
    metavar="FILE",
    type=arguments.FILE,
    help="Read the learner's results from a JSON file: a list of objects, one for each iteration.",
)
@click.option(
    "--seed",
    metavar="N",
    type=int,
    help="Draw other results, if there are none in a file.  [default: 0]",
)
@click.option(
    "--fail",
    metavar="TASK[.N]",
    multiple=True,
    help="Let a task fail, in iteration N.  May be repeated.",
)
@click.option(
    "--partly",
    metavar="TASK[.N]",
    multiple=True,
    help="Let it finish in part: some of its jobs fail.",
)
@click.option("--cancel", metavar="TASK[.N]", multiple=True, help="Let it be cancelled.")
@click.option(
    "--diff",
    "old",
    metavar="OLD",
    type=arguments.FILE,
    help="Show what differs from the simulation of the file OLD.",
)
@click.option(
    "-n",
    "--at-most",
    "most",
    metavar="K",
    type=click.IntRange(1),
    help="Show at most K iterations: the first ones and the last.  "
    "[default: 10 on a terminal, else all]",
)
@click.option(
    "--full",
    is_flag=True,
    help="Show the whole command of a learner, with the check of its result.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json", "jsonl")),
    default="text",
    show_default=True,
    help="The format of the output.",
)
@click.pass_context
def simulate_command(
    ctx: click.Context,
    file: str,
    settings: Sequence[tuple[str, str]],
    params: str | None,
    strict: bool,
    workflow: str | None,
    results: str | None,
    seed: int | None,
    fail: tuple[str, ...],
    partly: tuple[str, ...],
    cancel: tuple[str, ...],
    old: str | None,
    most: int | None,
    full: bool,
    form: str,
) -> None:
    """Show what the workflows of FILE would submit, iteration by iteration; nothing is executed.

    \b
    alw simulate flow.alw                        with results that are drawn
    alw simulate flow.alw --results points.json  with yours
    alw simulate flow.alw --fail simulate.2      if a task fails in iteration 2
    alw simulate --diff old.alw flow.alw         what a change does to a campaign

    iDDS's own engine decides what is submitted, and the compiled check of the learner's result
    whether the loop goes on.  Tasks finish unless --fail, --partly or --cancel says otherwise.

    The exit status is 0 however the loop ends; 1 if FILE has errors, if results do not fit, and
    with --diff if anything differs.

    It needs the extra alw[run].
    """
    from .simulating import Options, simulate_file

    if results is not None and seed is not None:
        raise click.UsageError("--results and --seed exclude each other")
    if old is not None and form != "text":
        raise click.UsageError("--diff writes text: leave --format out")
    options = Options(results, seed, fail, partly, cancel, most, full, form)
    ctx.exit(simulate_file(file, settings, params, strict, workflow, old, options))


@alw.command("schema", cls=_SchemaCommand, short_help="Print a JSON Schema of the output.")
@click.argument("name", required=False, callback=_schema_name)
def schema_command(name: str | None) -> None:
    """Print the JSON Schema (2020-12) NAME, or list all schemas."""
    if name is None:
        width = max(len(known) for known, _ in _schemas())
        for known, title in _schemas():
            click.echo(f"{known:<{width}}  {title}".rstrip())
        return
    from ..resources import schema_text

    click.echo(schema_text(name), nl=False)


@alw.command("explain", short_help="Explain a message, or list all.")
@click.argument("rule", metavar="[CODE|NAME]", required=False)
def explain_command(rule: str | None) -> None:
    """Explain a message: what is wrong and why, with an example and its correction.

    CODE and NAME are at the start of a message, such as ALW203 (or 203) and unbound-name.
    Without them, all messages are listed.
    """
    from .explain import explain

    explain(rule)


class _Missing(click.ClickException):
    """What a command needs is not installed."""

    exit_code = 2


@alw.command("lsp", short_help="Run the language server for editors.")
@click.option(
    "--stdio", is_flag=True, help="Use standard input and output (the default and only way)."
)
@click.option("--clientProcessId", type=int, hidden=True, expose_value=False)
@click.pass_context
def lsp_command(ctx: click.Context, stdio: bool) -> None:
    """Run the language server (LSP) on standard input and output.

    It needs the extra alw[lsp].
    """
    from importlib.util import find_spec

    if find_spec("pygls") is None:
        raise _Missing("install alw[lsp]")
    from ..server.main import serve

    ctx.exit(serve())
