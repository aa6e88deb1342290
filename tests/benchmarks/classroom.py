"""What a student on a JupyterHub costs the machine: at rest, with a lesson, and dragging.

    python tests/benchmarks/classroom.py      as the administrator

Ten students, each a user of the system with a server, a kernel and a browser window of their own,
press the arrow keys of a slider in turn for a minute. Counted are the processes of the students'
users, not the browsers.
"""

import time

import psutil
from report import table

from browser.lab import Lab, chromium, notebook

STUDENTS, SECONDS = 10, 60
CURVE = """import matplotlib.pyplot as plt, numpy as np
x = np.linspace(-3, 3, 200)
def curve(ax, delta):
    "A Huber loss."
    a = np.abs(x)
    ax.plot(x, np.where(a <= delta, x**2 / 2, delta * (a - delta / 2)))
    ax.set_ylim(0, 5)
"""
WAYS = {
    "live": CURVE + "from helpers.live import live, slider\n"
    "live(curve, delta=slider(0.1, 3.0, step=0.1, value=1.0))",
    "@interact": CURVE + "from ipywidgets import FloatSlider, interact\n"
    "@interact(delta=FloatSlider(min=0.1, max=3.0, step=0.1, value=1.0))\n"
    "def show(delta):\n    fig, ax = plt.subplots(figsize=(6, 3.5))\n    curve(ax, delta)\n"
    "    plt.show()",
}
WHOLE = {"01_gradient_descent": "NumPy", "05_wrapper_and_class": "TensorFlow"}
HANDLES = {"live": ".live-figure input", "@interact": ".noUi-handle"}


def processes(names):
    return [p for p in psutil.process_iter(["username"]) if p.info["username"] in names]


def used(names):
    """Megabytes, shared pages counted once, and seconds of processor time of these users."""
    memory = seconds = 0.0
    for process in processes(names):
        try:
            memory += process.memory_full_info().pss / 1e6
            times = process.cpu_times()
            seconds += times.user + times.system
        except psutil.NoSuchProcess:
            continue
    return memory, seconds


def measure(way, hub):
    names = [student.name for student in hub.students]
    for student in hub.students:
        notebook(student.home, f"{way}.ipynb", WAYS[way])
    labs = []
    for student, context in zip(hub.students, hub.contexts, strict=True):
        lab = Lab(context, (f"{hub.url}/user/{student.name}", "none"), f"{way}.ipynb")
        assert lab.run_all()
        labs.append(lab)
    handles = [lab.page.locator(HANDLES[way]).first for lab in labs]
    for handle in handles:
        handle.wait_for()
    time.sleep(5)
    memory, before = used(names)
    presses, start = 0, time.monotonic()
    while time.monotonic() - start < SECONDS:
        for handle in handles:
            handle.press("ArrowRight" if presses // 250 % 2 == 0 else "ArrowLeft")
            presses += 1
    lasted = time.monotonic() - start
    time.sleep(2)  # what is still being drawn
    _, after = used(names)
    for lab in labs:
        lab.close()
    return memory / len(labs), (after - before), presses, lasted


def run_whole(name, hub):
    """Memory and processor time of one student who runs a lesson whole."""
    first = hub.students[0]
    lab = Lab(hub.contexts[0], (f"{hub.url}/user/{first.name}", "none"), f"lessons/{name}.ipynb")
    _, began = used([first.name])
    assert lab.run_all()
    memory, ended = used([first.name])
    lab.close()
    return memory, ended - began


def main():
    from hub import machine

    reason = machine.why_not()
    if reason:
        print(f"## A class on JupyterHub\n\nNot measured: {reason}.\n")
        return
    students = [f"s{number}" for number in range(STUDENTS)]
    with machine.running(students, large=()) as hub, chromium() as browser:
        names = [student.name for student in hub.students]
        start = time.monotonic()
        hub.contexts = [student.log_in(browser) for student in hub.students]
        starting = (time.monotonic() - start) / STUDENTS
        time.sleep(5)
        rest, began = used(names)
        time.sleep(20)
        idle = (used(names)[1] - began) / 20 / STUDENTS
        alone = [run_whole(name, hub) for name in WHOLE]
        dragging = {way: measure(way, hub) for way in WAYS}
    table(
        "A class on JupyterHub",
        ["a student", "MB", "processor s"],
        [
            ["logs in, nothing open (s of waiting)", f"{rest / STUDENTS:.0f}", f"{starting:.1f}"],
            ["reads, a minute", f"{rest / STUDENTS:.0f}", f"{60 * idle:.2f}"],
            *(
                [f"runs lesson {name[:2]} whole, {how}", f"{memory:.0f}", f"{seconds:.1f}"]
                for (name, how), (memory, seconds) in zip(WHOLE.items(), alone, strict=True)
            ),
            *(
                [
                    f"drags for a minute, {way}",
                    f"{memory:.0f}",
                    f"{seconds / STUDENTS * 60 / lasted:.2f}",
                ]
                for way, (memory, seconds, _, lasted) in dragging.items()
            ),
        ],
        f"{STUDENTS} students at once, each a user with a server and a kernel; all that they "
        "run, without browsers. One of them runs the lessons. "
        + "; ".join(
            f"{way}: {presses / lasted / STUDENTS:.1f} steps a second and student"
            for way, (_, _, presses, lasted) in dragging.items()
        )
        + ".",
    )


if __name__ == "__main__":
    main()
