import datetime as dt

import pandas as pd
import pytest

from csrkit.errors import DataError, StudyError
from csrkit.sdtm.cut import CutSettings, apply_cut, cut_settings
from csrkit.study import load_study
from csrkit.study.design import CutRules

CUT = dt.date(2026, 3, 31)


def table(columns, *rows):
    names = columns.split()
    content = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    return pd.DataFrame(
        {
            name: values
            if all(isinstance(v, int | float) for v in values) and values
            else pd.Series(values, dtype=object)
            for name, values in content.items()
        }
    )


def dm(*rows):
    return table("USUBJID SUBJID RFICDTC RFENDTC DTHDTC DTHFL", *rows)


ONE = dm(("S1", "1", "2025-06-09", None, None, None))


def settings(cut=CUT, **rules):
    rules = {"subject_entry": {"domain": "DM", "variable": "RFICDTC"}} | rules
    return CutSettings(cut, CutRules.model_validate(rules))


def cut(domains, at=CUT, **rules):
    return apply_cut({"DM": ONE} | domains, settings(at, **rules))


def ae(*dates):
    rows = [("S1", float(n + 1), date) for n, date in enumerate(dates)]
    return table("USUBJID AESEQ AESTDTC", *rows)


def fault(domains, at=CUT, **rules):
    with pytest.raises(DataError) as error:
        cut(domains, at, **rules)
    return error.value


def test_a_date_without_a_time_means_the_end_of_that_day():
    assert settings().moment == pd.Timestamp("2026-03-31T23:59:59")
    assert settings(dt.datetime(2026, 3, 31, 12)).moment == pd.Timestamp("2026-03-31T12:00:00")


def test_a_record_leaves_when_its_date_is_after_the_cut():
    dates = ["2026-03-31", "2026-03-31T23:59:59", "2026-04-01", "2026-04-01T00:00", "2026-03-30"]
    assert cut({"AE": ae(*dates)}).domains["AE"]["AESEQ"].tolist() == [1, 2, 5]


def test_fractions_of_the_last_second_belong_to_the_day():
    assert len(cut({"AE": ae("2026-03-31T23:59:59.500")}).domains["AE"]) == 1


def test_a_cut_with_a_time_cuts_within_the_day():
    kept = cut({"AE": ae("2026-03-31T11:59", "2026-03-31T12:01")}, dt.datetime(2026, 3, 31, 12))
    assert kept.domains["AE"]["AESEQ"].tolist() == [1]


def test_a_partial_date_counts_as_its_earliest_moment():
    dates = ["2026", "2026-03", "2026-04", "2027", "2026---15", "--04-01"]
    assert cut({"AE": ae(*dates)}).domains["AE"]["AESEQ"].tolist() == [1, 2, 5, 6]


def test_a_missing_date_keeps_the_record():
    assert len(cut({"AE": ae(None, None)}).domains["AE"]) == 2


def test_the_start_dates_a_record_where_there_is_one():
    both = table("USUBJID AESEQ AESTDTC AEDTC", ("S1", 1.0, "2026-03-01", "2026-05-01"))
    assert len(cut({"AE": both}).domains["AE"]) == 1


def test_the_collection_dates_a_record_without_a_start():
    lb = table("USUBJID LBSEQ LBDTC", ("S1", 1.0, "2026-03-01"), ("S1", 2.0, "2026-05-01"))
    result = cut({"LB": lb})
    assert result.domains["LB"]["LBSEQ"].tolist() == [1]
    assert result.log["VARIABLE"].tolist() == ["LBDTC"]


def test_a_setting_overrides_the_variable_that_dates_a_domain():
    both = table("USUBJID AESEQ AESTDTC AEDTC", ("S1", 1.0, "2026-03-01", "2026-05-01"))
    assert cut({"AE": both}, date_variables={"AE": "AEDTC"}).domains["AE"].empty
    later = table("USUBJID AESEQ AESTDTC", ("S1", 1.0, "2026-05-01"))
    assert len(cut({"AE": later}, date_variables={"AE": None}).domains["AE"]) == 1


def test_an_override_by_a_variable_that_is_missing_is_an_error():
    error = fault({"AE": ae("2026-01-01")}, date_variables={"AE": "AEDTC"})
    assert (error.where, error.found) == ("cut_rules.date_variables.AE", "AEDTC")
    assert error.allowed == "AESTDTC"


def test_a_subject_who_entered_after_the_cut_leaves_every_domain():
    subjects = dm(
        ("S1", "1", "2026-03-31", None, None, None), ("S2", "2", "2026-04-01", None, None, None)
    )
    events = table("USUBJID AESEQ AESTDTC", ("S1", 1.0, "2026-01-01"), ("S2", 1.0, "2026-01-01"))
    supplement = table("RDOMAIN USUBJID IDVAR IDVARVAL QNAM", ("DM", "S2", None, None, "PRVSUBJ"))
    result = cut({"DM": subjects, "AE": events, "SUPPDM": supplement})
    assert result.domains["DM"]["USUBJID"].tolist() == ["S1"]
    assert result.domains["AE"]["USUBJID"].tolist() == ["S1"]
    assert result.domains["SUPPDM"].empty
    assert result.log["DOMAIN"].tolist() == ["AE", "DM", "SUPPDM"]
    assert set(result.log["RULE"]) == {"subject entered the study after the cut"}
    assert set(result.log["DATE"]) == {"2026-04-01"}
    assert set(result.log["VARIABLE"]) == {"RFICDTC"}


def test_a_collection_date_of_dm_does_not_remove_a_subject():
    subjects = ONE.assign(DMDTC=["2026-05-01"])
    assert len(cut({"DM": subjects}).domains["DM"]) == 1


TWO = dm(("S1", "1", "2025-06-09", None, None, None), ("S2", "2", None, None, None, None))


def test_a_subject_without_an_entry_date_leaves_as_in_datacutr():
    result = cut({"DM": TWO})
    assert result.domains["DM"]["USUBJID"].tolist() == ["S1"]
    assert result.log["RULE"].tolist() == ["subject has no date of entry into the study"]
    assert result.log["DATE"].tolist() == [None]


def test_a_subject_without_an_entry_date_stays_where_the_setting_says_so():
    entry = {"domain": "DM", "variable": "RFICDTC", "missing": "keep"}
    assert len(cut({"DM": TWO}, subject_entry=entry).domains["DM"]) == 2


DISPOSITION = table(
    "USUBJID DSSEQ DSDECOD DSSTDTC",
    ("S1", 1.0, "INFORMED CONSENT OBTAINED", "2025-06-09"),
    ("S1", 2.0, "RANDOMIZED", "2026-04-02"),
    ("S2", 1.0, "RANDOMIZED", "2026-02"),
    ("S3", 1.0, "INFORMED CONSENT OBTAINED", "2025-06-09"),
)
RANDOMISED = {"domain": "DS", "variable": "DSSTDTC", "decod": "RANDOMIZED"}


def test_entry_may_be_dated_by_a_disposition_event():
    subjects = dm(*[(name, "1", "2025-06-09", None, None, None) for name in ("S1", "S2", "S3")])
    result = cut({"DM": subjects, "DS": DISPOSITION}, subject_entry=RANDOMISED)
    assert result.domains["DM"]["USUBJID"].tolist() == ["S2"]
    rules = result.log.loc[result.log["DOMAIN"] == "DM", ["USUBJID", "RULE"]]
    assert rules.to_numpy().tolist() == [
        ["S1", "subject entered the study after the cut"],
        ["S3", "subject has no date of entry into the study"],
    ]


def test_an_entry_code_that_no_record_has_is_an_error():
    entry = RANDOMISED | {"decod": "ENTERED"}
    error = fault({"DS": DISPOSITION}, subject_entry=entry)
    assert error.found == "ENTERED"
    assert "RANDOMIZED" in error.allowed


def test_a_missing_entry_domain_or_variable_is_an_error():
    assert "without DS" in fault({}, subject_entry=RANDOMISED).what
    entry = {"domain": "DM", "variable": "RANDDTC"}
    error = fault({}, subject_entry=entry)
    assert error.found == "no RANDDTC"
    assert "RFICDTC" in error.allowed


def test_a_cut_before_the_first_consent_leaves_no_subject_and_says_when_that_was():
    error = fault({}, dt.date(2025, 6, 8))
    assert error.what == "The data cut leaves no subject"
    assert error.found == "the first subject entered on 2025-06-09"
    assert error.allowed == "a cut on or after 2025-06-09"


def test_data_without_any_entry_date_is_an_error():
    error = fault({"DM": ONE.assign(RFICDTC=pd.Series([None], dtype=object))})
    assert error.what == "No subject has a date of entry into the study"


def test_a_death_after_the_cut_is_blanked_and_one_on_the_cut_day_is_kept():
    subjects = dm(
        ("S1", "1", "2025-06-09", "2026-03-31", "2026-03-31", "Y"),
        ("S2", "2", "2025-06-09", "2026-04-01", "2026-04-01", "Y"),
    )
    result = cut({"DM": subjects})
    kept = result.domains["DM"].set_index("USUBJID")
    assert kept.loc["S1", ["DTHDTC", "DTHFL", "RFENDTC"]].tolist() == [
        "2026-03-31",
        "Y",
        "2026-03-31",
    ]
    assert kept.loc["S2", ["DTHDTC", "DTHFL", "RFENDTC"]].tolist() == [None, None, None]
    blanked = result.log[["KEY", "VARIABLE", "DATE", "ACTION"]].to_numpy().tolist()
    assert blanked == [
        ["SUBJID=2", "DTHDTC", "2026-04-01", "blanked"],
        ["SUBJID=2", "DTHFL", "2026-04-01", "blanked"],
        ["SUBJID=2", "RFENDTC", "2026-04-01", "blanked"],
    ]


EVENTS = table(
    "USUBJID AESEQ AESTDTC AEENDTC AEENDY AEOUT AETOXGR",
    ("S1", 1.0, "2026-03-01", "2026-03-31", 20.0, "RECOVERED/RESOLVED", "5"),
    ("S1", 2.0, "2026-03-01", "2026-04-02", 22.0, "RECOVERED/RESOLVED", "2"),
    ("S1", 3.0, "2026-03-01", "2026-04-03", 23.0, "FATAL", "5"),
    ("S1", 4.0, "2026-03-01", "2026-03", 24.0, "RECOVERED/RESOLVED", "1"),
)


def test_an_end_after_the_cut_is_blanked_and_the_record_kept():
    kept = cut({"AE": EVENTS}).domains["AE"]
    assert kept["AESEQ"].tolist() == [1, 2, 3, 4]
    assert kept["AEENDTC"].tolist() == ["2026-03-31", None, None, "2026-03"]
    assert kept["AEENDY"].isna().tolist() == [False, True, True, False]
    assert kept["AEOUT"].notna().all()


def test_what_tells_of_a_later_end_is_blanked_with_it_where_the_setting_says_so():
    result = cut({"AE": EVENTS}, blanked={"AEENDTC": ["AEOUT", "AETOXGR=5", "AENOSUCH"]})
    kept = result.domains["AE"]
    assert kept["AEOUT"].tolist() == ["RECOVERED/RESOLVED", None, None, "RECOVERED/RESOLVED"]
    assert kept["AETOXGR"].tolist() == ["5", "2", None, "1"]
    told = result.log[result.log["RULE"] == "tells of a date after the cut"]
    assert told[["KEY", "VARIABLE", "DATE"]].to_numpy().tolist() == [
        ["AESEQ=2", "AEOUT", "2026-04-02"],
        ["AESEQ=3", "AEOUT", "2026-04-03"],
        ["AESEQ=3", "AETOXGR", "2026-04-03"],
    ]


def test_trial_design_is_not_cut():
    visits = table("DOMAIN VISITNUM TVSTDTC", ("TV", 1.0, "2027-01-01"))
    assert len(cut({"TV": visits}).domains["TV"]) == 1


def test_a_reference_time_point_after_the_cut_is_blanked_and_one_with_a_name_stays():
    events = EVENTS.assign(AEENTPT=["2026-04-02", "SCREENING", "2026-03-01", None])
    result = cut({"AE": events}, blanked={"--ENTPT": []})
    assert result.domains["AE"]["AEENTPT"].tolist() == [None, "SCREENING", "2026-03-01", None]


def test_an_interval_counts_from_its_first_day_and_24_hours_are_the_next_day():
    begun, later = "2026-03-31/2026-04-02", "2026-04-01/2026-04-02"
    events = ae(begun, later, "2026-03-31T24:00", "2026-03-30T24:00")
    assert cut({"AE": events}).domains["AE"]["AESEQ"].tolist() == [1, 4]


def test_a_cut_with_a_time_is_at_that_minute():
    day = "2026-03-31"
    events = ae(day, f"{day}T11:59:59", f"{day}T12:00", f"{day}T12:01", "2026-03")
    result = cut({"AE": events}, at=dt.datetime(2026, 3, 31, 12))
    assert result.domains["AE"]["AESEQ"].tolist() == [1, 2, 3, 5]
    assert result.log["CUT"].tolist() == ["2026-03-31T12:00:00"]


TWO_EVENTS = ae("2026-03-01", "2026-04-01")


def supplement(*rows):
    return table("RDOMAIN USUBJID IDVAR IDVARVAL QNAM", *rows)


@pytest.mark.parametrize("written", ["1", "1.0", " 1", "01"])
def test_a_supplement_follows_its_parent_by_number_however_written(written):
    supp = supplement(("AE", "S1", "AESEQ", written, "A"), ("AE", "S1", "AESEQ", "2", "B"))
    result = cut({"AE": TWO_EVENTS, "SUPPAE": supp})
    assert result.domains["SUPPAE"]["QNAM"].tolist() == ["A"]
    gone = result.log[result.log["DOMAIN"] == "SUPPAE"].iloc[0]
    assert gone["KEY"] == "AE AESEQ=2 B"
    assert gone["RULE"] == "parent record removed"
    assert gone["DATE"] == "2026-04-01"


def test_a_relation_follows_each_of_its_records():
    relations = table(
        "RDOMAIN USUBJID IDVAR IDVARVAL RELTYPE RELID",
        ("AE", "S1", "AESEQ", "2", None, "R1"),
        ("CM", "S1", "CMLNKID", "X", None, "R1"),
        ("TU", None, "TULNKID", None, "ONE", "R2"),
    )
    medication = table(
        "USUBJID CMSEQ CMLNKID CMSTDTC", ("S1", 1.0, "X", "2026-01-01"), ("S1", 2.0, None, None)
    )
    lesions = table("USUBJID TUSEQ TULNKID TUDTC", ("S1", 1.0, "T01", "2026-04-01"))
    result = cut({"AE": TWO_EVENTS, "CM": medication, "TU": lesions, "RELREC": relations})
    assert result.domains["RELREC"]["RDOMAIN"].tolist() == ["CM", "TU"]


def test_a_group_stays_a_parent_while_one_of_its_records_stays():
    grouped = TWO_EVENTS.assign(AEGRPID=["G", "G"])
    supp = supplement(("AE", "S1", "AEGRPID", "G", "A"))
    assert len(cut({"AE": grouped, "SUPPAE": supp}).domains["SUPPAE"]) == 1


def test_a_supplement_of_dm_follows_its_subject():
    supp = supplement(("DM", "S1", None, None, "PRVSUBJ"))
    assert len(cut({"SUPPDM": supp}).domains["SUPPDM"]) == 1


def test_a_comment_on_a_record_follows_it_and_one_of_its_own_follows_its_date():
    comments = table(
        "RDOMAIN USUBJID COSEQ IDVAR IDVARVAL CODTC",
        ("AE", "S1", 1.0, "AESEQ", "2", None),
        (None, "S1", 2.0, None, None, "2026-04-01"),
        (None, "S1", 3.0, None, None, "2026-03-01"),
    )
    assert cut({"AE": TWO_EVENTS, "CO": comments}).domains["CO"]["COSEQ"].tolist() == [3]


@pytest.mark.parametrize(
    "row",
    [
        ("AE", "S1", "AESEQ", "9", "A"),
        ("AE", "S1", "AESEQ", "x", "A"),
        ("AE", "S1", "AESEQ", None, "A"),
        ("AE", "S1", "AESPID", "1", "A"),
        ("AE", "S2", "AESEQ", "1", "A"),
        ("CM", "S1", "CMSEQ", "1", "A"),
    ],
)
def test_a_supplement_that_never_had_a_parent_stays_with_its_subject(row):
    subjects = pd.concat([ONE, ONE.assign(USUBJID="S2")], ignore_index=True)
    result = cut({"DM": subjects, "AE": TWO_EVENTS, "SUPPAE": supplement(row)})
    assert result.domains["SUPPAE"]["QNAM"].tolist() == ["A"]
    gone = cut({"DM": ONE, "AE": TWO_EVENTS, "SUPPAE": supplement((row[0], "S9", *row[2:]))})
    assert gone.domains["SUPPAE"].empty


def test_a_supplement_that_is_not_cut_cannot_keep_what_its_parent_left():
    supp = supplement(("AE", "S1", "AESEQ", "1", "A"), ("AE", "S1", "AESEQ", "2", "B"))
    error = fault({"AE": TWO_EVENTS, "SUPPAE": supp}, not_cut=("SUPPAE",))
    assert error.where == "SUPPAE, cut_rules.not_cut"
    assert error.found == "USUBJID=S1 AE AESEQ=2 B"
    kept = cut({"AE": TWO_EVENTS, "SUPPAE": supp[:1]}, not_cut=("SUPPAE",))
    assert len(kept.domains["SUPPAE"]) == 1


@pytest.mark.parametrize(
    ("variable", "held", "written"),
    [
        ("AESPID", ["E1", "E2"], "E2"),
        ("AESPID", ["E1", "E2"], "  E2 "),
        ("AEREFID", ["001", "002"], "2"),
        ("AELNKGRP", [1.0, 2.0], "2.00"),
        ("VISITNUM", [1.0, 2.1], "2.1"),
    ],
)
def test_a_supplement_follows_its_parent_by_any_variable(variable, held, written):
    events = TWO_EVENTS.assign(**{variable: held})
    supp = supplement(("AE", "S1", variable, written, "B"))
    assert cut({"AE": events, "SUPPAE": supp}).domains["SUPPAE"].empty


def test_a_relation_to_a_comment_or_a_supplement_follows_them():
    supp = supplement(("AE", "S1", "AESEQ", "2", "B"), ("AE", "S1", "AESEQ", "1", "A"))
    relations = table(
        "RDOMAIN USUBJID IDVAR IDVARVAL RELTYPE RELID",
        ("SUPPAE", "S1", "QNAM", "A", None, "R1"),
        ("SUPPAE", "S1", "QNAM", "B", None, "R2"),
    )
    result = cut({"AE": TWO_EVENTS, "SUPPAE": supp, "RELREC": relations})
    assert result.domains["RELREC"]["RELID"].tolist() == ["R1"]


@pytest.mark.parametrize(
    ("domain", "content"),
    [
        ("AE", ae("2026-01-01", "2025-02-30")),
        ("EX", table("USUBJID EXSEQ EXSTDTC EXENDTC", ("S1", 2.0, "2026-01-01", "2025-13-01"))),
        ("DM", ONE.assign(DTHDTC=["2025-02-30"])),
        ("DM", ONE.assign(RFICDTC=["June 2025"])),
    ],
)
def test_an_impossible_date_is_an_error_that_names_the_record(domain, content):
    error = fault({domain: content})
    assert error.where.startswith(domain)
    assert error.found.startswith("USUBJID=S1 ")


def test_a_record_of_nobody_leaves_and_is_logged():
    stray = table("USUBJID AESEQ AESTDTC", (None, 1.0, "2026-01-01"), ("S9", 1.0, "2026-01-01"))
    result = cut({"AE": stray})
    assert result.domains["AE"].empty
    assert result.log["RULE"].unique().tolist() == ["subject has no date of entry into the study"]


def test_each_row_of_the_log_says_what_left_why_and_when():
    row = cut({"AE": ae("2026-04-01")}).log.iloc[0]
    assert row.to_dict() == {
        "DOMAIN": "AE",
        "USUBJID": "S1",
        "KEY": "AESEQ=1",
        "RULE": "record dated after the cut",
        "VARIABLE": "AESTDTC",
        "DATE": "2026-04-01",
        "CUT": "2026-03-31T23:59:59",
        "ACTION": "removed",
    }


def test_records_removed_and_kept_make_up_the_records_delivered():
    events = ae("2026-04-01", "2026-01-01", None, "2026-05")
    result = cut({"AE": events})
    removed = (result.log["ACTION"] == "removed").sum()
    assert removed + len(result.domains["AE"]) == len(events)


def test_the_log_of_a_cut_that_takes_nothing_is_empty_with_its_columns():
    log = cut({}).log
    assert log.empty
    assert list(log) == ["DOMAIN", "USUBJID", "KEY", "RULE", "VARIABLE", "DATE", "CUT", "ACTION"]


def test_the_delivered_domains_are_left_as_they_were():
    events = EVENTS.copy()
    events.index = [5, 6, 7, 8]
    before = events.copy()
    result = cut({"AE": events})
    pd.testing.assert_frame_equal(events, before)
    assert result.domains["AE"].index.tolist() == [0, 1, 2, 3]


def test_labels_ride_along():
    events = ae("2026-01-01")
    labels = {"USUBJID": "Subject", "AESEQ": "Number", "AESTDTC": "Start"}
    events.attrs = {"label": "Adverse Events", "labels": labels}
    assert cut({"AE": events}).domains["AE"].attrs == events.attrs


def test_the_cut_of_a_study_is_that_of_its_scope(root):
    study = load_study(root / "study.yml")
    with pytest.raises(StudyError):
        cut_settings(study)
    scoped = study.covering("interim", dt.date(2025, 12, 31))
    assert cut_settings(scoped).moment == pd.Timestamp("2025-12-31T23:59:59")
    assert len(apply_cut({"DM": ONE}, scoped).domains["DM"]) == 1
