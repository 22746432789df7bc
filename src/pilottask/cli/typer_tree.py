"""Commands as Typer builds them, each imported when it is called; the overview comes from the table alone."""

import importlib
from collections.abc import Callable
from typing import Any, NoReturn, cast

from msgspec import Struct
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command_from_info
from typer.models import CommandInfo

from pilottask.base.i18n import N_, _
from pilottask.base.text import fault, quote
from pilottask.cli.functions import for_typer
from pilottask.cli.options import Globals, collect_globals, root_options, shared_options
from pilottask.cli.typer_parts import BadParameter, Context, Parameter, UsageError, names_a_command, refusing_twice
from pilottask.cli.typer_parts import Command as ClickCommand
from pilottask.cli.values import did_you_mean, set_parsers
from pilottask.commands.table import Command, Group, Panels


class Wiring(Struct, frozen=True):
    """What the commands are built from: their table, the package that holds them, and what makes a session."""

    panels: Panels
    package: str
    open_session: Callable[[Globals], object]


class _Built(ClickCommand):
    """What commands and groups have in common."""

    builder: "Builder"

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse `args`; Click leaves out whose error it is where a value is missing."""
        try:
            return super().parse_args(ctx, args)
        except UsageError as exc:
            exc.ctx = exc.ctx or ctx
            raise

    def make_parser(self, ctx: Context) -> Any:  # noqa: ANN401  Click's
        """Return a parser that refuses a second value where one is taken; Click would drop the first without a word."""

        def refuse(param: Parameter) -> NoReturn:
            raise BadParameter(_("it is given twice, and takes one value."), ctx, param)

        return refusing_twice(super().make_parser(ctx), refuse)


class PilotCommand(_Built, TyperCommand):
    """A command: the session is made as it runs."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Refuse extra arguments, and control characters in any text, in our own words."""
        ctx.allow_extra_args = True
        if rest := super().parse_args(ctx, args):
            text = _("Too many arguments: {words}.")
            given = [ctx.params.get(param.name or "") for param in self.params if param.param_type_name == "argument"]
            if any(isinstance(one, str) for one in given):
                text += _(" A text with spaces in it needs quotes around it.")
            raise UsageError(text.format(words=" ".join(map(quote, rest))), ctx)
        for param in self.params:
            value = ctx.params.get(param.name or "") if param.metavar != _("FILE") else None
            for one in value if isinstance(value, list | tuple) else (value,):
                if isinstance(one, str) and (wrong := fault(one, line=False)):
                    raise BadParameter(_("{wrong}; remove it and try again").format(wrong=wrong), ctx, param)
        return rest

    def invoke(self, ctx: Context) -> Any:  # noqa: ANN401  Click's
        """Run the command with a session as `ctx.obj`."""
        ctx.obj = self.builder.wiring.open_session(collect_globals(ctx))
        return super().invoke(ctx)


class LazyGroup(_Built, TyperGroup):
    """A group that knows its commands by their table, and imports the one that is called."""

    def __init__(
        self,
        name: str,
        panels: Panels,
        builder: "Builder",
        group: Group | None = None,
        **attrs: Any,  # noqa: ANN401  Click's
    ) -> None:
        super().__init__(name=name, add_help_option=False, **attrs)
        self.default, self.text, self.module = (group.default, group.text, name) if group else (None, None, "")
        self.panels = panels
        self.entries = {name: entry for commands in panels.values() for name, entry in commands.items()}
        self.builder = builder

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse `args`, in front of which the default command stands where none is named."""
        first = args[0] if args else "-"
        if first in {"-h", "--help"} or first in self.entries:
            return super().parse_args(ctx, args)
        none_named = first.isdigit() or (first.startswith("-") and self.entries.keys().isdisjoint(args))
        if self.text and (not first.startswith("-") or any(arg.startswith(self.text[1]) for arg in args)):
            args = [self.text[0], *args]
        elif self.default and none_named:
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def get_command(self, ctx: Context, cmd_name: str) -> ClickCommand | None:  # noqa: ARG002  Click's
        """Import and build the command of that name."""
        entry = self.entries.get(cmd_name)
        return None if entry is None else self.builder.command(cmd_name, entry, self.module)

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
        ctx.obj = self.builder.wiring.open_session(collect_globals(ctx))
        with ctx:
            return self.builder.load("home", "home")(ctx.obj)


class Builder:
    """Builds commands as `wiring` says, all with the same options for what every command takes."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        self.shared_options = shared_options(_show_help)

    def root(self) -> LazyGroup:
        """Return the program's own group, worded in the language in use."""
        return LazyGroup(
            "pilottask",
            self.wiring.panels,
            self,
            params=[*root_options(), *self.shared_options],
            help=_("The task list of a reform pilot: what is to be done, by whom, by when, and how it stands."),
            epilog=_("pilottask COMMAND -h shows the help of a command"),
            invoke_without_command=True,
        )

    def command(self, name: str, entry: Command | Group, module: str = "") -> PilotCommand | LazyGroup:
        """Import and build the command that `entry` of the table describes; `module` is that of its group."""
        if isinstance(entry, Group):
            attrs = {"params": [*self.shared_options], "help": _(entry.help), "epilog": _(entry.example)}
            return LazyGroup(name, {N_("Commands"): entry.commands}, self, entry, **attrs)
        function = for_typer(self.load(entry.module or module or name, name))
        set_parsers(function)
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
        command.builder = self
        command.params += self.shared_options
        return command

    def load(self, module: str, name: str) -> Callable[..., Any]:
        """Import the function of the command `name`."""
        loaded = importlib.import_module(f"{self.wiring.package}.{module}")
        function: Callable[..., Any] = getattr(loaded, f"{name}_", None) or getattr(loaded, name)
        return function


def _show_help(ctx: Context) -> None:
    from pilottask.cli import help as help_page  # noqa: PLC0415  for help alone

    help_page.show(ctx)
