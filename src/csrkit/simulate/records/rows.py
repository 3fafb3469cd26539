"""Collect the records of a block of subjects, domain by domain, as Arrow tables."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from csrkit.simulate.patient.latent import Patient
from csrkit.simulate.settings.design import Domains

Row = dict[str, Any]


class Schema:
    """Variables of the domains: order, labels and types."""

    def __init__(self, domains: Domains) -> None:
        self.specs = domains.domains
        self._labels = domains.labels
        self._numeric = set(domains.numeric)

    def general(self, domain: str, variable: str) -> str:
        """Return the general name (--ORRES) of a variable of a domain."""
        return (
            f"--{variable[2:]}" if variable.startswith(domain) and len(variable) > 2 else variable
        )

    def names(self, domain: str) -> list[str]:
        """Return the variables of a domain, in order."""
        spec = self.specs[domain]
        head = [] if spec.bare else ["STUDYID", "DOMAIN", "USUBJID"]
        return [*head, *(name.replace("--", domain) for name in spec.variables)]

    def labels(self, domain: str) -> dict[str, str]:
        """Return the label of each variable of a domain."""
        own = self.specs[domain].labels
        labels = {}
        for name in self.names(domain):
            general = self.general(domain, name)
            keys = [(own, name), (own, general), (self._labels, name), (self._labels, general)]
            labels[name] = next(table[key] for table, key in keys if key in table)
        return labels

    def numeric(self, domain: str, variable: str) -> bool:
        """Whether a variable is a number."""
        return variable in self._numeric or self.general(domain, variable) in self._numeric

    def table(self, domain: str, columns: Mapping[str, Any]) -> pa.Table:
        """Return a table with every variable of the domain, in order; those not given are null.

        Raises
        ------
        KeyError
            When a column isn't a variable of the domain.
        """
        names = self.names(domain)
        unknown = set(columns) - set(names)
        if unknown:
            raise KeyError(f"{domain} has no variable {', '.join(sorted(unknown))}")
        length = len(next(iter(columns.values()))) if columns else 0
        arrays = []
        for name in names:
            kind = pa.float64() if self.numeric(domain, name) else pa.string()
            values = columns.get(name)
            if values is None:
                arrays.append(pa.nulls(length, kind))
            else:
                arrays.append(pa.array(values, type=kind, from_pandas=True))
        return pa.table(arrays, names=names)


class Rows:
    """Records of event and intervention domains, one after the other."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Row]] = defaultdict(list)
        self._last: dict[tuple[str, str], int] = {}

    def add(self, domain: str, patient: Patient, **values: Any) -> int:
        """Append a record of a subject and return its --SEQ."""
        key = (domain, patient.usubjid)
        number = self._last.get(key, 0) + 1
        self._last[key] = number
        row = {
            "STUDYID": patient.study.study.id,
            "DOMAIN": domain,
            "USUBJID": patient.usubjid,
            f"{domain}SEQ": number,
        }
        self._rows[domain].append(row | values)
        return number

    def supplement(
        self,
        domain: str,
        patient: Patient,
        sequence: int | None,
        name: str,
        label: str,
        value: object,
    ) -> None:
        """Append a supplemental qualifier of a record (sequence None: of the subject)."""
        row = {
            "STUDYID": patient.study.study.id,
            "RDOMAIN": domain,
            "USUBJID": patient.usubjid,
            "IDVAR": None if sequence is None else f"{domain}SEQ",
            "IDVARVAL": None if sequence is None else str(sequence),
            "QNAM": name,
            "QLABEL": label,
            "QVAL": str(value),
            "QORIG": "CRF",
        }
        self._rows[f"SUPP{domain}"].append(row)

    def relate(self, patient: Patient, name: str, records: Mapping[str, int]) -> None:
        """Append related records (RELREC) of a subject: domain → --SEQ."""
        for domain, sequence in records.items():
            row = {
                "STUDYID": patient.study.study.id,
                "RDOMAIN": domain,
                "USUBJID": patient.usubjid,
                "IDVAR": f"{domain}SEQ",
                "IDVARVAL": str(sequence),
                "RELID": name,
            }
            self._rows["RELREC"].append(row)

    def tables(self, schema: Schema) -> dict[str, pa.Table]:
        """Return a table a domain."""
        made = {}
        for domain, rows in self._rows.items():
            columns = {
                name: [row.get(name) for row in rows]
                for name in schema.names(domain)
                if any(name in row for row in rows[:1]) or any(name in row for row in rows)
            }
            made[domain] = schema.table(domain, columns)
        return made


def iso(patient: Patient, moment: dt.datetime | None, timed: bool = True) -> str | None:
    """Return an ISO 8601 date-time, with seconds where the site records them, or a date."""
    if moment is None:
        return None
    if not timed:
        return moment.date().isoformat()
    return moment.isoformat(timespec="seconds" if patient.recruit.site.seconds else "minutes")


def study_day(patient: Patient, moment: dt.datetime | None) -> int | None:
    """Return the study day (no day 0); None for a subject never treated."""
    if moment is None or not patient.treated:
        return None
    days = (moment.date() - patient.given[0].moment.date()).days
    return days + 1 if days >= 0 else days


def day_of(patient: Patient, text: str | None) -> int | None:
    """Return the study day of an ISO 8601 date; None for a partial one."""
    complete = text is not None and len(text) >= len("YYYY-MM-DD")
    return study_day(patient, dt.datetime.fromisoformat(text)) if text and complete else None


def epoch(patient: Patient, moment: dt.datetime) -> str:
    """Return the epoch of a moment."""
    if not patient.treated or moment < patient.given[0].moment:
        return "SCREENING"
    ending = patient.treatment_end
    over = ending is not None and moment.date() > ending.moment.date()
    return "FOLLOW-UP" if over else "TREATMENT"
