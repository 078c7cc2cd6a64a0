"""Password hashes at next to no cost.

A password hash is slow on purpose, and every check and most tests start with fresh customers: almost half of a grading
run's processor time was theirs, and a third of a checkpoint's. Neither judges how hard a hash is to compute, so there it
is easy.
"""

import hashlib
from collections.abc import Buffer
from functools import wraps

_EASY = 2  # the smallest cost there is: hashlib's own `n` is a power of two, and more than one


def make_hashes_cheap() -> None:
    """Make `hashlib.scrypt` cheap in this process and those forked from it; what it refuses, it still refuses."""
    slow = hashlib.scrypt

    @wraps(slow)
    def scrypt(
        password: Buffer, *, salt: Buffer, n: int, r: int, p: int, maxmem: int = 0, dklen: int = 64
    ) -> bytes:
        is_a_cost = isinstance(n, int) and n > 1 and n & (n - 1) == 0
        return slow(password, salt=salt, n=_EASY if is_a_cost else n, r=r, p=p, maxmem=maxmem, dklen=dklen)

    hashlib.scrypt = scrypt


def pytest_configure() -> None:
    """Do so where this module is a plugin of pytest, as it is at a checkpoint."""
    make_hashes_cheap()
