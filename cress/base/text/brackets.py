"""Square brackets in the text of a model: the reader fills in or verifies what they hold."""

import re

# Splits a text: the parts at odd places stand between brackets.
TO_FILL_IN = re.compile(r"(\[[^\[\]]*\])")
