"""The preview: the site of a project on this machine alone, which follows its sources.

    shown       the site as the sources stand, each page as GitHub has it too, and what is wrong
    github      a page as GitHub shows it
    guard       refuses what does not come from a page of ours on this machine
    running     an example that is run from its page, its output line by line
    server      the addresses
    service     the server's thread: from `with` to its end

Imported only by `build-readme preview`. Everything is served from memory: no address is ever the path of a file.
"""
