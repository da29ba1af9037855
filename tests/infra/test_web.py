"""People get pages and programs the API, at one address, with headers that keep both safe."""

import json
import subprocess
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from functions.shared.gateway_event import PROOF, VIEWER
from infra.data import DataStack
from infra.gateway import GatewayStack
from infra.settings import Countries, Domain, Settings, WrongSettings
from infra.web import HERE, PAGES, WebStack
from local.readers import PREVIEWERS, ROOM

ROUTER = """
import cf from "./cloudfront.mjs";
%s
const event = JSON.parse(process.argv[2]);
const request = handler(event);
console.log(JSON.stringify({ origin: cf.selected ?? "api", request }));
"""
STUB = "export default { selectRequestOriginById(id) { this.selected = id; } };"
CRAWLER = "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def route(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Runs the function of the distribution, with CloudFront's module in name only."""
    folder = tmp_path_factory.mktemp("router")
    (folder / "cloudfront.mjs").write_text(STUB)
    source = (HERE / "pages.js").read_text().replace('import cf from "cloudfront";', "")
    (folder / "router.mjs").write_text(ROUTER % source)

    def run(uri: str, accept: str | None, method: str = "GET", **more: str) -> Any:
        told = ({} if accept is None else {"accept": accept}) | more
        headers = {name.replace("_", "-"): {"value": value} for name, value in told.items()}
        request = {"method": method, "uri": uri, "headers": headers, "querystring": {"a": {}}}
        event = {"request": request, "viewer": {"ip": "203.0.113.9"}}
        command = ["node", str(folder / "router.mjs"), json.dumps(event)]
        done = subprocess.run(command, check=True, capture_output=True, timeout=20)
        return json.loads(done.stdout)

    return run


def test_whoever_asks_for_the_root_gets_the_page(route: Any) -> None:
    assert route("/", "*/*")["request"]["uri"] == "/index.html"


@pytest.mark.parametrize("uri", ["/", "/rooms/room_1", "/tickets", "/payouts", "/people/ada"])
def test_who_navigates_gets_the_page(route: Any, uri: str) -> None:
    answer = route(uri, BROWSER)

    assert answer["origin"] == PAGES
    assert answer["request"]["uri"] == "/index.html"
    assert answer["request"]["querystring"] == {}


@pytest.mark.parametrize(
    ("uri", "accept", "method"),
    [
        ("/rooms/room_1", "application/json", "GET"),
        ("/rooms/room_1", None, "GET"),
        ("/rooms", BROWSER, "POST"),
        ("/rooms/room_1/captions.vtt", BROWSER, "GET"),
        ("/openapi.json", BROWSER, "GET"),
    ],
)
def test_a_program_reaches_the_api_which_learns_its_address(
    route: Any, uri: str, accept: str | None, method: str
) -> None:
    answer = route(uri, accept, method)

    assert answer["origin"] == "api"
    assert answer["request"]["uri"] == uri
    assert answer["request"]["headers"][VIEWER] == {"value": "203.0.113.9"}


def test_what_previews_a_link_to_a_room_gets_its_card_which_learns_its_address(route: Any) -> None:
    answer = route("/rooms/room_1", "*/*", user_agent=CRAWLER)

    assert answer["origin"] == "api"
    assert answer["request"]["uri"] == "/rooms/room_1/card"
    assert answer["request"]["headers"][VIEWER] == {"value": "203.0.113.9"}


@pytest.mark.parametrize(
    ("uri", "method"), [("/", "GET"), ("/people/ada", "GET"), ("/rooms/room_1", "HEAD")]
)
def test_what_previews_any_other_link_gets_the_page(route: Any, uri: str, method: str) -> None:
    assert route(uri, "*/*", method, user_agent=CRAWLER)["origin"] == PAGES


@pytest.mark.parametrize(
    ("uri", "accept", "more"),
    [
        ("/rooms/room_1", "application/json", {}),
        ("/rooms/room_1", "*/*", {"authorization": "Bearer eyJ"}),
        ("/rooms/room_1/calendar.ics", "*/*", {}),
    ],
)
def test_a_bot_that_uses_the_api_reaches_it(
    route: Any, uri: str, accept: str, more: dict[str, str]
) -> None:
    answer = route(uri, accept, user_agent=CRAWLER, **more)

    assert (answer["origin"], answer["request"]["uri"]) == ("api", uri)


def test_the_cloud_and_this_machine_know_crawlers_by_the_same_names() -> None:
    source = (HERE / "pages.js").read_text()

    assert f"/{PREVIEWERS.pattern}/i;" in source
    assert ROOM.pattern.replace("/", r"\/", 2) in source


@pytest.fixture
def distribution(resource: Any) -> Any:
    return resource("web", "AWS::CloudFront::Distribution")["DistributionConfig"]


def test_buckets_are_closed_to_the_world_and_to_plain_http(resources: Any) -> None:
    buckets = resources("web", "AWS::S3::Bucket")
    policies = json.dumps(resources("web", "AWS::S3::BucketPolicy"))

    assert all(set(it["PublicAccessBlockConfiguration"].values()) == {True} for it in buckets)
    assert policies.count('"aws:SecureTransport": "false"') == len(buckets) == 2


def test_only_the_distribution_reads_the_files(resources: Any, resource: Any) -> None:
    control = resource("web", "AWS::CloudFront::OriginAccessControl")["OriginAccessControlConfig"]
    statements = [
        it
        for policy in resources("web", "AWS::S3::BucketPolicy")
        for it in policy["PolicyDocument"]["Statement"]
        if it["Effect"] == "Allow" and "s3:GetObject" in it["Action"]
    ]

    assert control["SigningBehavior"] == "always"
    (reader,) = statements
    assert reader["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert "AWS:SourceArn" in reader["Condition"]["StringEquals"]


def test_files_have_behaviours_and_all_else_is_decided_by_the_router(distribution: Any) -> None:
    default = distribution["DefaultCacheBehavior"]

    assert {it["TargetOriginId"] for it in distribution["CacheBehaviors"]} == {PAGES}
    assert default["TargetOriginId"] == "api"
    assert default["FunctionAssociations"][0]["EventType"] == "viewer-request"
    assert "POST" in default["AllowedMethods"]


def test_nothing_is_served_without_tls_or_headers(distribution: Any, resource: Any) -> None:
    behaviours = [distribution["DefaultCacheBehavior"], *distribution["CacheBehaviors"]]

    assert {it["ViewerProtocolPolicy"] for it in behaviours} == {"https-only", "redirect-to-https"}
    assert all("ResponseHeadersPolicyId" in it for it in behaviours)
    headers = resource("web", "AWS::CloudFront::ResponseHeadersPolicy")
    security = headers["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] == 365 * 24 * 3600
    assert security["ContentTypeOptions"] == {"Override": True}
    assert security["FrameOptions"]["FrameOption"] == "DENY"


def test_the_proof_of_our_distribution_is_in_no_template(distribution: Any) -> None:
    (api,) = [it for it in distribution["Origins"] if it["Id"] == "api"]

    (header,) = api["OriginCustomHeaders"]
    assert header["HeaderName"] == PROOF
    parts = header["HeaderValue"]["Fn::Join"][1]
    assert parts[0] == "{{resolve:secretsmanager:"
    assert parts[-1] == ":SecretString:STOA_EDGE_PROOF::}}"


def test_the_page_is_told_where_to_sign_in_and_where_news_is(resources: Any) -> None:
    (upload,) = [
        it for it in resources("web", "Custom::CDKBucketDeployment") if "SourceMarkers" in it
    ]

    told = json.dumps(upload["SourceMarkers"])
    assert "ProviderURL" in told
    assert "WebClient" in told
    assert "wss://" in told


def test_files_of_earlier_releases_stay_and_browsers_keep_only_what_is_hashed(
    resources: Any,
) -> None:
    uploads = resources("web", "Custom::CDKBucketDeployment")

    assert {it["Prune"] for it in uploads} == {False}
    assert {it.get("DestinationBucketKeyPrefix"): it["SystemMetadata"] for it in uploads} == {
        "assets": {"cache-control": "public, max-age=31536000, immutable"},
        None: {"cache-control": "no-cache"},
    }


def test_a_domain_brings_its_name_and_its_certificate(settings: Settings, dist: Path) -> None:
    arn = "arn:aws:acm:us-east-1:123456789012:certificate/1"
    domain = Domain(name="stoa.test", certificate=arn)

    web = web_of(settings.model_copy(update={"domain": domain}), dist)

    assert web.url == "https://stoa.test"
    Template.from_stack(web).has_resource_properties(
        "AWS::CloudFront::Distribution",
        {
            "DistributionConfig": {
                "Aliases": ["stoa.test"],
                "ViewerCertificate": {
                    "AcmCertificateArn": arn,
                    "MinimumProtocolVersion": "TLSv1.2_2021",
                    "SslSupportMethod": "sni-only",
                },
            }
        },
    )


@pytest.mark.parametrize(
    ("countries", "restriction"),
    [
        (Countries(), None),
        (Countries(shut_out=("AQ",)), {"RestrictionType": "blacklist", "Locations": ["AQ"]}),
        (
            Countries(allowed=("NZ", "IS")),
            {"RestrictionType": "whitelist", "Locations": ["NZ", "IS"]},
        ),
    ],
)
def test_where_people_may_be_is_as_the_settings_have_it(
    countries: Countries, restriction: Any, settings: Settings, dist: Path
) -> None:
    web = web_of(settings.model_copy(update={"countries": countries}), dist)

    made = Template.from_stack(web).find_resources("AWS::CloudFront::Distribution")

    (distribution,) = made.values()
    found = distribution["Properties"]["DistributionConfig"].get("Restrictions")
    assert found == (restriction and {"GeoRestriction": restriction})


def test_every_file_that_the_build_makes_is_served_as_one(settings: Settings, dist: Path) -> None:
    config = Template.from_stack(web_of(settings, dist)).find_resources(
        "AWS::CloudFront::Distribution"
    )
    (distribution,) = config.values()

    behaviours = distribution["Properties"]["DistributionConfig"]["CacheBehaviors"]
    assert {it["PathPattern"] for it in behaviours} == {
        "/assets/*",
        "/config.json",
        "/favicon.svg",
        "/index.html",
        "/openapi.json",
    }


def test_a_client_that_is_not_built_is_not_deployed(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match="make setup"):
        web_of(settings, tmp_path)


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A web client, as the build leaves it."""
    (tmp_path / "assets").mkdir()
    for name in ("index.html", "favicon.svg", "assets/index-1.js"):
        (tmp_path / name).write_text(name)
    return tmp_path


def web_of(settings: Settings, dist: Path) -> WebStack:
    app = cdk.App()
    data = DataStack(app, "data", settings=settings)
    gateway = GatewayStack(app, "gateway", settings=settings)
    return WebStack(app, "web", settings=settings, data=data, gateway=gateway, dist=dist)
