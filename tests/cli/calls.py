"""The command line as a test calls it."""

from planner import cli


def run(capsys, *words: object) -> tuple[int, str, str]:
    try:
        code = cli.main([str(word) for word in words])
    except SystemExit as stopped:
        code = int(str(stopped.code or 0))
    out, err = capsys.readouterr()
    return code, out, err


def refused(capsys, *words: object) -> str:
    """The one sentence of a call that cannot be done."""
    code, out, err = run(capsys, *words)
    assert code == 2, (out, err)
    assert out == ""
    lines = err.strip().splitlines()
    assert len(lines) == 1, err
    assert lines[0].startswith("slotwise: ")
    assert "Traceback" not in err
    return lines[0]
