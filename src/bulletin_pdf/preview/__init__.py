"""The door: an issue's finished pages in a browser, made anew whenever a file changes.

`view` says what is shown, `watching` when to look again, `feed` tells the open windows, `server` answers them;
`assets` is what runs in the browser.
"""
