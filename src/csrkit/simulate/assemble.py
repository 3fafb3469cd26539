"""Make the study: subjects in blocks, each block's records spooled, then delivered as files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import pyarrow as pa

from csrkit.errors import StudyError, UsageError
from csrkit.files.folders import scratch_folder
from csrkit.sdtm.write import Format
from csrkit.simulate.deliver import deliver
from csrkit.simulate.patient.enrol import Recruit, recruit
from csrkit.simulate.patient.latent import Patient
from csrkit.simulate.patient.life import live
from csrkit.simulate.records import (
    bedside,
    exposure,
    history,
    laboratory,
    oncology,
    pk,
    safety,
    subjects,
    trial,
)
from csrkit.simulate.records.rows import Rows, Schema
from csrkit.simulate.settings.design import Design, load_design, load_domains
from csrkit.simulate.spool import Spool
from csrkit.study import Study


def simulate(
    study: Study,
    out: Path,
    *,
    seed: int = 20250609,
    subjects: int | None = None,
    fmt: Format = "xpt",
) -> list[Path]:
    """Write the synthetic SDTM of a study, as at its database lock, and return the files.

    The same study, seed and size give the same bytes. Subjects are made in blocks, so memory stays
    bounded whatever their number.

    Parameters
    ----------
    study
        Facts of the study: arms, doses, dates, sampling times.
    out
        Folder that receives one file a domain (`dm.xpt`).
    seed
        Starts the random numbers.
    subjects
        Number of consented subjects; None for the design's own.
    fmt
        XPT v5, Dataset-JSON 1.1 (`json`, `ndjson`), Parquet or CSV.

    Raises
    ------
    UsageError
        When the seed is negative or there are no subjects.
    StudyError
        When the study lacks an arm that the design fills.
    """
    design, schema = load_design(), Schema(load_domains())
    _check(study, design, seed, subjects)
    people = recruit(design, seed, subjects)
    with scratch_folder() as folder:
        spool = Spool(folder, schema)
        spool.append(_trial_tables(study, design, schema))
        for block in _blocks(people, design.subjects_per_block):
            patients = [live(person, study, design, seed) for person in block]
            spool.append(_tables(patients, design, schema))
        spool.close()
        return deliver(spool, schema, study, Path(out), fmt)


def _check(study: Study, design: Design, seed: int, subjects: int | None) -> None:
    for option, value, least in (("--seed", seed, 0), ("--subjects", subjects, 1)):
        if value is not None and value < least:
            raise UsageError(
                "The simulation can't be started",
                where=option,
                found=str(value),
                allowed=f"a whole number from {least}",
                remedy="Give another number.",
            )
    missing = {cohort.arm for cohort in design.enrolment.cohorts if cohort.arm} - set(study.arms)
    if missing:
        raise StudyError(
            "The design of the simulation fills an arm that the study doesn't have",
            where=f"{study.file}, key arms",
            found=", ".join(sorted(missing)),
            allowed=sorted(study.arms),
            remedy="Simulate the study that design.yml belongs to, or change its cohorts.",
        )


def _blocks(people: Sequence[Recruit], size: int) -> Iterator[list[Recruit]]:
    rest = iter(people)
    while block := list(islice(rest, size)):
        yield block


def _trial_tables(study: Study, design: Design, schema: Schema) -> dict[str, pa.Table]:
    return {
        domain: schema.table(
            domain, {name: [row.get(name) for row in rows] for name in schema.names(domain)}
        )
        for domain, rows in trial.tables(study, design).items()
    }


def _tables(patients: list[Patient], design: Design, schema: Schema) -> dict[str, pa.Table]:
    """Return every domain's records of a block of subjects."""
    rows = Rows()
    for patient in patients:
        subjects.record(patient, design, rows)
        exposure.record(patient, rows)
        events = safety.record(patient, design, rows)
        safety.deviations(patient, rows, design)
        oncology.record(patient, rows)
        history.record(patient, design, rows, events)
        bedside.performance_status(patient, rows)
        pk.record(patient, design, rows)
    vectors = {
        "LB": laboratory.laboratory_records(patients, design),
        "VS": bedside.vital_sign_records(patients, design),
        "EG": bedside.ecg_records(patients, design),
    }
    made = {domain: schema.table(domain, columns) for domain, columns in vectors.items()}
    return rows.tables(schema) | made
