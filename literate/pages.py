"""Pages as they should be, each with where its lines come from, one by one."""

from literate.model import Settings
from literate.origins import Origins
from literate.sources import Sources
from literate.weave import Woven, weave


def weave_page(template: str, sources: Sources, settings: Settings) -> Woven:
    """The page of `template`, with the links to its notebooks where the settings name the repository."""
    woven = weave(template, sources, settings)
    if settings.repository and not woven.errors:
        from literate.colab import add_links  # imports `re` and `ast`

        add_links(woven, sources, settings)
    return woven


def text_of(woven: Woven) -> bytes:
    """The page's bytes."""
    return b"".join(piece.data for piece in woven.pieces)


def origins_of(woven: Woven, sources: Sources) -> Origins:
    """Where each line of a page that was woven from `sources` comes from."""

    def text(path: str) -> bytes:
        return (sources.template(path) if path == woven.template else sources.get(path)).text

    return Origins(woven.pieces, text)
