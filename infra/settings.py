"""What an operator may change, in one file: `stoa.toml`, or what `-c settings=FILE` names.

What it can't mean is said at synth, by the setting's name. Durations and sizes carry their unit in
their name. No secret is a setting: those lie in AWS Secrets Manager.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

DEFAULT = Path(__file__).parent.parent / "stoa.toml"
ADDRESS = re.compile(r"(?:[^<>]+ <[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)")

HostName = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=253)]
Url = Annotated[str, Field(pattern=r"^https://[^\s/]+(/[^\s]*)?$", max_length=2048)]
Origin = Annotated[str, Field(pattern=r"^https?://[^\s/*]+$", max_length=253)]
Handle = Annotated[str, Field(pattern=r"^[a-z0-9_]{2,30}$")]
# Lambda takes 4 KB of environment.
Handles = Annotated[tuple[Handle, ...], Field(max_length=40)]
Minutes = Annotated[int, Field(ge=0, le=24 * 60)]
Application = Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:sns:[^:]+:\d{12}:app/[^/]+/[^/]+$")]
# What CloudWatch Logs takes: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
Retention = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653]
# What Fargate runs: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
MEMORY = {256: (512, 2048), 512: (1024, 4096), 1024: (2048, 8192), 2048: (4096, 16384)}


@cache
def country_codes() -> frozenset[str]:
    """The codes of two letters of ISO 3166-1, as the time zone database lists them."""
    table = files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text(encoding="utf-8")
    return frozenset(line[:2] for line in table.splitlines() if not line.startswith("#"))


def _country(code: str) -> str:
    if code not in country_codes():
        raise ValueError("should be a code of two letters of ISO 3166-1")
    return code


Country = Annotated[str, AfterValidator(_country)]


class WrongSettings(Exception):
    """What is wrong with the file, a line for each setting."""


class Section(BaseModel):
    """A table of the file: a name that it doesn't know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Domain(Section):
    """Where people find the web client; CloudFront wants an ACM certificate of us-east-1.

    `web_acl`: a firewall of AWS WAF, of scope CLOUDFRONT, that is there already.
    """

    name: HostName
    certificate: Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate/")]
    web_acl: (
        Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:wafv2:us-east-1:\d{12}:global/webacl/")]
        | None
    ) = None


class SignIn(Section):
    """An OpenID Connect issuer of your own, and the client of the web page at it.

    `origins`: what else the page calls there, if its token endpoint is not at the issuer's origin.
    """

    issuer: Url
    audience: Annotated[str, Field(min_length=1, max_length=255)]
    jwks_url: Url
    origins: tuple[Origin, ...] = ()


class Accounts(Section):
    """Of the user pool that is made where there is no `sign_in`.

    Threat protection refuses passwords that are known to be stolen and sign-ins that look odd;
    with it Cognito is paid for each person and month, from the first on.
    """

    second_factor: Literal["optional", "required"] = "optional"
    threat_protection: bool = False


class Moderators(Section):
    """Who may read reports and end rooms: those of whom a claim of their token names this group.

    The gateway writes a list as `[a b]`: what parts or ends a name there can't be in one.
    """

    claim: Annotated[str, Field(pattern=r"^\S+$", max_length=128)] = "cognito:groups"
    group: Annotated[str, Field(pattern=r"^[^\s\[\],]+$", max_length=128)] = "moderators"


class Countries(Section):
    """Where people may be, by what CloudFront knows of their address: see docs/operations.md.

    Only in those `allowed`, or everywhere but in those `shut_out`.
    """

    allowed: tuple[Country, ...] = ()
    shut_out: tuple[Country, ...] = ()

    @model_validator(mode="after")
    def one_list(self) -> Self:
        """CloudFront takes either."""
        if self.allowed and self.shut_out:
            raise ValueError("allowed and shut_out can't both be set")
        return self


class Rooms(Section):
    """Who may host, and how far ahead."""

    min_followers: Annotated[int, Field(ge=0, le=10**9)] = 600
    host_allow_list: Handles = ()
    max_scheduled: Annotated[int, Field(ge=0, le=1000)] = 10
    max_days_ahead: Annotated[int, Field(ge=0, le=3650)] = 30
    starts_late_minutes: Minutes = 5
    host_late_minutes: Minutes = 30

    @model_validator(mode="after")
    def late_before_called_off(self) -> Self:
        """A room is called late before it is called off."""
        if self.starts_late_minutes > self.host_late_minutes:
            raise ValueError("starts_late_minutes can't be more than host_late_minutes")
        return self


class FeeTier(Section):
    """The platform's share of what a host earns up to so many minor units; the last: without."""

    up_to: Annotated[int, Field(gt=0, le=10**15)] | None = None
    basis_points: Annotated[int, Field(ge=0, le=10_000)]


class Tickets(Section):
    """What an operator decides about selling."""

    rollout: Literal["nobody", "list", "everyone"] = "nobody"
    rollout_list: Handles = ()
    fee_tiers: tuple[FeeTier, ...] = (
        FeeTier(up_to=5_000_000, basis_points=300),
        FeeTier(basis_points=2_000),
    )
    hold_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 15
    call_up_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 10
    refund_window_days: Annotated[int, Field(ge=0, le=365)] = 7

    @field_validator("fee_tiers")
    @classmethod
    def rise(cls, tiers: tuple[FeeTier, ...]) -> tuple[FeeTier, ...]:
        """Each tier begins where the one before it ends, and the last never does."""
        *bounded, last = [tier.up_to for tier in tiers] or [0]
        bounds = [bound for bound in bounded if bound is not None]
        rises = all(low < high for low, high in pairwise(bounds))
        if last is not None or len(bounds) < len(bounded) or not rises:
            raise ValueError("up_to must rise from tier to tier, and only the last has none")
        return tiers


class Stripe(Section):
    """`secret` names a secret of Secrets Manager that is there already; by default we make one."""

    publishable_key: Annotated[str, Field(pattern=r"^pk_\w+$")] = "pk_not_set"
    secret: Annotated[str, Field(min_length=1, max_length=512)] | None = None


class Push(Section):
    """SNS platform applications; without one its devices get no push."""

    apns: Application | None = None
    fcm: Application | None = None


class Api(Section):
    """How much the gateway lets through, and to pages of which other origins."""

    cors_origins: tuple[Origin, ...] = ()
    requests_per_second: Annotated[int, Field(ge=1, le=10_000)] = 200
    burst: Annotated[int, Field(ge=1, le=5_000)] = 400
    memory_mb: Annotated[int, Field(ge=128, le=10_240)] = 1024


class Plane(Section):
    """Fargate tasks of one kind: `cpu_units` are 1/1024 of a core."""

    min_tasks: Annotated[int, Field(ge=0, le=1000)] = 1
    max_tasks: Annotated[int, Field(ge=1, le=1000)] = 10
    cpu_units: Literal[256, 512, 1024, 2048] = 1024
    memory_mb: Annotated[int, Field(ge=512, le=16_384)] = 2048

    @model_validator(mode="after")
    def fargate_runs_it(self) -> Self:
        """Fargate has so much memory for so much CPU, and no other."""
        least, most = MEMORY[self.cpu_units]
        if not least <= self.memory_mb <= most or self.memory_mb % (512 if most == 2048 else 1024):  # noqa: PLR2004
            raise ValueError(f"{self.cpu_units} cpu_units go with {least} to {most} memory_mb")
        if self.min_tasks > self.max_tasks:
            raise ValueError("min_tasks can't be more than max_tasks")
        return self


class Media(Plane):
    """Media workers: one process and one UDP port each."""

    udp_port: Annotated[int, Field(ge=1024, le=65_535)] = 40_000
    listeners_per_worker: Annotated[int, Field(ge=10, le=100_000)] = 3_000


class Captions(Plane):
    """Caption workers, by speakers that one of them hears."""

    speakers_per_worker: Annotated[int, Field(ge=1, le=1_000)] = 100
    vocabulary_filter: Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{1,200}$")] | None = None
    vocabulary_filter_method: Literal["mask", "remove", "tag"] = "mask"


class Operations(Section):
    """Who hears of trouble, what is kept, what a month may cost in US dollars."""

    alarm_email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    log_retention_days: Retention = 30
    monthly_budget_usd: Annotated[int, Field(ge=1, le=10**7)] | None = None
    tracing: bool = False

    @model_validator(mode="after")
    def somebody_hears_of_the_budget(self) -> Self:
        """A budget that tells nobody is none."""
        if self.monthly_budget_usd is not None and self.alarm_email is None:
            raise ValueError("monthly_budget_usd needs an alarm_email")
        return self


class Settings(Section):
    """One deployment."""

    prefix: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,19}-$")] = "stoa-"
    account: Annotated[str, Field(pattern=r"^\d{12}$")] | None = None
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")] | None = None
    mail_from: str
    secrets_generation: Annotated[int, Field(ge=1, le=10**6)] = 1
    domain: Domain | None = None
    sign_in: SignIn | None = None
    accounts: Accounts = Accounts()
    moderators: Moderators = Moderators()
    countries: Countries = Countries()
    rooms: Rooms = Rooms()
    tickets: Tickets = Tickets()
    stripe: Stripe = Stripe()
    push: Push = Push()
    api: Api = Api()
    media: Media = Media()
    captions: Captions = Captions()
    operations: Operations = Operations()

    @field_validator("mail_from")
    @classmethod
    def an_address(cls, text: str) -> str:
        """`Stoa <post@stoa.example>`, or the address alone."""
        if not ADDRESS.fullmatch(text):
            raise ValueError("write it like 'Stoa <post@stoa.example>'")
        return text

    @property
    def mail_domain(self) -> str:
        """The domain that SES writes from."""
        return self.mail_from.rstrip(">").rpartition("@")[2]


def load(path: Path = DEFAULT) -> Settings:
    """The settings of a file; WrongSettings."""
    try:
        with path.open("rb") as file:
            return Settings.model_validate(tomllib.load(file))
    except OSError as error:
        raise WrongSettings(f"{path} can't be read: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise WrongSettings(f"{path} is no TOML: {error}") from error
    except ValidationError as error:
        lines = [f"{path} has settings that can't be:", *map(_line, error.errors())]
        raise WrongSettings("\n".join(lines)) from error


def _line(problem: Any) -> str:
    """`tickets.hold_minutes: Input should be greater than or equal to 1 (0)`."""
    name = ".".join(map(str, problem["loc"]))
    given = "" if isinstance(problem["input"], dict) else f" ({problem['input']!r})"
    return f"  {name}: {problem['msg'].removeprefix('Value error, ')}{given}"
