"""`/openapi.json`, which in the cloud lies among the files of the pages."""

import asyncio
from importlib import import_module

from aiohttp import web


def contract_routes() -> web.RouteTableDef:
    """The route, for when the doors are loaded. The document is made when it is first asked for."""
    contract = import_module("functions.contract.api").contract
    routes = web.RouteTableDef()

    @routes.get("/openapi.json")
    async def show(_request: web.Request) -> web.Response:
        text = await asyncio.to_thread(contract)
        headers = {"Cache-Control": "no-cache"}
        return web.Response(text=text, content_type="application/json", headers=headers)

    return routes
