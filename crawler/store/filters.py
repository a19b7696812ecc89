"""What a filter of the coverage means that matches nothing: a mistyped name, said with the names that come near."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process
from sqlalchemy import Connection, Engine, exists, select

from crawler.store import models as m
from crawler.store.coverage import named_agency, named_portal

NEAREST = 5
_NEAR = 50.0
"""Least likeness (0-100) of a name that is shown; below it names have a letter or two in common by chance."""


def unmatched(
    engine: Engine, *, agency: str | None = None, portal: str | None = None, family: str | None = None
) -> str | None:
    """The filter that matches nothing in the database, in a sentence with the nearest names; None when all match.

    Nothing is said of a database that knows no portal yet: there every filter would be called wrong.
    """
    with engine.connect() as connection:
        if not connection.scalar(select(exists().select_from(m.Portal))):
            return None
        if portal and not connection.scalar(select(exists().where(named_portal(portal)))):
            portals = connection.execute(select(m.Portal.id, m.Portal.name, m.Portal.place))
            return _sentence("portal", portal, [(f"{row.id} ({row.name})", row) for row in portals])
        if family and not connection.scalar(select(exists().where(m.Portal.family == family))):
            known = sorted(set(connection.scalars(select(m.Portal.family))))
            return f"no portal in the database is of family {family[:100]!r}; there are {', '.join(known)}"
        return _no_agency(connection, agency, portal) if agency else None


def _no_agency(connection: Connection, agency: str, portal: str | None) -> str | None:
    known = select(m.Agency.id, m.Agency.name)
    if portal:
        publishes = select(m.PortalAgency.agency_id).join(m.Portal).where(named_portal(portal))
        known = known.where(m.Agency.id.in_(publishes))
    if connection.execute(known.where(named_agency(agency)).limit(1)).first() is not None:
        return None
    rows = connection.execute(known)
    where = f" of the portals that match {portal[:100]!r}" if portal else ""
    return _sentence(f"agency{where}", agency, [(row.name, row) for row in rows])


def _sentence(what: str, text: str, known: Sequence[tuple[str, Iterable[str]]]) -> str:
    """`known` are pairs of what is shown and the names to compare with."""
    names = [(word, shown) for shown, words in known for word in words if word]
    found = process.extract(text, [word for word, _ in names], scorer=fuzz.WRatio, limit=None, score_cutoff=_NEAR)
    near = list(dict.fromkeys(names[index][1] for _, _, index in found))[:NEAREST]
    hint = f"nearest: {'; '.join(near)}" if near else "none comes near"
    return f"no {what} matches {text[:100]!r}; {hint} (of {len(known)} in the database)"
