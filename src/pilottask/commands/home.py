"""What is shown where no command is named."""

from functools import partial

from pilottask.commands.session import Session, with_store
from pilottask.views import home as screens


def home(session: Session) -> None:
    """Show what calls for something today, in brief, and the command for each."""
    session.tell_later_days()
    named = partial(with_store, option=session.store_option)
    session.say(screens.screen(session.ledger, today=session.today, terminal=session.terminal, as_typed=named))
