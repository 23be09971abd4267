"""
Photos of enterprises, from the upload to the files that the site serves.

`uploads` encodes a photo before a transaction; `check` accepts or refuses a file; `image_end`
finds the end of an image in its file; `metadata` removes broken metadata; `conversion` makes the
picture to show; `renditions` encodes its files; `store` keeps them; `descriptions` refuses a
description that is the name of a file.
"""
