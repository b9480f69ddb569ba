"""What holds for every test."""

import os

if os.environ.get("PYTEST_XDIST_WORKER"):
    # workers side by side: threads of one that wait for each other take the cores of the next
    os.environ.setdefault("OMP_NUM_THREADS", "1")
