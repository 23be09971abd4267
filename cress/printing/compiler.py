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

# Sizes of text in points, the best first.
SIZES = ["9.5", "9.75", "10", "10.25", "10.5", "11", "9.25", "9"]


PICTURE = "picture"  # the only document that becomes a PNG, of a pixel a point


def compile_document(document, data):
    """
    Return the PDF of a document, which meets PDF/UA-1, given its data as a JSON text.

    The document PICTURE becomes a PNG. Raise typst.TypstError when Typst refuses it.
    """
    if document == PICTURE:
        return _compiler(document, data, SIZES[0]).compile(format="png", ppi=72)
    size = min(SIZES, key=lambda size: _emptiness(_compiler(document, data, size)))
    compiler = _compiler(document, data, size, is_spread="true")
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


def _emptiness(compiler):
    """
    Return how many pages a document takes, then how much of its last pages is empty.

    The document marks where its parts end, in parts of a page from its top, before what is left
    of a page is spread between the sections.
    """
    ends = _values(compiler, "<end>")
    [*_, last] = [end["page"] for end in ends] + _values(compiler, "<foot>")
    is_foot_alone = last > ends[-1]["page"]
    return last, round(is_foot_alone + sum(1 - end["y"] for end in ends), 1)


def _values(compiler, label):
    """Return the values that a document marks with a label."""
    return [found["value"] for found in json.loads(compiler.query(label))]


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    sys.stdout.buffer.write(compile_document(sys.argv[1], sys.stdin.read()))


if __name__ == "__main__":
    main()
