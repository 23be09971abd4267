"""
The colours of the site, by the names of the style sheet's tokens.

The shared pictures, the printed editions and the web manifest read them here. A test compares
them with static/css/site.css, where they are written once more.
"""

LIGHT = {
    "paper": "#fbf8f1",
    "sheet": "#ffffff",
    "ink": "#14302c",
    "ink-soft": "#3f5753",
    "teal": "#0d5a5c",
    "teal-1": "#d5e6e2",
    "teal-2": "#8fbdb6",
    "terracotta": "#a8401f",
    "ochre": "#e9b44c",
    "leaf": "#3d6b35",
    "plum": "#6a3357",
    "line": "#d9d2c3",
    "on-map-3": "#ffffff",
}
DARK_PAPER = "#10201e"

# The classes of a map, from no value (0) to the highest class.
SHADES = [LIGHT["line"], LIGHT["teal-1"], LIGHT["teal-2"], LIGHT["teal"]]

# The families of levers, by the values of policies.models.Lever.Theme.
THEMES = {
    "economy": LIGHT["teal"],
    "environment": LIGHT["leaf"],
    "solidarity": LIGHT["terracotta"],
    "culture": LIGHT["plum"],
    "housing": LIGHT["ochre"],
}
# For text on paper: ochre is too pale for it.
THEME_INKS = THEMES | {"housing": "#8a5a00"}
