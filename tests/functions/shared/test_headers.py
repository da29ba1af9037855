from functions.shared.headers import content_security_policy, of_pages


def directives(policy: str) -> dict[str, str]:
    return dict(part.split(" ", 1) for part in policy.split("; "))


def test_scripts_come_from_us_and_stripe_and_nobody_frames_us() -> None:
    found = directives(content_security_policy(["wss://sockets.test/stoa"]))

    assert found["default-src"] == "'none'"
    assert found["script-src"].split()[0] == "'self'"
    assert "unsafe" not in found["script-src"]
    assert "https://js.stripe.com" in found["script-src"].split()
    assert "https://js.stripe.com" in found["frame-src"].split()
    assert "wss://sockets.test/stoa" in found["connect-src"].split()
    assert found["frame-ancestors"] == "'none'"


def test_another_till_may_be_called_and_framed_and_runs_its_script() -> None:
    found = directives(of_pages(tills=["http://till.test:1"])["Content-Security-Policy"])

    allowed = {name for name, sources in found.items() if "http://till.test:1" in sources}
    assert allowed == {"script-src", "connect-src", "frame-src"}
