"""The papers as a .docx file, for LibreOffice and Word."""

import re
from datetime import datetime, time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils import timezone
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from cress.base.palette import LIGHT
from cress.base.text.brackets import TO_FILL_IN
from cress.base.text.ordinals import ORDINAL

ANNEX = "Annexe\u202f: feuille de route"
_WIDTHS = [Cm(5.8), Cm(3.8), Cm(3.2), Cm(3.2)]  # of the columns of the annex
_HYPHEN_IN_NUMBER = re.compile(r"(?<=\d)-(?=\d)")  # « L. 2121-29 » stays on one line
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_INK = RGBColor.from_string(LIGHT["terracotta"].lstrip("#").upper())


def write(papers, annex, *, title, author):
    """
    Return the bytes of a .docx with the papers, each on a page of its own, then the annex.

    `annex` is a list of AnnexLever. The dates of the file are those of today at midnight, so that
    the same papers give the same file all day.
    """
    document = Document()
    _set_up(document, title, author)
    for paper in papers:
        _paper(document, paper)
    if annex:
        _annex(document, annex)
    file = BytesIO()
    document.save(file)
    return _undated(file)


def _undated(file):
    """Return a zip without the moment at which each of its parts was written."""
    undated = BytesIO()
    with ZipFile(file) as old, ZipFile(undated, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(ZipInfo(name), old.read(name), ZIP_DEFLATED)
    return undated.getvalue()


def _set_up(document, title, author):
    properties = document.core_properties
    properties.title, properties.author = _clean(title), _clean(author)
    properties.language, properties.comments = "fr-FR", ""
    properties.last_modified_by = ""
    today = datetime.combine(timezone.localdate(), time())
    properties.created = properties.modified = today
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(11)
    style.paragraph_format.space_after = Pt(6)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "fr-FR")
    style.element.get_or_add_rPr().append(language)
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        section.top_margin = section.bottom_margin = Cm(2)


def _paper(document, paper):
    _title(document, paper.title)
    for text in paper.warnings:
        _paragraph(document, text, style="Intense Quote")
    for text in paper.heading:
        _paragraph(document, text)
    for text in paper.reasons:
        _paragraph(document, text)
    for title, text in paper.articles:
        document.add_heading(title, level=2)
        _paragraph(document, text)
    for text in paper.foot:
        _paragraph(document, text)


def _annex(document, annex):
    _title(document, ANNEX)
    for lever in annex:
        document.add_heading(_clean(lever.title), level=2)
        for who, titles in lever.exercised:
            line = _paragraph(document, f"{who}\u202f: {titles}.")
            line.paragraph_format.keep_with_next = True
        table = document.add_table(rows=0, cols=len(_WIDTHS), style="Table Grid")
        table.autofit = False
        for column, width in zip(table.columns, _WIDTHS, strict=True):
            column.width = width
        for number, texts in enumerate([lever.COLUMNS, *lever.actions]):
            row = table.add_row()
            _mark(row, "w:cantSplit")
            if number == 0:
                _mark(row, "w:tblHeader")  # printed again at the top of each page
            for cell, text, width in zip(row.cells, texts, _WIDTHS, strict=True):
                cell.width = width
                _fill(cell.paragraphs[0], text)
                if number == 0:
                    cell.paragraphs[0].paragraph_format.keep_with_next = True
        document.add_paragraph()


def _mark(row, name):
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _title(document, text):
    """Write the title of a paper, at the top of a page."""
    document.add_heading(_clean(text), level=1).paragraph_format.page_break_before = True


def _paragraph(document, text, style=None):
    paragraph = document.add_paragraph(style=style)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    _fill(paragraph, text)
    return paragraph


def _fill(paragraph, text):
    """Write a text; what stands between square brackets is bold and coloured."""
    for place, part in enumerate(TO_FILL_IN.split(_clean(text))):
        # Text, number, its letters, text, number, its letters…
        for rank, piece in enumerate(ORDINAL.split(part)):
            for run in _runs(paragraph, piece):
                if place % 2:
                    run.bold, run.font.color.rgb = True, _INK
                if rank % 3 == 2:
                    run.font.superscript = True


def _runs(paragraph, text):
    """Add a text to a paragraph as runs, with hyphens that do not break inside numbers."""
    *before, last = _HYPHEN_IN_NUMBER.split(text)
    for part in before:
        run = paragraph.add_run(part)
        run._r.append(OxmlElement("w:noBreakHyphen"))
        yield run
    if last:
        yield paragraph.add_run(last)


def _clean(text):
    """Return a text without the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)
