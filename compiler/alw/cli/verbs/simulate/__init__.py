"""``alw simulate``: what a workflow would submit."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ... import arguments


def _runnable(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    name = arguments.choose_target(ctx, parameter, value)
    if name != "idds-2":
        raise click.BadParameter(
            f"{name} cannot be simulated: what steps the workflow is the engine of iDDS 2.6.21"
        )
    return name


@click.command("simulate", short_help="Show what a workflow would submit.")
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
def command(
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
    from .simulate_files import SimulateOptions, simulate_file

    if results is not None and seed is not None:
        raise click.UsageError("--results and --seed exclude each other")
    if old is not None and form != "text":
        raise click.UsageError("--diff writes text: leave --format out")
    options = SimulateOptions(results, seed, fail, partly, cancel, most, full, form)
    ctx.exit(simulate_file(file, settings, params, strict, workflow, old, options))
