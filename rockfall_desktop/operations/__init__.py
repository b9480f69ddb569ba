"""One short function per thing a user can do; joins the rooms below and needs a signed-in session for all of it."""
