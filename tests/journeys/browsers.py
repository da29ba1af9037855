"""The browsers that people of the journeys sit at: Chromium, and Firefox as Debian has it."""

import shutil
from pathlib import Path

from playwright.async_api import Browser, Playwright

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FAKE_MICROPHONE = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--use-file-for-fake-audio-capture=",
)
# Debian's Chromium makes its address bar's menu of pages, in each new window before anybody has
# seen it, and takes more of the CPU for them than for ours. Of two such flags the last one counts,
# so the others here are Playwright's.
UNUSED = (
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
)
FLAGS = (f"--disable-features={','.join(UNUSED)}",)
FIREFOX = "firefox-esr"


async def chromium(playwright: Playwright, microphone: Path | None) -> Browser:
    """Its fake microphone plays this WAV over and over, or there is none."""
    *flags, path = FAKE_MICROPHONE
    return await playwright.chromium.launch(
        # None: Playwright's own, which .ci/browser has installed if there is no other.
        executable_path=next(filter(None, map(shutil.which, CHROMIUM)), None),
        chromium_sandbox=False,
        args=[*FLAGS, *flags, f"{path}{microphone}"] if microphone else FLAGS,
    )


async def firefox(playwright: Playwright, frequency: float) -> Browser:
    """Its fake microphone hears a tone."""
    return await playwright.firefox.launch(
        channel="moz-firefox",  # by WebDriver BiDi; else Playwright wants a build of its own
        executable_path=shutil.which(FIREFOX),
        firefox_user_prefs={
            "media.navigator.permission.disabled": True,
            "media.navigator.streams.fake": True,
            "media.navigator.audio.fake_frequency": int(frequency),
        },
    )
