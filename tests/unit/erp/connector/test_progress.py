"""Offsets: never past an open command, never across a tie."""

from connectors.log.progress import Progress


def progress_of(*offsets: int) -> Progress:
    progress = Progress(doubtful_until=12)
    progress.read(offsets, offsets[-1] + 3)
    return progress


def test_the_lowest_open_command_holds_the_offset() -> None:
    progress = progress_of(10, 11, 14)
    progress.finish(11)
    assert 10 == progress.committable()
    progress.finish(10)
    assert 14 == progress.committable()


def test_when_all_is_finished_the_offset_is_the_next_to_read() -> None:
    progress = progress_of(10, 11)
    progress.finish(10)
    progress.finish(11)
    assert 14 == progress.committable()


def test_a_finished_command_is_not_left_behind_while_one_that_needs_it_may_be_read_again() -> None:
    progress = progress_of(10, 11, 12, 13, 14)
    progress.tie(10, 12)
    progress.tie(12, 14)
    for offset in (10, 12, 13, 14):
        progress.finish(offset)
    assert 10 == progress.committable()
    progress.finish(11)
    assert 17 == progress.committable()


def test_ties_are_followed_downwards() -> None:
    progress = progress_of(5, 8, 9, 10, 12)
    progress.tie(8, 12)
    progress.tie(5, 9)
    for offset in (5, 8, 9, 12):
        progress.finish(offset)
    assert 5 == progress.committable()


def test_only_what_was_there_before_is_doubtful() -> None:
    progress = Progress(doubtful_until=12)
    assert (True, False) == (progress.is_doubtful(11), progress.is_doubtful(12))
    assert not progress.has_passed_doubt()
    progress.read([11], 12)
    assert progress.has_passed_doubt()
