"""Running a study again: the command to copy, the roles to fill in, and the job's progress, which every tab sees alike."""

import streamlit as st

from detector.errors import UserError
from detector.studies.job import Job, jobs_of
from detector.studies.plan import SCALES, Plan
from detector.studies.roles import ROLES
from detector.training.status import RunStatus
from pages.parts.actions import act
from pages.parts.run_view import SECONDS, duration, state_badge
from pages.parts.widgets import flash, plain, sentence_case

_JOIN = " + "
_SCALES = {"small": "Small: minutes on two cores", "full": "Full: the report's own epochs, for a GPU"}


def run_again(plan: Plan) -> None:
    """The section with the jobs of this study and the form that starts one."""
    st.subheader("Run it again", anchor=False)
    jobs = jobs_of(plan.name)
    for job in jobs:
        active = job.status().active
        st.fragment(_job, run_every=SECONDS if active else None)(job, active)
    words = " ".join(f"--role {role}=FOLDER" for role in plan.roles)
    st.code(f"python -m detector reproduce {plan.name} --scale small {words}", language="shell", wrap_lines=True)
    st.caption(
        "Every experiment is an ordinary run, so it stands on *Runs* and *Evaluate* as well. A role that is left out is "
        "passed over, and what is finished is not done again."
    )
    _form(plan, jobs)


def _form(plan: Plan, jobs: list[Job]) -> None:
    known: dict[str, list[str]] = {}
    for role, _, folder in (word.partition("=") for word in dict.fromkeys(word for job in jobs for word in job.roles())):
        known.setdefault(role, []).append(folder)
    with st.form(f"study-{plan.name}"):
        st.markdown(
            "**Fill the roles.** Each folder holds one sub-folder a class, `real` and `ai`. To take only files of some names, "
            "put patterns after it: `pictures/art::human__*,*pixiv*`; with a `!` before it a pattern leaves files out. Several "
            "folders are joined by ` + `."
        )
        columns = st.columns(2)
        given = {
            role: columns[number % 2].text_input(
                sentence_case(role), _JOIN.join(known.get(role, ())), key=f"role-{plan.name}-{role}", placeholder="left out",
                help=sentence_case(f"{ROLES[role]}."),
            )
            for number, role in enumerate(plan.roles)
        }  # fmt: skip
        scale = st.radio("Scale", SCALES, format_func=_SCALES.__getitem__, horizontal=True, key=f"scale-{plan.name}")
        sent = st.form_submit_button("Start", type="primary", icon=":material/play_arrow:")
    if sent:
        folders = [(role, folder.strip()) for role, text in given.items() for folder in text.split(_JOIN)]
        _start(plan, scale, [f"{role}={folder}" for role, folder in folders if folder])


def _start(plan: Plan, scale: str, words: list[str]) -> None:
    from detector.studies.roles import parse_roles, with_union

    try:
        filled = with_union(parse_roles(words))
        if not any(each.role in filled for each in plan.experiments):
            raise UserError("Fill in at least one role that something is trained on.")
        Job(plan.name, scale).launch(words)
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    flash(f"{sentence_case(plan.name)} started at {scale} scale.")
    st.rerun()


def _job(job: Job, was_active: bool) -> None:
    status = job.status()
    if was_active and not status.active:
        st.rerun()  # the whole page once, which shows the result and ends the refreshing
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            state_badge(status)
            st.markdown(f"{sentence_case(job.scale)} scale. {plain(_progress(status))}")
        if status.state != "finished":
            st.progress(status.share)
        if status.message:
            (st.error if status.state == "failed" else st.info)(plain(status.message))
        _buttons(job, status)


def _progress(status: RunStatus) -> str:
    if not status.epochs:
        return status.phase
    if status.state == "finished":
        return f"All {status.epochs} experiments are through."
    parts = [f"Experiment {min(status.epoch + 1, status.epochs)} of {status.epochs}", status.phase]
    if status.seconds_left is not None:
        parts.append(f"about {duration(status.seconds_left)} left of this one")
    return " · ".join(part for part in parts if part)


def _buttons(job: Job, status: RunStatus) -> None:
    if status.active:
        stopping = job.stop_file.exists()
        if st.button("Stopping …" if stopping else "Stop", icon=":material/stop:", key=f"stop-{job.scale}", disabled=stopping,
                     help="Stops after the current step. What is finished is kept."):  # fmt: skip
            act(job.stop)
    elif status.resumable:
        if st.button("Go on", icon=":material/play_arrow:", key=f"resume-{job.scale}",
                     help="With the same folders; what is finished is not done again."):  # fmt: skip
            act(lambda: job.launch(job.roles()))
        if log := job.log_tail():
            with st.expander("The worker's log", icon=":material/article:"):
                st.code(log, language=None, wrap_lines=True)
