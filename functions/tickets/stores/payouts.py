"""Hosts' accounts at Stripe, as they were when last asked. Layout: see `records`."""

from core.dynamo import ConditionFailed, Database, Put, absent
from core.tables import TICKETS
from functions.tickets.rules.payees import PayoutAccount
from functions.tickets.stores.records import host_key
from functions.tickets.stores.records_money import PAYOUTS, payout_from_item, payout_item


class PayoutStore:
    """One account for each host."""

    def __init__(self, database: Database) -> None:
        self.table = database.table(TICKETS)

    def find(self, host_id: str) -> PayoutAccount | None:
        """The host's account, if they ever wanted one."""
        item = self.table.get(host_key(host_id), PAYOUTS)
        return payout_from_item(item) if item else None

    def open(self, account: PayoutAccount) -> PayoutAccount:
        """The host's account: this one, or the one that was there before."""
        try:
            self.table.write(Put(item=payout_item(account), condition=absent))
        except ConditionFailed as failed:
            if failed.found is None:
                raise
            return payout_from_item(failed.found)
        return account

    def keep(self, account: PayoutAccount) -> None:
        """How the host's account is now. Of two who have asked, the last to write may know less.

        What is not active is asked after again; what is, is asked to pay out by Stripe itself.
        """
        self.table.write(Put(item=payout_item(account)))
