"""The accounting of every record: fates and reasons of literal records, and the sums."""

from __future__ import annotations

import dataclasses

import pytest

from csrkit.adam.accounting import Accounting, account, write_accounting
from csrkit.errors import DerivationError
from csrkit.sdtm.cut import CutResult, apply_cut


@pytest.fixture(scope="session")
def adsl(subjects):
    """ADSL of one subject, last known alive on 5 August 2025."""
    return subjects(A={"LSTALVDT": "2025-08-05"}).assign(TRTSTMF=None)


@pytest.fixture(scope="session")
def made(study, adsl, frame):
    """Account for subject A, whose ADSL and ADLB are these, and B, who came after the cut."""

    def make(adlb=(), **domains):
        dm = frame("USUBJID SUBJID RFICDTC", "A|1|2025-06-01", "B|2|2026-04-01")
        raw = {"DM": dm, **domains}
        cut = apply_cut(raw, study)
        adlb = frame("USUBJID LBSEQ SRCDOM SRCSEQ", *adlb)
        return raw, cut, {"ADSL": adsl, "ADLB": adlb.astype({"SRCSEQ": "float64"})}

    return make


def fates(accounting: Accounting, domain: str) -> list[tuple[str, str, str]]:
    records = accounting.records
    ours = records[records["DOMAIN"] == domain]
    return list(ours[["KEY", "FATE", "REASON"]].itertuples(index=False, name=None))


LB = "USUBJID LBSEQ LBTESTCD LBDTC LBSTAT"


def test_every_record_is_cut_or_used_or_set_aside_for_a_reason(made, study, frame):
    lb = frame(
        LB,
        "A|1|HGB|2025-07-01|.",
        "A|2|HGB|2025-08-05|.",
        "A|3|HGB|2025-07-15|NOT DONE",
        "A|4|HGB|2025-07-16|.",
        "A|5|HGB|2026-04-02|.",
        "B|6|HGB|2026-03-01|.",
    )
    raw, cut, adam = made(adlb=["A|1|LB|1"], LB=lb)
    accounting = account(raw, cut, adam, study)
    assert fates(accounting, "LB") == [
        ("LBSEQ=1", "used", "ADLB: record"),
        ("LBSEQ=2", "used", "ADSL: last date known alive"),
        ("LBSEQ=3", "not used", "Not done"),
        ("LBSEQ=4", "not used", "No dataset uses it"),
        ("LBSEQ=5", "cut", "record dated after the cut"),
        ("LBSEQ=6", "cut", "subject entered the study after the cut"),
    ]
    assert accounting.records["DATASETS"].tolist() == [
        "ADSL", None, "ADLB", "ADSL", None, None, None, None
    ]  # fmt: skip
    summary = accounting.summary.set_index("DOMAIN")
    assert summary.loc["LB"].tolist() == [6, 2, 2, 2]
    assert summary.loc["DM"].tolist() == [2, 1, 1, 0]


def test_a_record_used_by_several_datasets_names_them_all_in_their_order(made, study, frame):
    raw, cut, adam = made(adlb=["A|1|LB|1"], LB=frame(LB, "A|1|HGB|2025-08-05|."))
    row = account(raw, cut, adam, study).records.iloc[-1]
    assert row["DATASETS"] == "ADSL; ADLB"
    assert row["REASON"] == "ADSL: last date known alive; ADLB: record"


def test_a_record_not_done_is_no_evidence_of_life(made, study, frame):
    raw, cut, adam = made(LB=frame(LB, "A|1|HGB|2025-08-05|NOT DONE"))
    assert fates(account(raw, cut, adam, study), "LB") == [("LBSEQ=1", "not used", "Not done")]


def test_only_the_value_that_became_baseline_counts_as_used_for_it(made, study, frame):
    header = "USUBJID QSSEQ QSTESTCD QSSTRESN QSDTC"
    qs = frame(
        header, "A|1|ECOG101|1|2025-06-20", "A|2|ECOG101|0|2025-06-30", "A|3|ECOG101|2|2025-07-20"
    )
    raw, cut, adam = made(QS=qs)
    assert [row[1:] for row in fates(account(raw, cut, adam, study), "QS")] == [
        ("not used", "No dataset uses it"),
        ("used", "ADSL: baseline (ECOGBL)"),
        ("not used", "No dataset uses it"),
    ]


def test_a_qualifier_is_used_when_a_dataset_reads_it_of_an_event_it_has(made, study, frame):
    ae = frame("USUBJID AESEQ AESTDTC AESDTH AEOUT", "A|1|2025-07-02|.|.", "A|2|2025-07-03|.|.")
    supp = frame(
        "USUBJID RDOMAIN IDVAR IDVARVAL QNAM QVAL",
        "A|AE|AESEQ|1|AEDLT|Y",
        "A|AE|AESEQ|1|AECOM|seen",
        "A|AE|AESEQ|2|AEDLT|Y",
    )
    raw, cut, adam = made(AE=ae, SUPPAE=supp)
    adam["ADAE"] = frame("USUBJID AESEQ DLTFL DLTWINFL", "A|1|.|.")
    assert [row[1:] for row in fates(account(raw, cut, adam, study), "SUPPAE")] == [
        ("used", "ADAE: qualifier of an event"),
        ("not used", "Qualifier that no dataset reads"),
        ("not used", "Qualifier that no dataset reads"),
    ]


@pytest.mark.parametrize(
    ("pointer", "value"), [("AESEQ", "1.0"), ("AESPID", "E1"), ("AEGRPID", "G")]
)
def test_a_qualifier_is_used_by_whatever_variable_it_points_to_its_event(
    made, study, frame, pointer, value
):
    ae = frame("USUBJID AESEQ AESPID AEGRPID AESTDTC AESDTH AEOUT", "A|1|E1|G|2025-07-02|.|.")
    header = "USUBJID RDOMAIN IDVAR IDVARVAL QNAM QVAL"
    raw, cut, adam = made(AE=ae, SUPPAE=frame(header, f"A|AE|{pointer}|{value}|AEDLT|Y"))
    adam["ADAE"] = frame("USUBJID AESEQ DLTFL DLTWINFL", "A|1|.|.")
    (row,) = fates(account(raw, cut, adam, study), "SUPPAE")
    assert row[1:] == ("used", "ADAE: qualifier of an event")


def test_trial_design_is_set_aside_without_a_subject(made, study, frame):
    raw, cut, adam = made(TE=frame("ETCD", "SCRN"))
    records = account(raw, cut, adam, study).records
    assert records.iloc[-1].tolist() == [
        "TE", None, "ETCD=SCRN", "not used", "Trial design, no record of a subject", None
    ]  # fmt: skip


def test_records_of_one_key_are_told_apart_by_the_date_for_which_one_left(made, study, frame):
    raw, cut, adam = made(LB=frame(LB, "A|1|HGB|2026-04-02|.", "A|1|HGB|2025-07-16|."))
    assert [row[1] for row in fates(account(raw, cut, adam, study), "LB")] == ["cut", "not used"]


def test_a_dataset_that_carries_a_key_the_data_lacks_is_an_error(made, study, frame):
    raw, cut, adam = made(adlb=["A|9|LB|9"], LB=frame(LB, "A|1|HGB|2025-07-16|."))
    with pytest.raises(DerivationError, match="carries keys of records that aren't in the data"):
        account(raw, cut, adam, study)


def test_a_record_that_vanished_without_a_line_in_the_cut_log_is_an_error(made, study, frame):
    raw, cut, adam = made(LB=frame(LB, "A|1|HGB|2025-07-16|.", "A|2|HGB|2025-07-17|."))
    short = CutResult({**cut.domains, "LB": cut.domains["LB"].iloc[:1]}, cut.log)
    with pytest.raises(DerivationError, match="don't add up"):
        account(raw, short, adam, study)


def test_sums_that_dont_add_up_are_an_error(made, study, frame):
    raw, cut, adam = made(LB=frame(LB, "A|1|HGB|2025-07-16|."))
    accounting = account(raw, cut, adam, study)
    lost = dataclasses.replace(accounting, records=accounting.records.iloc[:-1])
    with pytest.raises(DerivationError, match="0 as used, 0 as not used"):
        lost.check()


def test_a_domain_without_records_stands_in_the_summary(made, study, frame):
    raw, cut, adam = made(LB=frame(LB))
    accounting = account(raw, cut, adam, study)
    assert accounting.summary.set_index("DOMAIN").loc["LB"].tolist() == [0, 0, 0, 0]


def test_reasons_add_up_to_the_records_read(made, study, frame):
    raw, cut, adam = made(LB=frame(LB, "A|1|HGB|2025-07-16|.", "B|2|HGB|2025-07-16|."))
    accounting = account(raw, cut, adam, study)
    assert accounting.reasons["N"].sum() == sum(map(len, raw.values()))
    assert accounting.reasons["FATE"].tolist() == ["cut", "used", "cut", "not used"]


def test_equal_accounts_are_equal_bytes_with_one_line_a_record(made, study, frame, tmp_path):
    raw, cut, adam = made(LB=frame(LB, "A|1|HGB|2025-07-16|."))
    for name in ("a.csv", "b.csv"):
        write_accounting(account(raw, cut, adam, study), tmp_path / name)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").splitlines() == [
        "DOMAIN,USUBJID,KEY,FATE,REASON,DATASETS",
        "DM,A,SUBJID=1,used,ADSL: subject,ADSL",
        "DM,B,SUBJID=2,cut,subject entered the study after the cut,",
        "LB,A,LBSEQ=1,not used,No dataset uses it,",
    ]
