"""What the parser refuses, in our words: Click's own are English, so they are worded anew from what they hold."""

from typing import Final

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.cli.describing import overview
from pilottask.cli.grammar import Node
from pilottask.cli.typer_parts import (
    BadOptionUsage,
    BadParameter,
    ClickException,
    Context,
    MissingParameter,
    NoSuchOption,
    UsageError,
    is_from_environment,
)
from pilottask.cli.values import did_you_mean

_SAME: Final = (
    ("--days", "--within", "--silent", "--not-inspected"),
    ("--date", "--on", "--due", "--for", "--fix-by", "--due-by"),
    ("--since", "--from", "--moved-since"),
    ("--until", "--to", "--due-by"),
    ("--unit", "--dept", "--department"),
    ("--person", "--owner"),
    ("--present", "--attend"),
    ("--partner", "--partners", "--with"),
    ("--why", "--reason"),
    ("--out", "--file", "--output"),
    ("--comment", "--text", "--remark"),
    ("--force", "--yes"),
    ("--top", "--max", "--limit"),
    ("--group", "--group-by", "--by"),
    ("--order", "--order-by", "--sort-by", "--sort"),
)
"""What options are called in other commands, and in other programs: those for one thing, the likeliest first."""


def as_fault(exc: ClickException) -> UsageFault:
    """Return the refusal that a parser error comes to, with the way to help as its hint."""
    ctx = exc.ctx if isinstance(exc, UsageError) else None
    if ctx is None:
        return UsageFault(exc.format_message())
    hint = _("{command} shows how.").format(command=f"{ctx.command_path} -h")
    return UsageFault(_explain(exc, overview(ctx.command), ctx), hint=hint)


def _explain(exc: ClickException, node: Node, ctx: Context) -> str:
    match exc:
        case NoSuchOption():
            return _no_such_option(exc.option_name, node)
        case BadOptionUsage():
            option = next(option for option in node.options if exc.option_name in option.names)
            if option.takes_value:
                return _("The option {name} needs a value after it.").format(name=exc.option_name)
            return _("The option {name} takes no value.").format(name=exc.option_name)
        case MissingParameter(param=param) if param is not None:
            return _missing(param.name or "", node)
        case BadParameter(param=param) if param is not None:
            name = node.parameter(param.name or "").name
            if is_from_environment(ctx, param):
                name = str(param.envvar)
            return _("{name}: {what}").format(name=name, what=exc.message)
        case _:
            return exc.message


def _no_such_option(name: str, node: Node) -> str:
    known = [name for option in node.options for name in option.names if name.startswith("--")]
    if same := [other for names in _SAME if name in names for other in names if other in known]:
        hint = _(" Here it is {name}.").format(name=same[0])
    else:
        hint = did_you_mean(name, known) if name.startswith("--") else ""
    if not hint and not name.startswith("--"):
        hint = _(" A text that begins with “-” goes after a lone “--”.")
    return _("There is no option {name}.").format(name=quote(name)) + hint


def _missing(param: str, node: Node) -> str:
    parameter = node.parameter(param)
    text = _("The option {name} is missing.") if parameter.names else _("The argument {name} is missing.")
    choices = _(" It is one of {choices}.").format(choices=_(", ").join(parameter.choices)) if parameter.choices else ""
    return text.format(name=parameter.name) + choices
