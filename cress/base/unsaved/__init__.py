"""
What was typed in a form of the admin comes back, when the session or the token had ended.

A browser sends a form. The session is over, another account is signed in, or the token was
replaced because one signed in again in another tab. Then nothing is saved: what was typed is
stored as an UnsavedForm, and shown again, unsaved, with a new token. What makes this safe:

- **Whose form it was is signed, not guessed.** Each form carries a seal (`seals`): its account,
  its address, a key of its own and the time, signed with the SECRET_KEY. No other site knows it,
  and nobody can write one for another account, or use one at another address.
- **Nothing is saved by itself.** What is stored only fills a form that the browser asks for with
  GET (`admin`). The code that saves needs a POST with a session and a token, as everywhere.
- **It is given back to its account only**, at the address of the form. The key in an address
  opens nothing to another account.
- **Nobody can fill the database.** Without the seal of an account that exists, is active and is
  staff, nothing is stored. An account has MOST_FORMS of MOST_BYTES at most, and the oldest goes.
- **A form that comes from another site is never kept**, seal or not: only a token that is missing
  or no longer right brings the text back (`views.csrf_failure`).
- **Passwords are not stored**: the seal names their fields. Files are not stored either; their
  names are, to say what to choose again.
- **It lasts a day.** It is deleted when the form is saved, when the person gives it up, and by the
  worker after a day. A GET deletes nothing: a page that is loaded twice loses nothing.

A seal outlives a change of password, because a password that was changed elsewhere is one of the
reasons for which a session ends. Whoever stole a seal can only show its owner a text.
"""
