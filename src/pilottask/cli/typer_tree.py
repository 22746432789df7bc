"""Commands as Typer builds them, each imported when it is called; the overview comes from the table alone.

The rooms for help and for usage errors are imported when there is one to show.
"""

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from typer import Context
from typer._click import Command as ClickCommand
from typer._click import Context as ClickContext
from typer._click import Parameter
from typer._click.exceptions import UsageError
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command_from_info
from typer.models import CommandInfo

from pilottask import __version__
from pilottask.base.i18n import _
from pilottask.cli.options import Globals, gathered, global_options
from pilottask.commands.table import Command, Group, Panel, Table

if TYPE_CHECKING:
    from pilottask.cli import help as help_page

_SESSIONS: Final = "pilottask.commands.session"


class Wiring(NamedTuple):
    """What the commands are built from: their table, the package that holds them, and what makes a session.

    `home`, as `module:function`, runs where no command is named; the overview is shown where it is None.
    """

    table: Table
    package: str
    home: str | None
    open_session: Callable[[Globals], object]


class _Worded(ClickCommand):
    """What commands and groups have in common: help and the parser's errors in our words."""

    def parse_args(self, ctx: ClickContext, args: list[str]) -> list[str]:
        """Parse `args`; an error says of which command it is, which Click leaves out for a missing value."""
        try:
            return super().parse_args(ctx, args)
        except UsageError as exc:
            exc.ctx = exc.ctx or ctx
            raise

    def get_help_option(self, ctx: ClickContext) -> TyperOption | None:  # noqa: ARG002  Click's
        """Return `-h`, one object however often it is asked for."""
        self._help_option = self._help_option or help_option()
        return self._help_option

    def get_help(self, ctx: ClickContext) -> str:
        """Return the help as plain text."""
        from pilottask.cli import help as help_page  # noqa: PLC0415  see above

        return help_page.plain(self.page(ctx))

    def page(self, ctx: ClickContext) -> "help_page.Page":
        """Return what the help says."""
        from pilottask.cli import help as help_page  # noqa: PLC0415  see above

        return help_page.page(ctx)


class PilotCommand(_Worded, TyperCommand):
    """A command: global options and localized help added, the session made as it runs."""

    def parse_args(self, ctx: ClickContext, args: list[str]) -> list[str]:
        """Refuse extra arguments in our own words."""
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            from pilottask.cli.parser_errors import ExtraArguments  # noqa: PLC0415  see above

            raise ExtraArguments(rest, ctx)
        return rest

    def invoke(self, ctx: ClickContext) -> Any:  # noqa: ANN401  Click's
        """Run the command with a session as `ctx.obj`."""
        ctx.obj = _session(ctx)
        return super().invoke(ctx)


class LazyGroup(_Worded, TyperGroup):
    """A group that knows its commands by the table, and imports the one that is called."""

    def __init__(self, name: str, table: Table, wiring: Wiring, *, text: str, example: str, root: bool = False) -> None:
        params: list[Parameter] = [*root_options(), *global_options()] if root else [*global_options()]
        super().__init__(name=name, params=params, help=text, epilog=example, invoke_without_command=root)
        self.table = table
        self.wiring = wiring
        self.root = root

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: ClickContext | None = None,
        **extra: Any,  # noqa: ANN401  Click's
    ) -> ClickContext:
        """Remember for the commands below how sessions are made."""
        ctx = super().make_context(info_name, args, parent, **extra)
        ctx.meta[_SESSIONS] = self.wiring.open_session
        return ctx

    def list_commands(self, ctx: ClickContext) -> list[str]:  # noqa: ARG002  Click's
        """Return the names in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: ClickContext, cmd_name: str) -> ClickCommand | None:  # noqa: ARG002  Click's
        """Import and build the command of that name."""
        entry = self.table.get(cmd_name)
        return None if entry is None else _build(cmd_name, entry, self.wiring)

    def resolve_command(self, ctx: ClickContext, args: list[str]) -> tuple[str | None, ClickCommand | None, list[str]]:
        """Find the command that `args` begin with; refuse an unknown one in our own words."""
        name = args[0]
        command = self.get_command(ctx, name)
        if command is None and not ctx.resilient_parsing:
            from pilottask.cli.parser_errors import NoSuchCommand  # noqa: PLC0415  see above

            raise NoSuchCommand(name, self.table, ctx)
        return (name if command else None), command, args[1:]

    def invoke(self, ctx: ClickContext) -> Any:  # noqa: ANN401  Click's
        """Run the command named, or what stands for none."""
        if ctx._protected_args:  # noqa: SLF001  where Click's groups keep it
            return super().invoke(ctx)
        if not self.root:
            from pilottask.cli.parser_errors import MissingCommand  # noqa: PLC0415  see above

            raise MissingCommand(self.table, ctx)
        if self.wiring.home is None:
            _print_help(self, ctx)
            return None
        ctx.obj = _session(ctx)
        with ctx:
            return _load(self.wiring.home, self.wiring)(ctx)

    def page(self, ctx: ClickContext) -> "help_page.Page":
        """Return what the help says, its commands by panel at the root."""
        from pilottask.cli import help as help_page  # noqa: PLC0415  see above

        if not self.root:
            rows = tuple(help_page.Row(name, _(entry.help)) for name, entry in self.table.items())
            return help_page.page(ctx, [help_page.Section(_("Commands"), rows)])
        panels = [
            help_page.Section(
                _(panel.value),
                tuple(help_page.Row(name, _(entry.help)) for name, entry in self.table.items() if entry.panel is panel),
            )
            for panel in Panel
        ]
        return help_page.page(ctx, [panel for panel in panels if panel.rows])


def root_group(wiring: Wiring) -> LazyGroup:
    """Return the program's own group, worded in the language in use."""
    return LazyGroup(
        "pilottask",
        wiring.table,
        wiring,
        text=_("The task list of a reform pilot: what is to be done, by whom, by when, and how it stands."),
        example=_("pilottask COMMAND -h shows the help of a command"),
        root=True,
    )


def root_options() -> list[TyperOption]:
    """Return the options that stand before a command alone."""
    return [
        _flag("--version", text=_("Show the version and exit"), callback=_show_version, is_eager=True),
        _flag(
            "--install-completion",
            text=_("Set up completion by the Tab key for this shell"),
            callback=_install_completion,
        ),
        _flag("--show-completion", text=_("Show what would be set up for it"), callback=_show_completion),
    ]


def help_option() -> TyperOption:
    """Return `-h`, which shows the help of its command."""
    return _flag(
        "--help",
        "-h",
        text=_("Show this help and exit"),
        callback=_show_help,
        is_eager=True,
        rich_help_panel=_("Global options"),
    )


def _flag(
    *names: str,
    text: str,
    callback: Callable[..., None],
    is_eager: bool = False,
    rich_help_panel: str | None = None,
) -> TyperOption:
    return TyperOption(
        param_decls=list(names),
        is_flag=True,
        is_eager=is_eager,
        expose_value=False,
        help=text,
        rich_help_panel=rich_help_panel,
        callback=callback,
    )


def _build(name: str, entry: Command | Group, wiring: Wiring) -> ClickCommand:
    if isinstance(entry, Group):
        return LazyGroup(name, entry.commands, wiring, text=_(entry.help), example=_(entry.example))
    text = _(entry.help) + (f"\n\n{_(entry.details)}" if entry.details else "")
    command = get_command_from_info(
        CommandInfo(
            name=name,
            cls=PilotCommand,
            callback=_load(entry.target, wiring),
            help=text,
            epilog=_(entry.example),
        ),
        pretty_exceptions_short=False,
        rich_markup_mode=None,
    )
    command.params += global_options()
    return command


def _load(target: str, wiring: Wiring) -> Callable[..., Any]:
    """Import the function that `target` names."""
    module, _colon, function = target.partition(":")
    loaded: Callable[..., Any] = getattr(importlib.import_module(f"{wiring.package}.{module}"), function)
    return loaded


def _session(ctx: ClickContext) -> object:
    open_session: Callable[[Globals], object] = ctx.meta[_SESSIONS]
    return open_session(gathered(ctx))


def _print_help(command: _Worded, ctx: ClickContext) -> None:
    from pilottask.cli import help as help_page  # noqa: PLC0415  see above

    help_page.show(command.page(ctx))


def _show_help(ctx: Context, _param: Parameter, value: Any) -> None:  # noqa: ANN401  Click's
    if value and not ctx.resilient_parsing and isinstance(ctx.command, _Worded):
        _print_help(ctx.command, ctx)
        ctx.exit()


def _show_version(ctx: Context, _param: Parameter, value: Any) -> None:  # noqa: ANN401  Click's
    if value and not ctx.resilient_parsing:
        print(f"pilottask {__version__}")  # noqa: T201  the output asked for
        ctx.exit()


def _install_completion(ctx: Context, _param: Parameter, value: Any) -> None:  # noqa: ANN401  Click's
    if value and not ctx.resilient_parsing:
        from pilottask.cli.completion import shells  # noqa: PLC0415  seldom used

        shells.install()
        ctx.exit()


def _show_completion(ctx: Context, _param: Parameter, value: Any) -> None:  # noqa: ANN401  Click's
    if value and not ctx.resilient_parsing:
        from pilottask.cli.completion import shells  # noqa: PLC0415  seldom used

        shells.show()
        ctx.exit()
