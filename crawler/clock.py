"""What time it is: the machine's clock, or the moment that the setting `NOW` names (for tests and for trying out)."""

from __future__ import annotations

from datetime import UTC, datetime

from scrapy.settings import BaseSettings


def now(settings: BaseSettings | None = None) -> datetime:
    """This moment in UTC, or the one that the setting `NOW` names (ISO 8601; without a zone it is taken for UTC).

    Raises:
        ValueError: `NOW` is no moment.
    """
    named = settings.get("NOW") if settings is not None else None
    if not named:
        return datetime.now(UTC)
    moment = datetime.fromisoformat(str(named))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
