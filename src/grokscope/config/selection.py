"""Which figures and claims of a plan a user's config chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokscope.config.claim_settings import ClaimSettings
from grokscope.config.experiments import FigureSettings
from grokscope.config.nearest import HOW_TO_LIST, known_or_meant
from grokscope.config.own_files import waits_for_files
from grokscope.config.user import CHOICES, FIGURE_WORDS, UserConfig
from grokscope.errors import UserError

if TYPE_CHECKING:
    from grokscope.config.plan import Plan


def select(plan: Plan, config: UserConfig, variants: dict[str, list[str]]) -> None:
    """Choose figures as the config says, their claims, and other claims on runs that these figures train and on what is
    measured there anyway.
    """
    if isinstance(config.figures, list):
        for name in config.figures:
            known = variants.get(name) or (
                [name] if name in plan.figures else []
            )  # every variant of a figure, or one of them
            if not known:
                raise UserError(
                    f"{CHOICES}: figures: {name!r} is unknown"
                    f"{known_or_meant(name, [*sorted(plan.figures), *FIGURE_WORDS], HOW_TO_LIST)}"
                )
            for one in known:
                if not plan.figures[one].members:
                    raise UserError(f"{CHOICES}: figures: {one} is not defined at scale {config.scale}")
            plan.selected_figures += known
    else:
        for name, item in plan.figures.items():
            assert isinstance(item.settings, FigureSettings)
            if item.members and (config.figures == "all" or item.settings.headline):
                datasets = (plan.runs[run].settings.data.name for run in item.runs())
                missing = next((dataset for dataset in datasets if waits_for_files(dataset, config)), None)
                if missing is None:
                    plan.selected_figures.append(name)
                else:
                    plan.without_data[name] = missing
    chosen, measured = {plan.figures[name].id for name in plan.selected_figures}, plan.metrics_needed()
    for name, item in list(plan.untested_claims.items()):
        assert isinstance(item.settings, ClaimSettings)
        shown = item.settings.figure in chosen
        if item.members and all(
            run in measured and (shown or measured[run].issuperset(item.settings.metrics)) for run in item.runs()
        ):
            plan.claims[name] = plan.untested_claims.pop(name)
