"""Sizes of the target lesions by visit and their sums, from TU and TR (RECIST 1.1).

Eisenhauer 2009: lesions that are too small to measure, that split or coalesce on treatment, and
lymph nodes, which count by their short axis however small.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csrkit.adam.common.domains import select_records
from csrkit.adam.common.variables import clip_texts
from csrkit.adam.tumour.links import MERGED, OWN, PART, find_lesions, resolve_links
from csrkit.adam.tumour.measurements import VISIT, select_lesion_measurements
from csrkit.study import Study

SIZE = ["ITEM", "VALUE", "NODAL", "NOTE", "WHY"]


def select_target_lesions(sdtm: Mapping[str, pd.DataFrame], study: Study) -> pd.DataFrame:
    """Return the target lesions: USUBJID, LESION, TESTCD (the diameter that counts) and NODAL.

    Of several evaluators those of the accepted one (TUACPTFL). What TU says of lesions that merged,
    or from a later day on of the parts of one, is no further target lesion.
    """
    settings = study.derivations.adtr
    key = ["USUBJID", "TULNKID"]
    columns = [*key, "TUACPTFL", "TUDTC"]
    lesions = select_records(sdtm, "TU", columns, settings.lesions, "derivations.adtr.lesions")
    accepted = lesions["TUACPTFL"].eq("Y")
    decided = accepted.groupby(lesions["USUBJID"]).transform("any").astype(bool)
    lesions = lesions[(accepted | ~decided) & lesions["TULNKID"].notna()]
    lesions = _drop_made_of_others(lesions.sort_values([*key, "TUDTC"]), study)
    nodes = select_records(sdtm, "TU", key, settings.nodal, "derivations.adtr.nodal")
    nodal = pd.MultiIndex.from_frame(lesions[key]).isin(pd.MultiIndex.from_frame(nodes[key]))
    return pd.DataFrame(
        {
            "USUBJID": lesions["USUBJID"],
            "LESION": lesions["TULNKID"],
            "TESTCD": np.where(nodal, settings.nodal_test, settings.other_test).astype(object),
            "NODAL": nodal,
        }
    )


def _drop_made_of_others(lesions: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return each lesion once, without those whose identifier is made of those of others."""
    lesions = lesions.drop_duplicates(["USUBJID", "TULNKID"])
    days = lesions["TUDTC"].fillna("").astype(str).str[:10]
    known: dict[str, dict[str, str]] = {}
    for subject, name, day in zip(lesions["USUBJID"], lesions["TULNKID"], days, strict=True):
        known.setdefault(subject, {})[name] = day
    made = [
        _is_made_of_others(name, known[subject], study)
        for subject, name in zip(lesions["USUBJID"], lesions["TULNKID"], strict=True)
    ]
    return lesions[~np.array(made, dtype=bool)]


def _is_made_of_others(name: str, days: Mapping[str, str], study: Study) -> bool:
    """Say whether a lesion is several others, or a part of one that was there on an earlier day.

    Both may be known at baseline, T1 and T1A.
    """
    others = find_lesions(name, frozenset(days) - {name}, study.derivations.adtr)
    return len(others) > 1 or any(days[one] < days[name] for one in others)


def derive_sums_of_diameters(
    sdtm: Mapping[str, pd.DataFrame], lesions: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return the sum of diameters of each visit, or why there is none.

    Parameters
    ----------
    sdtm
        Domains, with TR.
    lesions
        Target lesions, from `select_target_lesions`.
    study
        Settings `derivations.adtr`.

    Returns
    -------
    DataFrame
        USUBJID VISIT VISITNUM, ADT (first day of the visit's measurements), AVAL (mm, NaN when a
        target lesion isn't measured), AREASN (which ones aren't) and AVALCM (lesions that merged,
        split, or count with a default).
    """
    sizes = derive_lesion_sizes(sdtm, lesions, study)
    place = sizes.groupby(VISIT, dropna=False).ngroup()
    visits = sizes[[*VISIT, "ADT"]].groupby(place).head(1).set_index(place.drop_duplicates())
    values = sizes["VALUE"].groupby(place)
    lacking = _list_texts(sizes[sizes["VALUE"].isna()], "WHY", "{item} ({text})", ", ", place)
    said = _list_texts(sizes[sizes["NOTE"].notna()], "NOTE", "{item}: {text}", "; ", place)
    why = lacking.map("Target lesion not measured: {}".format).reindex(visits.index)
    return pd.DataFrame(
        {
            **{name: visits[name] for name in ("USUBJID", "VISIT", "VISITNUM", "ADT")},
            "AVAL": values.sum().where(values.size() == values.count()),
            "AREASN": _clipped(why),
            "AVALCM": _clipped(said.reindex(visits.index)),
        }
    ).reset_index(drop=True)


def derive_lesion_sizes(
    sdtm: Mapping[str, pd.DataFrame], lesions: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return what each visit's sum is made of, each target lesion of the subject in one row.

    Returns
    -------
    DataFrame
        USUBJID VISITNUM VISIT UNPLANNED ADT (of the visit), ITEM (a lesion, or several that
        merged), VALUE (mm; of a split lesion the sum of its parts), NODAL, NOTE and WHY (as of
        `select_lesion_measurements`).
    """
    measured = select_lesion_measurements(sdtm, lesions, study)
    links = resolve_links(measured[["USUBJID", "LINK"]], lesions, sdtm, study)
    rows = measured.drop_duplicates([*VISIT, "LINK"]).merge(links, on=["USUBJID", "LINK"])
    visits = rows.groupby(VISIT, dropna=False, as_index=False)["ADT"].min()
    grid = visits.merge(lesions[["USUBJID", "LESION", "NODAL"]], on="USUBJID")
    own = rows.loc[rows["KIND"] == OWN, [*VISIT, "LESION", "VALUE", "NOTE", "WHY"]]
    grid = grid.merge(own, on=[*VISIT, "LESION"], how="left").assign(ITEM=lambda f: f["LESION"])
    grid = _add_parts(grid, rows[rows["KIND"] == PART])
    grid = _replace_merged(grid, rows[rows["KIND"] == MERGED])
    grid = grid.drop_duplicates([*VISIT, "ITEM"]).sort_values([*VISIT, "ITEM"], kind="stable")
    return grid[[*VISIT, "ADT", *SIZE]].reset_index(drop=True)


def _add_parts(grid: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Return the sizes with those of the parts added, at visits that have some.

    A part seen before has to be seen again: without it the lesion isn't measured.
    """
    if parts.empty:
        return grid
    asked = _list_parts(grid, parts)
    values, absent = asked["VALUE"].groupby(asked["PLACE"]), asked["VALUE"].isna()
    lacking = asked[absent].groupby("PLACE")["LINK"].agg(", ".join)
    said = asked[asked["NOTE"].notna()].groupby("PLACE")[["LINK", "NOTE"]]
    small = {
        place: "".join(f"; {' '.join(one)}" for one in each.to_numpy()) for place, each in said
    }
    total, number = values.sum(), values.size()
    whole = grid["VALUE"].reindex(total.index)
    complete = ~total.index.isin(lacking.index)
    notes = [
        f"split, sum of {count} parts{small.get(place, '')}" if is_whole else None
        for place, count, is_whole in zip(
            total.index, number + whole.notna(), complete, strict=True
        )
    ]
    grid = grid.copy()
    grid.loc[total.index, "VALUE"] = (total + whole.fillna(0)).where(complete)
    grid.loc[total.index, "NOTE"] = pd.Series(notes, index=total.index, dtype=object)
    grid.loc[lacking.index, "WHY"] = "without " + lacking
    return grid


def _list_parts(grid: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Return the parts that a visit with some of a lesion has to have: PLACE in the grid, LINK."""
    places = [*VISIT, "LESION"]
    measured = parts[parts["VALUE"].notna()].rename(columns={"ADT": "SINCE"})
    known = measured.groupby(["USUBJID", "LESION", "LINK"], as_index=False)["SINCE"].min()
    split = grid.assign(PLACE=grid.index).merge(parts[places].drop_duplicates(), on=places)
    asked = split[["PLACE", *places, "ADT"]].merge(known, on=["USUBJID", "LESION"])
    asked = asked[asked["SINCE"] <= asked["ADT"]]
    found = parts[[*places, "LINK", "VALUE", "NOTE"]]
    return asked.merge(found, on=[*places, "LINK"], how="left")


def _replace_merged(grid: pd.DataFrame, merged: pd.DataFrame) -> pd.DataFrame:
    """Return the sizes with one for lesions that merged, in place of those of each.

    A merged lesion without a value stands for its lesions when none of them has one. Of several
    identifiers the one of the most lesions counts.
    """
    if merged.empty:
        return grid
    places = [*VISIT, "LESION"]
    of = merged.groupby([*VISIT, "LINK"], dropna=False)["LESION"].transform("size")
    merged = merged.assign(OF=of, DONE=merged["VALUE"].notna())
    merged = merged.sort_values(["DONE", "OF", "LINK"], kind="stable")
    merged = merged.drop_duplicates(places, keep="last")
    found = grid.reset_index().merge(
        merged[[*places, "LINK", "DONE", *SIZE[1:]]], on=places, suffixes=("", "_M")
    )
    alone = found.groupby([*VISIT, "LINK"], dropna=False)["VALUE"].transform("count").eq(0)
    found = found[found["DONE"] | alone].set_index("index")
    note = ("merged, " + found["NOTE_M"]).fillna("merged, counted once")
    grid = grid.copy()
    grid.loc[found.index, "ITEM"] = found["LINK"]
    for name in ("VALUE", "NODAL", "WHY"):
        grid.loc[found.index, name] = found[f"{name}_M"]
    grid.loc[found.index, "NOTE"] = note.where(found["DONE"], None).astype(object)
    return grid


def _clipped(texts: pd.Series) -> pd.Series:
    return clip_texts(texts).where(texts.notna(), None)


def _list_texts(
    sizes: pd.DataFrame, name: str, form: str, separator: str, place: pd.Series
) -> pd.Series:
    """Return by visit the items with their texts, as `form` says; without a text the item alone."""
    texts = [
        form.format(item=item, text=text) if isinstance(text, str) else item
        for item, text in zip(sizes["ITEM"], sizes[name], strict=True)
    ]
    listed = pd.Series(texts, index=sizes.index, dtype=object)
    found: pd.Series = listed.groupby(place.reindex(sizes.index)).agg(separator.join)
    return found
