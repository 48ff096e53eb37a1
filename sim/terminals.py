"""Opens pseudo-terminals for the simulator, which Node cannot do by itself, and becomes the simulator.

    python3 terminals.py LINK... -- COMMAND...

Each LINK is made a path to a raw terminal: a serial device to whoever opens it. COMMAND inherits the masters, told by
HULOTTE_TERMINALS as LINK=FD, one a line. The slaves stay open with it, so that a runtime may come and go.
"""
import os
import pty
import sys
import tty

arguments = sys.argv[1:]
split = arguments.index("--")
links, command = arguments[:split], arguments[split + 1 :]
told = []
for link in links:
    master, slave = pty.openpty()
    tty.setraw(slave)
    os.makedirs(os.path.dirname(link) or ".", exist_ok=True)
    if os.path.islink(link):
        os.unlink(link)
    os.symlink(os.ttyname(slave), link)
    os.set_inheritable(master, True)
    os.set_inheritable(slave, True)
    told.append(f"{link}={master}")
os.environ["HULOTTE_TERMINALS"] = "\n".join(told)
os.execvp(command[0], command)
