"""What the deeds of rooms stand on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from core.admission import Admissions
from core.dynamo import Database
from core.placement import Placement
from functions.accounts.store import AccountStore
from functions.rooms.audience_store import AudienceStore
from functions.rooms.commands import Commands
from functions.rooms.lists import RoomLists
from functions.rooms.member_store import MemberStore
from functions.rooms.report_store import ReportStore
from functions.rooms.stage_store import StageStore
from functions.rooms.store import RoomStore
from functions.rooms.title_index import TitleIndex
from functions.shared.config import Config

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The stores, the workers' queues, and the deployment's settings."""

    accounts: AccountStore
    rooms: RoomStore
    lists: RoomLists
    titles: TitleIndex
    members: MemberStore
    stage: StageStore
    audience: AudienceStore
    reports: ReportStore
    admissions: Admissions
    commands: Commands
    config: Config

    @classmethod
    def of(cls, database: Database, sqs: "SQSClient", config: Config) -> Self:
        """Those of one deployment."""
        return cls(
            accounts=AccountStore(database),
            rooms=RoomStore(database),
            lists=RoomLists(database),
            titles=TitleIndex(database),
            members=MemberStore(database),
            stage=StageStore(database),
            audience=AudienceStore(database),
            reports=ReportStore(database),
            admissions=Admissions(database),
            commands=Commands(Placement(database), sqs),
            config=config,
        )
