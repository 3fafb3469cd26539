"""Of a population that fails, one patient with as few records as still fail.

Patients don't touch one another, and deriving a thousand takes as long as deriving one: so every
record is left out at once, each from a copy of the patient of its own.
"""

from __future__ import annotations

import pandas as pd

ROUNDS = 12


def smallest(sdtm, patient, fails):
    """Return the SDTM of the patient without the records that aren't needed to fail.

    `fails` takes SDTM and returns the patients (USUBJID) that fail.
    """
    kept = {name: frame[frame["USUBJID"] == patient] for name, frame in sdtm.items()}
    for _ in range(ROUNDS):
        copies = {f"{patient}/{n}": each for n, each in enumerate(_smaller(kept))}
        failing = fails(_together(copies)) & set(copies) if copies else set()
        if not failing:
            break
        # The copy with the fewest records; with a death kept rather than left out at a draw.
        kept = copies[min(failing, key=lambda name: (_size(copies[name]), name))]
    return kept


def written(sdtm):
    """Return records as text, one a line, without what is missing."""
    lines = []
    for name, frame in sdtm.items():
        texts = frame.drop(columns=["STUDYID", "USUBJID"], errors="ignore").dropna(
            axis=1, how="all"
        )
        for record in texts.to_dict("records"):
            values = [f"{key}={value}" for key, value in record.items() if pd.notna(value)]
            lines.append(f"  {name} {' '.join(values)}")
    return "\n".join(lines)


def _size(frames):
    return sum(len(frame) for frame in frames.values()) + frames["DM"].notna().sum().sum() / 100


def _smaller(kept):
    """Copies that lack one record, half of the records, a domain, or the death."""
    places = [(name, at) for name in kept if name != "DM" for at in kept[name].index]
    domains = {name: [place for place in places if place[0] == name] for name, _ in places}
    half = len(places) // 2
    leaving = [[place] for place in places] + list(domains.values())
    leaving += [places[:half], places[half:], places[::2], places[1::2]]
    copies = [_without(kept, each) for each in leaving if each]
    if kept["DM"]["DTHFL"].notna().any():
        copies.append({**kept, "DM": kept["DM"].assign(DTHFL=None, DTHDTC=None)})
    return copies


def _without(kept, places):
    return {
        name: frame.drop(index=[at for domain, at in places if domain == name])
        for name, frame in kept.items()
    }


def _together(copies):
    domains = next(iter(copies.values()))
    return {
        name: pd.concat(
            [each[name].assign(USUBJID=patient) for patient, each in copies.items()],
            ignore_index=True,
        )
        for name in domains
    }
