"""Programs of shells and PowerShell by what they do in a release; some with their first argument."""

from __future__ import annotations

from typing import Final


def words(text: str, *pairs: str) -> frozenset[str]:
    """Return the words of a text, and further ones that have a blank in them."""
    return frozenset([*text.split(), *pairs])


# They only look, print or decide.
READERS: Final = words(
    """
    echo printf set exit test [ [[ true false : cat ls stat pushd popd cd export local read jq yq grep egrep
    awk sed cut head tail tr sort uniq wc date basename dirname pwd shopt declare return sleep unset fi else
    done esac in then for case function while if } ) ;; command readlink realpath xmllint seq which type uname
    chmod unzip sha1sum sha256sum xargs
    Write-Host Write-Output Get-Content Push-Location Pop-Location Test-Path try catch throw
    """,
    "git rev-parse",
    "git describe",
    "git diff",
    "git log",
    "git status",
    "git fetch",
    "git ls-files",
    "git show",
    "git branch",
    "git config --global",
    "npm --version",
    "node --version",
)
MOVERS: Final = words(
    """
    mkdir cp mv rsync rm ln find install tar Copy-Item Move-Item New-Item Remove-Item xcopy robocopy
    """,
    "git mv",
    "git clean",
)
PACKERS: Final = words(
    """
    zip 7z 7za 7zz Compress-Archive ditto
    """,
    "git archive",
)
FETCHERS: Final = words("curl wget Invoke-RestMethod Invoke-WebRequest http https")
