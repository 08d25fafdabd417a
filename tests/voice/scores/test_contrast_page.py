"""The same rows for the page and for the terminal."""

from flexsim.voice.scores.contrast import contrasted
from flexsim.voice.scores.contrast_page import columns, contrast_page, notes, rows
from tests.voice.scores.making import repeats


def document():
    slow = repeats([False] * 12, caller="slow", answers=2.0)
    return contrasted({"typical": repeats([True] * 12, answers=0.6), "slow": slow})


def test_each_group_has_a_column_and_each_figure_a_row():
    found = document()
    assert columns(found) == ["Figure", "typical (12)", "slow (12)"]
    table = {row[0]: [cell.replace("\u00a0", " ") for cell in row[1:]] for row in rows(found)}
    assert table["Goal reached"][1].startswith("0 % (0 % to 24.2 %); -100.0 pp *")
    assert table["Agent answers after, mean"] == ["600 ms", "2.0 s; +1.4 s *"]
    assert table["To blame"] == ["–", "12 agent"]  # noqa: RUF001
    assert all(len(row) == 3 for row in rows(found))
    assert {"pass^2", "pass^8", "Flake rate", "Duration"} <= set(table)


def test_notes_say_what_a_star_is_and_which_went_in_pairs():
    assert notes(document())[0].startswith("differences are from typical; * is more than chance at 95 %")
    same = contrasted({"monday": repeats([True, True]), "tuesday": repeats([True, False])})
    assert notes(same)[1] == "the same tasks with the same seeds, compared in pairs: tuesday"


def test_the_page_has_all_of_it_and_no_script():
    found = contrast_page("typical and <b>slow</b>", document())
    assert "&lt;b&gt;slow" in found
    assert "<script" not in found
    assert "script-src &#39;none&#39;" in found
    assert found.count("<tr>") == len(rows(document())) + 1
