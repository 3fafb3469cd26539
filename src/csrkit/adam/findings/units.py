"""The tests of a domain of findings: of the table of units, of the study, and of the data."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.errors import DerivationError
from csrkit.study.derivations.findings import FindingTest
from csrkit.study.units import TABLE, domain_tests


def find_tests(
    domain: str, records: pd.DataFrame, units: pd.Series, own_tests: Mapping[str, FindingTest]
) -> dict[str, FindingTest]:
    """Return the tests of a domain by --TESTCD: of the table, of the study, and those in neither.

    Parameters
    ----------
    records
        TESTCD TEST.
    units
        The unit of each record, in one spelling.
    own_tests
        Tests of the study, beside or instead of those of the table.

    Raises
    ------
    DerivationError
        When a test that no table knows comes in several units.
    """
    tests = domain_tests(domain, own_tests)
    others = pd.DataFrame({"CODE": records["TESTCD"], "NAME": records["TEST"], "UNIT": units})
    others = others[others["CODE"].notna() & ~others["CODE"].isin(list(tests))]
    with_unit = others[others["UNIT"].notna()].drop_duplicates(["CODE", "UNIT"])
    several = with_unit[with_unit["CODE"].duplicated(keep=False)]
    if not several.empty:
        code = several["CODE"].iloc[0]
        setting = f"derivations.ad{domain.lower()}.tests"
        raise DerivationError(
            "A test comes in several units, and none is its analysis unit",
            where=f"{domain}, {domain}TESTCD={code}",
            found=", ".join(several.loc[several["CODE"] == code, "UNIT"]),
            allowed=f"a test of {TABLE.name} or of {setting}, or one unit",
            remedy=f"Describe the test under {setting} in study.yml.",
        )
    unit_of = with_unit.set_index("CODE")["UNIT"].to_dict()
    # The name must not hang on the order of the records.
    name_of = others.sort_values("NAME").drop_duplicates("CODE").set_index("CODE")["NAME"].to_dict()
    return tests | {
        str(code): FindingTest(name=name or str(code), unit=unit_of.get(code, ""), factors={})
        for code, name in name_of.items()
    }
