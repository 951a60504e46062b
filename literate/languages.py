"""What a file's name says of its language: the info string of its fence and how it writes comments."""


class Language:
    """The info string of a fence, and the marks around a comment: `close` is empty for line comments."""

    __slots__ = ("close", "info", "open")

    def __init__(self, info: str, open_: str = "", close: str = "") -> None:
        self.info = info
        self.open = open_
        self.close = close

    def comment(self, text: str) -> str:
        """`text` as a comment; only for languages that have them."""
        return f"{self.open} {text} {self.close}".rstrip()


_HASH = ("#", "")
_SLASHES = ("//", "")
_DASHES = ("--", "")
_SEMICOLON = (";", "")
_PERCENT = ("%", "")
_C_STYLE = ("/*", "*/")
_MARKUP = ("<!--", "-->")
_NONE = ("", "")

_TABLE: tuple[tuple[tuple[str, str], str], ...] = (
    (
        _HASH,
        "py:python pyi:python pyx:cython sh:bash bash:bash zsh:zsh fish:fish rb:ruby pl:perl r:r jl:julia",
    ),
    (
        _HASH,
        "yaml:yaml yml:yaml toml:toml cfg:ini ini:ini conf:conf cmake:cmake tcl:tcl nim:nim ex:elixir exs:elixir",
    ),
    (
        _HASH,
        "ps1:powershell mk:makefile awk:awk gd:gdscript nix:nix tf:hcl dockerfile:dockerfile properties:properties",
    ),
    (
        _SLASHES,
        "js:javascript mjs:javascript cjs:javascript jsx:jsx ts:typescript tsx:tsx go:go rs:rust java:java",
    ),
    (
        _SLASHES,
        "kt:kotlin kts:kotlin swift:swift scala:scala c:c h:c cc:cpp cpp:cpp cxx:cpp hh:cpp hpp:cpp cu:cuda",
    ),
    (
        _SLASHES,
        "cs:csharp dart:dart php:php zig:zig proto:protobuf scss:scss less:less groovy:groovy gradle:groovy",
    ),
    (_SLASHES, "sol:solidity v:verilog sv:systemverilog fs:fsharp d:d m:objective-c"),
    (_DASHES, "sql:sql lua:lua hs:haskell elm:elm adb:ada ads:ada vhd:vhdl vhdl:vhdl"),
    (_SEMICOLON, "clj:clojure cljs:clojure edn:clojure lisp:lisp el:elisp scm:scheme asm:asm rkt:racket"),
    (_PERCENT, "tex:latex sty:latex bib:bibtex erl:erlang"),
    (_C_STYLE, "css:css"),
    (("(*", "*)"), "ml:ocaml mli:ocaml"),
    (("!", ""), "f90:fortran f95:fortran f03:fortran"),
    (_MARKUP, "html:html htm:html xml:xml svg:xml vue:vue md:markdown markdown:markdown"),
    (_NONE, "json:json jsonl:json txt:text csv:csv tsv:tsv diff:diff patch:diff rst:rst ipynb:json log:text"),
)
_BY_SUFFIX = {
    suffix: Language(info, *marks)
    for marks, row in _TABLE
    for suffix, info in (entry.split(":") for entry in row.split())
}
_BY_NAME = {
    "makefile": _BY_SUFFIX["mk"],
    "gnumakefile": _BY_SUFFIX["mk"],
    "dockerfile": _BY_SUFFIX["dockerfile"],
    "cmakelists.txt": _BY_SUFFIX["cmake"],
}
_UNKNOWN = Language("")


def language_of(path: str) -> Language:
    """The language of the file `path`; one without a name or comments where the table has none."""
    name = path.rpartition("/")[2].lower()
    return _BY_NAME.get(name) or _BY_SUFFIX.get(name.rpartition(".")[2], _UNKNOWN)


def is_markdown(path: str) -> bool:
    """Whether an include of `path` is woven in place rather than shown as code."""
    return language_of(path).info == "markdown"


def is_python(path: str) -> bool:
    """Whether `path` has symbols and a docstring."""
    return language_of(path).info == "python"
