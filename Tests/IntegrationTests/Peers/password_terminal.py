"""Types a password at a terminal for `rookery user add`, and looks at what is shown.

Usage: password_terminal.py ROOKERY USERS_FILE
Prints what the terminal showed, as JSON: with the password typed, corrected and repeated; then with Ctrl-C.
"""

import json
import os
import pty
import sys
import termios


def run(arguments, typed):
    """What the terminal showed, the status, and whether echo is on again."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(arguments[0], arguments)
    shown = b""
    for prompt, keys in typed:
        while prompt not in shown:
            shown += os.read(terminal, 1024)
        os.write(terminal, keys)
    echo = None
    while True:
        try:
            echo = bool(termios.tcgetattr(terminal)[3] & termios.ECHO)
            more = os.read(terminal, 1024)
        except OSError:
            break
        if not more:
            break
        shown += more
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {"shown": shown.decode(), "status": status, "echo": echo}


def main():
    rookery, users = sys.argv[1:]
    command = [rookery, "user", "add", "ann", "--users", users]
    cancelled = run(command, [(b"Password", b"MarkerPass\x03")])
    keys = b"Marker\xc3\xa4\x7fPass word\r"
    made = run(command, [(b"Password", keys), (b"again", keys)])
    print(json.dumps({"cancelled": cancelled, "made": made}))


main()
