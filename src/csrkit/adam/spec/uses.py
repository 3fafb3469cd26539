"""What a dataset says it reads of the SDTM, beside the records that it carries the keys of."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from csrkit.conditions import ALL_RECORDS, ConditionText


class Use(BaseModel):
    """Records of a domain that a dataset reads, as its specification declares them (`uses`).

    Records that a dataset carries the key of (SRCDOM and SRCSEQ, or a variable such as AESEQ)
    need no declaration: the dataset itself says which they are.

    Attributes
    ----------
    purpose
        What the dataset takes them for, in a few words.
    domain
        The domain; not needed where a setting names it.
    setting
        Key of `study.yml` below `derivations` that selects the records: a source with its domain
        and condition, several of these, or a condition on `domain`. One that a study leaves out
        selects nothing.
    when
        Key below `derivations` that must be true for the records to be read at all.
    pick
        Which of the records selected: `every` one that was done; `subjects`, those of subjects in
        the dataset; `baseline`, those with a value on or before the first dose; `last_baseline`,
        the last of these of each subject; `diameters`, those that make a sum of diameters;
        `doses`, those of EX that make the valid doses of subjects in ADSL.
    records_of, having
        Instead: the records that another dataset carries the keys of, where a condition
        (`csrkit.conditions`) on that dataset holds.
    parent, qualifiers
        Instead, in a SUPP-- dataset: qualifiers of the records that this dataset uses of domain
        `parent`, whose QNAM the keys below `derivations` hold.
    date, same_day, until
        Of these, the records whose date (`date`, else the setting's) is the date `same_day`, or
        not after the date `until`, of the dataset's record of the subject.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    purpose: str = Field(min_length=1)
    domain: str | None = None
    setting: str | None = None
    when: str | None = None
    pick: Literal["every", "subjects", "baseline", "last_baseline", "diameters", "doses"] = "every"
    records_of: str | None = None
    having: ConditionText = ALL_RECORDS
    parent: str | None = None
    qualifiers: tuple[str, ...] = ()
    date: str | None = None
    same_day: str | None = None
    until: str | None = None

    @model_validator(mode="after")
    def _names_records(self) -> Use:
        if self.domain is None and self.setting is None:
            raise ValueError("a use names its domain or a setting that does")
        if self.having != ALL_RECORDS and not self.records_of:
            raise ValueError("`having` belongs to `records_of`")
        if bool(self.parent) != bool(self.qualifiers):
            raise ValueError("`parent` and `qualifiers` go together")
        return self
