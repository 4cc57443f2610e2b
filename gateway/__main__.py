"""The commands: ``xinyong …``. Each says what went wrong and what to do, and ends with 0, 1 or 2.

0 is done, 1 refused, 2 misused. What a program may read comes with ``--json``. Rooms are imported by the
command that needs them, so that ``--help`` is there at once.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from gateway.commands.line import catalogue, collection, graph, officers, serving, trail, working_days
from gateway.commands.line.chosen import Chosen

__all__ = ["cli", "main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--demo", is_flag=True, help="Work on the demonstration's data.")
@click.option("--config", type=click.Path(path_type=Path), help="Settings file (default: xinyong.yaml if it exists).")
@click.option("--debug", is_flag=True, help="Show where in the program an unforeseen error arose.")
@click.version_option(package_name="xinyong", prog_name="xinyong")
@click.pass_context
def cli(context: click.Context, config: Path | None, *, demo: bool, debug: bool) -> None:
    """Answer questions about a subject's public credit information (信用): one question, all agencies, recorded.

    Settings come from a YAML file and from variables XINYONG_SECTION__KEY; docs/settings.md lists them.
    """
    if demo and config is not None:
        message = "--demo has settings of its own: leave --config out"
        raise click.UsageError(message)
    context.obj = Chosen(config, demo, debug)


for _command in (
    serving.serve,
    serving.demo,
    serving.migrate,
    serving.check,
    serving.token,
    graph.schema,
    catalogue.template,
    catalogue.catalogue,
    graph.explain,
    collection.submit,
    collection.sync,
    trail.audit,
    trail.expire,
    officers.officers,
    collection.violations,
    serving.rules,
    trail.keys,
    working_days.calendar,
    collection.obligations,
):
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; every error is told with its cure, and never as a stack trace unless --debug asks for it."""
    try:
        cli.main(args=None if arguments is None else list(arguments), prog_name="xinyong")
    except Exception as error:  # the front door of the command line: nobody above could tell it better
        if "--debug" in (sys.argv if arguments is None else arguments):
            raise
        _tell(*_words(error))
    sys.exit(1)


def _words(error: Exception) -> tuple[str, str]:
    """Give what happened and what to do about it."""
    from gateway.errors import GatewayError

    if isinstance(error, GatewayError):
        return error.detail.english or error.said.english, error.hint()
    if isinstance(error, OSError):
        place = f": {error.filename}" if error.filename else ""
        return f"{error.strerror or error}{place}", "Mend that, then try again."
    return f"{type(error).__name__}: {error}", "This should not happen: run `xinyong --debug ...` and report it."


def _tell(what: str, cure: str) -> None:
    first, *others = what.splitlines() or [""]
    click.echo(f"xinyong: {first}", err=True)
    for line in others:
        click.echo(f"         {line}", err=True)
    click.echo(f"         {cure}", err=True)


if __name__ == "__main__":
    main()
