"""What the deeds of tickets stand on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from core.dynamo import Database, Table, Write
from core.tables import ROOMS, TICKETS
from functions.rooms.parts import Parts as RoomParts
from functions.shared.mail import Mailer
from functions.shared.queues import Queues
from functions.tickets.config import Config
from functions.tickets.rules.policy import Policy
from functions.tickets.stores.audits import AuditStore
from functions.tickets.stores.due import DueStore
from functions.tickets.stores.events import EventStore
from functions.tickets.stores.ledger import LedgerStore
from functions.tickets.stores.offers import OfferStore
from functions.tickets.stores.payouts import PayoutStore
from functions.tickets.stores.promos import PromoStore
from functions.tickets.stores.purchases import PurchaseStore
from functions.tickets.stores.returns import ReturnStore
from functions.tickets.stores.stock import StockStore
from functions.tickets.stores.tickets import TicketStore
from functions.tickets.stores.waiting import WaitingStore

if TYPE_CHECKING:
    from functions.tickets.payments.client import Payments


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
    audits: AuditStore
    due: DueStore
    payments: "Payments"
    mailer: Mailer
    queues: Queues
    config: Config

    @classmethod
    def of(
        cls,
        database: Database,
        *,
        rooms: RoomParts,
        payments: "Payments",
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
            audits=AuditStore(database),
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
