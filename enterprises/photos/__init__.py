"""
Photos of enterprises, from the file that someone sends to those that the site serves.

`check` reads and refuses, `endings` finds where an image ends in its file, `development` makes
of it the picture to show, `renditions` the files of it, `store` keeps them, `descriptions`
tells a description from the name of a file.
"""
