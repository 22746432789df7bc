"""Commands as Typer builds them, each imported when it is called; the overview comes from the table alone."""

import importlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple, cast

from typer import Context as TyperContext
from typer import Option
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command_from_info
from typer.models import CommandInfo

from pilottask import __version__
from pilottask.base.i18n import N_, _
from pilottask.base.text import quote
from pilottask.cli.grammar import Node
from pilottask.cli.options import Globals, gathered, global_options, made
from pilottask.cli.parameters import Kind, described, did_you_mean, kinds
from pilottask.cli.typer_parts import Command as ClickCommand
from pilottask.cli.typer_parts import Context, Parameter, UsageError, names_a_command
from pilottask.commands.table import Command, Group, Panels


class Wiring(NamedTuple):
    """What the commands are built from: their table, the package that holds them, and what makes a session.

    `home`, as `module:function`, runs where no command is named; the overview is shown where it is None.
    """

    panels: Panels
    package: str
    home: str | None
    open_session: Callable[[Globals], object]


class Described(ClickCommand):
    """What commands and groups have in common: what is known of them, and errors that say of which they are."""

    wiring: Wiring
    kinds: Mapping[str, Kind] = MappingProxyType({})

    def node(self) -> Node:
        """Return what help and errors know of it."""
        return Node(self.help or "", described(self.params, self.kinds), {}, example=self.epilog or "")

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse `args`; Click leaves out whose error it is where a value is missing."""
        try:
            return super().parse_args(ctx, args)
        except UsageError as exc:
            exc.ctx = exc.ctx or ctx
            raise


class PilotCommand(Described, TyperCommand):
    """A command: the session is made as it runs."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Refuse extra arguments in our own words."""
        ctx.allow_extra_args = True
        if rest := super().parse_args(ctx, args):
            text = _("Too many arguments: {words}. A text with spaces in it needs quotes around it.")
            raise UsageError(text.format(words=" ".join(map(quote, rest))), ctx)
        return rest

    def invoke(self, ctx: Context) -> Any:  # noqa: ANN401  Click's
        """Run the command with a session as `ctx.obj`."""
        ctx.obj = self.wiring.open_session(gathered(ctx))
        return super().invoke(ctx)


class LazyGroup(Described, TyperGroup):
    """A group that knows its commands by their table, and imports the one that is called."""

    def __init__(self, name: str, panels: Panels, wiring: Wiring, **attrs: Any) -> None:  # noqa: ANN401  Click's
        super().__init__(name=name, add_help_option=False, **attrs)
        self.panels = panels
        self.entries = {name: entry for commands in panels.values() for name, entry in commands.items()}
        self.wiring = wiring

    def node(self) -> Node:
        """Return what help and errors know of it, and of its commands the line that the table has."""
        commands = {
            name: Node(_(entry.help), (), {}, panel=_(panel))
            for panel, entries in self.panels.items()
            for name, entry in entries.items()
        }
        return super().node()._replace(commands=commands)

    def whole(self) -> Node:
        """Return all that can be typed after it; every command is imported."""
        built = {name: _build(name, entry, self.wiring) for name, entry in self.entries.items()}
        commands = {name: one.whole() if isinstance(one, LazyGroup) else one.node() for name, one in built.items()}
        return super().node()._replace(commands=commands)

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002  Click's
        """Return the names in the order of the table."""
        return list(self.entries)

    def get_command(self, ctx: Context, cmd_name: str) -> ClickCommand | None:  # noqa: ARG002  Click's
        """Import and build the command of that name."""
        entry = self.entries.get(cmd_name)
        return None if entry is None else _build(cmd_name, entry, self.wiring)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, ClickCommand | None, list[str]]:
        """Find the command that `args` begin with; refuse an unknown one in our own words."""
        name, *rest = args
        if (command := self.get_command(ctx, name)) is None:
            text = _("There is no command {name}.").format(name=quote(name))
            raise UsageError(text + did_you_mean(name, self.entries), ctx)
        return name, command, rest

    def invoke(self, ctx: Context) -> Any:  # noqa: ANN401  Click's
        """Run the command named, or what stands for none."""
        if names_a_command(ctx):
            return super().invoke(ctx)
        if ctx.parent is not None:
            raise UsageError(_("A command is missing: {choices}.").format(choices=_(", ").join(self.entries)), ctx)
        if self.wiring.home is None:
            return _print_help(ctx)
        ctx.obj = self.wiring.open_session(gathered(ctx))
        with ctx:
            return _load(self.wiring.home, self.wiring)(ctx)


def root_group(wiring: Wiring) -> LazyGroup:
    """Return the program's own group, worded in the language in use."""
    return LazyGroup(
        "pilottask",
        wiring.panels,
        wiring,
        params=[*_root_options(), *_shared_options()],
        help=_("The task list of a reform pilot: what is to be done, by whom, by when, and how it stands."),
        epilog=_("pilottask COMMAND -h shows the help of a command"),
        invoke_without_command=True,
    )


def _root_options() -> list[Parameter]:
    """Return the options that stand before a command alone."""

    def flag(name: str, text: str, show: Callable[[], None]) -> Any:  # noqa: ANN401  as Typer has it
        def callback(ctx: TyperContext, value: bool) -> None:
            if value:
                show()
                ctx.exit()

        return Annotated[bool, Option(name, help=text, is_eager=True, expose_value=False, callback=callback)]

    return made(
        {
            "version": flag("--version", _("Show the version and exit"), _show_version),
            "install_completion": flag(
                "--install-completion", _("Set up completion by the Tab key for this shell"), _install_completion
            ),
            "show_completion": flag("--show-completion", _("Show what would be set up for it"), _show_completion),
        }
    )


def _shared_options() -> list[Parameter]:
    """Return the options that every command takes."""
    show_help = Option(
        "--help",
        "-h",
        help=_("Show this help and exit"),
        is_eager=True,
        expose_value=False,
        rich_help_panel=_("Global options"),
        callback=_show_help,
    )
    return [*global_options(), *made({"help": Annotated[bool, show_help]})]


def _build(name: str, entry: Command | Group, wiring: Wiring) -> PilotCommand | LazyGroup:
    if isinstance(entry, Group):
        return LazyGroup(
            name,
            {N_("Commands"): entry.commands},
            wiring,
            params=_shared_options(),
            help=_(entry.help),
            epilog=_(entry.example),
        )
    function = _load(entry.target, wiring)
    of_kind = kinds(function)
    info = CommandInfo(
        name=name,
        cls=PilotCommand,
        callback=function,
        help="\n\n".join(_(text) for text in (entry.help, entry.details) if text),
        epilog=_(entry.example),
        add_help_option=False,
    )
    built = get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=None)
    command = cast("PilotCommand", built)
    command.wiring, command.kinds = wiring, of_kind
    command.params += _shared_options()
    return command


def _load(target: str, wiring: Wiring) -> Callable[..., Any]:
    """Import the function that `target` names."""
    module, _colon, function = target.partition(":")
    loaded: Callable[..., Any] = getattr(importlib.import_module(f"{wiring.package}.{module}"), function)
    return loaded


def node_of(ctx: Context) -> Node:
    """Return what is known of the command of `ctx`."""
    if not isinstance(ctx.command, Described):
        raise TypeError(ctx.command)
    return ctx.command.node()


def _print_help(ctx: Context) -> None:
    from pilottask.cli import help as help_page  # noqa: PLC0415  for help alone

    help_page.show(node_of(ctx), ctx.command_path)


def _show_help(ctx: TyperContext, value: bool) -> None:
    if value:
        _print_help(ctx)
        ctx.exit()


def _show_version() -> None:
    print(f"pilottask {__version__}")  # noqa: T201  the output asked for


def _install_completion() -> None:
    from pilottask.cli.completion import scripts  # noqa: PLC0415  seldom used

    scripts.install()


def _show_completion() -> None:
    from pilottask.cli.completion import scripts  # noqa: PLC0415  seldom used

    scripts.show()
