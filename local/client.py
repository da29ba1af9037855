"""Somebody who calls the local stack's API, as any program would."""

from typing import Any

from aiohttp import ClientSession

from local.call import expect


class Client:
    """An account, by its handle. Raises Refused when the API says no."""

    def __init__(self, http: ClientSession, url: str, handle: str) -> None:
        self.http = http
        self.handle = handle
        self._url = url
        self._headers: dict[str, str] = {}

    async def sign_in(self) -> None:
        """Take a token, which lasts an hour."""
        signed_in = await self.api("POST", "/local/sign-in", {"handle": self.handle})
        self._headers = {"Authorization": f"Bearer {signed_in['token']}"}

    async def become_a_host(self, name: str) -> None:
        """Sign in, under this name and with as many followers as a host needs."""
        await self.sign_in()
        profile = {"handle": self.handle, "name": name, "avatar_url": None}
        me = await self.api("PUT", "/me", profile)
        if not me["hosting"]["allowed"]:
            enough = {"count": me["hosting"]["needed"]}
            await self.api("POST", f"/local/accounts/{self.handle}/followers", enough)

    async def api(self, method: str, path: str, body: Any = None) -> Any:
        """One call's answer, None if it is not JSON."""
        request = self.http.request(method, self._url + path, json=body, headers=self._headers)
        async with request as answer:
            if not answer.ok:
                await expect(answer)
            return await answer.json() if answer.content_type == "application/json" else None
