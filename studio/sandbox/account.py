"""The account behind every key: a balance in quota units, and holds on it while calls run."""

import threading
from dataclasses import dataclass

QUOTA_PER_DOLLAR = 500_000
MICROS_PER_QUOTA = 2
"""A dollar is 500,000 units or 1,000,000 micro-dollars."""


@dataclass(frozen=True, slots=True)
class Balance:
    quota: int
    used: int
    count: int


class Account:
    """Thread-safe. What is held is not part of the balance: it dips while a call runs, as the real one does."""

    def __init__(self, quota: int) -> None:
        self._lock = threading.Lock()
        self._at_start = quota
        self._quota, self._used, self._count = quota, 0, 0

    def hold(self, amount: int) -> bool:
        """Set `amount` aside. False when the balance is below it."""
        with self._lock:
            if self._quota < amount:
                return False
            self._quota -= amount
        return True

    def release(self, amount: int) -> None:
        with self._lock:
            self._quota += amount

    def settle(self, held: int, charged: int) -> None:
        """Turn a hold into a charge; the two may differ."""
        with self._lock:
            self._quota += held - charged
            self._used += charged
            self._count += 1

    def balance(self) -> Balance:
        with self._lock:
            return Balance(self._quota, self._used, self._count)

    def reset(self) -> None:
        with self._lock:
            self._quota, self._used, self._count = self._at_start, 0, 0
