"""The options that every command takes, before its name and after it."""

from pathlib import Path
from typing import Any, Final, NamedTuple

from typer import Context
from typer._click import Context as ClickContext
from typer._click import Parameter
from typer._click.core import ParameterSource
from typer._click.types import ParamType
from typer.core import TyperOption

from pilottask.base.folders import store_path
from pilottask.base.i18n import Lang, _, language, parse_lang
from pilottask.base.text import quote

_META: Final = "pilottask.globals"


class Globals(NamedTuple):
    """What the global options say: a session is made from it. None stands for what was not said."""

    store: Path | None
    today: str | None
    lang: Lang
    lang_said: bool = False


class LangType(ParamType):
    """A language by its code; `zh_CN` is taken for `zh`."""

    name = "lang"

    def convert(self, value: Any, param: Parameter | None, ctx: ClickContext | None) -> Lang:  # noqa: ANN401  Click's
        """Return the language; refuse any other."""
        lang = parse_lang(str(value))
        if lang is None:
            self.fail(
                _("{value} is not one of {choices}").format(value=quote(str(value)), choices=_(", ").join(Lang)),
                param,
                ctx,
            )
        return lang


def global_options() -> list[TyperOption]:
    """Return the global options, worded in the language in use."""
    return [
        _global("store", metavar=_("FILE"), text=_("The task list to work with")),
        _global("today", metavar=_("DATE"), text=_("The day to take for today")),
        _global("lang", metavar="zh|en", text=_("The language to speak"), kind=LangType()),
    ]


def _global(name: str, *, metavar: str, text: str, kind: ParamType | None = None) -> TyperOption:
    return TyperOption(
        param_decls=[f"--{name}"],
        type=kind,
        metavar=metavar,
        envvar=f"PILOTTASK_{name.upper()}",
        show_envvar=True,
        help=text,
        rich_help_panel=_("Global options"),
        expose_value=False,
        callback=_keep,
    )


def gathered(ctx: ClickContext) -> Globals:
    """Return what the global options of the whole command line say; the last one given of a kind holds."""
    kept: dict[str, Any] = ctx.meta.get(_META, {})
    store = kept.get("store")
    return Globals(
        store=None if store is None else store_path(store),
        today=kept.get("today"),
        lang=kept.get("lang", language()),
        lang_said="lang" in kept,
    )


def _keep(ctx: Context, param: Parameter, value: Any) -> None:  # noqa: ANN401  Click's
    """Remember a global option; one on the command line outweighs the environment wherever it stands."""
    if value is None or param.name is None:
        return
    if value == "":
        from typer import BadParameter  # noqa: PLC0415  seldom

        raise BadParameter(_("it is empty"), ctx=ctx, param=param)
    kept: dict[str, Any] = ctx.meta.setdefault(_META, {})
    if ctx.get_parameter_source(param.name) is ParameterSource.COMMANDLINE:
        kept[param.name] = value
    else:
        kept.setdefault(param.name, value)
