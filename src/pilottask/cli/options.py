"""The options that every command takes, before its name and after it, and those of the program itself."""

from collections.abc import Mapping
from inspect import Parameter as Slot
from inspect import Signature
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

from typer import CallbackParam, Option
from typer import Context as TyperContext
from typer.main import get_command_from_info
from typer.models import CommandInfo

from pilottask.base.folders import store_path
from pilottask.base.i18n import Lang, _, language, parse_lang
from pilottask.cli.parameters import not_among
from pilottask.cli.typer_parts import BadParameter, Context, Parameter, is_from_command_line

_META: Final = "pilottask.globals"


class Globals(NamedTuple):
    """What the global options say: a session is made from it. None stands for what was not said."""

    store: Path | None
    today: str | None
    lang: Lang
    lang_said: bool = False


def global_options() -> list[Parameter]:
    """Return the global options, worded in the language in use."""

    def kept(name: str, metavar: str, text: str, parser: Any = None) -> Any:  # noqa: ANN401  as Typer has it
        return Option(
            f"--{name}",
            metavar=metavar,
            help=text,
            envvar=f"PILOTTASK_{name.upper()}",
            rich_help_panel=_("Global options"),
            expose_value=False,
            callback=_keep,
            parser=parser,
        )

    return made(
        {
            "store": Annotated[str | None, kept("store", _("FILE"), _("The task list to work with"))],
            "today": Annotated[str | None, kept("today", _("DATE"), _("The day to take for today"))],
            "lang": Annotated[str | None, kept("lang", "zh|en", _("The language to speak"), _lang)],
        }
    )


def made(declared: Mapping[str, Any]) -> list[Parameter]:
    """Return the options that Typer makes of a function with these parameters, by name their annotations.

    Its own class for an option is not built alike in every version.
    """

    def bare() -> None:
        """Have a signature alone."""

    slots = [Slot(name, Slot.KEYWORD_ONLY, default=None, annotation=hint) for name, hint in declared.items()]
    bare.__signature__ = Signature(slots)  # type: ignore[attr-defined]
    info = CommandInfo(callback=bare)
    return get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=None).params


def _lang(text: str) -> Lang:
    """Return the language that is named; `zh_CN` is taken for `zh`."""
    lang = parse_lang(text)
    if lang is None:
        raise BadParameter(not_among(text, Lang))
    return lang


def _keep(ctx: TyperContext, param: CallbackParam, value: Any) -> None:  # noqa: ANN401  Click's
    """Remember a global option; one on the command line outweighs the environment wherever it stands."""
    if value is None or param.name is None:
        return
    if value == "":
        raise BadParameter(_("it is empty."))
    kept: dict[str, Any] = ctx.meta.setdefault(_META, {})
    if is_from_command_line(ctx, param):
        kept[param.name] = value
    else:
        kept.setdefault(param.name, value)


def gathered(ctx: Context) -> Globals:
    """Return what the global options of the whole command line say; the last one given of a kind holds."""
    kept: dict[str, Any] = ctx.meta.get(_META, {})
    store = kept.get("store")
    return Globals(
        store=None if store is None else store_path(store),
        today=kept.get("today"),
        lang=kept.get("lang", language()),
        lang_said="lang" in kept,
    )
