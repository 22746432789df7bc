"""Mail: what an address and a server look like, and how safely it goes to that."""

import re
from enum import StrEnum


class Tls(StrEnum):
    """How mail is kept from being read on its way to the server."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


def is_address(text: str) -> bool:
    """Tell whether `text` is a mail address, without a name beside it."""
    return re.fullmatch(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)*", text, re.ASCII) is not None


def is_server(text: str) -> bool:
    """Tell whether `text` names a server and its port, as in smtp.example.cn:587."""
    match = re.fullmatch(r"[\w-]+(?:\.[\w-]+)*:([0-9]{1,5})", text, re.ASCII)
    return match is not None and 0 < int(match[1]) < 2**16
