"""
Compile one Typst document to PDF, from standard input to standard output.

    python -m cress.printing.compiler brochure < data.json > brochure.pdf

The site runs it in a separate process. That process reads only its own folder and its own fonts.
The system stops it when it takes too much time or memory, so no data can stop the site.
"""

import resource
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
TEMPLATES, FONTS = FOLDER / "typst", FOLDER / "fonts"
MOST_MEMORY = 1 << 30  # bytes
MOST_SECONDS = 15  # of processor time


def compile_pdf(document, data):
    """
    Return the PDF of a document, which meets PDF/UA-1, given its data as a JSON text.

    Raise typst.TypstError when Typst refuses it.
    """
    import typst  # a large library: the server process does not load it

    compiler = typst.Compiler(
        root=TEMPLATES,
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
        ),
        sys_inputs={"data": data},
        # There is no package folder, and no package is downloaded.
        package_path=TEMPLATES,
        package_cache_path=TEMPLATES,
    )
    return compiler.compile(TEMPLATES / f"{document}.typ", format="pdf", pdf_standards=["ua-1"])


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    sys.stdout.buffer.write(compile_pdf(sys.argv[1], sys.stdin.read()))


if __name__ == "__main__":
    main()
