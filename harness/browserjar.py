"""The cookies of one session, carried into the browser and back to the agent."""

from typing import Any

from harness.agent import Agent

_SAME_SITE = {"strict": "Strict", "lax": "Lax", "none": "None"}


def carried(agent: Agent) -> list[dict[str, Any]]:
    """The agent's cookies as the browser is told of them, with the attributes they came with."""
    return [
        _cookie(agent, host, name, value)
        for host, jar in agent.cookies.items()
        for name, value in jar.items()
    ]


def _cookie(agent: Agent, host: str, name: str, value: str) -> dict[str, Any]:
    scheme, traits = agent.traits.get(host, {}).get(name, ("https", None))
    place = f"[{host}]" if ":" in host else host
    found: dict[str, Any] = {"name": name, "value": value, "url": f"{scheme}://{place}/", "path": "/"}
    if traits is None:
        return found
    if traits["path"].startswith("/"):
        found["path"] = traits["path"]
    if traits["domain"]:
        found["domain"] = traits["domain"]
    if same := _SAME_SITE.get(traits["samesite"].lower()):
        found["sameSite"] = same
    return found | {"secure": bool(traits["secure"]), "httpOnly": bool(traits["httponly"])}


def given_back(agent: Agent, cookies: list[dict[str, Any]]) -> None:
    """Make the agent's cookies those of the browser: scripts have set and deleted some. Of two of one name its own stays."""
    for host, jar in agent.cookies.items():
        found: dict[str, list[str]] = {}
        for one in cookies:
            if _sent_to(host, str(one["domain"])):
                found.setdefault(one["name"], []).append(one["value"])
        agent.cookies[host] = {
            name: jar[name] if jar.get(name) in values else values[0] for name, values in found.items()
        }


def _sent_to(host: str, domain: str) -> bool:
    return host == domain.lstrip(".") or (domain.startswith(".") and host.endswith(domain))
