"""What runs, as a table: rows come one by one, each to its place in the present order, and are replaced there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from planner.advice.what_runs import Reach, Row
from planner.domain.units import gib, show_gib, show_tok_s, show_tokens
from planner.ui import theme
from planner.ui.widgets.tip import plain_tip

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
ORDER = ("fits", "tight", "offload", "no", "beyond", "refused")
WORDS = {"fits": "fits", "tight": "only just", "offload": "part in RAM", "no": "no", "refused": "refused"}
RUNS, ON_CARDS = ("fits", "tight", "offload"), ("fits", "tight")


@dataclass(frozen=True, slots=True)
class Column:
    head: str
    text: Callable[[Row], str]
    key: Callable[[Row], tuple[Any, ...]]
    """To sort by; what is not known comes last."""
    tip: str = ""
    figure: bool = False


def _verdict(row: Row) -> str:
    here = row.here
    if here.verdict == "no":
        return f"no, {show_gib(gib(-here.spare_bytes))} short"
    if here.verdict == "offload" and row.in_ram:
        return f"{row.in_ram[0]} of {row.in_ram[1]} layers in RAM" if row.in_ram[0] == "experts" else _layers(row)
    return {"fits": "fits", "tight": "fits, only just", "refused": "engine refuses"}.get(here.verdict, here.verdict)


def _layers(row: Row) -> str:
    count = row.in_ram[1] if row.in_ram else 0
    return f"{count} layer{'s' if count != 1 else ''} in RAM"


def _speed(row: Row) -> str:
    return show_tok_s(row.here.decode.value) if row.here.decode else "–"


def _speed_key(row: Row) -> tuple[Any, ...]:
    return row.here.decode is None, -(row.here.decode.value if row.here.decode else 0)


def _reach(reach: Reach | None) -> str:
    if reach is None:
        return "–"
    words = (WORDS.get(reach.verdict, reach.verdict), _tokens(reach.max_context))
    return ", ".join(word for word in words if word)


def _tokens(count: int) -> str:
    """Whole thousands, rounded down: a table is read for its size."""
    return show_tokens(count // 1024 * 1024) if count >= 1024 else str(count) if count else ""


def _reach_key(reach: Reach | None) -> tuple[Any, ...]:
    return (reach is None, ORDER.index(reach.verdict) if reach else 0, -(reach.max_context if reach else 0))


COLUMNS = (
    Column("Model", lambda row: row.name, lambda row: (row.name.lower(), -row.bits_per_weight)),
    Column("Quantisation", lambda row: row.quant, lambda row: (-row.bits_per_weight, row.name.lower())),
    Column(
        "Weights",
        lambda row: show_gib(gib(row.weights_bytes)) if row.weights_bytes else "–",
        lambda row: (not row.weights_bytes, -row.weights_bytes),
        figure=True,
    ),
    Column(
        "Quality",
        lambda row: row.quality.words if row.quality else "not measured",
        lambda row: (row.quality is None, row.quality.divergence if row.quality else 0),
        "Loss against 16 bit, measured on one small model; larger models lose less",
    ),
    Column("On this build", _verdict, lambda row: (ORDER.index(row.here.verdict), -row.here.spare_bytes)),
    Column(
        "Context up to",
        lambda row: _tokens(row.here.max_context) or "–",
        lambda row: (-row.here.max_context,),
        "For each user, with the margin kept free",
        figure=True,
    ),
    Column("Decode", _speed, _speed_key, "For each user, at the context asked for", figure=True),
    Column("One card less", lambda row: _reach(row.fewer), lambda row: _reach_key(row.fewer), "And up to what context"),
    Column("One card more", lambda row: _reach(row.more), lambda row: _reach_key(row.more), "And up to what context"),
)


class RunTable(QAbstractTableModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: dict[tuple[str, ...], Row] = {}
        self._keys: list[tuple[str, ...]] = []
        self._keep: Callable[[Row], bool] = lambda _: True
        self._column, self._down = 0, False

    @property
    def everything(self) -> tuple[Row, ...]:
        return tuple(self._all.values())

    def put(self, key: tuple[str, ...], row: Row) -> None:
        """A new row goes to its place; one that is there already is replaced where it stands."""
        self._all[key] = row
        if key in self._keys:
            place = self._keys.index(key)
            if self._keep(row):
                self.dataChanged.emit(self.index(place, 0), self.index(place, len(COLUMNS) - 1))
            else:
                self._take(place)
        elif self._keep(row):
            place = self._place(row)
            self.beginInsertRows(QModelIndex(), place, place)
            self._keys.insert(place, key)
            self.endInsertRows()

    def drop_others(self, keys: set[tuple[str, ...]]) -> None:
        """What is no longer listed."""
        for place in reversed([n for n, key in enumerate(self._keys) if key not in keys]):
            self._take(place)
        self._all = {key: row for key, row in self._all.items() if key in keys}

    def narrow(self, keep: Callable[[Row], bool]) -> None:
        self._keep = keep
        self._arrange()

    def row(self, place: int) -> Row:
        return self._all[self._keys[place]]

    def _take(self, place: int) -> None:
        self.beginRemoveRows(QModelIndex(), place, place)
        del self._keys[place]
        self.endRemoveRows()

    def _place(self, row: Row) -> int:
        """After those that are its equal."""
        column = COLUMNS[self._column]
        wanted, low, high = column.key(row), 0, len(self._keys)
        while low < high:
            middle = (low + high) // 2
            there = column.key(self._all[self._keys[middle]])
            before = wanted > there if self._down else wanted < there
            low, high = (low, middle) if before else (middle + 1, high)
        return low

    def _arrange(self) -> None:
        self.beginResetModel()
        found = [key for key, row in self._all.items() if self._keep(row)]
        column = COLUMNS[self._column]
        self._keys = sorted(found, key=lambda key: column.key(self._all[key]), reverse=self._down)
        self.endResetModel()

    # Qt's own

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._column, self._down = column, order == Qt.SortOrder.DescendingOrder
        self._arrange()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._keys)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, side: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if side != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and COLUMNS[section].figure:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].head
        return COLUMNS[section].tip or None if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._keys):
            return None
        row, column = self.row(index.row()), COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.figure else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(theme.current().text if row.runs else theme.current().muted)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(_tip(row, column))
        return row if role == ROW else None


def _tip(row: Row, column: Column) -> str:
    """What the cell leaves out; of cards that refuse, why."""
    neighbour = {"One card less": row.fewer, "One card more": row.more}.get(column.head)
    if neighbour is None and row.here.why:
        return row.here.why
    if neighbour is not None and neighbour.why:
        return neighbour.why
    speed = row.here.decode if neighbour is None else neighbour.decode
    if speed and (neighbour or column.head == "Decode"):
        return f"{show_tok_s(speed.value)}\n80 % between {show_tok_s(speed.low)} and {show_tok_s(speed.high)}"
    if column.head == "Quality" and row.quality:
        return f"Perplexity {row.quality.perplexity_percent:+g} % against 16 bit\n{row.quality.source}"
    return f"{row.name} at {row.quant}: {column.text(row)}"


def found_words(rows: Sequence[Row], context: int) -> str:
    """How many of the models run, and how many of those wholly on the cards."""
    models = {row.model for row in rows}
    run = {row.model for row in rows if row.here.verdict in RUNS}
    cards = {row.model for row in rows if row.here.verdict in ON_CARDS}
    return f"{len(run)} of {len(models)} models run with {show_tokens(context)} of context, {len(cards)} on the cards."
