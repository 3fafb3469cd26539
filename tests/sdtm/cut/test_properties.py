import datetime as dt

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from csrkit.sdtm import iso
from csrkit.sdtm.cut import CutSettings, apply_cut
from csrkit.study.design import CutRules

RULES = CutRules.model_validate({"subject_entry": {"domain": "DM", "variable": "RFICDTC"}})
DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2026, 12, 31))
CUTS = st.dates(dt.date(2025, 6, 1), dt.date(2026, 12, 31))


@st.composite
def texts(draw):
    day = draw(DAYS).isoformat()
    return draw(st.sampled_from([day, day[:7], day[:4], f"{day}T10:30", f"{day[:4]}---15", None]))


@st.composite
def studies(draw):
    subjects = [f"S{number}" for number in range(draw(st.integers(1, 4)))]
    entries = [draw(DAYS).isoformat() for _ in subjects]
    entries[0] = "2025-01-01"
    deaths = [draw(texts()) for _ in subjects]
    dm = pd.DataFrame({"USUBJID": subjects, "RFICDTC": entries, "DTHDTC": deaths}, dtype=object)
    dm["DTHFL"] = dm["DTHDTC"].notna().map({True: "Y", False: None})
    count = draw(st.integers(0, 8))
    owner = [draw(st.sampled_from(subjects)) for _ in range(count)]
    ae = pd.DataFrame(
        {
            "USUBJID": pd.Series(owner, dtype=object),
            "AESEQ": pd.Series(range(1, count + 1), dtype=float),
            "AESTDTC": pd.Series([draw(texts()) for _ in range(count)], dtype=object),
            "AEENDTC": pd.Series([draw(texts()) for _ in range(count)], dtype=object),
        }
    )
    supp = pd.DataFrame(
        {
            "RDOMAIN": pd.Series(["AE"] * count, dtype=object),
            "USUBJID": ae["USUBJID"],
            "IDVAR": pd.Series(["AESEQ"] * count, dtype=object),
            "IDVARVAL": pd.Series([str(n) for n in range(1, count + 1)], dtype=object),
            "QNAM": pd.Series(["AEDLT"] * count, dtype=object),
        }
    )
    return {"DM": dm, "AE": ae, "SUPPAE": supp}


def keys(frame):
    names = [name for name in ("USUBJID", "AESEQ", "IDVARVAL") if name in frame]
    return set(map(tuple, frame[names].to_numpy().tolist()))


@settings(max_examples=40, deadline=None)
@given(studies(), CUTS)
def test_cutting_twice_is_cutting_once(domains, cut):
    once = apply_cut(domains, CutSettings(cut, RULES))
    twice = apply_cut(once.domains, CutSettings(cut, RULES))
    assert twice.log.empty
    for name, frame in once.domains.items():
        pd.testing.assert_frame_equal(twice.domains[name], frame)


@settings(max_examples=40, deadline=None)
@given(studies(), CUTS, CUTS)
def test_a_later_cut_keeps_what_an_earlier_one_keeps(domains, one, other):
    earlier, later = sorted((one, other))
    few = apply_cut(domains, CutSettings(earlier, RULES)).domains
    many = apply_cut(domains, CutSettings(later, RULES)).domains
    for name in domains:
        assert keys(few[name]) <= keys(many[name])


@settings(max_examples=40, deadline=None)
@given(studies(), CUTS)
def test_no_date_kept_is_certainly_after_the_cut(domains, cut):
    settings_ = CutSettings(cut, RULES)
    for frame in apply_cut(domains, settings_).domains.values():
        for name in frame.columns[frame.columns.str.endswith("DTC")]:
            assert not (iso.earliest(frame[name]) > settings_.moment).any()


@settings(max_examples=40, deadline=None)
@given(studies(), CUTS)
def test_every_record_is_kept_or_in_the_log(domains, cut):
    result = apply_cut(domains, CutSettings(cut, RULES))
    removed = result.log[result.log["ACTION"] == "removed"]["DOMAIN"].value_counts()
    for name, frame in domains.items():
        assert len(result.domains[name]) + removed.get(name, 0) == len(frame)
