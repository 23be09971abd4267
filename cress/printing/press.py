"""
The press: one document from standard input to standard output, in a process of its own.

    python -m cress.printing.press brochure < data.json > brochure.pdf

It can only read its own folder, takes no font but those there, and is stopped by the system
when it takes too much time or memory: whatever the data, the site goes on.
"""

import resource
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
TEMPLATES, FONTS = FOLDER / "typst", FOLDER / "fonts"
MOST_MEMORY = 1 << 30  # bytes
MOST_SECONDS = 15  # of processor


def press(document, data):
    """
    Return the PDF of a document, which meets PDF/UA-1, from its data as a JSON text.

    Raise typst.TypstError on what cannot be typeset.
    """
    import typst  # a large library, which the process of the site does without

    compiler = typst.Compiler(
        root=TEMPLATES,
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
        ),
        sys_inputs={"data": data},
        # No package is known, none is fetched.
        package_path=TEMPLATES,
        package_cache_path=TEMPLATES,
    )
    return compiler.compile(TEMPLATES / f"{document}.typ", format="pdf", pdf_standards=["ua-1"])


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    sys.stdout.buffer.write(press(sys.argv[1], sys.stdin.read()))


if __name__ == "__main__":
    main()
