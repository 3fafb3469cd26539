"""Analyses of `hierarchy`: subjects with an occurrence, by nested variables."""

from __future__ import annotations

from collections.abc import Mapping

from csrkit.conditions import equal
from csrkit.errors import StudyError
from csrkit.index.settings.occurrences import Grades, Hierarchy
from csrkit.results.ard import Result
from csrkit.results.bench import Bench
from csrkit.results.columns import sorting_column
from csrkit.results.model import COLUMN, Declared
from csrkit.results.spread import NOTHING, Level, Spread, Tally
from csrkit.results.verbs.counts import count_nested, count_subjects, counted, level_name

ANY = "any"
Path = tuple[Level, ...]
Tallies = Mapping[tuple[Level, ...], Tally]


def analyse_hierarchy(bench: Bench, settings: Hierarchy) -> None:
    """Count the subjects with any record, and those at each path of levels, in display order."""
    bench.head_columns()
    if settings.grades:
        bench.frame_with(settings.dataset, [settings.grades.variable, *settings.grades.flags])
    declared = bench.declare(
        "terms", dataset=settings.dataset, where=settings.condition, groupings=settings.by
    )
    spread = bench.spread(declared.scope)
    tallies: dict[tuple[Level, ...], Tally] = {
        (key,): tally for key, tally in spread.tally().items()
    }
    for depth in range(1, len(settings.by) + 1):
        tallies |= spread.by(settings.by[:depth])
    everything = bench.declare(ANY, dataset=settings.dataset, where=settings.condition)
    count_subjects(bench, everything, ANY, events=True)
    graded = _tally_grades(bench, declared, settings)
    for path in ((), *_paths(bench, declared, settings, tallies)):
        if path:
            count_nested(bench, declared, settings.by, tallies, [path])
        if settings.grades:
            found = graded[len(path)]
            _add_grades(bench, declared, settings, settings.grades, path, tallies, found)


def row_of(path: Path) -> str:
    """Return the row key of a path of levels."""
    return " / ".join(map(level_name, path)) or ANY


def _paths(bench: Bench, declared: Declared, settings: Hierarchy, tallies: Tallies) -> list[Path]:
    """Return the paths shown, each after the one above it, in the order of the display."""
    depth = len(settings.by)
    found = {key[1:] for key in tallies if len(key) == depth + 1}
    kept = [path for path in found if _frequent(declared, settings, tallies, path)]
    wanted = {path[:place] for path in kept for place in range(1, depth + 1)}
    by = sorting_column(bench.study, declared.scope.columns)

    def place(path: Path) -> list[tuple[int, str]]:
        above = [path[: end + 1] for end in range(len(path))]
        frequent = settings.order == "frequency"
        counts = [len(tallies.get((by, *one), NOTHING).subjects) * frequent for one in above]
        return [(-n, level_name(one[-1])) for n, one in zip(counts, above, strict=True)]

    return sorted(wanted, key=place)


def _frequent(declared: Declared, settings: Hierarchy, tallies: Tallies, path: Path) -> bool:
    """Tell whether enough of the subjects of a column have a path."""
    if settings.min_percent is None:
        return True
    groups = declared.scope.columns.groups
    return any(
        100 * len(tallies.get((group.key, *path), NOTHING).subjects)
        >= settings.min_percent * group.total > 0
        for group in groups
    )  # fmt: skip


def _tally_grades(bench: Bench, declared: Declared, settings: Hierarchy) -> list[Tallies]:
    """Count, for each depth, the records that its flag marks by path and grade."""
    grades = settings.grades
    if grades is None:
        return []
    spread, dataset = bench.spread(declared.scope), declared.scope.dataset
    frame = bench.with_adsl(spread.frame, [grades.variable])
    with_grade = Spread(frame, spread.place, spread.column, spread.keys)
    return [
        with_grade.by(
            [*settings.by[:depth], grades.variable],
            bench.holds(spread.frame, equal(flag, "Y"), dataset),
        )
        for depth, flag in enumerate(grades.flags)
    ]


def _add_grades(
    bench: Bench,
    declared: Declared,
    settings: Hierarchy,
    grades: Grades,
    path: Path,
    tallies: Tallies,
    graded: Tallies,
) -> None:
    """Count the subjects at a path by their worst grade, as the flag of its depth marks it."""
    depth, scope = len(path), declared.scope
    flag = equal(grades.flags[depth], "Y")
    names = {str(level): text for level, text in grades.labels.items()}
    found = {key[-1] for key in graded if key[1:-1] == path}
    levels = sorted(found, key=lambda level: _grade_place(names, level))
    for key in declared.keys:
        _require_flags(bench, declared, grades.flags[depth], path, [
            graded.get((key, *path, level), NOTHING) for level in levels
        ], tallies.get((key, *path), NOTHING))  # fmt: skip
    for level in levels:
        for key in declared.keys:
            tally = graded.get((key, *path, level), NOTHING)
            inside = dict(zip(settings.by, map(level_name, path), strict=False))
            conditions = [equal(name, one) for name, one in zip(settings.by, path, strict=False)]
            own = bench.set_of(scope, key, tally, *conditions, flag, equal(grades.variable, level))
            bench.add(
                declared,
                Result(
                    row=f"{row_of(path)} | {level_name(level)}",
                    column=key,
                    statistics=counted(tally, scope.columns[key].total),
                    levels={COLUMN: key, **inside},
                    set_id=own,
                    denominator=bench.denominator(scope.columns, key),
                    variable=grades.variable,
                    level=level_name(level),
                ),
            )


def _grade_place(names: Mapping[str, str], level: Level) -> tuple[int, str]:
    order = list(names)
    name = level_name(level)
    return (order.index(name) if name in order else len(order) + (level is None), name)


def _require_flags(
    bench: Bench, declared: Declared, flag: str, path: Path, parts: list[Tally], whole: Tally
) -> None:
    """Stop when a flag doesn't mark one record of each subject: grades wouldn't add up.

    Raises
    ------
    StudyError
        Naming the flag and the subjects.
    """
    marked = [subject for tally in parts for subject in tally.subjects]
    if sorted(marked) != list(whole.subjects):
        unlike = sorted(set(whole.subjects) ^ set(marked)) or sorted(set(marked))
        raise StudyError(
            "A flag of the worst grade doesn't mark one record of each subject",
            where=f"display {bench.entry.key}, key settings.grades.flags, {row_of(path)}",
            found=f"{flag} in {declared.analysis.dataset}, subjects {', '.join(unlike[:5])}",
            allowed="one flagged record a subject among the records of the display",
            remedy="Name the flag that is derived for these records, or leave out grades.",
        )
