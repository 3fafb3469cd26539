"""The settings of the response rules, gathered from `study.yml`."""

from __future__ import annotations

from dataclasses import dataclass

from csrkit.study import Study


@dataclass(frozen=True)
class ResponseRules:
    """What turns dated overall responses into a best overall response.

    Attributes
    ----------
    confirmation_days
        Least number of days between a response and the assessment that confirms it.
    sd_min_days
        Least number of days from the reference date for SD or NON-CR/NON-PD to count.
    max_ne_between
        How many NE may stand between a response and its confirmation.
    accept_sd_between
        Whether one SD may stand between a PR and its confirmation.
    reference
        Variable that dates the start of observation (first dose or randomisation).
    disease_control
        Best overall responses that count as disease control.
    """

    confirmation_days: int
    sd_min_days: int
    max_ne_between: int = 1
    accept_sd_between: bool = False
    reference: str = "TRTSDT"
    disease_control: tuple[str, ...] = ("CR", "PR", "SD", "NON-CR/NON-PD")

    @classmethod
    def of(cls, study: Study) -> ResponseRules:
        """Return the rules that a study's `study.yml` sets."""
        chosen, settings = study.assumptions, study.derivations.adrs
        return cls(
            confirmation_days=chosen.confirmation_days.value,
            sd_min_days=chosen.sd_min_days.value,
            max_ne_between=settings.max_ne_between,
            accept_sd_between=settings.accept_sd_between,
            reference=settings.reference,
            disease_control=chosen.disease_control.value,
        )
