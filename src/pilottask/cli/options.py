"""The options that every command takes, before its name and after it, and those of the program itself."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from pilottask import __version__
from pilottask.base.folders import store_path
from pilottask.base.i18n import Lang, _, language, parse_lang
from pilottask.cli.typer_parts import BadParameter, Context, Parameter, is_from_command_line, option
from pilottask.cli.values import not_among

_META: Final = "pilottask.globals"
_SAID: Final = "pilottask.said"

Show = Callable[[Context], None]
"""Prints what an option stands for, instead of running a command."""


class Globals(Struct, frozen=True):
    """What the global options say: a session is made from it. None stands for what was not said.

    `store_option` is the store as it was typed, not as the environment names it.
    """

    store: Path | None
    today: str | None
    lang: Lang
    lang_said: bool = False
    store_option: str | None = None


def root_options() -> list[Parameter]:
    """Return the options that stand before a command alone."""
    return [
        _flag("--version", text=_("Show the version and exit"), show=_show_version),
        _flag(
            "--install-completion",
            text=_("Set up completion by the Tab key for this shell"),
            show=partial(_completion, install=True),
        ),
        _flag(
            "--show-completion", text=_("Show what would be set up for it"), show=partial(_completion, install=False)
        ),
    ]


def shared_options(show_help: Show) -> list[Parameter]:
    """Return the options that every command takes."""
    panel = _("Global options")
    return [
        _global("store", _("FILE"), _("The task list to work with"), panel),
        _global("today", _("DATE"), _("The day to take for today"), panel),
        _global("lang", "zh|en", _("The language to speak"), panel, _lang),
        _flag("--help", "-h", text=_("Show this help and exit"), show=show_help, panel=panel),
    ]


def _flag(*names: str, text: str, show: Show, panel: str | None = None) -> Parameter:
    def callback(ctx: Context, _param: Parameter, value: bool) -> None:
        if value:
            show(ctx)
            ctx.exit()

    return option(*names, is_flag=True, is_eager=True, help=text, rich_help_panel=panel, callback=callback)


def _global(name: str, metavar: str, text: str, panel: str, parser: Callable[[str], object] | None = None) -> Parameter:
    return option(
        f"--{name}",
        metavar=metavar,
        help=text,
        envvar=f"PILOTTASK_{name.upper()}",
        show_envvar=True,
        rich_help_panel=panel,
        callback=_keep,
        parser=parser,
    )


def _lang(text: str) -> Lang:
    """Return the language that is named; `zh_CN` is taken for `zh`."""
    lang = parse_lang(text)
    if lang is None:
        raise BadParameter(not_among(text, Lang))
    return lang


def _keep(ctx: Context, param: Parameter, value: Any) -> None:  # noqa: ANN401  Click's
    """Remember a global option; one on the command line outweighs the environment wherever it stands.

    Raises BadParameter where it stands there before the command and after it, with another value.
    """
    if value is None or param.name is None:
        return
    if value == "":
        raise BadParameter(_("it is empty."))
    kept: dict[str, Any] = ctx.meta.setdefault(_META, {})
    if is_from_command_line(ctx, param):
        given: dict[str, Any] = ctx.meta.setdefault(_SAID, {})
        if given.setdefault(param.name, value) != value:
            raise BadParameter(_("it is given twice, and takes one value."))
        kept[param.name] = value
    else:
        kept.setdefault(param.name, value)


def collect_globals(ctx: Context) -> Globals:
    """Return what the global options of the whole command line say."""
    kept: dict[str, Any] = ctx.meta.get(_META, {})
    store = kept.get("store")
    return Globals(
        store=None if store is None else store_path(store),
        today=kept.get("today"),
        lang=kept.get("lang", language()),
        lang_said="lang" in kept,
        store_option=ctx.meta.get(_SAID, {}).get("store"),
    )


def _show_version(_ctx: Context) -> None:
    print(f"pilottask {__version__}")  # noqa: T201  the output asked for


def _completion(_ctx: Context, *, install: bool) -> None:
    from pilottask.cli.completion import scripts  # noqa: PLC0415  seldom used

    (scripts.install if install else scripts.show)()
