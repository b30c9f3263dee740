"""From what was read about a deal to what its dialogs are given."""

from __future__ import annotations

from collections.abc import Sequence

from funnel_tui.dialogs.wishes import (
    DealChoices,
    DealSubject,
    DealValues,
    Pick,
    PipelineOption,
    StageOption,
    Suggestion,
)
from funnel_tui.domain.deal_detail import Contact
from funnel_tui.domain.deal_list import ProbabilitySource
from funnel_tui.domain.finding import FindKind
from funnel_tui.domain.status import Staging
from funnel_tui.language import tr
from funnel_tui.services.deal_desk import DealDesk, DeskPipeline, DeskStage
from funnel_tui.services.finding import find
from funnel_tui.services.typed import Typed
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.words import role_words

FOUND = 40
"""So much is looked through for organisations among everything that has a name."""
SHOWN = 8


def typed_of(desk: DealDesk, workspace: Workspace) -> Typed:
    """What typed text means to this team."""
    return Typed(desk.settings, workspace.clock, habits=workspace.habits)


def choices_of(desk: DealDesk, workspace: Workspace, *, moving: bool = False) -> DealChoices:
    """What there is to choose from in a form.

    :param moving: for a deal that is to be moved; else for one that begins.
    """
    here = desk.deal.row.stage_id if moving else None
    pipelines = tuple(
        PipelineOption(
            one.id,
            one.name,
            tuple(
                StageOption(
                    stage.id,
                    stage.name,
                    stage.probability_bp,
                    stage.required,
                    _refused_move(one, stage, here) if here is not None else _refused_start(one, stage),
                )
                for stage in one.stages
                if not stage.retired or stage.id == here
            ),
        )
        for one in desk.pipelines
    )
    return DealChoices(
        reader=typed_of(desk, workspace),
        pipelines=pipelines,
        reps=desk.reps,
        find_organisation=lambda text: organisations_like(workspace, text),
        find_person=lambda text: people_like(workspace, text),
        find_person_at=lambda text, place: people_like(workspace, text, place),
        sources=desk.sources,
        tags=desk.tags,
    )


def _refused_start(pipeline: DeskPipeline, stage: DeskStage) -> str:
    first = next((one for one in pipeline.stages if not one.retired), stage)
    if pipeline.staging is Staging.MANUAL or stage.id == first.id:
        return ""
    return tr("deals begin in {name}").format(name=first.name)


def _refused_move(pipeline: DeskPipeline, stage: DeskStage, here: int) -> str:
    if all(one.id != here for one in pipeline.stages):
        return _refused_start(pipeline, stage)
    if stage.retired and stage.id != here:
        return tr("retired")
    if pipeline.staging is Staging.NONE and stage.id != here:
        return tr("stages are not tracked")
    onward = pipeline.beside(here, 1)
    if pipeline.staging is Staging.AUTOMATIC and stage.id != here and stage != onward:
        return tr("stages go in order")
    return ""


def organisations_like(workspace: Workspace, text: str) -> Sequence[Suggestion]:
    """Organisations that may be meant by what was typed, and those that a new one may be the same as."""
    from funnel_tui.services.duplicates import likely_duplicates

    if not text.strip():
        return []
    alike = {found.id: found for found in likely_duplicates(workspace, text)}
    told = {
        found.id: Suggestion(
            found.id, found.title, found.subtitle, alike[found.id].why if found.id in alike else ""
        )
        for found in find(workspace, text, FOUND)
        if found.kind is FindKind.ORGANISATION
    }
    for number, likeness in alike.items():
        told.setdefault(number, Suggestion(number, likeness.name, "", likeness.why))
    return list(told.values())[:SHOWN]


def people_like(workspace: Workspace, text: str, place: int | None = None) -> Sequence[Suggestion]:
    """People who may be meant by what was typed, and those that a new one may be the same as.

    :param place: the organisation whose people come first.
    """
    from funnel_tui.services import picking

    return [
        Suggestion(
            hit.person.id,
            hit.person.name,
            hit.person.organisation or hit.person.email or "",
            hit.alike,
            Pick(hit.person.organisation, hit.person.organisation_id) if hit.person.organisation else None,
        )
        for hit in picking.people_like(workspace, text, organisation_id=place)
    ]


def contact_words(contact: Contact) -> str:
    """Somebody with what they do: ``Kari Lie (decides)``."""
    return f"{contact.name} ({role_words(contact.role)})" if contact.role else contact.name


def values_of(desk: DealDesk) -> DealValues:
    """What a deal has."""
    detail = desk.deal
    row = detail.row
    organisation = None
    if row.organisation is not None and detail.organisation_id is not None:
        organisation = Pick(row.organisation, detail.organisation_id)
    typed = row.probability if row.probability else None
    own = typed.bp if typed and typed.source is ProbabilitySource.TYPED else None
    alone = detail.contacts[0] if len(detail.contacts) == 1 else None
    return DealValues(
        pipeline_id=detail.pipeline_id,
        stage_id=row.stage_id,
        owner_id=detail.owner_id,
        title=row.title,
        organisation=organisation,
        person=Pick(alone.name, alone.person_id) if alone else None,
        role=str(alone.role) if alone and alone.role else None,
        contacts="" if len(detail.contacts) < 2 else ", ".join(map(contact_words, detail.contacts)),
        amount=row.amount,
        expected_close=row.expected_close,
        probability_bp=own,
        source=detail.source,
        tags=row.tags,
        note=detail.note,
        demand=detail.demand,
    )


def subject_of(desk: DealDesk) -> DealSubject:
    """The deal as a small dialog names it."""
    row = desk.deal.row
    return DealSubject(
        id=row.id,
        version=row.version,
        title=row.title,
        stage_id=row.stage_id,
        stage=row.stage,
        organisation=row.organisation or "",
        amount=row.amount,
        since=row.closed_at or row.entered_at,
    )


def stages_of(desk: DealDesk) -> tuple[StageOption, ...]:
    """The stages that a closed deal can go on in."""
    here, pipeline = desk.deal.row.stage_id, desk.pipeline
    free = pipeline.staging is Staging.MANUAL or pipeline.stage(here).retired
    return tuple(
        StageOption(
            stage.id,
            stage.name,
            stage.probability_bp,
            refused=""
            if free or stage.id == here
            else tr("goes on in {name}").format(name=pipeline.stage(here).name),
        )
        for stage in pipeline.stages
        if not stage.retired
    )
