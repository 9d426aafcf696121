"""How long an account is still this process's."""

_MARGIN = 250  # ms by which two machines may read the one clock differently


class Lease:
    """An account's lease; `until` in milliseconds since 1970 UTC by the ledger's clock."""

    def __init__(self, until: int) -> None:
        self.until = until

    def outlives(self, moment: int) -> bool:
        """Whether nobody else can own the account at that moment."""
        return moment + _MARGIN < self.until

    def lose(self) -> None:
        """Somebody else may own it from now on."""
        self.until = 0
