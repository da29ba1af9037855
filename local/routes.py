"""Which function answers a request: the routes of every door, as one HTTP API has them."""

import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from urllib.parse import unquote

import functions
from functions.shared.door import Door


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A route of the API: `path` is its template."""

    method: str
    path: str
    door: Door
    public: bool

    @property
    def segments(self) -> tuple[str, ...]:
        """The template, cut at its slashes."""
        return tuple(self.path.split("/")[1:])

    @property
    def variables(self) -> tuple[bool, ...]:
        """Which segments are parameters: templates sort by it, so that literal segments win."""
        return tuple(segment.startswith("{") for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Match:
    """A route and the parameters that a path gave it."""

    route: Route
    path_parameters: Mapping[str, str]


class Routes:
    """The API's routes."""

    def __init__(self, doors: Iterable[Door]) -> None:
        routes = [
            Route(method=method, path=path, door=door, public=operation.public)
            for door in doors
            for (method, path), operation in door.operations.items()
        ]
        self._routes = sorted(routes, key=lambda route: route.variables)

    def match(self, method: str, path: str) -> Match | None:
        """The route for a percent-encoded path, None if the API has none."""
        given = path.split("/")[1:]
        for route in self._routes:
            if route.method == method and len(route.segments) == len(given):
                parameters = fit(route.segments, given)
                if parameters is not None:
                    return Match(route, parameters)
        return None


def fit(template: Iterable[str], given: Iterable[str]) -> dict[str, str] | None:
    """The parameters with which a template becomes these segments, None if it can't."""
    parameters = {}
    for name, value in zip(template, given, strict=True):
        if name.startswith("{") and value:
            parameters[name.strip("{}")] = unquote(value)
        elif name != value:
            return None
    return parameters


def load_doors() -> list[Door]:
    """The door of every folder of `functions` that has one. They read os.environ as they load."""
    names = [
        f"{module.name}.app" for module in pkgutil.iter_modules(functions.__path__, "functions.")
    ]
    return [import_module(name).app for name in names if find_spec(name)]
