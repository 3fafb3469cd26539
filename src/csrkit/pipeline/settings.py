"""The sections of `study.yml` that a stage of each kind may read, and that its key is made of."""

TO_VALIDATE = (
    "study", "reading", "cuts", "cut_rules", "treatment", "arms", "assumptions", "derivations",
)  # fmt: skip
TO_DERIVE = (*TO_VALIDATE, "terms", "analysis_sets", "age_groups", "pk_exclusions")
TO_DISPLAY = (*TO_DERIVE, "columns")

SETTINGS = {"validation": TO_VALIDATE, "datasets": TO_DERIVE, "displays": TO_DISPLAY}
