"""The mail server's client. In development no mail leaves: it is a line in the log."""

import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

type SendMail = Callable[[str, str], Awaitable[None]]


async def send_mail(to: str, subject: str) -> None:
    """Hand a mail to the server; OSError when it cannot be reached."""
    logger.info("To %s: %s", to, subject)
