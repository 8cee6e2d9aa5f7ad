"""What is solved at installation compiles every kernel that deliveries, shuttles and clearing call."""

import json
import subprocess
import sys

# a process of its own: here other tests may have called what the small problems do not
CALLED = """
import json, sys
from numba.core.dispatcher import Dispatcher
from models.dispatch.small import small_problems, solve_small
for problem in small_problems():
    solve_small(problem)
rooms = {name: vars(room) for name, room in sys.modules.items() if name.startswith("models.dispatch.")}
kernels = [
    (f"{kernel.py_func.__module__}.{name}", bool(kernel.signatures))
    for room, content in rooms.items()
    if not any(isinstance(one, Dispatcher) and one.py_func.__module__ == room for one in content.values())
    for name, kernel in content.items()
    if isinstance(kernel, Dispatcher)
]
print(json.dumps(kernels))
"""


def test_the_small_problems_call_every_kernel_that_is_called_from_outside_kernels():
    done = subprocess.run([sys.executable, "-c", CALLED], capture_output=True, text=True, check=True)
    kernels = json.loads(done.stdout)
    rooms = {"delivery", "shuttles", "clearing"}
    assert {name.split(".")[2] for name, _ in kernels} >= rooms
    assert [name for name, called in kernels if not called and name.split(".")[2] in rooms] == []
