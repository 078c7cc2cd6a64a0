"""`course.map()`: where you are, and where to go on."""

from course.catalog import Chapter, catalog, content
from course.errors import CourseError
from course.grading.exercise import Exercise
from course.notebook import board
from course.notebook.display import message, stack
from course.notebook.session import progress
from course.pictures.course_map import ChapterState, MapRow, Resume, course_map_view
from course.pictures.view import View, with_sheet
from course.progress import ChapterProgress, Place
from course.static_page import IN_BROWSER, published


def course_map() -> View:
    """Return the course map: every chapter with its minutes, your state and score, and where to continue."""
    record = progress()
    done = record.chapters()
    rows = [_row(chapter, done.get(chapter.number, ChapterProgress())) for chapter in catalog().chapters]
    why_later = "not open yet" if board.is_paced() else "in preparation"
    view = course_map_view(
        rows, _resume(record.last_place(), done), title=catalog().title, why_later=why_later
    )
    return with_sheet(stack([view, message(told)]) if (told := board.told()) else view)


def lesson_link(chapter: Chapter) -> str:
    """The lesson's notebook, relative to the notebooks/ folder that the map is in; in a page, where it can be read."""
    if IN_BROWSER and not content().is_written(chapter):
        return published(catalog().repository, f"notebooks/{chapter.slug}.ipynb")
    return f"{chapter.slug}.ipynb"


def exercise_link(chapter: Chapter) -> str:
    """The exercise's notebook, relative to the notebooks/ folder that the map is in."""
    return f"../exercises/{chapter.slug}/{chapter.slug}.ipynb"


def _row(chapter: Chapter, progress: ChapterProgress) -> MapRow:
    written = content().is_published(chapter)
    exercise = _exercise(chapter)
    return MapRow(
        part=chapter.part,
        number=chapter.number,
        title=chapter.title,
        minutes=chapter.minutes,
        state=_state(progress, exercise),
        score=progress.earned if progress.scores else None,
        maximum=sum(task.points for task in exercise.tasks) if exercise else 0.0,
        lesson=lesson_link(chapter) if written else "",
        exercise=exercise_link(chapter) if exercise else "",
        exercise_minutes=chapter.exercise_minutes,
        written=written,
    )


def _exercise(chapter: Chapter) -> Exercise | None:
    """The chapter's exercise; None while it is not written: a map never fails for one chapter."""
    try:
        return Exercise.load(chapter.number)
    except CourseError:
        return None


def _state(progress: ChapterProgress, exercise: Exercise | None) -> ChapterState:
    """Done is: every task passed once; in a chapter without an exercise, the checkpoint was green."""
    if exercise is not None:
        passed = {task for task, score in progress.scores.items() if score.passed}
        done = passed >= {task.id for task in exercise.tasks}
    else:
        done = progress.checkpoint_passed
    if done:
        return ChapterState.DONE
    return ChapterState.NOT_STARTED if progress == ChapterProgress() else ChapterState.STARTED


def _resume(place: Place | None, done: dict[int, ChapterProgress]) -> Resume | None:
    """Where the learner was; after a green checkpoint the exercise, after a finished chapter the next one."""
    chapters = [chapter for chapter in catalog().chapters if content().is_published(chapter)]
    here = next((n for n, chapter in enumerate(chapters) if place and chapter.number == place.chapter), None)
    if place is None or here is None:
        return None
    chapter = chapters[here]
    progress = done.get(chapter.number, ChapterProgress())
    exercise = _exercise(chapter)
    if _state(progress, exercise) is ChapterState.DONE and here + 1 < len(chapters):
        return Resume(_label(chapters[here + 1]), lesson_link(chapters[here + 1]))
    if exercise is None or not (place.exercise or progress.checkpoint_passed):
        return Resume(_label(chapter), lesson_link(chapter))
    passed = {task for task, score in progress.scores.items() if score.passed}
    to_do = [task.id for task in exercise.tasks if task.id not in passed]
    return Resume(f"{_label(chapter)}, {f'task {to_do[0]}' if to_do else 'exercise'}", exercise_link(chapter))


def _label(chapter: Chapter) -> str:
    return f"{chapter.number:02} {chapter.title}"
