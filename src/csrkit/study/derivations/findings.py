"""Settings of the datasets of findings: ADLB, ADVS, ADEG, ADQS."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from csrkit.conditions import ALL_RECORDS, ConditionText
from csrkit.study.base import Section
from csrkit.study.derivations.sources import TimePoints


class Range(Section):
    """A normal range, and the limits beyond which a value is markedly abnormal."""

    low: float | None = None
    high: float | None = None
    marked_low: float | None = None
    marked_high: float | None = None


class FindingTest(Section):
    """A test: its name, analysis unit, and unit → factor into the analysis unit."""

    name: str
    unit: str
    factors: dict[str, float]


class Findings(Section):
    """What every dataset of findings asks.

    Attributes
    ----------
    records
        Condition (`csrkit.conditions`) on the domain: the records to use.
    tests
        --TESTCD → test, beside or instead of those of the library's tables of units.
    unscheduled
        Regular expression that finds, in VISIT, a visit that the analysis by visit leaves out.
    infusion_pattern
        Regular expression on --TPTREF whose group is the number of the infusion; none when time
        points aren't about infusions.
    pre_infusion
        --TPT of a record taken before the infusion; any other one is after it, unless its elapsed
        time (--ELTM) or number (--TPTNUM) says that it is before. Decides what is baseline where
        a time of day wasn't collected.
    repeated
        Which of several values of one visit or time point counts, by time and --SEQ.
    basis
        Variable of the domain (such as VSTPT or VSPOS) whose every value has a baseline of its
        own; none for one baseline a parameter.
    on_treatment_days
        Days after the last dose that still are on treatment; none for the assumption on the TEAE
        window.
    average_within
        What replicates have in common (of VISITNUM, VISIT, DTC, TPT, TPTNUM, TPTREF and ADT): their
        mean is then what counts, as of ECGs taken three times; none for values as they stand.
    character
        --TESTCD of tests whose results are words.
    ranges
        PARAMCD → range, for a record that has none of its own.
    """

    records: ConditionText = ALL_RECORDS
    tests: dict[str, FindingTest] = Field(default_factory=dict)
    unscheduled: str
    infusion_pattern: str | None = None
    pre_infusion: tuple[str, ...] = ()
    repeated: Literal["first", "last"]
    basis: str | None = None
    on_treatment_days: int | None = None
    average_within: tuple[
        Literal["VISITNUM", "VISIT", "DTC", "TPT", "TPTNUM", "TPTREF", "ADT"], ...
    ] = ()
    character: tuple[str, ...] = ()
    ranges: dict[str, Range] = Field(default_factory=dict)

    @property
    def time_points(self) -> TimePoints:
        """How time points tell of an infusion."""
        return TimePoints(reference=self.infusion_pattern, before=self.pre_infusion)


class Laboratory(Findings):
    """Settings of ADLB.

    Attributes
    ----------
    hys_law
        When a potential Hy's law case is one.
    counts_from_shares
        PARAMCD of a count of leucocytes of a kind → that of their share, from which a count that
        wasn't collected is computed.
    corrected_calcium
        How calcium is corrected for albumin where it wasn't collected so; none for not at all.
    """

    class HysLaw(Section):
        """Multiples of the upper limit of normal, and days from aminotransferase to bilirubin."""

        aminotransferase: float
        bilirubin: float
        alkaline_phosphatase: float
        days: int

    class CorrectedCalcium(Section):
        """The albumin (g/L) that needs no correction, and mmol/L of calcium for each g/L less."""

        albumin: float
        per_albumin: float

    hys_law: HysLaw
    counts_from_shares: dict[str, str] = Field(default_factory=dict)
    corrected_calcium: CorrectedCalcium | None = None


class VitalSigns(Findings):
    """Settings of ADVS.

    Attributes
    ----------
    derived
        Parameters computed where they weren't collected: mean arterial pressure, body mass index,
        body surface area.
    body_surface
        Formula of the body surface area.
    """

    derived: tuple[Literal["MAP", "BMI", "BSA"], ...] = ("MAP", "BMI", "BSA")
    body_surface: Literal["Mosteller", "DuBois-DuBois", "Haycock"] = "Mosteller"


class Electrocardiogram(Findings):
    """Settings of ADEG.

    Attributes
    ----------
    derived
        Corrected QT intervals computed where they weren't collected: Fridericia, Bazett.
    categorised
        PARAMCD of the intervals that are put into categories.
    value_limits, change_limits
        Limits of the categories of value and of change from baseline (ICH E14, categorical
        analyses).
    """

    derived: tuple[Literal["QTCF", "QTCB"], ...] = ("QTCF", "QTCB")
    categorised: tuple[str, ...] = ("QTCF", "QTCB")
    value_limits: tuple[float, ...] = (450, 480, 500)
    change_limits: tuple[float, ...] = (30, 60)


class Questionnaires(Findings):
    """Settings of ADQS."""
