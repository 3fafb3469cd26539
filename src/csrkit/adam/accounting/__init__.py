"""The accounting of records: each is cut, used by an ADaM dataset, or set aside for a reason."""

from csrkit.adam.accounting.accounting import Accounting, account, write_accounting

__all__ = ["Accounting", "account", "write_accounting"]
