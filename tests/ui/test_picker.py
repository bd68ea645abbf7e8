"""The picker: search, facets, what fits, what would change, and nothing changed before it is said."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from planner.advice.candidates import Level
from planner.domain import edits
from planner.ui.choices import FIELDS, Target
from planner.ui.dialogs.own_part import OwnPart
from planner.ui.dialogs.part_page import PartPage
from planner.ui.dialogs.picker import Picker
from planner.ui.models.part_columns import FIT, columns, price_words, size_words
from planner.ui.models.part_table import BY_SEARCH, LOOK, PartTable
from tests.ui.fakes import CATALOG
from tests.ui.letters import letters

KINDS = ("cpu", "board", "gpus", "memory", "psus", "case", "cooler", "drives")


@pytest.fixture
def calm(session):
    """The build with a supply that is large enough: every card fits."""
    session.edit("Use 1600 W", edits.swap(session.build, "psus", "psu-1", "volta-1600"))
    return session


def table_of(session, kind):
    """The model of a picker, without the picker."""
    candidates = session.candidates(Target(kind))
    model = PartTable(columns(kind, session.catalog, lambda: candidates), candidates)
    model.show(tuple(getattr(session.catalog, FIELDS[kind]).values()), {})
    return model


def opened(qtbot, session, target):
    picker = Picker(session, target)
    qtbot.addWidget(picker)
    picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    picker.show()
    settle(qtbot, picker)
    return picker


def settle(qtbot, picker):
    qtbot.waitUntil(lambda: not picker.judging)


def shown(picker):
    return [record.id for record in picker.model.shown]


def press(qtbot, key, modifier=Qt.KeyboardModifier.NoModifier):
    """On whatever has the focus."""
    qtbot.keyClick(QApplication.focusWidget(), key, modifier)


def mark(qtbot, picker, facet, row):
    """With the keyboard: open the facet's list, go to the line, mark it, close."""
    button = picker.facets[facet]
    qtbot.keyClick(button, Qt.Key.Key_Return)
    lines = button.list.lines
    lines.setCurrentRow(row)
    qtbot.keyClick(lines, Qt.Key.Key_Space)
    qtbot.keyClick(lines, Qt.Key.Key_Escape)
    assert not button.list.isVisible()


@pytest.mark.parametrize("kind", KINDS)
def test_table_model_is_sound(qtmodeltester, session, kind):
    model = table_of(session, kind)
    qtmodeltester.check(model)
    model.show((), {})
    assert model.rowCount() == 0
    qtmodeltester.check(model)


def test_rows_that_come_at_the_end_leave_the_others_alone(session):
    model = table_of(session, "gpus")
    every, resets, inserted = model.shown, [], []
    model.modelReset.connect(lambda: resets.append(1))
    model.rowsInserted.connect(lambda _, first, last: inserted.append((first, last)))
    model.show(every[:1], {})
    model.show(every, {})
    assert (len(resets), inserted) == (1, [(1, len(every) - 1)])


# search


def test_typing_narrows_and_says_so(qtbot, calm):
    picker = opened(qtbot, calm, Target("gpus", "gpu-2"))
    qtbot.keyClicks(picker.search, "a4")
    assert shown(picker) == ["rtx-a4000"]
    assert picker.count.whole == "1 of 3 shown"


def test_the_best_match_comes_first_and_the_old_order_comes_back(qtbot, calm):
    picker = opened(qtbot, calm, Target("gpus", "gpu-2"))
    by_price = shown(picker)
    assert by_price == ["rtx-a4000", "rtx-4090-fe", "rtx-5090-fe"]
    qtbot.keyClicks(picker.search, "fe")
    assert picker.model.sorted_by == BY_SEARCH
    assert shown(picker) == ["rtx-5090-fe", "rtx-4090-fe"]
    picker.search.clear()
    assert shown(picker) == by_price


def test_a_column_chosen_while_searching_orders_what_was_found(qtbot, calm):
    picker = opened(qtbot, calm, Target("gpus", "gpu-2"))
    qtbot.keyClicks(picker.search, "fe")
    picker.table.sortByColumn(len(picker.model.columns) - 1, Qt.SortOrder.AscendingOrder)
    assert shown(picker) == ["rtx-4090-fe", "rtx-5090-fe"]


def test_a_slip_is_put_right_and_told(qtbot, session):
    picker = opened(qtbot, session, Target("psus", "psu-1"))
    picker.only_fitting.click()
    qtbot.keyClicks(picker.search, "votla")
    assert set(shown(picker)) == {"volta-1000", "volta-1600"}
    assert picker.count.whole.startswith("“votla” read as “volta”")


def test_what_matched_is_marked(qtbot, calm):
    picker = opened(qtbot, calm, Target("gpus", "gpu-2"))
    qtbot.keyClicks(picker.search, "a4000 16gb")
    model = picker.model
    look = model.index(0, 0).data(LOOK)
    assert [look.text[begin:end] for begin, end in look.marks] == ["A4000"]
    vram = next(n for n, column in enumerate(model.columns) if column.title == "VRAM")
    bold = [n for n in range(model.columnCount()) if model.index(0, n).data(LOOK).meant]
    assert bold == [vram]


# facets


def test_facets_combine_and_say_what_is_asked(qtbot, calm):
    picker = opened(qtbot, calm, Target("gpus", "gpu-2"))
    button = picker.facets["vram"]
    button.open()
    lines = button.list.lines
    assert [lines.item(n).text() for n in range(lines.count())] == ["16 GiB", "24 GiB", "32 GiB"]
    mark(qtbot, picker, "vram", 1)
    mark(qtbot, picker, "vram", 2)
    assert set(shown(picker)) == {"rtx-4090-fe", "rtx-5090-fe"}
    assert button.accessibleName() == "Filter VRAM: 24 GiB, 32 GiB"
    assert button.isChecked()
    mark(qtbot, picker, "slots", 1)  # up to 2 slots
    assert picker.browser.wish_words("slots") == "up to 2 slots"
    assert shown(picker) == ["rtx-5090-fe"]
    assert not picker.clear_button.isHidden()
    picker.clear_button.click()
    assert len(shown(picker)) == 3
    assert not button.isChecked()


def test_counts_of_a_facet_follow_the_search_and_the_others(qtbot, calm):
    picker = opened(qtbot, calm, Target("gpus", "gpu-2"))
    qtbot.keyClicks(picker.search, "fe")
    assert [offer.count for offer in picker.browser.offers("vram")] == [0, 1, 1]
    mark(qtbot, picker, "vram", 1)
    assert [offer.count for offer in picker.browser.offers("vram")] == [0, 1, 1]  # its own choice does not count


def test_a_step_replaces_the_one_before_and_goes_when_taken_again(qtbot, calm):
    picker = opened(qtbot, calm, Target("gpus", "gpu-2"))
    mark(qtbot, picker, "slots", 0)
    mark(qtbot, picker, "slots", 1)
    assert picker.browser.wish_words("slots") == "up to 2 slots"
    mark(qtbot, picker, "slots", 1)
    assert picker.browser.wishes == {}


def test_tab_goes_from_the_search_over_the_facets_to_the_list(qtbot, session):
    picker = opened(qtbot, session, Target("gpus", "gpu-2"))
    order, widget = [], picker.search
    while widget is not picker.table:
        widget = widget.nextInFocusChain()
        order.append(widget)
    buttons = [widget for widget in order if widget in picker.facets.values()]
    assert buttons == list(picker.facets.values())
    assert order.index(picker.only_fitting) > order.index(buttons[-1])


# an empty list


def test_an_empty_list_says_what_to_take_back(qtbot, calm):
    picker = opened(qtbot, calm, Target("gpus", "gpu-2"))
    qtbot.keyClicks(picker.search, "a4000")
    mark(qtbot, picker, "vram", 1)
    assert picker.pages.currentWidget() is picker.empty
    assert picker.empty.why.text() == "No GPU matches all of this."
    texts = [button.text() for button in picker.empty.buttons]
    assert texts == ["Remove VRAM: 24 GiB (1 part)", "Remove the search “a4000” (1 part)"]
    assert not picker.use_button.isEnabled()
    qtbot.mouseClick(picker.empty.buttons[0], Qt.MouseButton.LeftButton)
    assert shown(picker) == ["rtx-a4000"]
    assert picker.pages.currentWidget() is picker.table


def test_a_search_that_finds_nothing_can_be_removed(qtbot, calm):
    picker = opened(qtbot, calm, Target("gpus", "gpu-2"))
    qtbot.keyClicks(picker.search, "zzzz")
    assert picker.empty.why.text() == "No GPU matches “zzzz”."
    qtbot.mouseClick(picker.empty.buttons[0], Qt.MouseButton.LeftButton)
    assert (picker.search.text(), len(shown(picker))) == ("", 3)


def test_what_matches_but_does_not_fit_can_be_shown(qtbot, calm):
    picker = opened(qtbot, calm, Target("psus", "psu-1"))
    qtbot.keyClicks(picker.search, "v1000")
    settle(qtbot, picker)
    assert "power supply is too small (1)" in picker.empty.why.text()
    qtbot.mouseClick(picker.empty.buttons[0], Qt.MouseButton.LeftButton)
    assert shown(picker) == ["volta-1000"]
    assert not picker.only_fitting.isChecked()


# what fits


def test_only_what_fits_is_shown_at_first(qtbot, session):
    picker = opened(qtbot, session, Target("psus", "psu-1"))
    assert shown(picker) == ["volta-1000", "volta-1600"]  # what is there stays in sight
    session.edit("Use 1600 W", edits.swap(session.build, "psus", "psu-1", "volta-1600"))
    settle(qtbot, picker)
    assert shown(picker) == ["volta-1600"]
    assert picker.count.whole == "1 of 2 shown · 1 hidden: they do not fit"
    picker.only_fitting.click()
    assert shown(picker) == ["volta-1000", "volta-1600"]


def test_supply_that_is_still_too_small_does_not_fit(qtbot, session):
    picker = opened(qtbot, session, Target("psus", "psu-1"))
    assert [picker.browser.candidates.fits(name) for name in ("volta-1000", "volta-1600")] == [False, True]


def test_what_no_choice_here_can_cure_hides_nothing(qtbot, session):
    """The supply lacks a plug for any second card; the cards are not to blame. That a 5090 overloads it further is."""
    picker = opened(qtbot, session, Target("gpus", "gpu-2"))
    assert shown(picker) == ["rtx-a4000", "rtx-4090-fe"]
    assert "no power connector" in picker.model.index(0, FIT).data()


def test_each_row_says_how_the_part_would_do(qtbot, session):
    picker = opened(qtbot, session, Target("psus", "psu-1"))
    model = picker.model
    words = {model.record(row).id: model.index(row, FIT).data() for row in range(model.rowCount())}
    assert words["volta-1000"] == "2 errors: Power supply is too small; GPU 2 has no power connector"
    assert words["volta-1600"] == "Fits"
    assert model.index(0, FIT).data(LOOK).level == Level.FAILS
    assert "Sustained" in model.index(0, FIT).data(Qt.ItemDataRole.ToolTipRole)
    assert model.index(1, FIT).data(Qt.ItemDataRole.AccessibleTextRole) == "In this build: Fits"


def test_the_order_can_be_chosen_with_the_keyboard(qtbot, calm):
    picker = opened(qtbot, calm, Target("gpus", "gpu-2"))
    assert picker.order.accessibleName() == "Order: Price"

    def choose(title):
        qtbot.keyClick(picker.order, Qt.Key.Key_Return)
        lines = picker.order.list.lines
        titles = [lines.item(n).text() for n in range(lines.count())]
        assert titles[:3] == ["Best match", "Name", "In this build"]
        lines.setCurrentRow(titles.index(title))
        qtbot.keyClick(lines, Qt.Key.Key_Space)
        qtbot.keyClick(lines, Qt.Key.Key_Return)

    choose("VRAM")
    assert shown(picker) == ["rtx-a4000", "rtx-4090-fe", "rtx-5090-fe"]
    assert picker.order.accessibleName() == "Order: VRAM"
    choose("VRAM")  # once more: the other way round
    assert shown(picker) == ["rtx-5090-fe", "rtx-4090-fe", "rtx-a4000"]
    assert picker.order.accessibleName() == "Order: VRAM, falling"
    qtbot.keyClicks(picker.search, "fe")
    assert picker.order.accessibleName() == "Order: Best match"


def test_only_the_rows_in_sight_are_judged_where_all_are_shown(qtbot, session):
    calls: list[object] = []
    picker = opened(qtbot, session, Target("gpus", "gpu-2"))
    picker.only_fitting.click()
    picker.table.in_sight = lambda: picker.model.shown[:1]
    preview = session.preview

    def counted(build):
        calls.append(build)
        return preview(build)

    session.preview = counted
    session.edit("Rename", edits.rename(session.build, "Other"))  # nothing known of this build yet
    settle(qtbot, picker)
    known = [part for part in CATALOG.cards if picker.browser.candidates.get(part)]
    assert known == [picker.model.shown[0].id] or known == [picker.browser.now, picker.model.shown[0].id]
    assert picker.model.index(2, FIT).data() in ("checking…", "Fits")


def test_a_change_of_the_build_drops_all_that_was_judged(qtbot, session):
    picker = opened(qtbot, session, Target("psus", "psu-1"))
    before = picker.browser.candidates
    assert before.get("volta-1000").errors
    session.edit("One card", edits.remove(session.build, "gpus", "gpu-2"))
    assert picker.browser.candidates is not before
    assert picker.model.index(0, FIT).data(LOOK).level in (None, Level.FITS)
    settle(qtbot, picker)
    assert picker.model.index(0, FIT).data() == "Fits"


def test_what_was_judged_is_kept_while_the_build_is_the_same(qtbot, session):
    target = Target("psus", "psu-1")
    first = opened(qtbot, session, target)
    first.reject()
    assert session.candidates(target) is first.browser.candidates
    assert session.candidates(target).complete


def test_sorting_by_fit_puts_the_best_first(qtbot, session):
    picker = opened(qtbot, session, Target("psus", "psu-1"))
    picker.table.sortByColumn(FIT, Qt.SortOrder.AscendingOrder)
    settle(qtbot, picker)
    assert shown(picker) == ["volta-1600", "volta-1000"]


# what would change


def test_strip_says_what_would_change(qtbot, session):
    picker = opened(qtbot, session, Target("psus", "psu-1"))
    picker._go_to(picker.model.row_of("volta-1600"))
    qtbot.waitUntil(lambda: bool(picker.strip.changes["Total price"].text()))
    assert picker.strip.changes["Total price"].text() == "+$220"
    assert picker.strip.values["Power at the limits"].text() == "1,200 W"
    assert "Gone Power supply is too small" in picker.strip.findings_shown()
    assert session.history.count() == 0


def test_enter_takes_the_highlighted_part(qtbot, session):
    picker = opened(qtbot, session, Target("psus", "psu-1"))
    qtbot.keyClick(picker.search, Qt.Key.Key_Down)
    qtbot.keyClick(picker.search, Qt.Key.Key_Return)
    assert session.build.parts.psus[0].part == "volta-1600"
    assert session.history.undoText() == "Use Volta V1600"
    assert not picker.isVisible()


def test_escape_changes_nothing(qtbot, session):
    picker = opened(qtbot, session, Target("psus", "psu-1"))
    qtbot.keyClick(picker, Qt.Key.Key_Escape)
    assert session.history.count() == 0


def test_first_card_of_an_empty_build_is_added(qtbot, session):
    session.new()
    picker = opened(qtbot, session, Target("gpus"))
    picker._go_to(picker.model.row_of("rtx-a4000"))
    picker.use()
    assert [c.part for c in session.build.parts.gpus] == ["rtx-a4000"]


def test_part_can_be_removed(qtbot, session):
    picker = opened(qtbot, session, Target("cooler"))
    picker.remove()
    assert session.build.parts.cooler is None


def test_data_page_and_copy_open_by_key(qtbot, session):
    picker = opened(qtbot, session, Target("psus", "psu-1"))
    for key, kind in ((Qt.Key.Key_I, PartPage), (Qt.Key.Key_E, OwnPart)):
        qtbot.keyClick(picker.search, key, Qt.KeyboardModifier.ControlModifier)
        (opened_page,) = picker.findChildren(kind)
        assert opened_page.isVisible()
        opened_page.close()
    assert picker.isVisible()
    assert (picker.data_button.text(), picker.copy_button.text()) == ("&Data page", "Copy and &edit…")


@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_chooses_one_control(qtbot, session, kind):
    several = isinstance(getattr(session.build.parts, kind), tuple)
    picker = opened(qtbot, session, Target(kind, {"gpus": "gpu-1"}.get(kind, f"{kind[:-1]}-1") if several else None))
    assert picker.browser.now
    found = letters(picker)
    assert len(found) == len(set(found)) > 3


def test_a_change_while_it_is_worked_out_what_would_change_shows_the_new_build(qtbot, session):
    picker = opened(qtbot, session, Target("psus", "psu-1"))
    picker._go_to(picker.model.row_of("volta-1600"))
    session.edit("One card", edits.remove(session.build, "gpus", "gpu-2"))
    settle(qtbot, picker)
    assert picker.strip.values["Power at the limits"].text() == "750 W"


def test_what_is_not_known_sorts_last_both_ways(session):
    model = table_of(session, "cooler")
    lacking = CATALOG.coolers["tall-air"].model_copy(update={"id": "unknown-height", "height_mm": None})
    model.show((lacking, *CATALOG.coolers.values()), {})
    height = next(n for n, column in enumerate(model.columns) if column.title == "Height")
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        model.sort(height, order)
        assert model.shown[-1].id == "unknown-height"


CARD = CATALOG.cards["rtx-4090-fe"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "304 × 61 mm"),
        ({"thickness_mm": None}, "304 mm, 3 slots"),
        ({"thickness_mm": None, "slots_occupied": None}, "304 mm × ?"),
        ({"length_mm": None}, "? × 61 mm"),
    ],
)
def test_sizes_in_words(changes, words):
    assert size_words(CARD.model_copy(update=changes)) == words


@pytest.mark.parametrize(
    ("kind", "words"), [("street", "$1,599, Nov 2026"), ("launch", "$1,599 at launch"), ("own", "$1,599, yours")]
)
def test_prices_have_their_date(kind, words):
    price = CARD.price.model_copy(update={"kind": kind})
    assert price_words(CARD.model_copy(update={"price": price})) == words
    assert price_words(CARD.model_copy(update={"price": None})) == "–"
