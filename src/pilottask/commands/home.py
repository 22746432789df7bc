"""What is shown where no command is named."""

from pilottask.commands.session import Session
from pilottask.views import home as screens


def home(session: Session) -> None:
    """Show what calls for something today, in brief, and the command for each."""
    session.tell_later_days()
    session.say(screens.screen(session.ledger, today=session.today, terminal=session.terminal))
