"""
The colours of the site, by the names of the style sheet's tokens.

Shared pictures, printed editions, letters and the web manifest read them here. A test compares
them with static/css/site.css, where they are written once more.
"""

LIGHT = {
    # Papers, and the text on them.
    "paper": "#fbf8f1",
    "sheet": "#ffffff",
    "sand": "#f2ebdc",
    "line": "#d9d2c3",
    "ink": "#14302c",
    "soft": "#344b47",
    "teal": "#0d5a5c",
    "leaf": "#3d6b35",
    "plum": "#6a3357",
    "housing": "#7d5200",
    # What can be acted on, and the one dot of a chart that is looked at.
    "terracotta": "#a8401f",
    "on-terracotta": "#ffffff",
    # The two measures, on every chart, map and table.
    "data-teal": "#1f7673",
    "data-plum": "#7d3f68",
    "tie": "#8fbdb6",
    "dot": "#7d948b",
    "map-teal-1": "#dcebe5",
    "map-teal-2": "#b3d5cb",
    "map-teal-3": "#84bdb1",
    "map-plum-1": "#f0e3eb",
    "map-plum-2": "#dcbfd0",
    "map-plum-3": "#c494b2",
    "place": "#e6efe9",
    "town": "#3f8a7c",
}

# Grounds of bands and plates, with the dots and the text on them: the same in both schemes.
GROUNDS = {
    "ground-teal": "#0d5a5c",
    "ground-sand": "#e4dac3",
    "ground-plum": "#6a3357",
    "ground-ochre": "#e9b44c",
    "ground-ink": "#14302c",
    "ground-leaf": "#3d6b35",
    "ground-housing": "#7d5200",
    "night": "#10241f",
    "on-ground": "#ffffff",
    "on-ochre": "#14302c",
    "action-on-ochre": "#a8401f",
    "ochre-bright": "#f2c76e",
    "dot-on-teal": "#74a9a4",
    "dots-teal": "#c9e6dd",
    "dots-sand": "#0d5a5c",
    "dots-plum": "#f3d3e6",
    "dots-ochre": "#14302c",
    "dots-ink": "#f2c76e",
    "dots-leaf": "#dcebd0",
}

# What the dark scheme draws anew: every colour of LIGHT.
DARK = {
    "paper": "#10211e",
    "sheet": "#182d29",
    "sand": "#1d3530",
    "line": "#3c5650",
    "ink": "#f1ece0",
    "soft": "#c6d3ce",
    "teal": "#8fd3cb",
    "leaf": "#a5cf97",
    "plum": "#e0b5d2",
    "housing": "#e3b866",
    "terracotta": "#f4a68a",
    "on-terracotta": "#10211e",
    "data-teal": "#6fc3ba",
    "data-plum": "#dba5cb",
    "tie": "#4f8079",
    "dot": "#8aa39a",
    "map-teal-1": "#1f403c",
    "map-teal-2": "#28544f",
    "map-teal-3": "#346a63",
    "map-plum-1": "#3b2a37",
    "map-plum-2": "#54394d",
    "map-plum-3": "#6f4c66",
    "place": "#1c3a35",
    "town": "#7fb5aa",
}

# The families of levers, by the values of policies.models.Lever.Theme. None is terracotta, the
# colour of action.
THEMES = {
    "economy": LIGHT["teal"],
    "environment": LIGHT["leaf"],
    "solidarity": LIGHT["soft"],
    "culture": LIGHT["plum"],
    "housing": LIGHT["housing"],
}
