"""What the form of a rule sends."""

from typing import Any

Line = tuple[str, str, str, Any]  # place, fact, comparison, value


def line(fact: str, comparison: str, value: Any = "", *, place: str = "when") -> Line:
    return (place, fact, comparison, value)


def rule_fields(name: str, *lines: Line, **fields: Any) -> dict[str, Any]:
    """A rule that holds, unless ``fields`` say otherwise."""
    sent: dict[str, Any] = {
        "name": name,
        "mode": "on",
        "action": "hold",
        "queue": "waiting",
        "urgency": "100",
        "takes-when": "all",
        "c-TOTAL_FORMS": str(len(lines)),
    }
    for number, (place, fact, comparison, value) in enumerate(lines):
        sent |= {
            f"c-{number}-place": place,
            f"c-{number}-asked": fact,
            f"c-{number}-fact": fact,
            f"c-{number}-comparison": comparison,
            f"c-{number}-value": value,
        }
    return sent | fields
