"""Copy and edit: a part of the user's own, made from one of the catalog, field by field."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from planner import places
from planner.catalog.load import read_catalog
from planner.catalog.store import Catalog
from planner.documents.part_page import headed, label
from planner.domain.base import Confidence, Evidence
from planner.domain.parts import Part
from planner.files import own_parts
from planner.files.problem import FileProblem
from planner.session.session import Session
from planner.ui import choices
from planner.ui.choices import Target
from planner.ui.models.form_fields import FormField, form_fields
from planner.ui.widgets.header import plain_label
from planner.ui.widgets.sheet import Sheet

Answer = QLineEdit | QComboBox


class OwnPart(Sheet):
    def __init__(
        self, session: Session, target: Target, part: Part, parent: QWidget | None = None, folder: Path | None = None
    ) -> None:
        super().__init__(f"Copy and edit: {part.title}", parent)
        self._session, self._target, self._part, self._folder = session, target, part, folder
        self.resize(560, 620)
        self.ident = QLineEdit(free_id(session.catalog, target.kind, part.id))
        self.source = QLineEdit(placeholderText="Data sheet, address, or “measured”")
        self.ident.setAccessibleName("Id of the copy")
        self.source.setAccessibleName("Who says so")
        self.answers = {field: self._answer(field) for field in form_fields(type(part))}
        self.use_it = QCheckBox("&Use it in this build")
        self.use_it.setChecked(True)
        self.problem = plain_label("", "problem", wraps=True)
        self.problem.setAccessibleName("What is wrong")
        self.column.addWidget(self._form(), 1)
        self.column.addWidget(self.use_it)
        self.column.addWidget(self.problem)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.save)
        buttons.rejected.connect(self.reject)
        self.column.addWidget(buttons)

    def _form(self) -> QScrollArea:
        page = QWidget()
        page.setObjectName("sheetPage")
        form = QFormLayout(page)
        form.setHorizontalSpacing(12)
        form.addRow("Id of the copy", _with_unit(self.ident, ""))
        for field, answer in self.answers.items():
            answer.setAccessibleName(field.title)
            form.addRow(headed(field.title), _with_unit(answer, field.unit))
        form.addRow("Who says so", _with_unit(self.source, ""))
        shown = {field.name for field in self.answers}
        kept = [name for name in type(self._part).model_fields if name not in {*shown, "id", "evidence", "price"}]
        if kept:
            names = ", ".join(label(name) for name in kept)
            form.addRow(plain_label(f"Kept as it is, to be edited in the file: {names}.", "muted", wraps=True))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields have the focus
        area.setWidget(page)
        return area

    def _answer(self, field: FormField) -> Answer:
        value = getattr(self._part, field.name)
        if field.kind != "choice":
            line = QLineEdit(field.text(value))
            line.setPlaceholderText("not known" if field.optional else "")
            return line
        combo = QComboBox()
        for text, meaning in ((("not known", None),) if field.optional else ()) + field.choices:
            combo.addItem(text, meaning)
        combo.setCurrentIndex(combo.findData(value))
        return combo

    def save(self) -> None:
        """Writes the file, reads the catalog anew and, if wanted, puts the part in the old one's place."""
        try:
            part = self.edited()
            path = own_parts.save_part(choices.FIELDS[self._target.kind], part, self._folder)
        except (ValueError, FileProblem) as e:
            self.problem.setText(_sentence(e))
            return
        self._session.use(reloaded(self._session.catalog, path.parents[1]))
        if self.use_it.isChecked() and part.id in choices.offered(self._session.catalog, self._target.kind):
            build = choices.put(self._session, self._target, part.id)
            self._session.edit(f"Use {part.title}", build)
        self.accept()

    def edited(self) -> Part:
        """ValueError for what cannot be read, or is no such part."""
        values = {field.name: _read(field, answer) for field, answer in self.answers.items()}
        ident = self.ident.text().strip()
        if ident in choices.offered(self._session.catalog, self._target.kind) and ident != self._part.id:
            raise ValueError(f"The id “{ident}” is taken; choose another.")
        own_parts.copied(self._part, ident)  # says what is wrong with the id
        plain: dict[str, Any] = json.loads(self._part.model_dump_json())
        changed = {name for name, value in values.items() if value != getattr(self._part, name)}
        evidence = self._evidence(changed).model_dump(mode="json")
        return type(self._part).model_validate_json(json.dumps(plain | values | {"id": ident, "evidence": evidence}))

    def _evidence(self, changed: set[str]) -> Evidence:
        """What was not changed keeps its sources; what was has the user's word."""
        old, said = self._part.evidence, self.source.text().strip() or "own entry"
        told = {"confidence": Confidence.MEDIUM, "sources": (said,), "note": f"own entry, {date.today().isoformat()}"}
        fields = {name: entry for name, entry in old.fields.items() if name not in changed} | {n: told for n in changed}
        return Evidence.model_validate(
            {"confidence": old.confidence, "sources": old.sources, "seen_on": old.seen_on, "fields": fields}
            | {"note": f"copied from {self._part.id}. {old.note}".strip()}
        )


def reloaded(catalog: Catalog, folder: Path | None = None) -> Catalog:
    """The catalog with the user's parts as they are now, and what the open file brought along."""
    fresh, _ = read_catalog(own=folder or places.user_parts())
    kinds = set(choices.FIELDS.values()) | {"chips", "models"}
    brought = {kind: [r for r in getattr(catalog, kind).values() if r.id in catalog.borrowed] for kind in kinds}
    return fresh.with_borrowed(brought)


def free_id(catalog: Catalog, kind: str, ident: str) -> str:
    base = f"own-{ident.removeprefix('own-')}"[:70]
    known = choices.offered(catalog, kind)
    return next(name for n in range(1, 1000) if (name := base if n == 1 else f"{base}-{n}") not in known)


def _with_unit(answer: Answer, unit: str) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.addWidget(answer, 1)
    said = plain_label(unit, "muted")
    said.setMinimumWidth(said.fontMetrics().horizontalAdvance("TFLOPS"))  # so that the fields end below one another
    line.addWidget(said)
    return row


def _read(field: FormField, answer: Answer) -> Any:
    return answer.currentData() if isinstance(answer, QComboBox) else field.read(answer.text())


def _sentence(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        where = headed(label(str(first["loc"][0]))) if first["loc"] else "The part"
        return f"{where}: {first['msg']}."
    return str(error)
