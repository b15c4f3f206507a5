"""Tool: a Word file (.docx, ISO/IEC 29500) to an article in the dialect's Markdown, and an account of it.

    open_package → read_document → cleaned → understood → written

`open_package` trusts nothing in the file; `read_document` says what stands in it; `cleaned` takes out what typing and
Word left behind; `understood` says what each paragraph is; `written` gives Markdown. Whatever could not be kept is in
the `Document`'s losses, so that characters in and out can be compared (`account`).
"""
