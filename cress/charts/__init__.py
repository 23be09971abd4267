"""
The grammar of the site's charts: a scale, dots, labels, a caption, a style. Geometry only.

A chart is drawn from data by the package that owns the data (territories.charts,
enterprises.plates): it returns frozen dataclasses, which a template of templates/charts/ renders
as SVG for the pages, the PDFs and the shared pictures alike.
"""
