Register-ArgumentCompleter -Native -CommandName pilottask -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.ToString() })
    $encoding = [Console]::OutputEncoding
    try {
        [Console]::OutputEncoding = [System.Text.Encoding]::UTF8
        $Env:COMP_WORDS = ($before + $wordToComplete) -join "`n"
        $Env:COMP_CWORD = $before.Count
        $Env:_PILOTTASK_COMPLETE = "complete_powershell"
        pilottask 2>$null | ForEach-Object {
            $value, $help = $_ -split "`t", 2
            $typed = if ($value -match "[^\w./:=+-]") { "'" + $value.Replace("'", "''") + "'" } else { $value }
            if (-not $help) { $help = $value }
            [System.Management.Automation.CompletionResult]::new($typed, $value, "ParameterValue", $help)
        }
    } finally {
        [Console]::OutputEncoding = $encoding
        Remove-Item Env:COMP_WORDS, Env:COMP_CWORD, Env:_PILOTTASK_COMPLETE -ErrorAction SilentlyContinue
    }
}
