"""What runs when no command is named."""

from cli_fakes import Session


def home(session: Session) -> None:
    """Say so."""
    session.tell(home=True)
