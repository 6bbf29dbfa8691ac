"""The run of ``persync apply``: load or make a plan, have it approved, apply it, report."""

from __future__ import annotations

import shlex
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from persync.apply.journal.recorder import NO_RECORDER
from persync.apply.lock import locked
from persync.apply.persister import Applier
from persync.apply.restore import restore_all
from persync.apply.rollback.at_once import OnFailure
from persync.apply.rollout import refused, roll_out
from persync.apply.timing.stopwatch import Stopwatch
from persync.cli.line.choice import choice
from persync.cli.log.events import record_plan, record_result
from persync.cli.planning import check_saved, judge, make_plan, planner_of
from persync.cli.progress.applying import ApplyProgress
from persync.cli.reports import ReportWriter
from persync.cli.rollout.pauses import Pauses, check_pause
from persync.cli.rollout.planning import limits_of, saved_delays
from persync.cli.run_states.planning import plan_request
from persync.cli.runs.finding import FoundRun, folder_of
from persync.cli.runs.recording import recording
from persync.cli.runs.rollback import plan_rollback, records_of, rollback_of, run_of
from persync.cli.session import Session
from persync.cli.signals import Signals, signals
from persync.cli.terminal import ask, ask_for, say_to_people, show
from persync.concurrency import ENDING, pause
from persync.errors import ApplyError, ConfigError, Interrupted, PlanRefused
from persync.plan.events import both
from persync.plan.store import load_plan
from persync.report.summary import question
from persync.report.waves.wording import duration
from persync.report.wording import breach_help, breach_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from persync.apply.rollback.at_once import Scope
    from persync.cli.line.choice import Choice
    from persync.cli.metrics.measurement import Measurement
    from persync.cli.report_options import Report
    from persync.cli.rollout.planning import Limits
    from persync.harvester.client import Harvester
    from persync.model import Persister
    from persync.plan.plan import Plan
    from persync.plan.result import Result
    from persync.plan.terms import StateRequest


class Request(NamedTuple):
    """The options of ``persync apply``; ``selectors`` may be the file of a saved plan."""

    selectors: tuple[str, ...]
    excluded: tuple[str, ...]
    auto_approve: bool
    keep_going: bool
    reports: tuple[Report, ...]
    limit: str
    expand: bool
    parallelism: int | None
    timeout: float
    no_lock: bool
    journal: Path | None
    no_journal: bool
    folder: Path | None
    environment: str | None
    limits: Mapping[str, Any]
    """The values of ``safety_options`` and ``rollout_options`` by parameter."""
    metrics: Measurement
    strict: bool = False
    """Warnings about the files are errors."""
    rollback: FoundRun | None = None
    """The run to roll back; ``None`` to apply the files, or a saved plan."""
    on_failure: Scope | None = None
    """What to roll back after a failure."""
    out: Path | None = None
    """Save the plan there, and apply nothing."""
    state: StateRequest | None = None
    """Change the run states only, to what is requested."""


def run_apply(request: Request) -> int:
    """Apply a saved or a new plan and return the exit code.

    Raises:
        click.UsageError: the options contradict each other, or approval cannot be asked for.
        PersyncError: nothing was applied, or a report cannot be written.
    """
    if request.out and request.auto_approve:
        raise click.UsageError(
            "--out saves the plan and applies nothing: leave out --auto-approve, or --out (PERSYNC_OUT)"
        )
    saved = None if request.rollback or request.state else _saved_plan(request)
    is_approved = request.auto_approve or saved is not None or request.out is not None
    writer = ReportWriter(request.reports, request.limit, request.out, request.folder, expand=request.expand)
    name = request.environment or (saved.environment if saved else None)
    needs_values = request.state is None
    chosen = _choice(request, saved)
    session = Session.open(request.folder, name, needs_values=needs_values, strict=request.strict, chosen=chosen)
    request.metrics.of(session)
    run = request.rollback
    patterns = ((), ()) if saved or run else (request.selectors, request.excluded)
    files = session.persisters(*patterns)
    parallelism = session.parallelism(request.parallelism)
    limits = limits_of(session, request.limits, parallelism=request.parallelism, keep_going=request.keep_going)
    folder = None if request.no_journal else folder_of(session.settings, request.journal)
    if saved:
        check_saved(saved, session)
        run = run_of(session, saved, request.journal)
    elif run:
        records_of(session, run, request.selectors, request.excluded)
    if not request.out:  # last: what is wrong with the request counts more than how it is called
        _check_terminal(request, limits, is_approved=is_approved)
    with (
        nullcontext() if request.no_lock or request.out else locked(session.settings.root, session.environment.name),
        signals() as received,
        session.client(parallelism, received.interruption.immediately, timeout=request.timeout) as client,
    ):
        plan, desired = _planned(request, session, client, saved, run, files, limits)
        if request.out:
            writer.plan(plan)
            out = shlex.quote(str(request.out))
            say_to_people(f"saved to {request.out}, and nothing was applied: 'persync apply {out}' applies it")
            return 1 if plan.blocked else 0
        writer.for_approval(plan, asks=not is_approved)
        if refusal := _refusal(plan, keep_going=request.keep_going):
            request.metrics.result(refused(plan))
            result = refused(plan).model_copy(update={"run_id": str(session.run_id)})
            writer.result(result, saved or plan, shown=True)
            raise refusal
        if plan.to_do and not is_approved:
            _ask(plan)
        began = time.monotonic()
        result = _apply(request, session, client, received, plan, desired, limits, folder)
        seconds = time.monotonic() - began
    if plan.to_do and writer.text_on_stdout:
        show("\n")
    record_result(result)
    request.metrics.result(result)
    writer.result(result.model_copy(update={"run_id": str(session.run_id)}), saved or plan, shown=not plan.to_do)
    if plan.to_do:
        say_to_people(f"{plan.command} took {duration(seconds)}")
    return _exit_code(result)


def _apply(
    request: Request,
    session: Session,
    client: Harvester,
    received: Signals,
    plan: Plan,
    desired: Sequence[Persister],
    limits: Limits,
    folder: Path | None,
) -> Result:
    """Apply an approved plan, show the progress, and keep the journal in the folder; return the result."""
    with received.while_writing() as interruption:
        timeouts, settle = session.environment.timeouts, limits.rollout.settle
        # an apply may take hours: each of its reads has a deadline of its own
        planner = planner_of(session, client.within(timeouts.update, each=True), request.state)
        progress = ApplyProgress(len(plan.to_do), client.throttling)
        stopwatch = Stopwatch()
        observer = both(both(progress, session.observers.event), stopwatch)
        with (
            progress if plan.to_do else nullcontext(),
            recording(session, plan, folder) if folder and plan.to_do else nullcontext() as journal,
        ):
            applier = Applier(
                planner,
                timeouts,
                settle,
                interruption,
                observer,
                journal or NO_RECORDER,
                OnFailure(request.on_failure) if request.on_failure else None,
                command=plan.command,
            )
            result = roll_out(
                plan,
                desired,
                applier,
                parallelism=limits.parallelism,
                keep_going=request.keep_going,
                go_on=Pauses(interruption.gracefully, observer),
            )
            result = stopwatch.timed(restore_all(applier, result, plan), plan)
            if journal:
                journal.end(result)
            return result


def _planned(
    request: Request,
    session: Session,
    client: Harvester,
    saved: Plan | None,
    run: FoundRun | None,
    files: Sequence[Persister],
    limits: Limits,
) -> tuple[Plan, Sequence[Persister]]:
    """Return the plan, and its desired side: the files, or what was there before a run."""
    parallelism = session.parallelism(request.parallelism)
    if run:
        patterns = ((), ()) if saved else (request.selectors, request.excluded)
        rollback = rollback_of(session, client, run, parallelism, *patterns)
    if saved:  # it is judged by the limits of now
        plan = judge(session, saved, limits, saved_delays(saved))
        record_plan(plan)
        return plan, rollback.images if run else files
    if run:
        return plan_rollback(session, client, rollback, parallelism, limits), rollback.desired
    selection = session.selection(files, request.selectors, request.excluded)
    if request.state:
        return plan_request(session, client, files, request.state, parallelism, limits, selection)
    return make_plan(session, client, files, parallelism, limits, selection=selection), files


def _saved_plan(request: Request) -> Plan | None:
    """Return the saved plan if a file is named in place of selectors.

    Raises:
        click.UsageError: selectors and a file are named.
        ConfigError: there is no such file.
        PlanRefused: the file is not a saved plan.
    """
    files = [selector for selector in request.selectors if Path(selector).is_file()]
    if files and (len(request.selectors) > 1 or request.excluded):
        raise click.UsageError(
            f"{files[0]} is a file, and a saved plan is applied as a whole:"
            " selectors and --exclude belong to 'persync plan --out'"
        )
    for selector in request.selectors:
        if "." in selector and not files:  # no name has one
            raise ConfigError(
                f"there is no file {selector}",
                hint="a plan is saved with 'persync plan --out FILE'; a selector is a pattern over project/event-type",
            )
    try:
        return load_plan(Path(files[0])) if files else None
    except PlanRefused:
        if Path(files[0]).suffix in {".yaml", ".yml"}:
            return None  # a file of persisters in place of a selector: the error about that names them
        raise


def _choice(request: Request, saved: Plan | None) -> Choice:
    """Return which persisters may be changed: only their variables have to be set."""
    if saved:
        return frozenset(planned.id for planned in saved.persisters).__contains__
    chosen = choice(request.selectors, request.excluded)
    if not request.rollback:
        return chosen
    written = request.rollback.record.persisters
    return lambda name: name in written and (chosen is None or chosen(name))


def _refusal(plan: Plan, *, keep_going: bool) -> ApplyError | None:
    """Return why nothing of the plan is applied, if that is so."""
    if plan.blocked and not keep_going:
        return ApplyError(
            f"{len(plan.blocked)} blocked, so nothing was changed",
            hint="fix it, skip it with --exclude, or apply the others with --keep-going",
        )
    if plan.breaches:
        reasons = "; ".join(map(breach_text, plan.breaches))
        return ApplyError(f"{reasons}; nothing was changed", hint=breach_help(plan.breaches))
    return None


def _check_terminal(request: Request, limits: Limits, *, is_approved: bool) -> None:
    """Check that all questions can be asked, before anything is sent.

    Raises:
        click.UsageError: approval cannot be asked for.
        ConfigError: the question before a batch cannot.
    """
    if not (is_approved or sys.stdin.isatty()):
        or_plan = ", or --out to save the plan" if request.rollback else " or a saved plan"
        raise click.UsageError(f"stdin is not a terminal: give --auto-approve{'' if request.state else or_plan}")
    check_pause(limits.rollout)


def _ask(plan: Plan) -> None:
    ask(f"\n{question(plan)}\nOnly 'yes' will be accepted to approve.")
    if ask_for("Enter a value: ", ENDING) != "yes":
        pause(0)
        raise ApplyError("not approved; nothing was changed")


def _exit_code(result: Result) -> int:
    if result.succeeded:
        return 0
    return Interrupted.exit_code if result.interrupted else 1
