"""`course verify`: everything that can be held against the course without running its lessons (nbval does that)."""

from collections.abc import Collection
from datetime import date

from course import instruments
from course.authoring.build import written_chapters
from course.authoring.exercise_lints import lint_exercise
from course.authoring.in_step import check_in_step, check_whole
from course.authoring.lesson_lints import lint_lesson
from course.authoring.proof import keep_proof, prove
from course.authoring.report import Report
from course.authoring.rules import check_rules
from course.authoring.survivors import check_survivors
from course.authoring.weight import weigh
from course.catalog import Chapter, Content, content
from course.errors import CourseError
from course.grading.release import released_notebook, solution_notebook


def verify(
    chapters: Collection[int] | None = None,
    *,
    mutants: bool = False,
    day: date | None = None,
    keep: bool = False,
) -> Report:
    """Verify these chapters (None: all that are written, and what belongs to none); return what was found.

    Derived files must be in step with their sources, answer cards must come out as they say, lessons and exercises
    must keep the rules of the house. `mutants` also grades the mutants of the solutions, which takes minutes; without
    it, what is stored of them is compared with the solution. On a `day`, what is proved already is only sampled; without
    one, everything is graded. `keep` writes down what is proved, for chapters without a finding. Raises CourseError for a chapter that is not written;
    anything that is wrong with the course itself is a finding.
    """
    where = content()
    report = Report()
    for chapter in written_chapters(chapters):
        report.saw("chapters")
        before = len(report.findings)
        _verify_chapter(chapter, where, report, mutants=mutants, day=day)
        if keep and len(report.findings) == before and where.exercise_source(chapter).is_file():
            keep_proof(chapter, where)
    if chapters is None:
        try:
            for finding in instruments.findings():
                report.add("chapters", finding)
            check_whole(where, report)
        except CourseError as error:
            report.add("README.md", str(error))
    return report


def _verify_chapter(
    chapter: Chapter, where: Content, report: Report, *, mutants: bool, day: date | None
) -> None:
    try:
        check_in_step(chapter, where, report)
        lint_lesson(chapter, where, report)
        report.notes.append(f"{chapter.slug}: {weigh(where.lesson_source(chapter))}.")
        if where.exercise_source(chapter).is_file():
            solution = solution_notebook(chapter, where)
            source = where.name(where.exercise_source(chapter))
            released = released_notebook(chapter, solution, source)
            lint_exercise(chapter, solution, released, where, report)
            prove(chapter, solution, released, where, report, day=day)
            check_rules(chapter, where, report)
            check_survivors(chapter, where, report, grading=mutants)
    except CourseError as error:
        report.add(chapter.slug, str(error))
