"""From the name a person types to the number of a row."""

from __future__ import annotations

from difflib import get_close_matches

from funnel_tui.db.reader import Reader
from funnel_tui.errors import NotFound
from funnel_tui.language import tr

# What can be asked for by name: (how people call it, the SELECT of number and name).
_ENTITIES = {
    "pipeline": ("pipeline", "SELECT id, name FROM pipeline ORDER BY position, id"),
    "rep": ("rep", "SELECT id, name FROM rep ORDER BY name, id"),
    "team": ("team", "SELECT id, name FROM team ORDER BY name, id"),
    "organisation": ("organisation", "SELECT id, name FROM organisation ORDER BY name, id"),
    "source": ("source", "SELECT id, name FROM source ORDER BY name, id"),
    "loss_reason": ("loss reason", "SELECT id, name FROM loss_reason ORDER BY name, id"),
    "tag": ("tag", "SELECT id, name FROM tag ORDER BY name, id"),
    "product": ("product", "SELECT id, name FROM product ORDER BY name, id"),
    "kind": ("kind of interaction", "SELECT id, name FROM interaction_kind ORDER BY name, id"),
}
# That nothing has a name, by what people call it.
_NONE = {
    "pipeline": tr("There is no pipeline {name!r}"),
    "stage": tr("There is no stage {name!r}"),
    "rep": tr("There is no rep {name!r}"),
    "team": tr("There is no team {name!r}"),
    "organisation": tr("There is no organisation {name!r}"),
    "source": tr("There is no source {name!r}"),
    "loss reason": tr("There is no loss reason {name!r}"),
    "tag": tr("There is no tag {name!r}"),
    "product": tr("There is no product {name!r}"),
    "kind": tr("There is no kind {name!r}"),
    "kind of interaction": tr("There is no kind of interaction {name!r}"),
}
_TEAM_REPS = """
WITH RECURSIVE inside(id) AS (
    SELECT id FROM team WHERE id = :team
    UNION SELECT team.id FROM team JOIN inside ON team.parent_id = inside.id
)
SELECT rep.id, rep.name FROM rep JOIN inside ON rep.team_id = inside.id ORDER BY rep.name, rep.id
"""

Named = tuple[int, str]
"""The number and the name of a row."""


def names(reader: Reader, entity: str) -> list[Named]:
    """All rows that can be asked for by name.

    :param entity: pipeline, rep, team, organisation, source, loss_reason, tag, product or kind.
    """
    return [(int(number), str(name)) for number, name in reader.rows(_ENTITIES[entity][1])]


def resolve(reader: Reader, entity: str, name: str) -> Named:
    """Find a row by its name, whatever its case.

    :param entity: as for :func:`names`.
    :returns: number and name as stored; with two equal names the one written exactly so, else the first.
    :raises NotFound: with the nearest name suggested.
    """
    return match(names(reader, entity), name, _ENTITIES[entity][0])


def team_reps(reader: Reader, team_id: int) -> list[Named]:
    """The reps of a team and of all teams inside it."""
    return [(int(number), str(name)) for number, name in reader.rows(_TEAM_REPS, {"team": team_id})]


def match(known: list[Named], name: str, word: str) -> Named:
    """Pick the row with a name out of many.

    :param word: what such a row is, a key of the sentences above.
    :raises NotFound: with the nearest name suggested.
    """
    wanted = name.strip()
    folded = wanted.casefold()
    found = [row for row in known if row[1].casefold() == folded]
    if found:
        return next((row for row in found if row[1] == wanted), found[0])
    by_folded = {shown.casefold(): shown for _, shown in known}
    near = get_close_matches(folded, by_folded, n=1, cutoff=0.5)
    none = _NONE[word].format(name=wanted)
    if near:
        raise NotFound(f"{none}.", tr("Did you mean {name!r}?").format(name=by_folded[near[0]]))
    if not known:
        raise NotFound(tr("{none}; there is none at all yet.").format(none=none))
    some = ", ".join(repr(shown) for _, shown in known[:5])
    more = ", …" if len(known) > 5 else ""
    raise NotFound(f"{none}.", tr("There is {names}.").format(names=f"{some}{more}"))
