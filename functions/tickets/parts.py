"""What the deeds of tickets stand on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from core.dynamo import Database, Table, Write
from core.tables import ROOMS, TICKETS
from functions.rooms.parts import Parts as RoomParts
from functions.shared.mail import Mailer
from functions.shared.queues import Queues
from functions.tickets.config import Config
from functions.tickets.due_store import DueStore
from functions.tickets.event_store import EventStore
from functions.tickets.ledger_store import LedgerStore
from functions.tickets.offer_store import OfferStore
from functions.tickets.payments import Payments
from functions.tickets.payout_store import PayoutStore
from functions.tickets.policy import Policy
from functions.tickets.promo_store import PromoStore
from functions.tickets.purchase_store import PurchaseStore
from functions.tickets.return_store import ReturnStore
from functions.tickets.stock_store import StockStore
from functions.tickets.ticket_store import TicketStore
from functions.tickets.waiting_store import WaitingStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The stores, Stripe, the post, the queues, what rooms stand on, and the settings."""

    database: Database
    rooms: RoomParts
    offers: OfferStore
    stock: StockStore
    purchases: PurchaseStore
    promos: PromoStore
    waiting: WaitingStore
    tickets: TicketStore
    returns: ReturnStore
    ledger: LedgerStore
    payouts: PayoutStore
    events: EventStore
    due: DueStore
    payments: Payments
    mailer: Mailer
    queues: Queues
    config: Config

    @classmethod
    def of(
        cls,
        database: Database,
        *,
        rooms: RoomParts,
        payments: Payments,
        mailer: Mailer,
        queues: Queues,
        config: Config,
    ) -> Self:
        """Those of one deployment."""
        return cls(
            database=database,
            rooms=rooms,
            offers=OfferStore(database),
            stock=StockStore(database),
            purchases=PurchaseStore(database),
            promos=PromoStore(database),
            waiting=WaitingStore(database),
            tickets=TicketStore(database),
            returns=ReturnStore(database),
            ledger=LedgerStore(database),
            payouts=PayoutStore(database),
            events=EventStore(database),
            due=DueStore(database),
            payments=payments,
            mailer=mailer,
            queues=queues,
            config=config,
        )

    @property
    def policy(self) -> Policy:
        """What the operator has decided."""
        return self.config.policy

    def transact(self, writes: Iterable[Write], *, rooms: Iterable[Write] = ()) -> None:
        """All of the writes, to the tickets table and to the rooms table, or ConditionFailed."""
        tables: list[tuple[Table, Iterable[Write]]] = [
            (self.database.table(TICKETS), writes),
            (self.database.table(ROOMS), rooms),
        ]
        self.database.transact(*((table, write) for table, each in tables for write in each))
