"""Codes made of digits (SIRET, postcodes, INSEE codes), as people and spreadsheets give them."""

import re
import unicodedata

_AROUND = "=\"'`’‘“”«»"
_WHOLE_NUMBER = re.compile(r"([0-9]+)[.,]0+")


def bare_code(text):
    """
    Return a code without spaces, invisible marks, and what spreadsheets put around it.

    « ="01234" », « '01 234 » and « 01234.0 » give « 01234 ». No digit of the code is lost or
    added: zeros that a spreadsheet removed stay missing.
    """
    visible = "".join(
        sign for sign in text if not sign.isspace() and unicodedata.category(sign) != "Cf"
    )
    code = visible.strip(_AROUND)
    whole = _WHOLE_NUMBER.fullmatch(code)
    return whole[1] if whole else code
