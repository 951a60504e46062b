"""The woven pages as a static site: `export html`.

    lines, text a page's Markdown becomes HTML, read as GitHub reads it; its fences and headings are set aside
    sanitise    what the author wrote loses all that could run or reach out
    listing     fences become code, outputs and differences side by side, with links to where they come from
    document    the template around it: title, contents, style sheet, script

Imported only by `export html` and the preview. A page makes no request but for the files beside it.
"""
