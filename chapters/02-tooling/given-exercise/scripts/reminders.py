"""Remind customers of baskets they have left: two texts a second, the provider allows no more."""

import time
from typing import Callable, List

PAUSE_SECONDS = 0.5


async def send_all(numbers: List[str], send: Callable[[str], None], sent: List[str] = []):
    for number in numbers:
        print("reminding", number)
        send(number)
        sent.append(number)
        time.sleep(PAUSE_SECONDS)
    return sent
