"""
Compile one Typst document to PDF, or a picture to PNG, from standard input to standard output.

    python -m cress.printing.compiler brochure < data.json > brochure.pdf

The site runs it in a separate process. That process reads only its own folder and its own fonts.
The system stops it when it takes too much time or memory, so no data can stop the site.
"""

import json
import resource
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
TEMPLATES, FONTS = FOLDER / "typst", FOLDER / "fonts"
MOST_MEMORY = 1 << 30  # bytes
MOST_SECONDS = 15  # of processor time

# Sizes of text in points, in the order in which they are tried.
SIZES = ["9.5", "10", "10.5", "11", "9"]
FULL = 0.35  # of a page: a last page on which no more is left, with its foot, is full


PICTURE = "picture"  # the only document that becomes a PNG, of a pixel a point


def compile_document(document, data):
    """
    Return the PDF of a document, which meets PDF/UA-1, given its data as a JSON text.

    The document PICTURE becomes a PNG. Raise typst.TypstError when Typst refuses it.
    """
    if document == PICTURE:
        return _compiler(document, data, SIZES[0]).compile(format="png", ppi=72)
    compiler = _compiler(document, data, _best_size(document, data), is_spread="true")
    return compiler.compile(format="pdf", pdf_standards=["ua-1"])


def _compiler(document, data, size, **inputs):
    import typst  # a large library: the server process does not load it

    return typst.Compiler(
        TEMPLATES / f"{document}.typ",
        root=TEMPLATES,
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
        ),
        sys_inputs={"data": data, "size": size} | inputs,
        # There is no package folder, and no package is downloaded.
        package_path=TEMPLATES,
        package_cache_path=TEMPLATES,
    )


def _best_size(document, data):
    """Return the first size that fills the last pages; or the fewest pages, then the fullest."""
    found = {}
    for size in SIZES:
        pages, emptiness = _layout(_compiler(document, data, size))
        if emptiness <= FULL:
            return size
        found[size] = (pages, emptiness)
    return min(found, key=found.get)


def _layout(compiler):
    """
    Return how many pages a document takes, and how much of the emptiest of its last pages is left.

    The document marks where its parts end, in parts of a page from its top, before what is left
    of a page is spread between the sections. A foot alone on a page leaves all of it.
    """
    ends = _values(compiler, "<end>")
    [*_, last] = [end["page"] for end in ends] + _values(compiler, "<foot>")
    if last > ends[-1]["page"]:
        return last, 1
    return last, max(1 - end["y"] for end in ends)


def _values(compiler, label):
    """Return the values that a document marks with a label."""
    return [found["value"] for found in json.loads(compiler.query(label))]


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    sys.stdout.buffer.write(compile_document(sys.argv[1], sys.stdin.read()))


if __name__ == "__main__":
    main()
